"""Writes with a rule or more than one row. Each owns its transaction."""
