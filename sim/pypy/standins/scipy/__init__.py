"""As much of scipy as a day of the twin asks for."""

from typing import NoReturn

from . import special
from ._missing import missing

__all__ = ["special"]


def __getattr__(name: str) -> NoReturn:
    missing(f"scipy.{name}")
