"""What PyPy imports in place of libraries that are written in C."""
