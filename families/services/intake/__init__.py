"""Applications: drafts, where they go, and what they become once sent."""
