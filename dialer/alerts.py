"""What a manager wants to be told before he asks: of the picture that the dialer shows each second.

A rule is a function of that picture; `Watch` tells what is new only when it has lasted, and that it
is over only when it has stayed away. Both are pure.

>>> seen = Seen(at=0.0, campaigns={"spring": Campaign(state="dialling", persons=90, abandoned=3,
...                                                    cap=0.03, leads_left=9)})
>>> [(one.kind, one.campaign, one.level) for one in alerts(seen)]
[('abandonment', 'spring', 'critical')]
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from dialer.engine.put_right import WRONG_S

Level = Literal["warning", "critical"]
Positive = Annotated[float, Meta(gt=0)]


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """From when on something needs somebody: what the live page shows and webhooks are told."""

    near: Annotated[float, Meta(gt=0, le=1)] = 0.9
    "Of a campaign's cap or a day's budget, 0 to 1: from here on it is near."
    fewest_abandoned: Annotated[int, Meta(ge=1)] = 3
    "Fewer abandoned people say nothing of a rate yet."
    leads_left: Annotated[int, Meta(ge=0)] = 0
    "A campaign that dials and has so few leads left runs out."
    reserved_s: Positive = 60.0
    "How long an agent may be chosen for a call before somebody should go and look."
    preview_s: Positive = 600.0
    "How long an agent may look at a lead before it is called."
    talking_s: Positive = 3600.0
    "How long a talk may last."
    held_s: Positive = 900.0
    "How long a customer may be on hold."
    wrap_up_s: Positive = 600.0
    "How long the work after a call may last."
    lasting_s: Annotated[float, Meta(ge=0)] = 15.0
    "What has not lasted so long is not told to webhooks."
    calm_s: Annotated[float, Meta(ge=0)] = 60.0
    "What has not stayed away so long is not over."

    def longest_s(self, state: str) -> float:
        """How long an agent may be in a state.

        >>> Limits(held_s=30).longest_s("HELD"), Limits().longest_s("READY")
        (30, inf)
        """
        field = f"{state.lower()}_s"
        return getattr(self, field) if field in AGENT_STATES else float("inf")


USUAL = Limits()
AGENT_STATES = ("reserved_s", "preview_s", "talking_s", "held_s", "wrap_up_s")
"Limits of an agent's states."


class Budget(msgspec.Struct, frozen=True):
    """Of a campaign's day."""

    amount: Decimal
    currency: str
    spent: Decimal
    held: Decimal


class Campaign(msgspec.Struct, frozen=True):
    """One campaign, as far as the rules look at it."""

    state: str = ""
    persons: int = 0
    abandoned: int = 0
    cap: float | None = None
    bound: str = ""
    leads_left: int = 0
    budget: Budget | None = None


class Seat(msgspec.Struct, frozen=True):
    """One agent."""

    agent: str
    state: str = ""
    since: float = 0.0


class Trunk(msgspec.Struct, frozen=True):
    """One trunk."""

    reachable: bool = True
    breaker: bool = False


class CallerId(msgspec.Struct, frozen=True):
    """One number that we show."""

    standing: str = ""
    until: float = 0.0
    why: str = ""
    n: int = 0
    of: int = 0
    usual: float = 0.0
    shown_by: tuple[str, ...] = ()
    "Campaigns that show it."


class PutRight(msgspec.Struct, frozen=True):
    """The machine's clock was, and another dialer began."""

    by_s: float
    on_at: float | None = None


class Clock(msgspec.Struct, frozen=True):
    """That of the dialer against the machine's."""

    off_s: float = 0.0
    put_right: PutRight | None = None


