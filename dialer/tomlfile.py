"""A TOML file becomes one frozen struct, or a sentence about what is wrong with it.

The words below a field are its documentation and part of every complaint about it: files that
people write are checked key by key, and a wrong one is named with what would be right.
"""

import ast
import difflib
import inspect
import textwrap
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec
from msgspec.inspect import (
    BoolType,
    FloatType,
    IntType,
    LiteralType,
    Metadata,
    NoneType,
    StrType,
    StructType,
    Type,
    UnionType,
    VarTupleType,
    type_info,
)

from dialer.errors import SettingsError, Value, called
from dialer.i18n import words as catalogue
from dialer.misfits import misfit

T = TypeVar("T", bound=msgspec.Struct)
Table = Mapping[str, Any]
NAMED = 20
"So many names are told, where there are more: there are hundreds of time zones."


def load(path: Path, into: type[T]) -> T:
    """Read a file. Paths in it are relative to its folder."""
    return build(read(path), into, path)


def read(path: Path) -> dict[str, Any]:
    """The file as plain tables."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as why:
        raise SettingsError(f"{path}: cannot be read: {why.strerror}") from why
    except UnicodeDecodeError as why:
        raise SettingsError(f"{path}: not UTF-8 at byte {why.start}") from why
    except tomllib.TOMLDecodeError as why:
        raise SettingsError(f"{path}: not TOML: {why}") from why


def build(table: Table, into: type[T], path: Path, prefix: str = "") -> T:
    """The struct of a table that was read from `path`; `prefix` names the table in complaints."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(into)}
    for key in table:
        if key not in fields:
            said = f"{path}: {prefix}{key}: no such setting. {_nearest(key, fields)}"
            raise SettingsError(said, "setting_unknown", key=prefix + key)
    words = explained(into)
    values: dict[str, Any] = {}
    for key, field in fields.items():
        if key in table:
            values[field.name] = _value(table[key], field.type, path, prefix + key, words.get(key))
        elif field.required:
            said = f"{path}: {prefix}{key} is missing: {words.get(key, '')}"
            raise SettingsError(said.rstrip(), "setting_missing", key=prefix + key)
    try:
        return into(**values)
    except SettingsError as why:  # the struct's own rules, told in its words
        key = f"{prefix}{why.values.get('key', '')}"
        raise SettingsError(
            f"{path}: {prefix}{why}", why.reason, **why.values | {"key": key}
        ) from why
    except ValueError as why:
        raise SettingsError(f"{path}: {prefix}{why}") from why


@cache  # reading the source is what takes the time in reading a file
def explained(struct: type) -> Mapping[str, str]:
    """The words below each field, as they stand in the source."""
    body = ast.parse(textwrap.dedent(inspect.getsource(struct))).body[0]
    assert isinstance(body, ast.ClassDef)
    words: dict[str, str] = {}
    for field, below in zip(body.body, body.body[1:], strict=False):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                words[name] = " ".join(text.split())
    return MappingProxyType(words)


def must_be_one_of(key: str, given: str, known: Iterable[str]) -> None:
    """For a struct's own rules: the value is one of the names of a table.

    >>> must_be_one_of("law", "uk_ofcon", ["us_ftc", "uk_ofcom"])
    Traceback (most recent call last):
    dialer.errors.SettingsError: law = 'uk_ofcon': must be one of 'uk_ofcom', 'us_ftc'. Did you \
mean 'uk_ofcom'?
    """
    names = sorted(known)
    if given not in names:
        known = ", ".join([*map(repr, names[:NAMED]), *(["..."] if names[NAMED:] else [])])
        raise misfit("setting_name", key, given, known=known, nearest=_nearest_one(given, names))


def allowed(kind: Type) -> str:
    """What a setting of this type may be, in English words.

    >>> from typing import Annotated, Literal
    >>> allowed(type_info(Literal["progressive", "ratio"]))
    "one of 'progressive', 'ratio'"
    >>> allowed(type_info(Annotated[float, msgspec.Meta(ge=0, le=0.03)]))
    'a number >= 0 and <= 0.03'
    """
    return str(catalogue("en").said(rule(kind)))


def rule(kind: Type) -> Value:
    """The same, in whichever language it will be read."""
    match kind:
        case Metadata(type=inner, extra={"said": word}):
            return called("rule", word)
        case Metadata(type=inner):
            return rule(inner)
        case LiteralType(values=values):
            return called("rule", "literal", known=", ".join(map(repr, values)))
        case BoolType():
            return called("rule", "bool")
        case IntType():
            return called("rule", "whole", bounds=_bounds(kind))
        case FloatType():
            return called("rule", "number", bounds=_bounds(kind))
        case StrType(pattern=str(pattern)):
            return called("rule", "pattern", pattern=pattern)
        case StrType():
            return called("rule", "text")
        case VarTupleType(item_type=item, min_length=least):
            return called("rule", "some" if least else "list", each=rule(item))
        case UnionType(types=types):
            return _or([rule(one) for one in types if not isinstance(one, NoneType)])
        case StructType(cls=cls):
            return called("rule", "table", fields=", ".join(cls.__struct_fields__))
        case _ if getattr(kind, "cls", None) is Path:
            return called("rule", "path")
        case _:
            return type(kind).__name__.removesuffix("Type").lower()


def _or(rules: Sequence[Value]) -> Value:
    first, *others = rules
    return called("rule", "or", one=first, other=_or(others)) if others else first


def _value(given: Any, kind: Any, path: Path, key: str, words: str | None) -> Any:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(given, dict):
        return build(given, kind, path, f"{key}.")
    try:
        return msgspec.convert(given, kind, dec_hook=_path_beside(path))
    except msgspec.ValidationError as why:
        info, shown = type_info(kind), _shown(given)
        nearest = _nearest_literal(given, kind)
        text = f"{path}: {key} = {shown}: must be {allowed(info)}.{nearest} {words or ''}"
        raise SettingsError(
            text.rstrip(), "setting_wrong", key=key, given=shown, rule=rule(info)
        ) from why


def _path_beside(path: Path) -> Any:
    def hook(kind: Any, given: Any) -> Any:
        if kind is Path and isinstance(given, str) and given:
            return (path.parent / Path(given).expanduser()).absolute()
        raise msgspec.ValidationError("not a path")

    return hook


_BOUNDS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}


def _bounds(kind: Type) -> Value:
    given = [f" {sign} {getattr(kind, name):g}" for name, sign in _BOUNDS.items()
             if getattr(kind, name, None) is not None]  # fmt: skip
    match given:
        case [one, other]:
            return called("rule", "both", one=one, other=other)
    return "".join(given)


def _nearest(key: str, known: Mapping[str, Any]) -> str:
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    return f"Did you mean {close[0]}?" if close else "There are: " + ", ".join(sorted(known))


def _nearest_literal(given: Any, kind: Any) -> str:
    info = type_info(kind)
    near = _nearest_one(given, info.values) if isinstance(info, LiteralType) else ""
    return str(catalogue("en").said(near))


def _nearest_one(given: Any, values: Iterable[Any]) -> Value:
    close = difflib.get_close_matches(str(given), [str(v) for v in values], n=1, cutoff=0.5)
    return called("rule", "nearest", name=close[0]) if close else ""


def _shown(given: Any) -> str:
    text = repr(given)
    return text if len(text) <= 60 else text[:57] + "..."
