"""Nobody draws by numpy in a day of the twin; only the name is known."""

from typing import NoReturn


class Generator:
    """Not to be had."""

    def __init__(self, *args: object) -> None:
        _not_here("Generator")


def _not_here(name: str) -> NoReturn:
    raise NotImplementedError(f"numpy.random.{name} is not there on PyPy: run this on CPython")


def __getattr__(name: str) -> NoReturn:
    if name.startswith("__"):
        raise AttributeError(name)
    _not_here(name)