class Seen(msgspec.Struct, frozen=True):
    """The picture."""

    at: float
    switch: str = "up"
    recording_room: bool = True
    campaigns: dict[str, Campaign] = {}
    agents: tuple[Seat, ...] = ()
    trunks: dict[str, Trunk] = {}
    caller_ids: dict[str, CallerId] = {}
    clock: Clock = Clock()
    limits: Limits = USUAL


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not as it should be."""

    kind: str
    "A key of `RULES`, or `dialer`: nothing is heard of it."
    level: Level = "warning"
    campaign: str = ""
    agent: str = ""
    trunk: str = ""
    caller_id: str = ""
    figures: dict[str, Any] = {}
    "What its words are filled with."

    @property
    def subject(self) -> tuple[str, str]:
        """What it is about: its figures may change while it lasts."""
        return self.kind, self.campaign or self.agent or self.trunk or self.caller_id


CLOCK_TOLD_S = 3600.0
"So long it is told that the clock was put right."
AWAY = Alert(kind="dialer", level="critical")


def _abandonment(seen: Seen) -> Iterator[Alert]:
    limits = seen.limits
    for name, one in seen.campaigns.items():
        rate = one.abandoned / one.persons if one.persons else 0.0
        if one.cap is None or one.abandoned < limits.fewest_abandoned:
            continue
        if rate < limits.near * one.cap:
            continue
        yield Alert(
            kind="abandonment", campaign=name, level="critical" if rate > one.cap else "warning",
            figures={"rate": rate, "cap": one.cap, "abandoned": one.abandoned,
                     "persons": one.persons},
        )  # fmt: skip


def _leads(seen: Seen) -> Iterator[Alert]:
    for name, one in seen.campaigns.items():
        if one.state == "dialling" and one.leads_left <= seen.limits.leads_left:
            yield Alert(kind="leads", campaign=name)


def _budget(seen: Seen) -> Iterator[Alert]:
    for name, one in seen.campaigns.items():
        of = one.budget
        if of is None or one.state != "dialling":
            continue
        is_spent = one.bound == "budget"
        if is_spent or of.spent + of.held >= of.amount * Decimal(str(seen.limits.near)):
            yield Alert(
                kind="budget", campaign=name, level="critical" if is_spent else "warning",
                figures={"spent": f"{of.spent:,.2f}", "held": f"{of.held:,.2f}",
                         "amount": f"{of.amount:,.2f}", "currency": of.currency},
            )  # fmt: skip


def _tariff(seen: Seen) -> Iterator[Alert]:
    for name, one in seen.campaigns.items():
        if one.bound == "tariff":
            yield Alert(kind="tariff", campaign=name, level="critical")


def _stuck(seen: Seen) -> Iterator[Alert]:
    for one in seen.agents:
        lasts_s = seen.at - one.since
        if lasts_s > seen.limits.longest_s(one.state):
            yield Alert(
                kind="stuck", agent=one.agent,
                figures={"state": one.state, "minutes": int(lasts_s // 60)},
            )  # fmt: skip


def _trunk(seen: Seen) -> Iterator[Alert]:
    for name, one in seen.trunks.items():
        if not one.reachable or one.breaker:
            kind = "trunk_failing" if one.reachable else "trunk_down"
            yield Alert(kind=kind, trunk=name, level="critical")


def _caller_ids(seen: Seen) -> Iterator[Alert]:
    for number, one in seen.caller_ids.items():
        if one.standing == "resting":
            yield Alert(
                kind="caller_id", caller_id=number,
                figures={"why": one.why, "n": one.n, "of": one.of, "usual": one.usual,
                         "hours": round(max(0.0, one.until - seen.at) / 3600, 1)},
            )  # fmt: skip


def _silent(seen: Seen) -> Iterator[Alert]:
    for name, one in seen.campaigns.items():
        if one.state == "dialling" and one.bound == "caller_ids":
            yield Alert(kind="caller_ids", campaign=name, level="critical")


def _switch(seen: Seen) -> Iterator[Alert]:
    if seen.switch != "up":
        yield Alert(kind="switch", level="critical")


def _recordings(seen: Seen) -> Iterator[Alert]:
    if not seen.recording_room:
        yield Alert(kind="recordings")


def _clock(seen: Seen) -> Iterator[Alert]:
    off_s, last = seen.clock.off_s, seen.clock.put_right
    if abs(off_s) > WRONG_S:
        yield Alert(kind="clock", level="critical", figures={"by_s": round(off_s)})
    elif last is not None and last.on_at is not None and seen.at - last.on_at < CLOCK_TOLD_S:
        figures = {"by_s": round(last.by_s), "since_s": int(seen.at - last.on_at)}
        yield Alert(kind="clock_right", figures=figures)


RULES: tuple[Callable[[Seen], Iterator[Alert]], ...] = (
    _switch, _trunk, _abandonment, _budget, _tariff, _leads, _stuck, _recordings,
    _caller_ids, _silent, _clock,
)  # fmt: skip


def alerts(seen: Seen) -> list[Alert]:
    """What is not as it should be now; what is critical comes first."""
    found = [one for rule in RULES for one in rule(seen)]
    return sorted(found, key=lambda one: one.level != "critical")


def seen(status: Mapping[str, Any]) -> Seen:
    """The dialer's picture, as far as the rules look at it."""
    return msgspec.convert(status, Seen, strict=False)


class Watch:
    """Remembers what was told: each thing is told once when it begins and once when it ends.

    >>> watch, away = Watch(), [AWAY]
    >>> watch.step(away, 0.0), watch.step(away, 20.0) == ([AWAY], []), watch.step(away, 40.0)
    (([], []), True, ([], []))
    >>> watch.step([], 50.0), watch.step([], 120.0) == ([], [AWAY])
    (([], []), True)
    """

    def __init__(self, limits: Limits = USUAL) -> None:
        self.limits = limits
        self._since: dict[tuple[str, str], float] = {}
        self._told: dict[tuple[str, str], Alert] = {}
        self._seen_at: dict[tuple[str, str], float] = {}

    def step(self, found: list[Alert], at: float) -> tuple[list[Alert], list[Alert]]:
        """What is to be told now: begun, and over. What grew critical is told once more."""
        now = {one.subject: one for one in found}
        self._since = {subject: self._since.get(subject, at) for subject in now}
        self._seen_at |= dict.fromkeys(now, at)
        begun = [one for subject, one in now.items() if self._is_news(subject, one, at)]
        over = [
            one for subject, one in self._told.items()
            if subject not in now and at - self._seen_at[subject] >= self.limits.calm_s
        ]  # fmt: skip
        for one in over:
            del self._told[one.subject]
        self._told |= {one.subject: one for one in begun}
        self._seen_at = {k: v for k, v in self._seen_at.items() if k in now or k in self._told}
        return begun, over

    def _is_news(self, subject: tuple[str, str], one: Alert, at: float) -> bool:
        told = self._told.get(subject)
        if told is not None:
            return told.level == "warning" and one.level == "critical"
        return at - self._since[subject] >= self.limits.lasting_s
