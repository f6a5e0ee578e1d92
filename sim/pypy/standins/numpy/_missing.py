"""What is not there, and where it is."""

from typing import NoReturn


class Missing(NotImplementedError, AttributeError):
    """Not written for PyPy; whoever only asks whether it is there hears no."""


def missing(name: str) -> NoReturn:
    """Say so."""
    raise Missing(f"{name} is not there on PyPy: run this on CPython")
