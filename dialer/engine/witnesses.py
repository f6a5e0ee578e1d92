"""Hearing the witnesses: what they say of each call is folded, and the day begins (again)."""

from dialer.engine.call import Call
from dialer.engine.calls import Calls
from dialer.engine.commands import Command, HangUp, Hold, Order
from dialer.engine.events import Answered, Bridged, Event, MessageStarted, Reconciled, Witness
from dialer.engine.governor import Governor
from dialer.engine.outside import Outside
from dialer.engine.presence import Presence
from dialer.engine.reconcile import consequence
from dialer.engine.state import State


class Witnesses:
    """Keeps no state of its own."""

    def __init__(
        self, state: State, order: Order, calls: Calls, presence: Presence, governor: Governor,
        outside: Outside,
    ) -> None:  # fmt: skip
        self.state, self.order, self.calls, self.presence = state, order, calls, presence
        self.governor, self.outside = governor, outside

    def hear(self, event: Reconciled) -> None:
        """All that was asked of them, in full."""
        for witness in event.witnesses:
            call = self.state.calls.get(witness.call)
            if call is not None:
                self._hear_one(call, witness, event)
        if event.whole and not self.state.reconciled:
            self.presence.legs_standing(event.agents_up, event.at)
            self.state.reconciled = self.state.switch_up
            for call in list(self.state.calls.values()):
                self.calls.settle(call)
                if call.hold_since is not None or call.kept_at is not None:
                    self.order(Hold(call.intent.call, call.agent))  # music, whatever plays now
            self.outside.legs_standing(event.agents_up, event.at)

    def _hear_one(self, call: Call, witness: Witness, event: Reconciled) -> None:
        at, since = event.at, event.switch_since
        if witness.channel == "none" and witness.row:
            call.witness = "switch_cdr"
        steps = consequence(
            call, witness, at=at, started_at=self.state.started_at, switch_since=since
        )
        if call.held is not None:  # it knows the cause, which the witness may not
            steps = [
                step for step in steps if isinstance(step, Answered | Bridged | MessageStarted)
            ]
            steps.append(call.held)
        for step in steps:
            self._step(call, step, at)
        if witness.channel != "none" and call.hang_up_at is not None and not call.held:
            self.order(HangUp(witness.call, call.why))  # the first one got lost

    def _step(self, call: Call, step: Event | Command | str, at: float) -> None:
        if isinstance(step, Event):
            if call.ordered_at is None:  # by a process that is no more, in the turn of its promise
                self.governor.take_line(call, call.intent.at)
                self.calls.settle(call)
            self.calls.take(call, step)
        elif isinstance(step, Command):
            self.order(step)  # type: ignore[arg-type]
        else:
            self.calls.crash(call, at)
