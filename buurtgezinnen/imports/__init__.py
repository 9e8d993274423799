"""Brings in what a coordinator has now: families from a file, checked before."""
