"""Dialers broken on purpose: whoever judges them must notice, by the promise that each breaks."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import msgspec

from dialer.engine.call import NO_AGENT
from dialer.engine.calls import CALL_EVENTS
from dialer.engine.commands import (
    AnyCommand,
    Bridge,
    Cdr,
    DropAgent,
    HangUp,
    Originate,
    Play,
    Record,
    SwitchCommand,
    Withdraw,
)
from dialer.engine.engine import Engine
from dialer.engine.events import (
    Answered,
    Arrived,
    Event,
    Intended,
    NumberBlocked,
    OptedOut,
    Reconciled,
    Refused,
    Replaced,
)
from dialer.engine.pacing.snapshot import share_out
from dialer.engine.state import State
from dialer.journal.memory import MemoryJournal
from sim.ordeal import SMALL, Kind, Mishap, Plan
from sim.scenario import Rest
from sim.world import Parts

replace = msgspec.structs.replace


@dataclass(frozen=True)
class Mutant:
    """A broken dialer, a day on which it matters, and the promises of which one is broken."""

    parts: Parts
    breaks: tuple[str, ...]
    plan: Plan = field(default_factory=Plan)


# ---- ways to break --------------------------------------------------------------------------
def engine(break_it: Callable[[Any], None]) -> Parts:
    """An engine that is patched whenever it remembers something."""

    class Broken(Engine):
        def _remember(self, state: State) -> None:
            super()._remember(state)
            break_it(self)

    return Parts(engine=Broken)


def deaf_to(*kinds: type[Event]) -> Parts:
    """An engine that never hears of some events."""

    class Deaf(Engine):
        def handle(self, event: Event) -> list[AnyCommand]:
            return [] if isinstance(event, kinds) else super().handle(event)

    return Parts(engine=Deaf)


def ordering(change: Callable[[AnyCommand], list[AnyCommand]]) -> Parts:
    """An engine whose orders are changed on their way out."""

    class Changed(Engine):
        def handle(self, event: Event) -> list[AnyCommand]:
            return [other for order in super().handle(event) for other in change(order)]

    return Parts(engine=Changed)


def without(*kinds: type) -> Parts:
    """An engine that forgets to give some orders."""
    return ordering(lambda order: [] if isinstance(order, kinds) else [order])


class Wrapped:
    """Something whose methods are looked up in it, unless we have our own."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def journal(break_it: Callable[[Any], Any]) -> Parts:
    """A journal that is patched, or stands in another's place."""
    return Parts(journal=lambda one: break_it(one) or one)


def switch(make: Callable[[Any], Any]) -> Parts:
    """Something between engine and switch."""
    return Parts(switch=make)


def goes_wrong(*mishaps: tuple[Kind, float, float], **other: Any) -> Plan:
    """A plan with these mishaps."""
    return Plan(mishaps=tuple(Mishap(*one) for one in mishaps), **other)


KILLS = goes_wrong(("kill", 40.0, 1.0), ("kill", 90.0, 1.0), ("kill", 140.0, 1.0))
FUSES = Plan(fuses=(1500, 1100, 800, 600, 500))
BLOCKS = goes_wrong(*(("block", 10.0 + 10.0 * n, 1.0) for n in range(15)))
STORM = goes_wrong(("storm", 60.0, 60.0), day=replace(SMALL, leads=250))
LEAVE = goes_wrong(*(("leave", 30.0 + 30.0 * n, 8.0) for n in range(6)))
BUSY = Plan(day=replace(SMALL, leads=400, agents=3, abandon_cap=0.6))
CROWD = Plan(
    day=replace(SMALL, agents=3, hours=0.2, p=0.8, leads=600, ratio=8.0, lines=40, abandon_cap=1.0)
)
WIDE = Plan(
    day=replace(
        SMALL, agents=12, lines=80, calls_per_s=2.0, leads=500, ratio=4.0, abandon_cap=1.0
    )
)  # fmt: skip
REPLACED = goes_wrong(
    *(("replaced", 20.0 + 25.0 * n, 7.0) for n in range(9)), day=replace(SMALL, leads=400)
)
STUBBORN = Plan(
    day=replace(
        SMALL, hours=0.2, p=0.02, leads=12,
        rest=Rest(machine=0.3, no_answer=0.3, busy=0.4, failed=0.0),
    )
)  # fmt: skip
TIGHT = Plan(day=replace(SMALL, leads=400, lines=4, agents=8, ratio=4.0, abandon_cap=1.0))
VISITED = Plan(
    day=replace(
        SMALL, agents=2, hours=0.2, p=0.8, leads=20, ratio=8.0, abandon_cap=1.0,
        callers_per_h=400.0, opts_out=1.0,
    )
)  # fmt: skip
EAGER = Plan(
    day=replace(
        SMALL, detection="careful, connect_first", leads=300, ratio=1.0,
        rest=Rest(machine=0.8, no_answer=0.1, busy=0.1, failed=0.0),
    )
)  # fmt: skip
STEADY = Plan(day=replace(SMALL, leads=400, pacing="progressive"))


