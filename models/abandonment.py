"""The rate of abandonment: what is counted, what it could become, and what may be said of it."""

from scipy.special import betaincinv


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


def upper_bound(abandoned: int, persons: int, confidence: float = 0.95) -> float:
    """One-sided exact upper confidence bound of the rate (Clopper and Pearson 1934).

    Valid for a number of persons fixed in advance; not for looking after every call.

    >>> round(upper_bound(0, 100), 4), upper_bound(0, 0)
    (0.0295, 1.0)
    """
    if not 0 <= abandoned <= persons:
        raise ValueError(f"{abandoned} abandoned of {persons} persons: that cannot be")
    if abandoned == persons:
        return 1.0
    return float(betaincinv(abandoned + 1, persons - abandoned, confidence))
