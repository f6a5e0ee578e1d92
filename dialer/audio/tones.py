"""The tones of the world's telephone networks: a plan per country, read from one table.

`tone_plan.csv` holds the facts and where each comes from. `read()` is the only function that
opens it; the edge calls it (through `plan`) before the first call. Everything else is values.

>>> [tone.sound for tone in plan("cn").tones]
['busy', 'congestion', 'sit', 'ringback', 'sit']
>>> plan("nowhere") is DEFAULT
True
"""

import csv
import io
import math
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

import msgspec

from dialer.engine.events import Sound

TIMING_TOLERANCE = 0.15
"Of a cadence's on and off times; networks keep it no better."
HOP_S = 0.025
"What measuring in steps of 20 ms adds to that."
SHORTEST_HZ = 200.0
"A component below is a modulation of the tone (400 Hz times 25 Hz), not a tone that passes."


class Span(msgspec.Struct, frozen=True):
    """How long a part of a cadence may last."""

    at_least_s: float
    at_most_s: float

    def admits(self, seconds: float) -> bool:
        """Whether it may last so long."""
        return self.at_least_s <= seconds <= self.at_most_s


class Tone(msgspec.Struct, frozen=True):
    """One tone of a plan: what it means, of what it is made, when it sounds."""

    sound: Sound
    kind: str
    "Of a SIT: what it says about the number, an outcome's name or `unknown`."
    freqs_hz: tuple[float, ...]
    cadence: tuple[Span, ...]
    "On, off, on, off, ... and from the start again."
    any_of: bool = False
    "Any of the frequencies will do; else all of them are there at once."
    label: str = ""
    "`1.0/4.0 s at 450 Hz`"


class TonePlan(msgspec.Struct, frozen=True):
    """The tones that a caller to one country may hear before, or instead of, an answer."""

    country: str
    tones: tuple[Tone, ...]


MEANING: Mapping[str, tuple[Sound, str]] = {
    "ringback": ("ringback", ""),
    "ringback_alt": ("ringback", ""),
    "busy": ("busy", ""),
    "congestion": ("congestion", ""),
    "number_unobtainable": ("sit", "vacant"),
    "unobtainable": ("sit", "unreachable"),
    "sit": ("sit", "unknown"),
}
"""Name in the table -> sound and kind. What is not here (dial tone, howler, call waiting) is
never sent to somebody who has dialled."""

SIT_KINDS = {
    "IC": "no_service",
    "VC": "vacant",
    "RO": "congestion",
    "NC": "congestion",
    "ITU": "unknown",
}
"""Intercept, vacant code, reorder, no circuit (North America tells them by frequency and length);
the three notes of the ITU only say that a message follows."""

_RINGING = (400.0, 425.0, 450.0, 475.0)
_ENGAGED = (400.0, 425.0, 450.0, 480.0, 620.0)

DEFAULT = TonePlan(
    "",
    (
        Tone("ringback", "", _RINGING, (Span(0.67, 2.3), Span(2.0, 6.0)), True, "one ring"),
        Tone(
            "ringback", "", _RINGING,
            (Span(0.3, 0.5), Span(0.14, 0.26), Span(0.3, 0.5), Span(1.6, 3.6)), True, "two rings",
        ),
        Tone("busy_or_congestion", "", _ENGAGED, (Span(0.13, 0.64), Span(0.13, 0.64)), True,
             "engaged"),
    ),
)  # fmt: skip
"""For a country that is not in the table: the ranges of E.180 and Q.35, widened to what is in use.
It cannot tell busy from congestion, and says so."""


def plan(country: str) -> TonePlan:
    """The plan of a country (ISO 3166 alpha-2, any case); `DEFAULT` for one that is not listed."""
    return read().get(country.lower(), DEFAULT)


class Notes(msgspec.Struct, frozen=True):
    """A special information tone: three notes, and what they say."""

    kind: str
    label: str
    freqs_hz: tuple[float, float, float]
    seconds: tuple[float, float, float]


@cache
def special_information() -> tuple[Notes, ...]:
    """The three-note tones of the table."""
    return tuple(
        Notes(
            SIT_KINDS[row["country"].split()[0]],
            row["country"],
            (freqs[0], freqs[1], freqs[2]),
            (spans[0], spans[1], spans[2]),
        )
        for row in _rows()
        if row["iso2"] == "xx"
        for freqs, spans in [_notes(row["segments"])]
    )


def _notes(segments: str) -> tuple[list[float], list[float]]:
    parts = list(_parts(segments))[:3]
    return [freqs[0] for freqs, _ in parts], [seconds for _, seconds in parts]


@cache
def read() -> Mapping[str, TonePlan]:
    """Every plan, by country: the table is read once."""
    tones: dict[str, list[Tone]] = {}
    for row in _rows():
        if row["iso2"] != "xx" and (tone := _tone(row)):
            tones.setdefault(row["iso2"], []).append(tone)
    return {country: TonePlan(country, tuple(known)) for country, known in tones.items()}


def _rows() -> list[dict[str, str]]:
    text = resources.files("dialer.audio").joinpath("tone_plan.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def _tone(row: Mapping[str, str]) -> Tone | None:
    """A row as a tone, if it is one by cadence: the three notes of a SIT have their own ear."""
    meaning = MEANING.get(row["tone"])
    parts = list(_parts(row["segments"]))
    notes = [freqs for freqs, _ in parts if freqs]
    if meaning is None or (row["tone"] == "sit" and len(set(notes)) > 1):
        return None
    spans = tuple(_span(seconds) for _, seconds in parts)
    if len(spans) % 2:
        spans += (Span(0.5, math.inf),)
    freqs = tuple(sorted({hz for note in notes for hz in note}))
    several = len(set(notes)) > 1 or not freqs
    return Tone(*meaning, freqs or _RINGING, spans, several, _label(parts, freqs))


def _parts(segments: str) -> Iterator[tuple[tuple[float, ...], float]]:
    """`400+450:400|0:200` as ((400.0, 450.0), 0.4), ((), 0.2)."""
    for part in segments.split("|"):
        freqs, ms = part.split(":")
        yield tuple(_heard(freqs)), math.inf if ms == "inf" else float(ms) / 1000.0


def _heard(freqs: str) -> Iterator[float]:
    """The components that pass a telephone line: a modulated tone is a carrier and two bands."""
    numbers = [float(hz) for hz in freqs.replace("*", "+").split("+")]
    tones = sorted(hz for hz in numbers if hz >= SHORTEST_HZ)
    below = [hz for hz in numbers if 0 < hz < SHORTEST_HZ]
    yield from tones
    if len(tones) == 1 and below:
        yield from (tones[0] - below[0], tones[0] + below[0])


def _span(seconds: float) -> Span:
    if math.isinf(seconds):
        return Span(5.0, math.inf)
    return Span(
        max(0.04, seconds * (1 - TIMING_TOLERANCE) - HOP_S),
        seconds * (1 + TIMING_TOLERANCE) + HOP_S,
    )


def _label(parts: list[tuple[tuple[float, ...], float]], freqs: tuple[float, ...]) -> str:
    timing = "/".join(f"{seconds:g}" for _, seconds in parts)
    return f"{timing} s at {'+'.join(f'{hz:g}' for hz in freqs)} Hz"
