"""Nobody draws by numpy in a day of the twin; only a name is known."""

from typing import NoReturn

from ._missing import missing


class Generator:
    """Not to be had."""

    def __init__(self, *args: object) -> None:
        missing("numpy.random.Generator")


def __getattr__(name: str) -> NoReturn:
    missing(f"numpy.random.{name}")
