"""The calls: what each event and each deadline makes of one."""

from collections.abc import Callable
from typing import Any

from dialer.engine import call as life
from dialer.engine.call import (
    MACHINES,
    Call,
    apply,
    is_by_hand,
    is_inbound,
    is_outside,
    leave_agent,
    limit_at,
    resume,
    state,
    verdict_due_at,
)
from dialer.engine.commands import HangUp, Hold, Listen, Order, Play, Reconcile, StopListening
from dialer.engine.ending import is_terminal
from dialer.engine.events import (
    AgentHeard,
    Answered,
    Arrived,
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
from dialer.engine.index import Index
from dialer.engine.mistakes import Detection
from dialer.engine.pacing.facts import Abandoned, Fact, Resolved
from dialer.engine.state import State

MARGIN_S = 0.15
"The message starts this much before the limit: it takes a moment to be heard."
BRIDGE_S = 1.5
"A bridge that is not there by now will not come."
OUTSIDE_S = 35.0
"Nor will somebody outside whose telephone has rung for so long."
MESSAGE_S = 40.0
"No recording is longer."
BLIND_S = 1.0
"While nobody tells us anything a deadline is put off; the switch has its own."
LOST_AGENT_S = 2.0
"A customer whose agent's leg broke waits this long for another."
KEPT_S = 60.0
"And one who was handed over, or hears music: for this long."

BEEP_WITHIN_S = 25.0
"A machine whose beep has not come by then gets no message."
JUST_NOW_S = 2.0
"A beep before the verdict is the one that the message waits for, if it is no older."

GONE = ("call ended", "call gone")


class Calls:
    """Keeps the calls' table; agents it knows only by what it leaves in `ended`, `unbridged`."""

    def __init__(self, state: State, index: Index, order: Order) -> None:
        self.state, self.index, self.order = state, index, order
        self.detection = Detection(state)
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
        act = ACTS.get(type(event))
        if act is not None:
            act(self, call, event)
        if type(event) not in SIGNS:
            self.settle(call)

    def _answer(self, call: Call, event: Answered) -> None:
        if call.hang_up_at is not None or is_inbound(call):
            return
        self.order(Listen(call.intent.call, "answer"))
        if is_by_hand(call) and call.agent and call.bridged_at is None:
            call.waiting_at = event.at
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
        self.index.wake("c" + call.intent.call, self._due_at(call))

    def _hold(self, call: Call, event: Held | Resumed) -> None:
        if call.agent != event.agent or call.agent_since is None:
            return
        if isinstance(event, Resumed):
            resume(call, event.at)
        elif event.at > call.resumed_at:
            call.hold_since = call.hold_since or event.at
        self.held.append(call)

    # ---- hearing ----
    def _hear(self, call: Call, event: Heard) -> None:
        if event.phase == "answer":
            self._hear_answer(call, event)
        elif is_terminal(event) and call.answered_at is None:
            self.hang_up(call, event.at, f"heard {event.sound}")

    def _hear_answer(self, call: Call, event: Heard) -> None:
        if is_terminal(event) and call.bridged_at is None:
            # A network that answers and then plays a busy tone: false answer supervision.
            call.verdict, call.verdict_cause = "machine", f"false answer: {event.sound}"
            self.hang_up(call, event.at, f"heard {event.sound}")
        elif life.is_doubtful(call, event):
            return
        elif call.beep_awaited_at is not None:
            self._hear_machine(call, event)
        elif event.sound in MACHINES:
            if not is_by_hand(call) and (call.bridged_at is None or _takes_away(call, event)):
                self._end_or_let_through(call, event)
            if call.beep_awaited_at is None or call.message_at is not None:
                self._stop_listening(call)
        elif event.sound == "silence" and call.hangs_up_on_silence and call.bridged_at is None:
            self.hang_up(call, event.at, "silence")
        elif event.sound in ("human", "silence", "no_audio"):
            self.wait(call, event.at)
            if event.sound == "human" and call.bridged_at is not None and not call.is_heard:
                self._stop_listening(call)

    def _end_or_let_through(self, call: Call, event: Heard) -> None:
        is_ending = call.hang_up_at is not None
        if not is_ending and (call.let_through or self.detection.lets_through(call, event.at)):
            call.let_through = True
            self.wait(call, event.at)
        elif event.sound == "machine" and call.after_beep and state(call) == "ANSWERED":
            self._await_beep(call, event.at)
        else:
            self.hang_up(call, event.at, event.sound)

    def _await_beep(self, call: Call, at: float) -> None:
        """A machine that gets a message. To pacers and to the account it is what it is at once."""
        if call.hang_up_at is not None:
            return
        call.beep_awaited_at, call.why = at, call.why or "machine"
        self._tell(call, resolved(call, at, person=False))
        if call.beep_at is not None and at - call.beep_at <= JUST_NOW_S:
            self._leave_message(call, at)

    def _hear_machine(self, call: Call, event: Heard) -> None:
        """Of a machine whose beep is waited for: that, or that it is one without a beep."""
        if event.sound == "beep" and call.message_at is None and call.hang_up_at is None:
            self._leave_message(call, event.at)
            self._stop_listening(call)
        elif event.sound in ("fax", "ivr"):
            self.hang_up(call, event.at, event.sound)

    def _leave_message(self, call: Call, at: float) -> None:
        """With its end the call ends, too."""
        call.message_at = at
        self.order(Play(call.intent.call, "after_beep", call.after_beep))

    def _stop_listening(self, call: Call) -> None:
        call.is_heard = False
        self.index.hearing.pop(call.intent.call, None)
        self.order(StopListening(call.intent.call))

    def wait(self, call: Call, at: float) -> None:
        """A person, as far as we can tell: to the agent who has waited longest."""
        if state(call) == "ANSWERED" and call.hang_up_at is None:
            call.waiting_at = at
            self._tell(call, resolved(call, at, person=True))

    def _tell(self, call: Call, fact: Fact) -> None:
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
                self._stop_listening(call)
        elif call.verdict not in MACHINES:
            call.is_heard = life.heard_until(call) > event.at
            if call.is_heard:
                self.index.hear(call.intent.call, life.heard_until(call))

    def rest(self, at: float) -> None:
        """Nobody need listen any longer to those who have talked for a while."""
        for key in self.index.heard_enough(at):
            self._stop_listening(self.state.calls[key])

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
            self._tell(call, Abandoned(at=at, campaign=call.intent.campaign))
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
    def _due_at(self, call: Call) -> float | None:
        if call.hang_up_at is not None:
            return max(call.hang_up_at, call.asked_at or 0.0) + life.LOST_S
        if call.ordered_at is None:
            return None
        match state(call):
            case "INTENDED" | "PLACED" | "RINGING":
                return call.ordered_at + call.intent.ring_timeout_s + life.RING_GRACE_S
            case "ANSWERED" if call.beep_awaited_at is not None:
                return call.beep_awaited_at + BEEP_WITHIN_S
            case "ANSWERED":
                return verdict_due_at(call)
            case "WAITING" if call.reserved_at is not None:
                return call.reserved_at + (OUTSIDE_S if is_outside(call) else BRIDGE_S)
            case "WAITING":
                return self._give_up_at(call)
            case "PLAYING":
                return (call.message_at or 0.0) + MESSAGE_S
            case "TALKING" | "HELD":
                return (call.bridged_at or call.agent_since or 0.0) + call.max_talk_s
        return None

    def _give_up_at(self, call: Call) -> float:
        if call.kept_at is not None:
            return call.kept_at + KEPT_S
        if call.lost_agent:
            return (call.asked_at or 0.0) + LOST_AGENT_S
        if isinstance(call.intent, Arrived):
            if call.intent.late:
                return (call.asked_at or 0.0) + life.LOST_S
            patient_until = call.intent.at + call.intent.last_agent_s
            is_patient = call.intent.agent and self.state.at < patient_until
            longest = call.intent.at + call.intent.wait_s
            return min(patient_until, longest) if is_patient else longest
        limit = limit_at(call)
        waiting = call.waiting_at or 0.0
        return (limit if limit is not None else waiting + call.connect_within_s) - MARGIN_S

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
            case "WAITING" if at < self._give_up_at(call):
                self.settle(call)  # he has waited long enough for one agent: now for any
            case "WAITING":
                self.play(call, at)
            case "PLAYING":
                self.hang_up(call, at, "message")
            case "TALKING" | "HELD":
                self.hang_up(call, at, "max_talk")


ACTS: dict[type[Event], Callable[[Calls, Call, Any], None]] = {
    Answered: Calls._answer,
    Heard: Calls._hear,
    Bridged: Calls._bridge,
    NotBridged: Calls._not_bridged,
    Held: Calls._hold,
    Resumed: Calls._hold,
    MessageEnded: Calls._end_message,
}
"What follows from an event beside what it tells."
SIGNS = frozenset((Placed, Progressed, Ringing, AgentHeard))
"Signs of life: a call stays where it is, and its deadline with it."
CALL_EVENTS: tuple[type[Event], ...] = (
    *life.INSTANTS,
    Heard,
    Held,
    Resumed,
    HungUp,
    NotPlaced,
    NotBridged,
    MessageEnded,
)


def _takes_away(call: Call, event: Heard) -> bool:
    """Whether this ends an agent's call: he was given it unheard, or it is beyond doubt."""
    return call.agent_since is not None and (call.connect_first or event.confidence >= life.SURE)


def resolved(call: Call, at: float, *, person: bool) -> Resolved:
    """It rings no more: the fact for pacers."""
    rang_until = at if call.answered_at is None else call.answered_at
    rang_s = None if call.ordered_at is None else max(0.0, rang_until - call.ordered_at)
    return Resolved(at=at, campaign=call.intent.campaign, person=person, ring_s=rang_s)
