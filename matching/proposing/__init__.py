"""What families are asked and told of a proposal, and what their answers teach."""
