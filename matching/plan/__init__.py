"""The plan for everybody as a page."""
