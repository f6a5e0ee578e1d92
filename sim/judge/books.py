"""Are the books right: every promise ends once, as the network knows it ended, and replays."""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from dialer.engine.call import is_inbound
from dialer.engine.commands import Cdr, Fact, OptOut, Record
from dialer.engine.engine import Engine
from dialer.engine.events import Withdrawn, encode
from dialer.engine.outcomes import OUTCOMES
from dialer.engine.state import State
from sim.judge.case import Case, Violation

NEAR_S = 1.2
"Of one end two may tell so differently: a record of whole seconds is cut off, a BYE takes a while."


def records(case: Case) -> Iterator[Violation]:
    """I1: every promise ends in exactly one CDR or one withdrawal; every call has its promise."""
    withdrawn = {event.call for _, event in case.events if isinstance(event, Withdrawn)}
    placed = Counter(lived.call for lived in case.truth)
    for call in case.intents:
        ends = len(case.cdrs.get(call, ())) + (call in withdrawn)
        if ends != 1:
            yield _record(call, f"a promise with {ends} ends", placed[call])
        if call in withdrawn and placed[call]:
            yield _record(call, "withdrawn, and placed all the same")
        if placed[call] > 1:
            yield _record(call, "one promise, placed more than once", placed[call])
    for call in placed:
        if call not in case.intents:
            yield _record(call, "placed without a promise")
    for call in case.cdrs:
        if call not in case.intents and call not in case.arrivals:
            yield _record(call, "a CDR without a promise")
    for intent in case.open_intents:
        yield _record(intent.call, "a promise still open at the end")
    yield from _kept(case)


def _record(call: str, what: str, *evidence: object) -> Violation:
    return Violation(rule="I1", what=what, call=call, evidence=evidence)


def _kept(case: Case) -> Iterator[Violation]:
    """What the engine's own counters say at the end."""
    if case.state is None:
        return
    state = msgspec.msgpack.decode(case.state, type=State)
    for call in state.calls:
        if call not in {intent.call for intent in case.open_intents} | case.arrivals.keys():
            yield _record(call, "the engine waits for a call that is over")
    for name, campaign in state.campaigns.items():
        ordered = [
            c for c in state.calls.values()
            if c.intent.campaign == name and c.ordered_at is not None and not is_inbound(c)
        ]  # fmt: skip
        if campaign.lines_used != len(ordered):
            yield _record("", f"{name} counts lines that no call uses", campaign.lines_used)
        if campaign.claimed:
            yield _record("", f"{name} waits for promises that never come", campaign.claimed)


def agreement(case: Case) -> Iterator[Violation]:
    """I14: what the network knows of a call, its CDR says too."""
    for lived in case.truth:
        cdr = case.cdr.get(lived.call)
        if cdr is None or lived.ended_at is None or lived.ended_by == "crash":
            continue
        if (lived.answered_at is None) != (cdr.answered_at is None):
            yield _differs(cdr, "answered", lived.answered_at, cdr.answered_at)
        if cdr.placed_at is None:
            yield _differs(cdr, "placed", lived.placed_at, None)
        if abs(cdr.ended_at - lived.ended_at) > NEAR_S + case.lag_s:
            by = f"by the {lived.ended_by}"
            yield _differs(cdr, "ended", lived.ended_at, cdr.ended_at, by)
    truly = {lived.call for lived in (*case.truth, *case.callers)}
    for call, cdr in case.cdr.items():
        # A log of the calls that we placed says nothing of those who called us.
        is_told = cdr.direction == "out" or bool(case.callers)
        if is_told and cdr.answered_at is not None and call not in truly:
            yield _differs(cdr, "answered", None, cdr.answered_at)
        yield from _in_order(cdr, case.lag_s)


def _differs(cdr: Cdr, what: str, truly: float | None, ours: float | None, *more: str) -> Violation:
    return Violation(
        rule="I14", what=f"{what} at another time than the network says", call=cdr.call,
        evidence=(truly, ours, cdr.outcome, cdr.witness, *more),
    )  # fmt: skip


def _in_order(cdr: Cdr, lag_s: float) -> Iterator[Violation]:
    """I9: the instants of a call follow one another."""
    names = ("intended_at", "placed_at", "answered_at", "bridged_at", "ended_at")
    known = [(name, at) for name in names if (at := getattr(cdr, name)) is not None]
    for (one, earlier), (other, later) in itertools.pairwise(known):
        if later < earlier - lag_s - 1e-6:
            yield Violation(
                rule="I9", what=f"{other} before {one}", call=cdr.call, evidence=(earlier, later)
            )


def fold(case: Case) -> Iterator[Violation]:
    """I13: the engine's state and every fact follow from the journal's events alone."""
    engine, facts = Engine(), list[Fact]()
    for _, event in case.events:
        for order in engine.handle(event):
            if isinstance(order, Record):
                facts.append(order.fact)
    derived = list(_written(facts))
    kept = list(_written(case.facts))
    if kept != derived:
        first = next(
            (n for n, (a, b) in enumerate(zip(kept, derived, strict=False)) if a != b),
            min(len(kept), len(derived)),
        )
        evidence = (first, kept[first : first + 1], derived[first : first + 1])
        what = f"{len(kept)} facts kept, {len(derived)} follow from the events"
        yield Violation(rule="I13", what=what, evidence=evidence)
    if case.state is not None and engine.checkpoint() != case.state:
        yield Violation(rule="I13", what="another state than the events lead to")


def _written(facts: Iterable[Fact]) -> Iterator[bytes]:
    """As bytes. A wish is kept once, however often it is told, and the journal adds whose it is."""
    wishes = set[str]()
    for fact in facts:
        if isinstance(fact, OptOut):
            if fact.call in wishes:
                continue
            wishes.add(fact.call)
            fact = msgspec.structs.replace(fact, campaign="")
        yield msgspec.json.encode(fact)


def privacy(case: Case) -> Iterator[Violation]:
    """I12: no number stands in an event or a fact."""
    digits = {lived.number.encode() for lived in (*case.truth, *case.callers)}
    lines = [encode(event) for _, event in case.events]
    for line in (*lines, *map(msgspec.json.encode, case.facts)):
        for run in _DIGITS.findall(line):
            if run in digits:
                yield Violation(rule="I12", what="a number in plain", evidence=(line[:80],))


_DIGITS = re.compile(rb"[0-9]{6,}")


def outcomes(case: Case) -> Counter[str]:
    """How the calls ended, by the journal."""
    return Counter(cdr.outcome for cdr in case.cdr.values() if cdr.outcome in OUTCOMES)
