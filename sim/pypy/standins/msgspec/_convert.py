"""Plain values made into structs, by what their fields are declared to be; none is refused."""

from collections.abc import Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from ._struct import Struct


def convert(value: Any, type: Any, **_: Any) -> Any:
    """The value as this type."""
    if isinstance(type, UnionType) or get_origin(type) is Union:
        return value if value is None else convert(value, _meant(value, get_args(type)))
    if isinstance(type, _CLASS) and issubclass(type, Struct):
        return _struct(value, type)
    kind, inner = get_origin(type), get_args(type)
    if kind is tuple:
        each = inner[:1] * len(value) if inner[1:] == (...,) else inner
        return tuple(convert(one, of) for one, of in zip(value, each, strict=True))
    if kind in (list, set, frozenset):
        return kind(convert(one, inner[0]) for one in value)
    if kind is not None and isinstance(value, Mapping) and len(inner) == 2:
        return {convert(key, inner[0]): convert(one, inner[1]) for key, one in value.items()}
    return float(value) if type is float else value


_CLASS = type


def _struct(value: Any, kind: Any) -> Any:
    if isinstance(value, kind):
        return value
    hints = _hints(kind)
    return kind(**{name: convert(one, hints[name]) for name, one in value.items()})


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _meant(value: Any, kinds: tuple[Any, ...]) -> Any:
    """Of several types the one that such a value can become."""
    wanted = dict if isinstance(value, Mapping) else list if isinstance(value, list) else None
    for kind in kinds:
        of = get_origin(kind) or kind
        if of is NoneType:
            continue
        if wanted is None or (wanted is list and of in (list, tuple, set, frozenset)):
            return kind
        if wanted is dict and (of is dict or (isinstance(of, type) and issubclass(of, Struct))):
            return kind
    return kinds[0]
