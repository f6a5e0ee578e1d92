"""A struct is a dataclass; a changed copy of it is made by code of its own, as it is made so often."""

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from ._wire import not_here

_FRESH = (list, dict, set, bytearray)
"Whose empty ones are defaults of which each struct gets its own."


class UnsetType:
    """The type of `UNSET`."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET = UnsetType()
NODEFAULT: Any = dataclasses.MISSING


class Meta:
    """What a decoder should ask of a value: nobody decodes here."""

    def __init__(self, **asked: Any) -> None:
        self.asked = asked


def field(
    *,
    default: Any = NODEFAULT,
    default_factory: Callable[[], Any] = NODEFAULT,
    name: str | None = None,
) -> Any:
    """A field's default, or what makes one; what it is called on the wire matters there only."""
    return dataclasses.field(default=default, default_factory=default_factory)


class Struct:
    """What all are made of."""

    __struct_fields__: tuple[str, ...] = ()
    _frozen = False

    def __init_subclass__(
        cls,
        *,
        frozen: bool | None = None,
        kw_only: bool = False,
        order: bool = False,
        eq: bool = True,
        **wire: Any,
    ) -> None:
        super().__init_subclass__()
        if frozen is not None:
            cls._frozen = frozen
        for name in cls.__dict__.get("__annotations__", {}):
            value = cls.__dict__.get(name)
            if isinstance(value, _FRESH) and not value:
                setattr(cls, name, field(default_factory=type(value)))
        dataclasses.dataclass(
            cls, repr=False, eq=eq, order=order, kw_only=kw_only, unsafe_hash=cls._frozen and eq
        )  # type: ignore[call-overload]
        fields = sorted(dataclasses.fields(cls), key=attrgetter("kw_only"))  # type: ignore[arg-type]
        cls.__struct_fields__ = tuple(one.name for one in fields)
        cls._changed = _changing(cls.__struct_fields__)  # type: ignore[attr-defined]

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__struct_fields__)
        return f"{type(self).__name__}({fields})"

    def __copy__(self) -> "Struct":
        return self._changed()  # type: ignore[attr-defined,no-any-return]

    __reduce__ = not_here("pickling a struct")


def _changing(names: tuple[str, ...]) -> Callable[..., Struct]:
    """A method that makes a copy with some fields changed, and calls neither constructor nor loop."""
    fields = "".join(f", {name}=_same" for name in names)
    lines = "".join(
        f"    made.{name} = self.{name} if {name} is _same else {name}\n" for name in names
    )
    source = f"def changed(self{', *' if names else ''}{fields}):\n    made = _new(self.__class__)\n"
    space: dict[str, Any] = {"_same": object(), "_new": object.__new__}
    exec(source + lines + "    return made\n", space)
    return space["changed"]  # type: ignore[no-any-return]
