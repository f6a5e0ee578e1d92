"""Shares of abandoned calls, as regulators take them."""


def of_persons(drops: float, humans: float) -> float:
    """Abandoned calls among those that a person answered: US (16 CFR 310.4(b)(4)), Canada.

    >>> of_persons(3, 97)
    0.03
    """
    return drops / (drops + humans) if drops + humans else 0.0


def of_ofcom(drops: float, humans: float, machines: float) -> float:
    """The same, less the abandoned calls that machines must have answered.

    `humans`, `machines`: what agents said of the calls that they were given. A dialer without a
    detector abandons machines in the proportion in which its agents meet them; that many of the
    drops harmed nobody (Ofcom, 2010, 4.72; the example is VICIdial's).

    >>> round(of_ofcom(29, 9, 7), 4)
    0.6444
    """
    met = humans + machines
    return of_persons(drops * (humans / met if met else 1.0), humans)
