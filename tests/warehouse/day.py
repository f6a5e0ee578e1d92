"""A Monday of two campaigns, small enough to count by hand, and a journal that holds it.

10:00 in New York is 15:00 UTC. `spring` dials for anna and bob there; `autumn` dials for chen in
Shanghai, where it is already Tuesday half past midnight.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from dialer.engine.commands import AgentWas, Cdr, Decided, DispositionSet, Fact, Leg
from dialer.engine.events import CampaignOpened
from dialer.warehouse.loader import Loader, Pace
from dialer.warehouse.tail import Lead, ListOf, Opened

T0 = datetime(2026, 11, 23, 15, tzinfo=UTC).timestamp()
"Monday, 23 November 2026, 10:00 in New York."

SPRING = CampaignOpened(
    at=T0 - 60, campaign="spring", pool="sales", version=1, trunk="carrier-a", source="lab",
    zone="America/New_York", abandon_cap=0.03, lines=10, caller_ids=("12025550100",), user="mia",
)  # fmt: skip
AUTUMN = CampaignOpened(
    at=T0 - 30, campaign="autumn", pool="east", version=1, trunk="carrier-a", source="lab",
    zone="Asia/Shanghai", abandon_cap=0.01,
)  # fmt: skip


def cdr(call: str, outcome: str, begin: float, **fields: Any) -> Cdr:
    """A CDR whose instants are seconds after `begin`, itself seconds after T0."""
    instants = {
        name: T0 + begin + value
        for name, value in fields.items()
        if name.endswith("_at") and value is not None
    }
    rest = {name: value for name, value in fields.items() if not name.endswith("_at")}
    legs = tuple(
        Leg(agent, T0 + begin + bridged, T0 + begin + ended)
        for agent, bridged, ended in rest.pop("legs", ())
    )
    normal: dict[str, Any] = {
        "lead": f"1{call[-2:]}", "list": "leads-of-may", "campaign": "spring", "version": 1,
        "pool": "sales", "attempt": 1, "number_key": f"key-{call}", "masked": "+1202•••0142",
        "region": "US", "trunk": "carrier-a", "caller_id": "12025550100", "mode": "progressive",
        "source": "lab", "epoch": 1, "intended_at": T0 + begin,
    }  # fmt: skip
    return Cdr(call=call, outcome=outcome, legs=legs, **(normal | instants | rest))


CALLS: tuple[Cdr, ...] = (
    cdr("c01", "connected", 0, placed_at=0.1, ringing_at=2, answered_at=8, speech_at=8.4,
        greeting_end_at=9, verdict_at=9.5, bridged_at=9.52, agent_heard_at=9.54, ended_at=69.52,
        verdict="human", confidence=0.93, legs=[("anna", 9.52, 69.52)], ended_by="customer"),
    cdr("c02", "connected", 1, placed_at=0.1, ringing_at=2, answered_at=10, verdict_at=11,
        bridged_at=11.04, agent_heard_at=11.06, ended_at=41.04, verdict="human",
        legs=[("bob", 11.04, 41.04)]),
    cdr("c03", "abandoned", 60, placed_at=0.1, ringing_at=3, answered_at=10, verdict_at=11,
        waiting_at=11, message_at=13, ended_at=20, verdict="human"),
    cdr("c04", "machine", 61, placed_at=0.1, ringing_at=3, answered_at=12, verdict_at=14,
        ended_at=14.5, verdict="machine"),
    cdr("c05", "busy", 62, placed_at=0.1, ended_at=1.1, cause=17, sip=486),
    cdr("c06", "no_answer", 63, placed_at=0.1, progress_at=2, ended_at=32, cause=19, sip=480,
        early="ringback"),
    cdr("c07", "failed", 64, ended_at=0.2),
    cdr("c08", "late_connect", 120, placed_at=0.1, ringing_at=2, answered_at=5, verdict_at=6,
        waiting_at=6, bridged_at=9, agent_heard_at=9.02, ended_at=39, verdict="human",
        legs=[("anna", 9, 39)]),
    cdr("c09", "agent_lost", 121, placed_at=0.1, ringing_at=2, answered_at=6, verdict_at=7,
        bridged_at=7.05, agent_heard_at=7.1, ended_at=22.05, verdict="human",
        legs=[("bob", 7.05, 17.05), ("anna", 17.05, 22.05)]),
    cdr("c10", "congestion", 122, placed_at=0.1, ended_at=0.5, cause=34, sip=503,
        trunk="carrier-b"),
    cdr("c11", "hung_up_waiting", 123, placed_at=0.1, ringing_at=2, answered_at=7, verdict_at=8,
        waiting_at=8, ended_at=8.5, verdict="human"),
    cdr("c12", "connected", 5400, campaign="autumn", pool="east", lead="200", list="east-list",
        placed_at=0.1, ringing_at=2, answered_at=4, verdict_at=5, bridged_at=5.02,
        agent_heard_at=5.04, ended_at=65.02, verdict="human", legs=[("chen", 5.02, 65.02)]),
)  # fmt: skip


def was(agent: str, state: str, begin: float, end: float, **more: str) -> AgentWas:
    """An interval, in seconds after T0."""
    rest = {"pool": "sales", **more}
    return AgentWas(agent=agent, state=state, from_at=T0 + begin, to_at=T0 + end, **rest)


SHIFTS: tuple[AgentWas, ...] = (
    was("anna", "PAUSED", -50, -20, reason="login"),
    was("anna", "READY", -20, 9),
    was("anna", "RESERVED", 9, 10, call="c01", campaign="spring"),
    was("anna", "TALKING", 10, 70, call="c01", campaign="spring"),
    was("anna", "WRAP_UP", 70, 90, call="c01", campaign="spring"),
    was("anna", "PAUSED", 90, 120, reason="coffee"),
    was("anna", "READY", 120, 129),
    was("anna", "TALKING", 129, 159, call="c08", campaign="spring"),
    was("bob", "READY", -20, 12),
    was("bob", "TALKING", 12, 42, call="c02", campaign="spring"),
    was("bob", "WRAP_UP", 42, 50, call="c02", campaign="spring"),
    was("bob", "LOGGED_OUT", 50, 60),
    was("chen", "TALKING", 5405, 5465, pool="east", call="c12", campaign="autumn"),
)

WORDS: tuple[DispositionSet, ...] = (
    DispositionSet(call="c01", lead="101", campaign="spring", agent="anna",
                   disposition="callback@1795446000", at=T0 + 80),
    DispositionSet(call="c01", lead="101", campaign="spring", agent="anna", disposition="sale",
                   at=T0 + 89),
    DispositionSet(call="c02", lead="102", campaign="spring", agent="bob", disposition="sale",
                   at=T0 + 49),
)  # fmt: skip


def decided(at: float, n: int, bound: str, **more: Any) -> Decided:
    """A decision, in seconds after T0."""
    normal: dict[str, Any] = {
        "pool": "sales", "campaign": "spring", "mode": "progressive", "ready": 2, "logged_in": 2,
        "waiting": 0, "ringing": 0, "lines_free": 10, "leads_left": 100, "answer_rate": 0.3,
        "persons": 0, "abandoned": 0, "level": 1.0, "worst_rate": 0.0,
    }  # fmt: skip
    return Decided(at=T0 + at, n=n, bound=bound, **(normal | more))


DECISIONS: tuple[Decided, ...] = (
    decided(0, 2, "agents"),
    decided(
        60,
        5,
        "agents",
        persons=2,
        expected_free=1.25,
        expected_answers=0.5,
        chance=0.02,
        next_chance=0.041,
        chance_allowed=0.03,
    ),
    decided(120, 4, "calls_per_s", persons=3, abandoned=1),
    decided(125, 0, "cap", persons=6, abandoned=2, worst_rate=0.4, level=0.5),
)

FACTS: tuple[Fact, ...] = (*CALLS, *SHIFTS, *WORDS, *DECISIONS)


class Book:
    """A journal in lists, as the loader reads it."""

    def __init__(
        self,
        facts: Iterable[Fact] = (),
        campaigns: Iterable[CampaignOpened] = (SPRING, AUTUMN),
        leads: Iterable[Lead] = (),
    ) -> None:
        self.journal = "book"
        self.kept = list(facts)
        self.opened = [
            Opened(c, ("leads-of-may",) if c.campaign == "spring" else ("east-list",))
            for c in campaigns
        ]
        self.people = {lead.lead: lead for lead in leads}

    def facts(self, seq: int) -> Iterator[tuple[int, Fact]]:
        yield from enumerate(self.kept[seq:], seq + 1)

    def last(self) -> int:
        return len(self.kept)

    def campaigns(self) -> list[Opened]:
        return list(self.opened)

    def lists(self) -> list[ListOf]:
        counts: dict[str, int] = {}
        for lead in self.people.values():
            counts[lead.list] = counts.get(lead.list, 0) + 1
        return [ListOf(name, T0 - 3600, n) for name, n in sorted(counts.items())]

    def leads(self, ids: Iterable[str]) -> list[Lead]:
        return [self.people[id] for id in ids if id in self.people]

    def leads_after(self, lead: str, limit: int) -> list[Lead]:
        ids = sorted(int(id) for id in self.people if int(id) > int(lead or 0))
        return [self.people[str(id)] for id in ids[:limit]]


def lead(id: str, state: str = "open", **more: Any) -> Lead:
    """A lead as it stands."""
    normal: dict[str, Any] = {
        "list": "leads-of-may", "place": "US America/New_York", "why": "", "attempts": 0,
        "callback": False, "disposition": "", "due_at": 0.0,
    }  # fmt: skip
    return Lead(lead=id, state=state, **(normal | more))


def loader(
    home: Any, book: Any, at: float = T0 + 6000, money: Path | None = None, **pace: Any
) -> Loader:
    """A loader whose clock stands still."""
    return Loader(home, book, clock=lambda: at, rng=Random(1), pace=Pace(**pace), money=money)
