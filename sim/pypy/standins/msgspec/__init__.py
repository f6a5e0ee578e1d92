"""Structs without msgspec: dataclasses, declared, compared and changed as its structs are.

What goes over a wire or onto a disk does so in CPython. Here an encoder may be made, as modules do
when they are imported, but not used. That a frozen struct stays as it is nobody enforces: whatever
runs here has run there before.
"""

from . import inspect, json, msgpack, structs
from ._convert import convert
from ._struct import NODEFAULT, UNSET, Meta, Struct, UnsetType, field
from ._wire import DecodeError, EncodeError, MsgspecError, ValidationError, to_builtins

__all__ = [
    "NODEFAULT", "UNSET", "DecodeError", "EncodeError", "Meta", "MsgspecError", "Struct",
    "UnsetType", "ValidationError", "convert", "field", "inspect", "json", "msgpack", "structs",
    "to_builtins",
]  # fmt: skip
