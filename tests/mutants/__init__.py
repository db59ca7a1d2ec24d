"""How much the tests would notice: cosmic-ray's mutants of `schema` and `binding`. `python -m tests.mutants` says how to run it."""
