"""What a regulator permits: a file of data for each profile, with its sources. Not legal advice.

>>> LAWS["us_ftc"].abandon_cap, LAWS["us_ftc"].clock
(0.03, 'greeting_end')
>>> looser(hours_of("mon-sun 07:00-20:00"), LAWS["us_ftc"].hours)
'mon 07:00-08:00'
"""

from pathlib import Path
from typing import Any, Literal

import msgspec

from dialer import tomlfile
from dialer.engine.hours import Hours, Span
from dialer.hours import DAYS, clock, hours_of

Consent = Literal["none", "mobile", "all"]
Period = Literal["day", "calendar_month", "successive_30_days", "rolling_30_days"]


class Law(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The numbers a campaign must keep to."""

    abandon_cap: float
    "Most of the calls that a person answered that may be abandoned, per campaign and period."
    period: Period
    "Over what time that share is taken."
    formula: Literal["persons", "ofcom"]
    """How the share is taken: abandoned calls among those that a person answered, or with the
    abandoned calls that machines had answered estimated and left out: `models.drop_rates`."""
    clock: Literal["greeting_end", "speech_start", "answer"]
    "What starts the clock."
    connect_within_s: float
    "A person reaches an agent within so many seconds of it, or hears the safe-harbour message."
    hours: Hours
    "Calling hours on the called person's clock."
    calendar: Literal["none", "national", "everywhere"]
    """Whose public holidays are days without calls (or with the hours of a holiday): none; those
    of the called person's whole country; those of any part of it."""
    ring_least_s: float
    "Nobody's telephone is given up earlier."
    consent: Consent
    "Who is called only after he agreed: nobody, those at a mobile phone, all."
    after_abandoned_h: float
    "After an abandoned call a dialer leaves the number alone so long; an agent may call by hand."
    after_machine_h: float
    "The same after a call that a detector took for a machine's."
    source: str


class When(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A test vector: may somebody there be called at that time of their own clock?"""

    place: str
    at: str
    open: bool


class Drops(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A test vector: the share that so many calls are, rounded to four digits."""

    drops: int
    humans: int
    machines: int
    rate: float
    source: str = ""


class Vectors(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a profile's file says must come out."""

    hours: tuple[When, ...] = ()
    drops: tuple[Drops, ...] = ()


_ON_HOLIDAYS: dict[str, tuple[Span, ...] | None] = {"none": (), "ordinary": None}


def _read(file: Path) -> tuple[Law, Vectors]:
    table: dict[str, Any] = tomlfile.read(file)
    vectors = msgspec.convert(table.pop("vectors", {}), Vectors)
    week = hours_of(table.pop("hours")).week
    table["hours"] = {"week": week, "holiday": _ON_HOLIDAYS[table.pop("holiday_hours")]}
    return msgspec.convert(table, Law), vectors


_FILES = {file.stem: _read(file) for file in sorted(Path(__file__).parent.glob("*.toml"))}
LAWS: dict[str, Law] = {name: law for name, (law, _) in _FILES.items()}
VECTORS: dict[str, Vectors] = {name: vectors for name, (_, vectors) in _FILES.items()}


def looser(hours: Hours, than: Hours) -> str:
    """The first time of the week that `hours` open and `than` does not; empty if there is none."""
    for day, ours, theirs in zip(DAYS, hours.week, than.week, strict=True):
        if span := _beyond(ours, theirs):
            return f"{day} {span}"
    if than.holiday is None:
        return ""
    if hours.holiday is None:
        return "holidays"
    span = _beyond(hours.holiday, than.holiday)
    return f"holidays {span}" if span else ""


def _beyond(ours: tuple[Span, ...], theirs: tuple[Span, ...]) -> str:
    allowed = {minute for opens, closes in theirs for minute in range(opens, closes)}
    for opens, closes in ours:
        outside = [minute for minute in range(opens, closes) if minute not in allowed]
        if outside:
            end = next((m for m in range(outside[0], closes) if m in allowed), closes)
            return f"{clock(outside[0])}-{clock(end)}"
    return ""
