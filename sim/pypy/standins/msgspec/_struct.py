"""A struct is a dataclass; a changed copy is made by code of its own, as so many are made."""

import dataclasses
from collections.abc import Callable
from inspect import get_annotations
from operator import attrgetter
from types import ModuleType
from typing import Any, ClassVar

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

    __struct_fields__: ClassVar[tuple[str, ...]] = ()
    _frozen: ClassVar[bool] = False
    _changed: ClassVar[Callable[..., Any]]

    def __init_subclass__(
        cls,
        *,
        frozen: bool | None = None,
        kw_only: bool = False,
        order: bool = False,
        eq: bool = True,
        cache_hash: bool = False,
        **wire: Any,
    ) -> None:
        super().__init_subclass__()
        if frozen is not None:
            cls._frozen = frozen
        for name in get_annotations(cls):
            value = cls.__dict__.get(name)
            if isinstance(value, _FRESH) and not value:
                setattr(cls, name, field(default_factory=type(value)))
        dataclasses.dataclass(
            repr=False, eq=eq, order=order, kw_only=kw_only, unsafe_hash=cls._frozen and eq
        )(cls)
        if cache_hash:
            cls.__hash__ = _reckoned_once(cls.__hash__)  # type: ignore[assignment,method-assign]
        fields = sorted(dataclasses.fields(cls), key=attrgetter("kw_only"))  # type: ignore[arg-type]
        cls.__struct_fields__ = tuple(one.name for one in fields)
        cls._changed = _changing(cls.__struct_fields__)

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__struct_fields__)
        return f"{type(self).__name__}({fields})"

    def __copy__(self) -> Any:
        return self._changed()

    __reduce__ = not_here("pickling a struct")


def _reckoned_once(reckon: Callable[[Any], int]) -> Callable[[Any], int]:
    """A `__hash__` that remembers what it said of a struct."""

    def hashed(self: Any) -> int:
        try:
            return self._hashed  # type: ignore[no-any-return]
        except AttributeError:
            self._hashed = reckon(self)
            return self._hashed  # type: ignore[no-any-return]

    return hashed


def _changing(names: tuple[str, ...]) -> Callable[..., Struct]:
    """A method that copies a struct, some fields changed, without constructor or loop."""
    changes = ", *" + "".join(f", {name}=_same" for name in names) if names else ""
    lines = [f"def changed(_was{changes}):", " _made = _new(_was.__class__)"]
    lines += [f" _made.{name} = _was.{name} if {name} is _same else {name}" for name in names]
    space = ModuleType("changing")  # PyPy finds the names of a module at once, those of a dict not
    vars(space).update(_same=object(), _new=object.__new__)
    exec("\n".join([*lines, " return _made"]), vars(space))
    return space.changed  # type: ignore[no-any-return]
