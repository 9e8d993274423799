"""Measurements, each a script of its own that writes `results/<name>.json`.

`make bench` runs them one after another, and `make soak` those called `soak_*.py`.
"""