# ---- single ones ----------------------------------------------------------------------------
class PostsAgain(Wrapped):
    """A switch that answers late is asked again, under another id."""

    def execute(self, command: SwitchCommand) -> None:
        self.inner.execute(command)
        if isinstance(command, Originate) and command.call.endswith("7"):
            switch, again = self.inner.switch, replace(command, call=command.call[:-2] + "ff")
            number = switch.number_of(command.call)
            switch.network.ring(again, number, switch._telephone(again, number))


class PostsTwice(Wrapped):
    """The same id once more, when the first call is over."""

    def execute(self, command: SwitchCommand) -> None:
        self.inner.execute(command)
        if isinstance(command, HangUp):
            channel = self.inner.switch.network.channels.get(command.call)
            if channel is not None:
                order = channel.order
                self.inner.switch.network.after(1.0, self.inner.execute, order)


class ForgetsPromises(Wrapped):
    """A restart that does not ask which promises are open."""

    def open_intents(self) -> list[Intended]:
        return []


class LosesCdrs(Wrapped):
    """Every tenth record gets lost."""

    def execute(self, command: Any, *, cause: int, index: int) -> None:
        lost = isinstance(command, Record) and isinstance(command.fact, Cdr)
        if lost and command.fact.call.endswith("a"):
            return
        self.inner.execute(command, cause=cause, index=index)


class LosesEvents(Wrapped):
    """Says that it kept an event, and did not."""

    def append(self, event: Event) -> int:
        if isinstance(event, Answered):
            return int(self.inner._seq)
        return int(self.inner.append(event))


def _no_sync(one: MemoryJournal) -> None:
    """Commits into a cache that reaches the disk every fifth second only."""
    clock, reopened, commit = one._clock, one.reopened, one.commit
    disk = [clock(), copy.deepcopy(one._memory)]

    def lazily() -> None:
        commit()
        if clock() - disk[0] > 5.0:
            disk[:] = [clock(), copy.deepcopy(one._memory)]

    def after_the_crash(report: Any, **other: Any) -> MemoryJournal:
        lease = one._memory.lease
        one._memory = disk[1]
        one._memory.lease = lease
        return reopened(report, **other)

    one.commit, one.reopened = lazily, after_the_crash  # type: ignore[method-assign]


def _double_cdrs(one: MemoryJournal) -> None:
    def record(fact: Any, cause: int, index: int, known: Any = one.ledger.endings.record) -> Any:
        if isinstance(fact, Cdr):
            one._store.facts.append(fact)
        return known(fact, cause, index)

    one.ledger.endings.record = record  # type: ignore[method-assign]


def _never_against(one: MemoryJournal) -> None:
    one.ledger.standings.against = lambda lead, campaign, at: ()  # type: ignore[method-assign]


def _blind_to_blocks(one: MemoryJournal) -> None:
    one._store.blocks = lambda key: {}  # type: ignore[method-assign]
    one.ledger.shelving.settled = lambda lead: lead  # type: ignore[method-assign]


