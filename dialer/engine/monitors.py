"""Supervisors at agents' ears: who listens to whom, in which way, and until when.

One supervisor hears one agent at a time, on a leg of his own that the switch sets up and takes
down. He leaves with the call, or goes on to the agent's next one; he never stays at an ear whose
owner has gone.
"""

from dialer.engine.commands import Monitor, Order, StopMonitor
from dialer.engine.events import (
    Event,
    MonitorEnded,
    MonitorStarted,
    MonitorUnwanted,
    MonitorWanted,
)
from dialer.engine.state import Monitoring, State

MONITOR_EVENTS = (MonitorWanted, MonitorUnwanted, MonitorStarted, MonitorEnded)


class Monitors:
    """Keeps the list of supervisors who listen."""

    def __init__(self, state: State, order: Order) -> None:
        self.state, self.order = state, order

    def on(self, event: Event) -> None:
        """What does not fit is ignored: the page may lag."""
        known = self.state.monitors.get(event.user)  # type: ignore[attr-defined]
        match event:
            case MonitorWanted():
                self._begin(event, known)
            case MonitorUnwanted() if known is not None:
                self._stop(known)
            case MonitorStarted() if known is not None:
                known.is_up = True
            case MonitorEnded() if known is not None:
                del self.state.monitors[event.user]

    def turn(self) -> None:
        """Whoever listens to a call that is over, or to an agent who has gone, is done."""
        for one in self.state.monitors.values():
            agent = self.state.agents.get(one.agent)
            has_gone = agent is None or not agent.leg_up
            if has_gone or (agent is not None and not one.stays and agent.call != one.call):
                self._stop(one)

    def forget(self) -> None:
        """The switch was away: what stood there is being cleared."""
        self.state.monitors.clear()

    def _begin(self, event: MonitorWanted, known: Monitoring | None) -> None:
        agent = self.state.agents.get(event.agent)
        if agent is None or not agent.leg_up or not (agent.call or event.stays):
            return
        if (known is not None and known.is_ending) or not self.state.reconciled:
            return
        self.state.monitors[event.user] = Monitoring(
            user=event.user, agent=event.agent, how=event.how, endpoint=event.endpoint,
            stays=event.stays, since=known.since if known else event.at, call=agent.call,
            is_up=known is not None and known.is_up,
        )  # fmt: skip
        self.order(Monitor(event.user, event.agent, event.how, event.endpoint))

    def _stop(self, one: Monitoring) -> None:
        if not one.is_ending:
            one.is_ending = True
            self.order(StopMonitor(one.user))
