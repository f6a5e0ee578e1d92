"""May this person be called now? Rules as data, and nothing but the facts it is given.

The clock that counts is the one on the called person's wall. Where several zones are possible
all of them must be open, so an unknown zone is the intersection of all it could be.

>>> at = 1_790_000_000.0                                  # 2026-09-21 14:13:20 UTC, a Monday
>>> may_call(LeadFacts(), NumberFacts(place="US America/New_York"), Rules(hours="us"), at)
()
>>> may_call(LeadFacts(), NumberFacts(place="US America/Los_Angeles"), Rules(hours="us"), at)
('hours',)
"""

import math
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

Span = tuple[int, int]
"Minutes of the local day: opens, closes (the closing minute is outside)."


class Hours(msgspec.Struct, frozen=True):
    """When people may be called, on their own clock."""

    week: tuple[tuple[Span, ...], ...]
    "Seven days, Monday first; each with its spans."
    holiday: tuple[Span, ...] | None = ()
    "Spans of a holiday; `None` makes it a day like any other."


def _daily(opens: int, closes: int) -> tuple[tuple[Span, ...], ...]:
    return (((60 * opens, 60 * closes),),) * 7


HOURS: dict[str, Hours] = {
    "lab": Hours(week=_daily(0, 24), holiday=None),
    "strict": Hours(week=_daily(8, 21)),
    "us": Hours(week=_daily(8, 21), holiday=None),
    "cn": Hours(week=_daily(9, 21)),
    "uk": Hours(week=(*_daily(8, 21)[:5], ((540, 1080),), ())),
}
"""`us`: 16 CFR 310.4(c). `cn`: no calls from 21 to 9 o'clock, as for insurance sold by telephone.
`uk`: the law names no hours; this is cautious habit. `lab`: telephones that are no people's.
Data to start from, not legal advice."""


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What a campaign promises the people it calls."""

    hours: str | Hours = "strict"
    "A name in `HOURS`, or hours of your own."
    holidays: tuple[tuple[str, str], ...] = ()
    "Region and day: `(('CN', '2026-10-01'), ('', '2026-12-25'))`; an empty region means all."
    attempts_per_lead: int = 8
    "Calls that reach the network, to all numbers of a lead together."
    calls_per_number_per_day: int = 3
    "To one number in any 24 hours, by all campaigns together."
    dnc: str = ""
    "Which do-not-call list is in force: its name, for the record."
    seller: str = ""
    "Whose name the safe-harbour message says."
    safe_harbour: str = ""
    "The recording for those whom no agent could take in time."


class LeadFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a person."""

    attempts: int = 0
    final: bool = False
    "Nobody shall call again: sold, refused, exhausted."
    open: bool = False
    "One of the numbers is being called."


class NumberFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one of a person's numbers."""

    place: str
    "Region and every zone it may be in: `US America/Chicago,America/New_York`."
    blocked: bool = False
    "On a do-not-call list that binds this campaign."
    dead: bool = False
    open: bool = False
    "It is being called, by whichever campaign."
    calls_today: int = 0
    "In the last 24 hours, by all campaigns."


Why = Literal["final", "open", "dead", "dnc", "caps", "hours"]


def may_call(lead: LeadFacts, number: NumberFacts, rules: Rules, at: float) -> tuple[Why, ...]:
    """Every reason against calling now; none means yes."""
    against: dict[Why, bool] = {
        "final": lead.final,
        "open": lead.open or number.open,
        "dead": number.dead,
        "dnc": number.blocked,
        "caps": lead.attempts >= rules.attempts_per_lead
        or number.calls_today >= rules.calls_per_number_per_day,
        "hours": open_until(number.place, rules, at) <= at,
    }
    return tuple(why for why, holds in against.items() if holds)


