"""The evidence of one run: what the journal says, and what the network knows."""

from collections.abc import Iterable
from functools import cached_property
from typing import Literal

import msgspec

from dialer.engine.commands import AgentWas, Cdr, Decided, Fact
from dialer.engine.events import Arrived, CampaignOpened, Event, Heard, Intended, Started
from dialer.ports import Journal
from sim.truth import Lived


class Violation(msgspec.Struct, frozen=True, kw_only=True):
    """A promise that was not kept."""

    rule: str
    what: str
    call: str = ""
    at: float | None = None
    evidence: tuple[object, ...] = ()

    def __str__(self) -> str:
        where = f" {self.call}" if self.call else ""
        when = f" at {self.at:.3f}" if self.at is not None else ""
        return f"{self.rule}{where}{when}: {self.what} {list(self.evidence)}"


class Outage(msgspec.Struct, frozen=True):
    """Something was out of order. `to_at`: it was back, and whoever needs it had noticed."""

    from_at: float
    to_at: float
    what: Literal["dead", "stopped", "unconnected", "frozen", "crashed", "deaf", "disk"]
    """The dialer was killed, or stopped; no events came; the switch hung, or was killed; no
    listener heard; the journal could not be written."""


class Case:
    """Everything the judge looks at. All of it is read once and never changed."""

    def __init__(
        self,
        *,
        events: Iterable[tuple[int, Event]],
        facts: Iterable[Fact],
        open_intents: Iterable[Intended],
        truth: Iterable[Lived],
        leftovers: Iterable[str] = (),
        outages: Iterable[Outage] = (),
        state: bytes | None = None,
        calls_per_number_per_day: int = 3,
        attempts_per_lead: int = 8,
        lag_s: float = 0.0,
    ) -> None:
        """`state`: the engine's last checkpoint. `lag_s`: events were delayed so long."""
        self.events = list(events)
        self.facts = list(facts)
        self.open_intents = list(open_intents)
        lived = list(truth)
        self.truth = [one for one in lived if one.direction == "out"]
        "The calls that we placed."
        self.callers = [one for one in lived if one.direction == "in"]
        "Those by which people called us."
        self.leftovers = tuple(leftovers)
        self.outages = tuple(outages)
        self.state = state
        self.calls_per_number_per_day = calls_per_number_per_day
        self.attempts_per_lead = attempts_per_lead
        self.lag_s = lag_s

    def told(self, *kinds: type[Event]) -> list[Event]:
        """The events, or those of some kinds, in the journal's order."""
        return [event for _, event in self.events if not kinds or isinstance(event, kinds)]

    @cached_property
    def intents(self) -> dict[str, Intended]:
        """Every promise that left a trace."""
        told = [event for _, event in self.events if isinstance(event, Intended)]
        return {intent.call: intent for intent in (*told, *self.open_intents)}

    @cached_property
    def arrivals(self) -> dict[str, Arrived]:
        """Everybody who called us, as the journal knows it."""
        return {event.call: event for _, event in self.events if isinstance(event, Arrived)}

    @cached_property
    def cdrs(self) -> dict[str, list[Cdr]]:
        """The records of every call."""
        found: dict[str, list[Cdr]] = {}
        for fact in self.facts:
            if isinstance(fact, Cdr):
                found.setdefault(fact.call, []).append(fact)
        return found

    @cached_property
    def cdr(self) -> dict[str, Cdr]:
        """The first record of every call."""
        return {call: records[0] for call, records in self.cdrs.items()}

    @cached_property
    def placed(self) -> list[Cdr]:
        """Those of the calls that we placed, or promised to."""
        return [cdr for cdr in self.cdr.values() if cdr.direction == "out"]

    @cached_property
    def agents_were(self) -> list[AgentWas]:
        """Agents' time."""
        return [fact for fact in self.facts if isinstance(fact, AgentWas)]

    @cached_property
    def decisions(self) -> list[Decided]:
        """Pacing's."""
        return [fact for fact in self.facts if isinstance(fact, Decided)]

    @cached_property
    def campaigns(self) -> dict[str, CampaignOpened]:
        """The rules in force at the end."""
        opened = [event for _, event in self.events if isinstance(event, CampaignOpened)]
        return {event.campaign: event for event in opened}

    @cached_property
    def starts(self) -> list[Started]:
        """Every process that began."""
        return [event for _, event in self.events if isinstance(event, Started)]

    def key_of(self, lived: Lived) -> str:
        """The number of a call, as both sides know it: by its hash, or by its digits."""
        intent = self.intents.get(lived.call)
        return intent.number_key if intent else lived.number

    def outages_in(self, from_at: float, to_at: float, *what: str) -> list[Outage]:
        """What was out of order at some time in between, of these kinds or of any."""
        return [
            o
            for o in self.outages
            if o.from_at <= to_at and from_at <= o.to_at and (not what or o.what in what)
        ]

    @cached_property
    def sounds(self) -> dict[str, list[Heard]]:
        """What was heard of every call after its answer."""
        found: dict[str, list[Heard]] = {}
        for _, event in self.events:
            if isinstance(event, Heard) and event.phase == "answer":
                found.setdefault(event.call, []).append(event)
        return found


def collected(journal: Journal, truth: Iterable[Lived], **other: object) -> Case:
    """The case of a journal and what the network knows."""
    return Case(
        events=journal.since(0),
        facts=[fact for _, fact in journal.facts(0)],
        open_intents=journal.open_intents(),
        truth=truth,
        **other,  # type: ignore[arg-type]
    )
