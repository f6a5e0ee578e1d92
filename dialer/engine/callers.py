"""Those who call us: to whom each of them goes, and what becomes of him whom nobody can take.

They ring until an agent is there. First the one who spoke with them last, for whom they wait a
moment; then whoever is free, before everybody whom we called.
"""

from collections.abc import Iterator

from dialer.engine.agent import Agent
from dialer.engine.call import Call
from dialer.engine.calls import Calls
from dialer.engine.commands import OptOut, Order, Reconcile, Record
from dialer.engine.events import Arrived, Event, OptedOut
from dialer.engine.floor import Floor
from dialer.engine.governor import Governor
from dialer.engine.index import Index
from dialer.engine.state import Pool, State

MAX_TALK_S = 3600.0


class Callers:
    """Keeps no state of its own."""

    def __init__(
        self, state: State, index: Index, order: Order, calls: Calls, floor: Floor,
        governor: Governor,
    ) -> None:  # fmt: skip
        self.state, self.index, self.order = state, index, order
        self.calls, self.floor, self.governor = calls, floor, governor

    def on(self, event: Event) -> None:
        """Somebody called, or pressed the key that ends our calls."""
        match event:
            case Arrived() if event.call not in self.state.calls:
                self._let_in(event)
            case OptedOut():
                opt_out = OptOut(call=event.call, everywhere=event.everywhere, at=event.at)
                self.order(Record(opt_out))

    def _let_in(self, event: Arrived) -> None:
        campaign = self.state.campaigns.get(event.campaign)
        at = event.at
        call = Call(
            intent=event,
            source=event.source,
            max_talk_s=campaign.opened.max_talk_s if campaign else MAX_TALK_S,
            ordered_at=at,
            placed_at=at,
            placed_told=True,
            ringing_at=at,
            waiting_at=at,
            asked_at=self.state.at if event.late else None,
        )
        self.state.calls[event.call] = call
        self.governor.let_in(call)
        if event.late or event.epoch != self.state.epoch or not self.state.reconciled:
            self.order(Reconcile((event.call,), ()))
        self.calls.settle(call)

    def served(self, pool: Pool, at: float) -> Iterator[tuple[Call, Agent]]:
        """Whoever waits and has an agent now."""
        for key in list(pool.callers):
            call = self.state.calls[key]
            agent = self._agent_for(call, pool, at)
            if agent is not None:
                yield call, agent

    def _agent_for(self, call: Call, pool: Pool, at: float) -> Agent | None:
        intent = call.intent
        if not isinstance(intent, Arrived) or intent.late or not intent.wait_s:
            return None
        last = self.state.agents.get(intent.agent)
        if last is not None and last.state == "READY":
            return last
        returns = last is not None and last.leg_up and last.wants == "ready"
        if returns and at < intent.at + intent.last_agent_s and not call.lost_agent:
            return None
        name = next(iter(pool.ready), "")
        return self.state.agents.get(name)

    def turn_away(self, pool: Pool, at: float) -> None:
        """Nobody is there who could take a call: those who wait hear the message at once."""
        for key in list(pool.callers):
            call = self.state.calls[key]
            if not self._is_last_there(call):
                self.calls.play(call, at)

    def _is_last_there(self, call: Call) -> bool:
        """The agent who spoke last may be of another pool."""
        last = self.state.agents.get(getattr(call.intent, "agent", ""))
        return last is not None and last.leg_up and last.wants == "ready"
