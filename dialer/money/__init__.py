"""What calls cost: carriers' tariffs as data, every call rated to the last digit, and what that adds to."""
