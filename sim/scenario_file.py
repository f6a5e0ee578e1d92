"""A scenario as a TOML file: what differs from an ordinary day, and nothing else.

>>> from sim.scenario import scenario
>>> day = scenario("markov", agents=12, p=0.25)
>>> parsed(text(day)) == day
True
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from dialer import tomlfile
from dialer.audio.presets import preset
from dialer.engine.account import period
from dialer.engine.pacing import POLICIES
from dialer.errors import SettingsError
from dialer.leads import retry
from sim.scenario import Scenario


def text(day: Scenario) -> str:
    """Sections for people, rest, hearing and shift; a duration is an inline table."""
    return "\n".join(_lines(day)) + "\n"


def parsed(words: str) -> Scenario:
    """Of such a text; ValidationError and TOMLDecodeError say what is wrong."""
    return msgspec.convert(tomllib.loads(words), Scenario)


def load(path: Path) -> Scenario:
    """Of a file; SettingsError names what is wrong with it."""
    day = tomlfile.load(path, Scenario)
    try:
        _must_make_sense(day)
    except (ValueError, SettingsError) as why:
        raise SettingsError(f"{path}: {why}") from why
    return day


BETWEEN: Mapping[str, tuple[float, float]] = {
    "agents": (1, 10_000), "hours": (0.01, 8_784.0), "p": (0.0, 1.0), "ratio": (1.0, 100.0),
    "lines": (1, 100_000), "leads": (0, 1_000_000_000), "calls_per_s": (0.01, 10_000.0),
    "ring_timeout_s": (1.0, 300.0), "ring_least_s": (0.0, 300.0),
    "connect_within_s": (0.1, 30.0), "abandon_cap": (0.0, 1.0),
}  # fmt: skip
"Of a day, least and most."


def _must_make_sense(day: Scenario) -> None:
    for name, (low, high) in BETWEEN.items():
        given = getattr(day, name)
        if given is not None and not low <= given <= high:
            raise ValueError(f"{name} = {given:g}: must be {low:,.10g} to {high:,.10g}")
    if any(not 0.0 <= rate <= 1.0 for rate in day.answer_by_hour):
        raise ValueError(f"answer_by_hour = {list(day.answer_by_hour)}: must each be 0 to 1")
    tomlfile.must_be_one_of("pacing", day.pacing, (*POLICIES, "preview"))
    tomlfile.must_be_one_of("retry", retry.read(day.retry)[0], retry.RETRY)
    preset(day.detection)
    try:
        period(day.account)
    except ValueError as why:
        raise ValueError(f"account = {why}") from why


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
