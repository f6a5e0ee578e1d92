"""How many calls to place now, and why."""
