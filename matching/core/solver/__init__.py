"""How the exact assignment is found; `matching.core.assign` is its door."""