def open_until(place: str, rules: Rules, at: float) -> float:
    """The first instant from `at` on at which somebody there must not be called; `at` if now.

    >>> open_until("GB Europe/London", Rules(hours="us"), 1_790_000_000.0) - 1_790_000_000.0
    20800.0
    >>> open_until("GB Europe/London", Rules(hours="lab"), 1_790_000_000.0)
    inf
    """
    hours = HOURS[rules.hours] if isinstance(rules.hours, str) else rules.hours
    until = _until(place, hours, rules.holidays, int(at // 60))
    return until if until > at else at


Holidays = tuple[tuple[str, str], ...]


@lru_cache(maxsize=16384)
def _until(place: str, hours: Hours, holidays: Holidays, minute: int) -> float:
    # Spans and zones are whole minutes: within one, the answer stays the same.
    region, _, zones = place.partition(" ")
    days = frozenset(day for of, day in holidays if of in ("", region))
    if not zones:  # it could be anywhere, and somewhere it is always night
        return -math.inf if _closes_ever(hours) else math.inf
    clocks = (_Clock(ZoneInfo(zone), hours, days) for zone in zones.split(","))
    return min(clock.open_until(60.0 * minute) for clock in clocks)


class _Clock:
    """One zone's wall clock against the hours."""

    def __init__(self, zone: ZoneInfo, hours: Hours, days: frozenset[str]) -> None:
        self._zone, self._hours, self._days = zone, hours, days

    def open_until(self, at: float) -> float:
        """The first closed instant; minus infinity when closed at `at`, infinity when never."""
        if self._left_s(at) <= 0:
            return -math.inf
        end = at
        while (left := self._left_s(end)) > 0:
            end = self._step(end, end + left)
            if end - at > 8 * 86400:
                return math.inf
        return end

    def _left_s(self, at: float) -> float:
        """Seconds on the wall until the span's end, 0 outside every span."""
        wall = datetime.fromtimestamp(at, self._zone)
        minute = 60 * wall.hour + wall.minute + wall.second / 60
        for opens, closes in self._spans(wall):
            if opens <= minute < closes:
                return 60 * (closes - minute)
        return 0

    def _spans(self, wall: datetime) -> tuple[Span, ...]:
        if self._hours.holiday is not None and wall.date().isoformat() in self._days:
            return self._hours.holiday
        return self._hours.week[wall.weekday()]

    def _step(self, start: float, end: float) -> float:
        """`end`, or the instant before it at which the clock is put forward or back."""
        if self._offset(start) == self._offset(end):
            return end
        while end - start > 1:
            middle = (start + end) // 2
            if self._offset(middle) == self._offset(start):
                start = middle
            else:
                end = middle
        return end

    def _offset(self, at: float) -> timedelta | None:
        return datetime.fromtimestamp(at, self._zone).utcoffset()


# ---- before a campaign may use a trunk that reaches people --------------------------------------
MISSING: dict[str, str] = {
    "hours": "calling hours: `lab` is always open; choose `strict`, `us`, `cn`, `uk` or your own",
    "dnc": "a do-not-call list: name the one in force, even if it is still empty",
    "calls_per_number_per_day": "a daily cap per number: 1 to 10",
    "caller_id": "a caller id that the trunk may show",
    "seller": "the seller's name, which the safe-harbour message must say",
    "safe_harbour": "a recording for people whom no agent could take in time",
}
"What a live trunk asks for, and how to say it to whoever must mend it."


def readiness(kind: Literal["lab", "live"], rules: Rules, caller_ids: tuple[str, ...]) -> list[str]:
    """Which of `MISSING` a campaign still lacks; a lab trunk, which reaches nobody, lacks nothing.

    >>> readiness("live", Rules(hours="lab", dnc="own", seller="ACME"), ())
    ['hours', 'caller_id', 'safe_harbour']
    """
    if kind == "lab":
        return []
    there = {
        "hours": bool(rules.hours) and _closes(rules.hours),
        "dnc": bool(rules.dnc),
        "calls_per_number_per_day": 1 <= rules.calls_per_number_per_day <= 10,
        "caller_id": bool(caller_ids),
        "seller": bool(rules.seller.strip()),
        "safe_harbour": bool(rules.safe_harbour),
    }
    return [what for what, is_there in there.items() if not is_there]


def _closes(hours: str | Hours) -> bool:
    """There is a time of every day at which nobody is called."""
    spans = HOURS[hours] if isinstance(hours, str) else hours
    return all(_open_min(day) < 1440 for day in spans.week)


def closing(hours: str | Hours) -> tuple[int, ...]:
    """When each day's last span ends, in minutes of the local day, Monday first; 0 of none.

    >>> closing("uk")
    (1260, 1260, 1260, 1260, 1260, 1080, 0)
    """
    spans = HOURS[hours] if isinstance(hours, str) else hours
    return tuple(max((closes for _, closes in day), default=0) for day in spans.week)


def _closes_ever(hours: Hours) -> bool:
    return hours.holiday is not None or any(_open_min(day) < 1440 for day in hours.week)


def _open_min(day: tuple[Span, ...]) -> int:
    """Minutes of a day in one of its spans; spans may overlap."""
    return len({minute for opens, closes in day for minute in range(opens, closes)})
