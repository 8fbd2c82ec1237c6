"""What the road costs, beside the floor under it: ``python -m tests.benchmarks``."""
