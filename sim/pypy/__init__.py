"""Days of the twin on PyPy, whose compiler makes long runs faster."""
