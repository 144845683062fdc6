"""The benchmarks of `make bench`: each figure beside a limit measured or given in the same run."""
