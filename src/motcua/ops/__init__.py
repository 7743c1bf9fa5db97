"""Commands, health, demonstration province, benchmarks."""
