"""Did agents have one customer at a time, did the work go on, and was everything tidied up."""

import itertools
from collections import defaultdict
from collections.abc import Iterator

from dialer.engine.commands import AgentWas
from dialer.engine.events import LeadsCounted
from sim.judge.case import Case, Violation
from sim.judge.launches import _campaign, _closed, _switch
from sim.truth import Lived, Stay

TOUCH_S = 0.1
"One conversation ends while the next begins: less than this is no overlap."
IDLE_S = 60.0
"An agent who is ready so long, with leads to dial, waits for a dialer that is stuck."


def agents(case: Case) -> Iterator[Violation]:
    """I6: an agent has one customer at most; every second of an agent's is told once."""
    stays = defaultdict[str, list[tuple[Stay, Lived]]](list)
    for lived in (*case.truth, *case.callers):
        for stay in lived.stays:
            stays[stay.agent].append((stay, lived))
    for agent, met in stays.items():
        met.sort(key=lambda one: one[0].from_at)
        for (one, _), (other, lived) in itertools.pairwise(met):
            if one.to_at is None or one.to_at > other.from_at + TOUCH_S:
                yield _agent(agent, "two customers at once", lived.call, other.from_at)
    yield from _timesheets(case)


def _agent(agent: str, what: str, call: str, at: float, *evidence: object) -> Violation:
    return Violation(rule="I6", what=f"{agent}: {what}", call=call, at=at, evidence=evidence)


def _timesheets(case: Case) -> Iterator[Violation]:
    of = defaultdict[str, list[AgentWas]](list)
    for was in case.agents_were:
        of[was.agent].append(was)
    met = {(s.agent, lived.call) for lived in (*case.truth, *case.callers) for s in lived.stays}
    for agent, intervals in of.items():
        for was in intervals:
            if was.to_at < was.from_at:
                yield _agent(agent, "time that runs backwards", was.call, was.from_at, was.to_at)
            if was.state == "TALKING" and (agent, was.call) not in met:
                yield _agent(agent, "talked with nobody", was.call, was.from_at)
        for one, other in itertools.pairwise(intervals):
            gap = one.state != "LOGGED_OUT" and other.reason != "login"
            if other.from_at < one.to_at or (gap and other.from_at > one.to_at):
                yield _agent(agent, "time told twice, or not at all", "", other.from_at, one.to_at)


def alive(case: Case) -> Iterator[Violation]:
    """I15: while agents are ready and leads are left, calls leave."""
    counts = [(e.at, e.now) for e in case.told(LeadsCounted) if isinstance(e, LeadsCounted)]
    placed = sorted(lived.placed_at for lived in case.truth)
    closed = [_switch(case.told()), _campaign(case.told())]
    for was in case.agents_were:
        began, until = was.from_at, was.from_at + IDLE_S
        if was.state != "READY" or was.to_at < until:
            continue
        busy = any(began <= at < until for at in placed)
        known = [now for at, now in counts if at <= began + IDLE_S / 2]
        left = known[-1:] + [now for at, now in counts if began < at < until]
        shut = any(_closed(changes, until, 0.0) for changes in closed)
        if left and min(left) > 0 and not (busy or shut or case.outages_in(began, until)):
            yield Violation(
                rule="I15", what=f"{was.agent} was ready and nothing was dialled", at=began,
                evidence=(was.to_at, left),
            )  # fmt: skip


def leftovers(case: Case) -> Iterator[Violation]:
    """I5: when all is over nothing of ours stands, and nothing stood longer than it may."""
    for name in case.leftovers:
        yield Violation(rule="I5", what="left behind", call=name)
    for lived in case.truth:
        intent = case.intents.get(lived.call)
        opened = case.campaigns.get(intent.campaign) if intent else None
        if opened is None or intent is None:
            continue
        longest = intent.ring_timeout_s + opened.max_talk_s + 60.0
        if lived.ended_at is None:
            yield Violation(rule="I5", what="never ended", call=lived.call)
        elif lived.ended_at - lived.placed_at > longest:
            yield Violation(rule="I5", what="stood too long", call=lived.call)
