"""The listeners\x27 processes."""
