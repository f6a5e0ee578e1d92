"""A customer handed over to somebody outside of the house: one of few, whom the trunk's file names.

The engine knows names, never numbers. For one call a party outside is what an agent is: a leg that
is called, joined with the customer, and part of the call's record. The leg takes a line of its
trunk. Whoever of the two hangs up first, the call ends; a party who is not reached leaves the
customer where the agent found no better place: in the queue of the agent's pool.
"""

from dialer.engine.call import OUTSIDE, Call
from dialer.engine.calls import Calls
from dialer.engine.commands import Bridge, CallOutside, DropAgent, Order
from dialer.engine.events import LegDown, LegUp, TransferWanted
from dialer.engine.governor import Governor
from dialer.engine.state import Party, State

RING_S = 30.0
"So long a party's telephone may ring while the customer hears music."


def party(name: str, call: str) -> str:
    """What the leg is called: who, and for which call. Two may be handed to one number.

    >>> party("head office", "d1-7")
    'outside:head office:d1-7'
    """
    return f"{OUTSIDE}{name}:{call}"


class Outside:
    """Keeps the parties' table; it knows calls and trunks, and no agents."""

    def __init__(self, state: State, order: Order, calls: Calls, governor: Governor) -> None:
        self.state, self.order, self.calls, self.governor = state, order, calls, governor

    def send(self, call: Call, event: TransferWanted, at: float) -> bool:
        """Call the party, with the customer on hold; false, and nothing, without a line for it."""
        if self.governor.barred_outside(event.trunk, at):
            return False
        name = event.to.removeprefix(OUTSIDE)
        one = party(name, event.call)
        self.state.outside[one] = Party(event.call, event.trunk)
        self.governor.let_out(event.trunk)
        self.calls.keep(call, at)
        self.calls.reserve(call, one, at)
        self.order(CallOutside(one, name, event.trunk, RING_S))
        return True

    def on(self, event: LegUp | LegDown) -> None:
        """A party's telephone was picked up, or is not there any more."""
        there = self.state.outside.get(event.agent)
        if there is None:
            return
        call = self.state.calls.get(there.call)
        is_its = call is not None and call.agent == event.agent and call.hang_up_at is None
        if isinstance(event, LegUp):
            self._answered(event.agent, call if is_its else None)
            return
        del self.state.outside[event.agent]
        self.governor.let_back(there.trunk)
        if call is not None and is_its:
            self._gone(call, event.at)

    def _answered(self, one: str, call: Call | None) -> None:
        if call is None:
            self.order(DropAgent(one))
        elif call.agent_since is None:
            self.order(Bridge(call.intent.call, one))

    def _gone(self, call: Call, at: float) -> None:
        if call.agent_since is not None:
            self.calls.hang_up(call, at, "outside")
        else:
            self.calls.unreserve(call)
            self.calls.keep(call, at)

    def let_go(self, call: Call) -> None:
        """The call is over, or could not be joined: its party is told by silence."""
        for one, there in self.state.outside.items():
            if there.call == call.intent.call:
                self.order(DropAgent(one))

    def legs_standing(self, up: tuple[str, ...], at: float) -> None:
        """After a reconcile: believe the switch about every party."""
        for one in list(self.state.outside):
            self.on(LegUp(one, at=at) if one in up else LegDown(one, at=at))
