"""What is done with structs."""

import dataclasses
from typing import Any

from ._struct import NODEFAULT, Struct


class FieldInfo:
    """Of one field."""

    def __init__(self, found: "dataclasses.Field[Any]") -> None:
        self.name = self.encode_name = found.name
        self.type, self.default = found.type, found.default
        self.default_factory = found.default_factory

    @property
    def required(self) -> bool:
        """It must be given."""
        return self.default is NODEFAULT and self.default_factory is NODEFAULT


def replace(struct: Any, /, **changes: Any) -> Any:
    """A copy with some fields changed."""
    return struct._changed(**changes)


def fields(struct: Any) -> tuple[FieldInfo, ...]:
    """Of a struct or its class, in their order."""
    return tuple(FieldInfo(one) for one in dataclasses.fields(struct))


def asdict(struct: Struct) -> dict[str, Any]:
    """By name."""
    return {name: getattr(struct, name) for name in struct.__struct_fields__}


def astuple(struct: Struct) -> tuple[Any, ...]:
    """In order."""
    return tuple(getattr(struct, name) for name in struct.__struct_fields__)
