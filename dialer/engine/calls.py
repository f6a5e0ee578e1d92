"""The calls: what each event and each deadline makes of one."""

from collections.abc import Callable
from typing import Any

from dialer.engine.call import (
    INSTANTS,
    MACHINES,
    Call,
    apply,
    is_by_hand,
    is_inbound,
    leave_agent,
    resume,
    state,
)
from dialer.engine.commands import HangUp, Hold, Listen, Order, Play, Reconcile
from dialer.engine.deadlines import due_at, give_up_at, heard_until
from dialer.engine.ending import resolved
from dialer.engine.events import (
    AgentHeard,
    Answered,
    Bridged,
    Event,
    Heard,
    Held,
    HungUp,
    MessageEnded,
    NotBridged,
    NotPlaced,
    Placed,
    Progressed,
    Resumed,
    Ringing,
)
from dialer.engine.hearing import Hearing
from dialer.engine.index import Index
from dialer.engine.pacing.facts import Abandoned, Fact
from dialer.engine.state import State

BLIND_S = 1.0
"While nobody tells us anything a deadline is put off; the switch has its own."

GONE = ("call ended", "call gone")
"Why an agent could not be joined where that was the customer's side."
SIGNS = frozenset((Placed, Progressed, Ringing, AgentHeard))
"Signs of life: a call stays where it is, and its deadline with it."
CALL_EVENTS: tuple[type[Event], ...] = (
    *INSTANTS, Heard, Held, Resumed, HungUp, NotPlaced, NotBridged, MessageEnded,
)  # fmt: skip