class _Lenient(dict[str, str]):
    """Open numbers, of which none ever seems to be open."""

    def __contains__(self, key: object) -> bool:
        return False

    def pop(self, key: str, *default: Any) -> Any:
        return super().pop(key, None)


def _gives_leads_twice(one: MemoryJournal) -> None:
    shelving = one.ledger.shelving
    keep = shelving.keep
    one._store._open = _Lenient()
    shelving.keep = lambda lead: keep(replace(lead, call=""))  # type: ignore[method-assign]


def _keeps_facts_twice(one: MemoryJournal) -> None:
    one._store.has_fact = lambda cause, index: False  # type: ignore[method-assign]


class TellsNumbers(Wrapped):
    """Writes the digits where the mask belongs."""

    def append(self, event: Event) -> int:
        if isinstance(event, Intended):
            event = replace(event, masked="+" + self.inner.number_of(event.call))
        return int(self.inner.append(event))


def _two_customers(one: Any) -> None:
    def join(at: float) -> bool:
        for pool in one.index.pools.values():
            for call in list(pool.waiting):
                if pool.ready and one.state.reconciled:
                    agent = next(iter(pool.ready))
                    one.calls.reserve(one.state.calls[call], agent, at)
                    one._order(Bridge(call, agent))
        return False

    def meet(call: Any, agent: Any, at: float) -> None:
        return None

    one.meeting._join, one.meeting._meet = join, meet


def _wild(extra: int) -> Callable[[Any], None]:
    class Wild:
        looks_at_ages = False

        def hear(self, fact: Any) -> None:
            return None

        def decide(self, seen: Any) -> Any:
            return share_out(seen, lambda seen, view: (seen.ready + extra, "wild"))

    def break_it(one: Any) -> None:
        one.pools._pacer = lambda pool, mode: Wild()

    return break_it


def _no_lines(one: Any) -> None:
    snapshot = one.pools._snapshot

    def seen(*what: Any) -> Any:
        true = snapshot(*what)
        views = tuple(replace(view, lines_left=99, trunk_left=99) for view in true.campaigns)
        return replace(true, lines_free=99, campaigns=views)

    one.pools._snapshot = seen


def _unpaced(one: Any) -> None:
    launch = one.governor.launch

    def at_once(campaign: Any, supply: int, at: float) -> int:
        placed = 0
        while campaign.queue:
            campaign.next_launch_at = 0.0
            now = launch(campaign, supply, at)
            placed += now
            if not now:
                break
        return placed

    one.governor.launch = at_once
    view = one.pools._view
    one.pools._view = lambda *what: replace(view(*what), may_place=50)


def _not_barred_by(*reasons: str) -> Callable[[Any], None]:
    def break_it(one: Any) -> None:
        barred = one.governor.barred
        one.governor.barred = lambda *what: "" if barred(*what) in reasons else barred(*what)

    return break_it


def _nobody(one: Any) -> None:
    """Believes in agents who are not there."""
    one.floor.supply = lambda pool: 1
    _wild(2)(one)


def _dawdles(one: Any) -> None:
    """Places what was promised a minute ago."""
    launch = one.governor.launch

    def late(campaign: Any, supply: int, at: float) -> int:
        calls = [one.state.calls.get(key) for key in campaign.queue]
        if any(call is not None and at < call.intent.not_after + 5.0 for call in calls):
            return 0
        for call in calls:
            if call is not None:
                call.intent = replace(call.intent, not_after=at + 1.0)
        return int(launch(campaign, supply, at))

    one.governor.launch = late


def _lets_alone(after_s: float) -> Callable[[Any], None]:
    """Whoever is free, phones that have rung so long."""

    def break_it(one: Any) -> None:
        def let_alone(at: float) -> None:
            for pool in one.index.pools.values():
                for call in [one.state.calls[key] for key in pool.ringing]:
                    if call.ringing_at is not None and at - call.ringing_at >= after_s:
                        one.calls.hang_up(call, at, NO_AGENT)

        one._let_alone = let_alone

    return break_it


