"""What calls cost: carriers' tariffs as data, and every call rated to the last digit."""
