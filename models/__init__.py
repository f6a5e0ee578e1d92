"""The maths: numbers in, numbers out."""