def _withdraws_what_rings(one: Any) -> None:
    hang_up = one.calls.hang_up

    def both(call: Any, at: float, why: str) -> None:
        if call.answered_at is None and why in ("no agents", "dnc", "campaign stopped"):
            one._order(Withdraw(call.intent.call, why))
        hang_up(call, at, why)

    one.calls.hang_up = both


def _forgets_time(one: Any) -> None:
    """Agents change state without a word."""
    become = one.floor.become

    def silently(agent: Any, state: str, at: float, reason: str = "") -> None:
        given = len(one._orders)
        become(agent, state, at, reason)
        if state == "WRAP_UP":
            del one._orders[given:]

    one.floor.become = silently


def _leaks_lines(one: Any) -> None:
    free = one.campaigns._free_line

    def sometimes(call: Any) -> None:
        if not call.intent.call.endswith(("3", "7")):
            free(call)

    one.campaigns._free_line = sometimes


def _believes_at_once(one: Any) -> None:
    """An end is an end, whatever may have been missed before it."""
    on = one.calls.on

    def hear(event: Any) -> None:
        known, one.state.reconciled = one.state.reconciled, True
        on(event)
        one.state.reconciled = known

    one._rooms.update(dict.fromkeys(CALL_EVENTS, hear))


def _draws_lots(one: Any) -> None:
    """Whoever chance picks, not whoever has waited longest."""
    rng = Random()
    join = one.meeting._join

    def lottery(at: float) -> bool:
        for pool in one.index.pools.values():
            names = list(pool.ready.items())
            rng.shuffle(names)
            pool.ready.clear()
            pool.ready.update(names)
        return bool(join(at))

    one.meeting._join = lottery


def _kind(order: AnyCommand) -> list[AnyCommand]:
    """Nobody is ever abandoned, says the record."""
    fact = order.fact if isinstance(order, Record) else None
    if isinstance(fact, Cdr) and fact.outcome == "abandoned":
        return [Record(replace(fact, outcome="hung_up_waiting"))]
    return [order]


def _leaves_machines(order: AnyCommand) -> list[AnyCommand]:
    return [] if isinstance(order, HangUp) and order.why == "machine" else [order]


def _calls_them_people(order: AnyCommand) -> list[AnyCommand]:
    """The agent, and whoever reads the record, learn of no machine."""
    fact = order.fact if isinstance(order, Record) else None
    if isinstance(fact, Cdr) and fact.verdict == "machine":
        return [Record(replace(fact, verdict="human", outcome="connected"))]
    return [order]


def _never_glances(one: Any) -> None:
    """After a machine an agent writes up as after a talk."""
    release = one.floor.release
    one.floor.release = lambda agent, at, *, wrap_up_s: release(agent, at, wrap_up_s=60.0)


def _slow_message(order: AnyCommand) -> list[AnyCommand]:
    return [] if isinstance(order, Play) and order.call[-1] in "02468ace" else [order]


def _blind_to_wishes(one: MemoryJournal) -> None:
    one.ledger.wishes.block = lambda block: []  # type: ignore[method-assign]


