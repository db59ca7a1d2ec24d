"""Benchmarks: what the service does, against the floor that bare libraries set, in one interleaved run.

    python -m benchmarks [--large] [NAME…]      NAME: a module of this package; default: all

Every figure that matters is a ratio of two things measured in turn on the same machine; absolute numbers are for orientation.
"""
