"""What `benchmarks.matching` measures: pools, our own ways, and those of others."""