MUTANTS: Mapping[str, Mutant] = {
    # the dialer's memory
    "forgets open promises when it starts": Mutant(journal(ForgetsPromises), ("I1",), FUSES),
    "commits without sync": Mutant(journal(_no_sync), ("I1", "I13"), KILLS),
    "loses a CDR": Mutant(journal(LosesCdrs), ("I1",)),
    "writes a CDR twice": Mutant(journal(_double_cdrs), ("I1",)),
    "keeps facts twice in a replay": Mutant(journal(_keeps_facts_twice), ("I6", "I13"), KILLS),
    "loses events it called kept": Mutant(journal(LosesEvents), ("I13",)),
    "writes numbers in plain": Mutant(journal(TellsNumbers), ("I12",)),
    # who may be called
    "never asks whether a number may be called": Mutant(
        journal(_never_against), ("I2",), STUBBORN
    ),
    "claims numbers on the do-not-call list": Mutant(journal(_blind_to_blocks), ("I8",), BLOCKS),
    "lets a number ring that was blocked": Mutant(deaf_to(NumberBlocked), ("I8",), BLOCKS),
    "gives a lead out twice": Mutant(journal(_gives_leads_twice), ("I2",)),
    # what leaves, and when
    "posts again under a new id": Mutant(switch(PostsAgain), ("I1",)),
    "posts an id again": Mutant(switch(PostsTwice), ("I1",)),
    "withdraws what already rings": Mutant(engine(_withdraws_what_rings), ("I1",), LEAVE),
    "places what it promised too long ago": Mutant(engine(_dawdles), ("I3",)),
    "goes on when another dialer took over": Mutant(
        deaf_to(Replaced), ("I3",), goes_wrong(("replaced", 60.0, 10.0), ("replaced", 120.0, 10.0))
    ),
    "dials before it has found its bearings": Mutant(
        engine(_not_barred_by("starting")), ("I3",), KILLS
    ),
    "dials while the campaign pauses": Mutant(
        engine(_not_barred_by("paused")), ("I3",), goes_wrong(("pause", 60.0, 20.0))
    ),
    "dials though nobody is there": Mutant(engine(_nobody), ("I3",), LEAVE),
    "lets the phones ring when the last agent leaves": Mutant(
        engine(lambda one: setattr(one, "_guard_supply", lambda at: None)), ("I3",), LEAVE
    ),
    "lets phones alone that have just rung": Mutant(engine(_lets_alone(2.0)), ("I20",)),
    "lets phones alone while agents are free": Mutant(engine(_lets_alone(7.0)), ("I20",)),
    "uses more lines than it has": Mutant(engine(_no_lines), ("I3",), TIGHT),
    "sends calls in a burst": Mutant(engine(_unpaced), ("I3",), WIDE),
    "has no breaker": Mutant(engine(_not_barred_by("breaker")), ("I3",), STORM),
    # pacing
    "ignores the cap": Mutant(engine(_wild(6)), ("I4",), BUSY),
    "calls itself progressive": Mutant(engine(_wild(2)), ("I4",), STEADY),
    # people
    "never plays the message": Mutant(without(Play), ("I4",), CROWD),
    "forgets the message now and then": Mutant(ordering(_slow_message), ("I4",), CROWD),
    "counts nobody as abandoned": Mutant(ordering(_kind), ("I4",), CROWD),
    "does not hear that somebody answered": Mutant(deaf_to(Answered), ("I14",)),
    "believes an end before it has asked": Mutant(
        engine(_believes_at_once), ("I14", "I4"), REPLACED
    ),
    # people who call us, or want no more calls
    "does not know who calls": Mutant(deaf_to(Arrived), ("I17",)),
    "lets callers ring for ever": Mutant(without(Play), ("I17",), VISITED),
    "has no ear for the key": Mutant(deaf_to(OptedOut), ("I18",), VISITED),
    "writes a wish down and calls again": Mutant(journal(_blind_to_wishes), ("I18",), VISITED),
    # machines that an agent was given at the answer
    "leaves machines with their agents": Mutant(ordering(_leaves_machines), ("I19",), EAGER),
    "tells nobody that it was a machine": Mutant(ordering(_calls_them_people), ("I19",), EAGER),
    "keeps agents after a machine": Mutant(engine(_never_glances), ("I19",), EAGER),
    # agents
    "gives an agent two customers": Mutant(engine(_two_customers), ("I6",), BUSY),
    "forgets agents' time": Mutant(engine(_forgets_time), ("I6",)),
    "leaves agents' legs standing": Mutant(without(DropAgent), ("I5",)),
    # endings
    "never hangs up": Mutant(without(HangUp), ("I3", "I4", "I5"), LEAVE),
    "leaks lines": Mutant(engine(_leaks_lines), ("I1",)),
    "does not ask the witnesses": Mutant(deaf_to(Reconciled), ("I15", "I1")),
    "waits for ever for a refused claim": Mutant(
        deaf_to(Refused), ("I1", "I15"), goes_wrong(("disk", 40.0, 10.0))
    ),
    "draws lots": Mutant(engine(_draws_lots), ("I13",)),
}  # fmt: skip
