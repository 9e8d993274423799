"""Families as the engine's numbers, and what it finds for a pool."""
