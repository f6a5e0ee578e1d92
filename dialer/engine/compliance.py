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
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from dialer.engine.calendar import SWAPPING, day_of
from dialer.engine.hours import HOURS, Hours, Span, closes_daily, open_min, workday

DayKind = Literal["closed", "workday"]
HouseDay = tuple[str, str, DayKind]
"A day of the house: region (empty: everywhere), day, what it is."


class Rules(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
    """What a campaign promises the people it calls."""

    law: str = ""
    "Name of the profile that these keep to."

    hours: str | Hours = "strict"
    "A name in `HOURS`, or hours of your own."
    holidays: tuple[tuple[str, str], ...] = ()
    "Days without calls: `(('CN', '2026-10-01'), ('', '2026-12-25'))`; no region means all."
    calendar: Literal["none", "national", "everywhere"] = "none"
    "Whose public holidays count: nobody's, the country's, those of any part of the country."
    days: tuple[HouseDay, ...] = ()
    "What the house knows better than the calendar."
    alone: bool = False
    "Nobody else is called: the days that the house sets do not count."
    consent: Literal["none", "mobile", "all"] = "none"
    "Who is called only after he agreed: nobody, those at a mobile phone, all."
    ring_least_s: float = 0.0
    "Nobody's telephone is given up earlier."
    after_abandoned_s: float = 0.0
    "A number is left alone so long after an abandoned call, but for calls by hand."
    after_machine_s: float = 0.0
    "The same after a call that was taken for a machine's."
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

    def with_days(self, days: tuple[HouseDay, ...]) -> "Rules":
        """These, on days that the house has set beside those that they know."""
        more = () if self.alone else tuple(day for day in days if day not in self.days)
        return msgspec.structs.replace(self, days=(*self.days, *more)) if more else self


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
    kind: str = ""
    "`mobile`, `fixed_line`, ..."
    agreed: bool = False
    "There is a consent that is in force and binds this campaign."


Why = Literal["final", "open", "dead", "dnc", "consent", "caps", "hours"]


def may_call(lead: LeadFacts, number: NumberFacts, rules: Rules, at: float) -> tuple[Why, ...]:
    """Every reason against calling now; none means yes."""
    against: tuple[tuple[Why, bool], ...] = (
        ("final", lead.final),
        ("open", lead.open or number.open),
        ("dead", number.dead),
        ("dnc", number.blocked),
        ("consent", must_agree(number.kind, rules) and not number.agreed),
        (
            "caps",
            lead.attempts >= rules.attempts_per_lead
            or number.calls_today >= rules.calls_per_number_per_day,
        ),
        ("hours", open_until(number.place, rules, at) <= at),
    )
    return tuple([why for why, holds in against if holds])


FIXED = frozenset({"fixed_line", "toll_free", "company"})
"Kinds of numbers that are no mobile phones; in doubt one is."


def must_agree(kind: str, rules: Rules) -> bool:
    """Whether somebody at such a number is called only after he agreed.

    >>> must_agree("fixed_line_or_mobile", Rules(consent="mobile"))
    True
    """
    return rules.consent == "all" or (rules.consent == "mobile" and kind not in FIXED)


def open_until(place: str, rules: Rules, at: float) -> float:
    """The first instant from `at` on at which somebody there must not be called; `at` if now.

    >>> open_until("GB Europe/London", Rules(hours="us"), 1_790_000_000.0) - 1_790_000_000.0
    20800.0
    >>> open_until("GB Europe/London", Rules(hours="lab"), 1_790_000_000.0)
    inf
    """
    until = _until(place, rules, int(at // 60))
    return until if until > at else at


def opens_at(place: str, rules: Rules, at: float) -> float:
    """The first instant from `at` on at which somebody there may be called; infinity: not soon.

    >>> opens_at("GB Europe/London", Rules(hours="us"), 1_790_028_000.0) - 1_790_028_000.0
    32400.0
    """
    clocks = _clocks(place, rules)
    end = at
    while clocks and end - at < SOON_S:
        later = max(clock.opens_at(end) for clock in clocks)
        if later <= end:
            return end
        end = later
    return at if not clocks and open_until(place, rules, at) > at else math.inf


SOON_S = 40 * 86400.0
"As far as anybody looks ahead: longer than any row of holidays."


def hours_in(rules: Rules) -> Hours:
    """The hours themselves, where rules may name them."""
    return HOURS[rules.hours] if isinstance(rules.hours, str) else rules.hours


@lru_cache(maxsize=16384)
def _until(place: str, rules: Rules, minute: int) -> float:
    # Spans and zones are whole minutes: within one, the answer stays the same.
    clocks = _clocks(place, rules)
    if not clocks:
        return _until_anywhere(place, rules, 60.0 * minute)
    return min(clock.open_until(60.0 * minute) for clock in clocks)


@lru_cache(maxsize=1024)
def _clocks(place: str, rules: Rules) -> tuple["_Clock", ...]:
    region, _, zones = place.partition(" ")
    return tuple(_Clock(ZoneInfo(zone), region, rules) for zone in zones.split(",") if zone)


Is = Literal["", "house", "campaign", "holiday", "worked"]
"""Why a day is not as its weekday: closed by the house, by the campaign; a public holiday; a
weekend that is worked in turn."""


class DayThere(NamedTuple):
    """A day in a country, as a campaign's rules have it."""

    is_: Is
    spans: tuple[Span, ...]
    "When people may be called."


class Days:
    """What each day is in one country, by a campaign's rules.

    >>> Days("CN", Rules(hours="cn", calendar="national")).of(date(2026, 10, 1))
    DayThere(is_='holiday', spans=())
    """

    def __init__(self, region: str, rules: Rules) -> None:
        self._region, self._hours, self._calendar = region, hours_in(rules), rules.calendar
        ours = [(day, kind) for of, day, kind in rules.days if of in ("", region)]
        self._house = {day for day, kind in ours if kind == "closed"}
        self._worked = {day for of, day, kind in rules.days if (of, kind) == (region, "workday")}
        self._campaign = {day for of, day in rules.holidays if of in ("", region)}

    def is_closed(self, day: date) -> bool:
        """By the house or the campaign."""
        text = day.isoformat()
        return text in self._house or text in self._campaign

    def of(self, day: date) -> DayThere:
        """The hours of the week's day, of a holiday, or of a weekend that is worked."""
        hours, text = self._hours, day.isoformat()
        if self.is_closed(day):
            return DayThere("house" if text in self._house else "campaign", hours.holiday or ())
        if self._calendar == "none" or hours.holiday is None:
            return DayThere("", hours.week[day.weekday()])
        known = day_of(self._region, day, anywhere=self._calendar == "everywhere")
        if known == "holiday":
            return DayThere("holiday", hours.holiday)
        is_worked = known == "workday" or text in self._worked
        if is_worked and day.weekday() >= 5 and self._region in SWAPPING:
            return DayThere("worked", workday(hours))
        return DayThere("", hours.week[day.weekday()])


class _Clock:
    """One zone's wall clock against the hours."""

    def __init__(self, zone: ZoneInfo, region: str, rules: Rules) -> None:
        self._zone, self._days = zone, Days(region, rules)

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

    def opens_at(self, at: float) -> float:
        """The first open instant from `at` on, as far as anybody looks ahead."""
        end = at
        while self._left_s(end) <= 0 and end - at < SOON_S:
            end = self._step(end, end + self._shut_s(end))
        return end

    def _left_s(self, at: float) -> float:
        """Seconds on the wall until the span's end, 0 outside every span."""
        wall, minute = self._wall(at)
        for opens, closes in self._spans(wall):
            if opens <= minute < closes:
                return 60 * (closes - minute)
        return 0

    def _shut_s(self, at: float) -> float:
        """Seconds on the wall until the next span of this day, or until midnight."""
        wall, minute = self._wall(at)
        return 60 * (min((o for o, _ in self._spans(wall) if o > minute), default=1440) - minute)

    def _wall(self, at: float) -> tuple[datetime, float]:
        wall = datetime.fromtimestamp(at, self._zone)
        return wall, 60 * wall.hour + wall.minute + wall.second / 60

    def _spans(self, wall: datetime) -> tuple[Span, ...]:
        return self._days.of(wall.date()).spans

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
        "hours": bool(rules.hours) and closes_daily(rules.hours),
        "dnc": bool(rules.dnc),
        "calls_per_number_per_day": 1 <= rules.calls_per_number_per_day <= 10,
        "caller_id": bool(caller_ids),
        "seller": bool(rules.seller.strip()),
        "safe_harbour": bool(rules.safe_harbour),
    }
    return [what for what, is_there in there.items() if not is_there]


def _until_anywhere(place: str, rules: Rules, at: float) -> float:
    """It could be anywhere, and somewhere it is always night, or a day that is closed."""
    hours = hours_in(rules)
    if hours.holiday is not None or any(open_min(day) < 1440 for day in hours.week):
        return -math.inf
    days = Days(place.partition(" ")[0], rules)
    if any(
        days.is_closed(day) for day in {_date(at - LATEST_S), _date(at), _date(at + EARLIEST_S)}
    ):
        return -math.inf
    midnight = at - (at + EARLIEST_S) % DAY_S + DAY_S  # the next that there is anywhere
    return midnight if days.is_closed(_date(midnight + EARLIEST_S)) else math.inf


DAY_S = 86400.0
EARLIEST_S, LATEST_S = 14 * 3600.0, 12 * 3600.0
"How far the first and the last zone of the world are from UTC."


def _date(at: float) -> date:
    return datetime.fromtimestamp(at, UTC).date()