class Calls:
    """Keeps the calls' table; agents it knows only by what it leaves in `ended`, `unbridged`."""

    def __init__(self, state: State, index: Index, order: Order) -> None:
        self.state, self.index, self.order = state, index, order
        self.hearing = Hearing(self)
        self.ended: list[Call] = []
        "Calls that ended in this turn."
        self.bridged: list[Call] = []
        "Calls whose agent was joined in this turn."
        self.left: list[tuple[Call, str]] = []
        "Agents whose customer went to another agent."
        self.unbridged: list[Call] = []
        "Calls whose agent could not be joined."
        self.gone: list[Call] = []
        "Calls that ended before their agent was joined: the switch will say so itself."
        self.held: list[Call] = []
        "Calls that are on hold since this turn, or are not any more."
        self.given_back: list[Call] = []
        "Promises that were taken back: nobody need wait for them."
        self.picked_up: list[Call] = []
        "Calls by hand that somebody has answered."
        self._acts: dict[type[Event], Callable[[Call, Any], None]] = {
            Answered: self._answer,
            Heard: self.hearing.hear,
            Bridged: self._bridge,
            NotBridged: self._not_bridged,
            Held: self._hold,
            Resumed: self._hold,
            MessageEnded: self._end_message,
        }
        "What follows from an event beside what it tells."

    @property
    def has_news(self) -> bool:
        """Whether this turn left anything for the agents."""
        return bool(
            self.ended or self.bridged or self.left or self.unbridged or self.gone
            or self.held or self.picked_up or self.given_back
        )  # fmt: skip

    def on(self, event: Event) -> None:
        """An event of one call's. Unknown calls are over, or not ours."""
        call = self.state.calls.get(event.call)  # type: ignore[attr-defined]
        if call is None:
            return
        if self.state.reconciled or type(event) is not HungUp:
            self.take(call, event)
        else:
            call.held = call.held or event

    def take(self, call: Call, event: Event) -> None:
        """What this event makes of the call."""
        apply(call, event)
        if call.ended_at is not None:
            self._end(call)
            return
        act = self._acts.get(type(event))
        if act is not None:
            act(call, event)
        if type(event) not in SIGNS:
            self.settle(call)

    def _answer(self, call: Call, event: Answered) -> None:
        if call.hang_up_at is not None or is_inbound(call):
            return
        self.order(Listen(call.intent.call, "answer"))
        if is_by_hand(call) and call.agent and call.bridged_at is None:
            call.waiting_at = event.at
            if call.reserved_at is not None:  # they are joined anew: the first order got lost
                call.reserved_at = self.state.at
            self.picked_up.append(call)
        elif call.connect_first:
            self.wait(call, event.at)

    def _not_bridged(self, call: Call, event: NotBridged) -> None:
        if call.agent == event.agent and call.agent_since is None:
            (self.gone if event.why in GONE else self.unbridged).append(call)

    def _end_message(self, call: Call, event: MessageEnded) -> None:
        self.hang_up(call, event.at, "message")

    def settle(self, call: Call) -> None:
        """File the call under its state and set its alarm."""
        self.index.file(call)
        self.index.wake("c" + call.intent.call, due_at(call, self.state.at))

    def _hold(self, call: Call, event: Held | Resumed) -> None:
        if call.agent != event.agent or call.agent_since is None:
            return
        if isinstance(event, Resumed):
            resume(call, event.at)
        elif event.at > call.resumed_at:
            call.hold_since = call.hold_since or event.at
        self.held.append(call)

    def wait(self, call: Call, at: float) -> None:
        """A person, as far as we can tell: to the agent who has waited longest."""
        if state(call) == "ANSWERED" and call.hang_up_at is None:
            call.waiting_at = at
            self.tell(call, resolved(call, at, person=True))

    def tell(self, call: Call, fact: Fact) -> None:
        """Let the pacer of its pool know, if one placed it."""
        if not is_by_hand(call) and not is_inbound(call):
            self.index.news.append((call.intent.pool, fact))

    # ---- joining ----
    def reserve(self, call: Call, agent: str, at: float) -> None:
        """An agent is chosen."""
        call.agent, call.reserved_at = agent, at
        self.settle(call)

    def unreserve(self, call: Call) -> None:
        """Not this agent."""
        call.agent, call.reserved_at = "", None
        self.settle(call)

    def _bridge(self, call: Call, event: Bridged) -> None:
        told_at = call.agent_since or max((leg.bridged_at for leg in call.legs), default=-1.0)
        again = call.agent_since is not None and call.agent == event.agent
        if again and call.hold_since is not None and event.at > call.hold_since:
            self._hold(call, Resumed(event.call, event.agent, at=event.at))
        if again or event.at <= told_at:
            return
        leave_agent(call, event.at)
        if call.agent not in ("", event.agent):
            self.left.append((call, call.agent))
        call.agent, call.agent_since, call.reserved_at = event.agent, event.at, None
        call.kept_at = None
        self.bridged.append(call)
        if is_by_hand(call) or is_inbound(call):
            if call.verdict:
                self.hearing.stop_listening(call)
        elif call.verdict not in MACHINES:
            call.is_heard = heard_until(call) > event.at
            if call.is_heard:
                self.index.hear(call.intent.call, heard_until(call))

    def lose_agent(self, call: Call, at: float) -> None:
        """The agent's leg broke while they talked."""
        if call.agent_since is not None:
            leave_agent(call, at)
            call.lost_agent = True
            call.waiting_at = call.waiting_at or at
            call.message_at = None  # what was played before is over
            call.asked_at = at
        call.agent, call.reserved_at = "", None
        self.settle(call)

    def keep(self, call: Call, at: float, pool: str = "") -> None:
        """Without an agent, but not alone: music until somebody of that pool is free."""
        agent = call.agent
        leave_agent(call, at)
        call.waiting_at = call.waiting_at or at
        call.message_at = call.reserved_at = None
        call.agent, call.queue, call.kept_at = "", pool or call.queue, at
        self.order(Hold(call.intent.call, agent))
        self.settle(call)

    # ---- ending ----
    def hang_up(self, call: Call, at: float, why: str) -> None:
        """End it, once."""
        if call.hang_up_at is None:
            call.hang_up_at, call.why = at, call.why or why
            self.order(HangUp(call.intent.call, why))
        self.settle(call)

    def play(self, call: Call, at: float) -> None:
        """Nobody is free within the limit: say who called."""
        call.message_at = at
        if call.bridged_at is None:
            self.tell(call, Abandoned(at=at, campaign=call.intent.campaign))
        campaign = self.state.campaigns.get(call.intent.campaign)
        own = campaign.opened.message if is_inbound(call) and campaign else ""
        self.order(Play(call.intent.call, "safe_harbour", own))
        self.settle(call)

    def _end(self, call: Call) -> None:
        key = call.intent.call
        if key not in self.state.calls:
            return
        leave_agent(call, call.ended_at or 0.0)
        del self.state.calls[key]
        self.index.forget(call)
        self.ended.append(call)

    def crash(self, call: Call, at: float) -> None:
        """No witness knows it any more: the switch died with it."""
        call.why = call.why or "crash"
        call.witness = "journal"
        apply(call, HungUp(call.intent.call, at=at))
        self._end(call)

    # ---- time ----
    def alarm(self, key: str, at: float) -> None:
        """A deadline of this call's has come."""
        call = self.state.calls.get(key)
        if call is None:
            return
        if not self.state.reconciled:
            self.index.wake("c" + key, at + BLIND_S)
        elif call.hang_up_at is not None:
            call.asked_at = at
            self.order(Reconcile((key,), ()))
            self.settle(call)
        else:
            self._deadline(call, at)

    def _deadline(self, call: Call, at: float) -> None:
        match state(call):
            case "INTENDED" | "PLACED" | "RINGING":
                self.hang_up(call, at, "ring")
            case "ANSWERED" if call.beep_awaited_at is not None:
                self.hang_up(call, at, "machine")
            case "ANSWERED":
                self.wait(call, at)
                self.settle(call)
            case "WAITING" if call.reserved_at is not None:
                self.unbridged.append(call)  # settled when the agent is let go, in this turn
            case "WAITING" if at < give_up_at(call, self.state.at):
                self.settle(call)  # he has waited long enough for one agent: now for any
            case "WAITING":
                self.play(call, at)
            case "PLAYING":
                self.hang_up(call, at, "message")
            case "TALKING" | "HELD":
                self.hang_up(call, at, "max_talk")
