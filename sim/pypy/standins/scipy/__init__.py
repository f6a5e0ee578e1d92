"""As much of scipy as a day of the twin asks for."""

from typing import NoReturn

from . import special

__all__ = ["special"]


def __getattr__(name: str) -> NoReturn:
    if name.startswith("__"):
        raise AttributeError(name)
    raise NotImplementedError(f"scipy.{name} is not there on PyPy: run this on CPython")
