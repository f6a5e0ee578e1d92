"""What crosses a border: nothing does here."""

from collections.abc import Callable
from typing import Any


class MsgspecError(Exception):
    """As msgspec's."""


class EncodeError(MsgspecError):
    """Likewise."""


class DecodeError(MsgspecError):
    """Likewise."""


class ValidationError(DecodeError):
    """Likewise."""


def not_here(what: str) -> Callable[..., Any]:
    """Something that is done in CPython only."""

    def refused(*args: Any, **named: Any) -> Any:
        raise NotImplementedError(f"{what} is not there on PyPy: do it on CPython")

    return refused


class Encoder:
    """May be made; encodes nothing."""

    def __init__(self, *args: Any, **named: Any) -> None:
        pass

    encode = not_here("encoding by msgspec")


class Decoder:
    """May be made; decodes nothing."""

    def __init__(self, *args: Any, **named: Any) -> None:
        pass

    def __class_getitem__(cls, item: Any) -> Any:
        return cls

    decode = not_here("decoding by msgspec")


encode, decode = not_here("encoding by msgspec"), not_here("decoding by msgspec")
to_builtins = not_here("msgspec.to_builtins")
