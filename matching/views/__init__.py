"""Pages of the coordinator: who fits whom, what they said, and who is together."""
