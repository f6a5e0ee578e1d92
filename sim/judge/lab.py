"""The lab carrier's log as evidence: what a second Asterisk saw of every call of a real dialer.

The carrier knows numbers, not our ids: a call belongs to the promise for its number that was open
when it came in. Which agent spoke it cannot tell, so `agents` and `counted` are not its to judge;
`sim.carrier.judge` compares outcomes.
"""

from collections.abc import Iterable, Mapping

from dialer.engine.events import Event, Intended, Reconciled, Started
from sim.carrier.log import CarrierCall
from sim.judge.case import Outage
from sim.truth import Lived, Stay

RULES = (
    "records", "agreement", "fold", "privacy", "numbers", "gate", "deserted", "limits", "pace",
    "breaker", "blocked", "silence", "cap", "leftovers",
)  # fmt: skip
"What this evidence is good for."
EARLY_S = 0.1
"Two clocks of one machine."


def lived(
    calls: Iterable[CarrierCall], promises: Iterable[Intended], numbers: Mapping[str, str]
) -> list[Lived]:
    """The network's side of each call. `numbers`: our call -> the digits it dialled."""
    open_for: dict[str, list[Intended]] = {}
    for promise in sorted(promises, key=lambda promise: promise.at, reverse=True):
        open_for.setdefault(numbers.get(promise.call, ""), []).append(promise)
    return [
        _lived(call, _promise(call, open_for.get(call.number, ())))
        for call in sorted(calls, key=lambda call: call.started_at)
    ]


def _promise(call: CarrierCall, promises: Iterable[Intended]) -> str:
    """The newest promise before the call came in; the carrier's own name for one without."""
    before = (one.call for one in promises if one.at <= call.started_at + EARLY_S)
    return next(before, call.channel)


def _lived(call: CarrierCall, ours: str) -> Lived:
    person = call.behaviour.startswith("person")
    stays = []
    if call.heard_agent_at is not None:
        stays = [Stay(f"of {ours}", call.heard_agent_at, call.heard_agent_at, call.ended_at)]
    return Lived(
        call=ours,
        number=call.number,
        kind="person" if person else call.behaviour,
        placed_at=call.started_at,
        answered_at=call.answered_at,
        greeting_end_at=call.greeted_at,
        message_at=call.heard_message_at,
        stays=stays,
        ended_at=call.ended_at,
        ended_by="dialer" if call.ended_by == "dialer" else "customer",
    )


def deaths(events: Iterable[tuple[int, Event]]) -> list[Outage]:
    """When no dialer lived: from the last word of one to the next one's whole answer."""
    found: list[Outage] = []
    last_word = float("-inf")
    died_at: float | None = None
    for _, event in events:
        if isinstance(event, Started):
            died_at = last_word
        elif isinstance(event, Reconciled) and event.whole and died_at is not None:
            found.append(Outage(died_at, event.at, "dead"))
            died_at = None
        last_word = event.at
    return found
