"""What managers and analysts look at."""
