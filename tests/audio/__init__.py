"""The listeners\x27 ears."""
