"""Was every call allowed to leave when it left."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from dialer.engine.call import BY_HAND
from dialer.engine.events import (
    CampaignPaused,
    CampaignResumed,
    CampaignStopped,
    Disposed,
    Event,
    LegDown,
    LegUp,
    LoggedOut,
    NumberBlocked,
    Paused,
    Reconciled,
    Replaced,
    Started,
    SwitchDown,
    SwitchUp,
    WentReady,
)
from dialer.engine.outcomes import OUTCOMES
from sim.judge.case import Case, Violation
from sim.truth import Lived

SOON_S = 0.2
"An order given just before still leaves."
DAY_S = 86400.0
CANCEL_S = 1.0
IN_A_ROW = 10
COOL_S = 5.0

Change = tuple[float, str]
"From when on nothing may leave, and why; an empty reason: from then on it may."


def _call(rule: str, lived: Lived, what: str, *evidence: object) -> Violation:
    return Violation(
        rule=rule, what=what, call=lived.call, at=lived.placed_at, evidence=evidence
    )  # fmt: skip


# ---- one number, one person ---------------------------------------------------------------------
def numbers(case: Case) -> Iterator[Violation]:
    """I2: no number is dialled twice at once, nor more often than its cap and its lead's allow."""
    of_number, of_lead = defaultdict[str, list[Lived]](list), defaultdict[str, list[Lived]](list)
    for lived in sorted(case.truth, key=lambda lived: lived.placed_at):
        intent = case.intents.get(lived.call)
        of_number[case.key_of(lived)].append(lived)
        if intent is not None and _counts(case, lived):
            of_lead[intent.lead].append(lived)
    for calls in of_number.values():
        for one, other in pairwise(calls):
            if one.ended_at is None or other.placed_at < one.ended_at:
                yield _call("I2", other, "the number was being called", one.call, one.ended_at)
        counted = [lived for lived in calls if _counts(case, lived)]
        cap = case.calls_per_number_per_day
        for first, over in zip(counted, counted[cap:], strict=False):
            if over.placed_at - first.placed_at < DAY_S:
                yield _call("I2", over, f"more than {cap} calls to the number in a day")
    for lead, calls in of_lead.items():
        for over in calls[case.attempts_per_lead :]:
            yield _call("I2", over, f"lead {lead} was called too often", len(calls))


def _counts(case: Case, lived: Lived) -> bool:
    cdr = case.cdr.get(lived.call)
    return cdr is None or OUTCOMES[cdr.outcome].attempt


# ---- the gate -----------------------------------------------------------------------------------
def gate(case: Case) -> Iterator[Violation]:
    """I3: a call leaves on a durable promise of this process, in time, while it may."""
    told = case.told()
    switch, stopped = _switch(told), _campaign(told, (CampaignStopped,))
    by_machine = (switch, _campaign(told), _supply(told))
    by_hand = (switch, stopped)
    for lived in case.truth:
        intent = case.intents.get(lived.call)
        if intent is None:
            continue
        at = lived.placed_at
        if at < intent.at:
            yield _call("I3", lived, "placed before it was promised", intent.at)
        hung = case.outages_in(at - 1.0, at, "stopped", "frozen")
        if at > intent.not_after + SOON_S and not hung:
            yield _call("I3", lived, "placed too late", intent.not_after)
        process = [start for start in case.starts if start.at <= at]
        if process and process[-1].epoch != intent.epoch and not hung:
            yield _call("I3", lived, "another process's promise", intent.epoch, process[-1].epoch)
        if hung:
            continue
        for changes in by_hand if intent.mode in BY_HAND else by_machine:
            if why := _closed(changes, at, SOON_S + case.lag_s):
                yield _call("I3", lived, f"placed while {why}")


def _closed(changes: list[Change], at: float, grace_s: float) -> str:
    """Why nothing might leave during the whole of the last moments before `at`."""
    why, since = "", 0.0
    for changed_at, reason in changes:
        if changed_at > at:
            break
        if not reason:
            why = ""
        elif not why:
            why, since = reason, changed_at
    return why if why and at - since > grace_s else ""


def _switch(events: list[Event]) -> list[Change]:
    changes: list[Change] = []
    up = replaced = False
    for event in events:
        match event:
            case Started():
                up = replaced = False
                changes.append((event.at, "the dialer finds its bearings"))
            case SwitchUp():
                up = True
            case SwitchDown():
                up = False
                changes.append((event.at, "the switch was gone"))
            case Replaced():
                replaced = True
                changes.append((event.at, "another dialer had taken over"))
            case Reconciled(whole=True) if up and not replaced:
                changes.append((event.at, ""))
    return changes


def _campaign(
    events: list[Event], ends: tuple[type[Event], ...] = (CampaignPaused, CampaignStopped)
) -> list[Change]:
    """Agents may call by hand for a campaign that is only paused."""
    changes: list[Change] = []
    for event in events:
        if isinstance(event, ends):
            changes.append((event.at, "the campaign did not dial"))
        elif isinstance(event, CampaignResumed):
            changes.append((event.at, ""))
    return changes


