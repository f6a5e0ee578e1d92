"""A scenario as a TOML file: what differs from an ordinary day, and nothing else.

>>> from sim.scenario import scenario
>>> day = scenario("markov", agents=12, p=0.25)
>>> parsed(text(day)) == day
True
"""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from dialer import tomlfile
from dialer.errors import SettingsError
from sim.scenario import Scenario


def text(day: Scenario) -> str:
    """Sections for people, rest, hearing and shift; a duration is an inline table."""
    return "\n".join(_lines(day)) + "\n"


def parsed(words: str) -> Scenario:
    """Of such a text; ValidationError and TOMLDecodeError say what is wrong."""
    return msgspec.convert(tomllib.loads(words), Scenario)


def load(path: Path) -> Scenario:
    """Of a file; SettingsError names what is wrong with it."""
    try:
        return msgspec.convert(tomlfile.read(path), Scenario)
    except msgspec.ValidationError as why:
        raise SettingsError(f"{path}: {why}") from why


SECTIONS = ("people", "rest", "hearing", "shift")


def _lines(day: Scenario) -> Iterator[str]:
    for name, value in _differing(day):
        if name not in SECTIONS:
            yield f"{name} = {_inline(value)}"
    for section in SECTIONS:
        if found := list(_differing(getattr(day, section))):
            yield ""
            yield f"[{section}]"
            yield from (f"{name} = {_inline(value)}" for name, value in found)


def _differing(struct: msgspec.Struct) -> Iterator[tuple[str, Any]]:
    for field in msgspec.structs.fields(struct):
        value = getattr(struct, field.name)
        if value is not None and value != field.default:
            yield field.name, msgspec.to_builtins(value)


def _inline(value: Any) -> str:
    """A value of TOML on one line.

    >>> _inline({"kind": "gamma", "mean": 11.0, "parts": []})
    '{ kind = "gamma", mean = 11.0 }'
    """
    if isinstance(value, dict):
        inner = (f"{key} = {_inline(one)}" for key, one in value.items() if one not in ([], 0.0))
        return "{ " + ", ".join(inner) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if isinstance(value, float):
        return repr(round(value, 6))
    return json.dumps(value)
