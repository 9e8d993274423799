"""A family's own pages: how it stands, and what it can do itself."""