def _supply(events: list[Event]) -> list[Change]:
    """While nobody with a standing leg wants calls, none may leave."""
    changes: list[Change] = [(0.0, "no agent was there")]
    legs, willing = dict[str, bool](), dict[str, bool]()
    there, found_at = False, 0.0
    for event in events:
        match event:
            case LegUp(agent=agent):
                legs[agent] = True
            case LegDown(agent=agent):
                legs[agent] = False
            case Reconciled(whole=True) if event.at > found_at:  # told twice, it is no news
                legs, found_at = dict.fromkeys(event.agents_up, True), event.at
            case WentReady(agent=agent) | Disposed(agent=agent, then="ready"):
                willing[agent] = True
            case Paused(agent=agent) | LoggedOut(agent=agent) | Disposed(agent=agent):
                willing[agent] = False
            case _:
                continue
        now = any(up and willing.get(agent) for agent, up in legs.items())
        if now != there:
            there = now
            changes.append((event.at, "" if there else "no agent was there"))
    return changes


def deserted(case: Case) -> Iterator[Violation]:
    """I3: when the last agent leaves, what rings stops ringing; but whom one called in person."""
    supply = _supply(case.told())
    for (left_at, why), (back_at, _) in pairwise([*supply, (float("inf"), "")]):
        until = left_at + CANCEL_S + case.lag_s
        if not why or back_at <= until or case.outages_in(left_at, until):
            continue
        for lived in case.truth:
            if (intent := case.intents.get(lived.call)) and intent.mode in BY_HAND:
                continue
            ends = [at for at in (lived.answered_at, lived.ended_at) if at is not None]
            if lived.placed_at < left_at and min(ends, default=until + 1) > until:
                yield _call("I3", lived, "rang on though no agent was left", left_at)


# ---- how many, how fast -------------------------------------------------------------------------
def limits(case: Case) -> Iterator[Violation]:
    """I3: never more calls at once than the campaign has lines."""
    for name, opened in case.campaigns.items():
        calls = _of(case, name)
        steps = sorted(
            [(lived.placed_at, 1, lived) for lived in calls]
            + [(lived.ended_at, -1, lived) for lived in calls if lived.ended_at is not None],
            key=lambda step: (step[0], step[1]),
        )
        used = 0
        for _, step, lived in steps:
            used += step
            if used > opened.lines and step > 0:
                yield _call("I3", lived, f"more than {opened.lines} lines", used)


def pace(case: Case) -> Iterator[Violation]:
    """I3: calls leave evenly, at most so many in a second."""
    for name, opened in case.campaigns.items():
        at = sorted((lived.placed_at, lived.call) for lived in _of(case, name))
        most = int(opened.calls_per_s * 1.1) + 1
        for (first, _), (last, call) in zip(at, at[most:], strict=False):
            if last - first < 1.0 and not case.outages_in(first - 1.0, last, "stopped", "frozen"):
                yield Violation(
                    rule="I3", what=f"more than {opened.calls_per_s} calls a second", call=call,
                    at=last,
                )  # fmt: skip


def breaker(case: Case) -> Iterator[Violation]:
    """I3: a carrier that failed ten times in a row is tried once in five seconds."""
    row, tried_at, late_s = 0, float("-inf"), case.lag_s + SOON_S
    ends = [(cdr.ended_at, "", cdr.call) for cdr in case.cdr.values() if cdr.placed_at is not None]
    calls = {lived.call: lived for lived in case.truth}
    placed = [(lived.placed_at, "placed", lived.call) for lived in case.truth]
    for at, what, call in sorted((*ends, *placed)):
        if not what:
            flags = OUTCOMES[case.cdr[call].outcome]
            row = row + 1 if flags.carrier else row if flags.ours else 0
            tried_at = at if row == IN_A_ROW else tried_at
        elif row >= IN_A_ROW and at - tried_at > late_s:  # else it left just before
            if at - tried_at < COOL_S - late_s:
                yield _call("I3", calls[call], "placed on a trunk that is out of order", row)
            tried_at = at


def _of(case: Case, campaign: str) -> list[Lived]:
    named = {call for call, intent in case.intents.items() if intent.campaign == campaign}
    return [lived for lived in case.truth if lived.call in named]


# ---- do not call --------------------------------------------------------------------------------
def blocked(case: Case) -> Iterator[Violation]:
    """I8: once a number is blocked it is not called; where it rings, the ringing stops."""
    for event in case.told(NumberBlocked):
        assert isinstance(event, NumberBlocked)
        for lived in case.truth:
            if case.key_of(lived) != event.number_key or not _binds(case, lived, event.campaign):
                continue
            if lived.placed_at > event.at + SOON_S + case.lag_s:
                yield _call("I8", lived, "called after it was blocked", event.at)
            elif lived.ended_at is None or lived.ended_at > event.at + CANCEL_S + case.lag_s:
                yield from _rang_on(case, lived, event.at)


def _binds(case: Case, lived: Lived, campaign: str) -> bool:
    """Whether a campaign's own list, or everybody's, is for this call."""
    intent = case.intents.get(lived.call)
    return not campaign or intent is None or intent.campaign == campaign


def _rang_on(case: Case, lived: Lived, at: float) -> Iterator[Violation]:
    until = at + CANCEL_S + case.lag_s
    answered = lived.answered_at is not None and lived.answered_at <= until
    if not answered and not case.outages_in(at, until):
        yield _call("I8", lived, "rang on after it was blocked", at)
