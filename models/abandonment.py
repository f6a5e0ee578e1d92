"""The rate of abandonment: what is counted, and what it could become.

What may be said of it with confidence is in `intervals`.
"""


def abandon_rate(abandoned: int, persons: int) -> float:
    """Abandoned calls per call that a person answered; 0 while nobody has answered.

    >>> abandon_rate(29, 1000)
    0.029
    """
    return abandoned / persons if persons else 0.0


def worst_rate(persons: int, abandoned: int, in_flight: int) -> float:
    """The rate if every call in flight were answered by a person and abandoned.

    >>> worst_rate(97, 0, 3), worst_rate(0, 0, 0)
    (0.03, 0.0)
    """
    return abandon_rate(abandoned + in_flight, persons + in_flight)
