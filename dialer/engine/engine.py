"""The dialer as a function of what has happened.

`handle(event)` is total: it never raises for what the world reports. It dispatches to calls, floor
and campaigns, joins those who wait with those who are ready, lets the pools decide, and returns
the orders. Same events, same orders, byte for byte.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from dialer.engine.agent import WITH_CUSTOMER
from dialer.engine.byhand import ByHand
from dialer.engine.call import NO_AGENT
from dialer.engine.call import state as call_state
from dialer.engine.callers import Callers
from dialer.engine.calls import CALL_EVENTS, Calls
from dialer.engine.campaigns import Campaigns
from dialer.engine.commands import AnyCommand, DispositionSet, Reconcile, Record
from dialer.engine.events import (
    AgentHeard,
    AgentHungUp,
    Answered,
    Arrived,
    Bridged,
    CallbackDue,
    CallWanted,
    ClockJumped,
    DeskBack,
    DeskLost,
    Disposed,
    DispositionCorrected,
    DispositionUndone,
    Event,
    GreetingWanted,
    Heard,
    HoldWanted,
    Intended,
    LeadOffered,
    LeadSkipped,
    LegDown,
    LegUp,
    LegWanted,
    LoggedIn,
    LoggedOut,
    MessageStarted,
    MuteWanted,
    OptedOut,
    Paused,
    Placed,
    Progressed,
    Reconciled,
    Replaced,
    ResumeWanted,
    Ringing,
    Started,
    SwitchDown,
    SwitchUp,
    TransferWanted,
    VoiceBack,
    VoiceLost,
    WentReady,
)
from dialer.engine.floor import Floor, is_about_to_call
from dialer.engine.governor import Governor
from dialer.engine.index import Index
from dialer.engine.letting_alone import to_let_alone
from dialer.engine.meeting import Meeting
from dialer.engine.monitors import MONITOR_EVENTS, Monitors
from dialer.engine.outside import Outside
from dialer.engine.pools import Pools
from dialer.engine.presence import Presence
from dialer.engine.previews import Previews
from dialer.engine.promises import Promises
from dialer.engine.put_right import put_right
from dialer.engine.recordings import RECORDING_EVENTS, Recordings
from dialer.engine.state import State
from dialer.engine.witnesses import Witnesses

FLOOR_EVENTS = (
    WentReady, Paused, AgentHungUp, GreetingWanted, HoldWanted, ResumeWanted, MuteWanted,
    TransferWanted, Disposed, DispositionUndone, LoggedOut,
)  # fmt: skip
PRESENCE_EVENTS = (
    LoggedIn, LegUp, LegDown, LegWanted, DeskLost, DeskBack, VoiceLost, VoiceBack,
)  # fmt: skip
BY_HAND_EVENTS = (CallWanted, DispositionCorrected)
PROCESS_EVENTS = (Started, SwitchUp, SwitchDown, Replaced, ClockJumped, Reconciled)
WORDS = (Disposed, DispositionUndone, DispositionCorrected)
"By these an agent, or somebody later, says what came of a call."
QUIET = frozenset(
    (Placed, Progressed, Ringing, Answered, Heard, Bridged, AgentHeard, MessageStarted, Intended)
)
"Neither supply nor demand changes with these alone: no new pacing decision is due."


class Engine:
    """One mind."""

    def __init__(self, state: State | None = None) -> None:
        self._orders: list[AnyCommand] = []
        self._remember(state or State())

    def _remember(self, state: State) -> None:
        self.state, self.index = state, Index(state)
        parts = (self.state, self.index, self._order)
        self.calls = Calls(*parts)
        self.floor = Floor(*parts)
        self.presence = Presence(*parts, self.floor)
        self.governor = Governor(*parts)
        self.by_hand = ByHand(self.state, self._order, self.floor, self.governor)
        self.promises = Promises(self.state, self.index, self.floor, self.governor, self.by_hand)
        self.campaigns = Campaigns(*parts, self.calls, self.governor, self.by_hand)
        self.previews = Previews(self.state, self.index, self.floor, self.governor, self.by_hand)
        self.pools = Pools(*parts, self.floor, self.governor, self.previews)
        self.callers = Callers(*parts, self.calls, self.floor, self.governor)
        self.recordings = Recordings(*parts)
        self.monitors = Monitors(self.state, self._order)
        self.outside = Outside(self.state, self._order, self.calls, self.governor)
        self.meeting = Meeting(
            *parts, self.calls, self.floor, self.campaigns, self.recordings, self.callers,
            self.outside,
        )  # fmt: skip
        self.witnesses = Witnesses(
            self.state, self._order, self.calls, self.presence, self.governor, self.outside
        )
        self._rooms: dict[type, Callable[[Any], None]] = {
            **dict.fromkeys(CALL_EVENTS, self.calls.on),
            **dict.fromkeys(FLOOR_EVENTS, self.floor.on),
            **dict.fromkeys(PRESENCE_EVENTS, self.presence.on),
            **dict.fromkeys((LegUp, LegDown), self._leg),
            **dict.fromkeys(BY_HAND_EVENTS, self.by_hand.on),
            CallbackDue: self.promises.on,
            **dict.fromkeys((LeadOffered, LeadSkipped), self.previews.on),
            **dict.fromkeys(PROCESS_EVENTS, self._process),
            **dict.fromkeys(RECORDING_EVENTS, self.recordings.on),
            **dict.fromkeys(MONITOR_EVENTS, self.monitors.on),
            **dict.fromkeys((Arrived, OptedOut), self.callers.on),
        }

    def _order(self, command: AnyCommand) -> None:
        self._orders.append(command)

    @property
    def due(self) -> float:
        """The next deadline: the shell sends `Tick` then, and at the latest every second."""
        return self.index.due

    def handle(self, event: Event) -> list[AnyCommand]:
        """The orders that follow from this event."""
        self._orders = []
        state, index, kind = self.state, self.index, type(event)
        at = event.at
        if kind is Started and (state.clock_off_s or at < state.at):
            self._remember(put_right(self.checkpoint(), at))
            state, index = self.state, self.index
        at = state.at = max(at, state.at)
        self._rooms.get(kind, self.campaigns.on)(event)
        if index.rests_at <= at:
            self.calls.hearing.rest(at)
        loud = kind not in QUIET
        if index.due <= at:
            for key in index.ringing_alarms(at):
                self._alarm(key, at)
                loud = True
        if kind in WORDS:
            self._hear_words()
        moved = self.meeting.turn(at)
        if self.floor.spoken_for:
            self._keep_promises(at)
        if moved or loud:
            self._guard_supply(at)
            self._let_alone(at)
            self.pools.turn(at)
        elif kind is Intended:
            self.pools.turn(at, news=False)  # what is promised was counted when it was claimed
        if state.monitors:
            self.monitors.turn()
        if self.floor.unwanted:  # last: facts are known by their place in the turn
            self._orders += self.floor.unwanted
            self.floor.unwanted = []
        return self._orders

    def _keep_promises(self, at: float) -> None:
        """Agents who are free, and nobody's but of those whom they promised to call."""
        free, self.floor.spoken_for = self.floor.spoken_for, []
        for agent in free:
            self.promises.keep(agent, at)

    def _hear_words(self) -> None:
        for order in self._orders:
            if isinstance(order, Record) and isinstance(order.fact, DispositionSet):
                self.calls.hearing.detection.hear(order.fact)

    @property
    def is_calm(self) -> bool:
        """Nobody rings or waits: every call that is up is with its agent."""
        return all(call_state(call) in WITH_CUSTOMER for call in self.state.calls.values())

    @property
    def is_quiet(self) -> bool:
        """Besides, no agent is chosen for a call or looks at whom to call."""
        return self.is_calm and not any(map(is_about_to_call, self.state.agents.values()))

    def checkpoint(self) -> bytes:
        """The state, as bytes."""
        self.pools.keep()
        return msgspec.msgpack.encode(self.state)

    def resume(self, checkpoint: bytes) -> None:
        """Become the engine whose checkpoint this is."""
        self._remember(msgspec.msgpack.decode(checkpoint, type=State))

    @classmethod
    def restore(cls, checkpoint: bytes) -> "Engine":
        """The engine whose checkpoint this is."""
        engine = cls()
        engine.resume(checkpoint)
        return engine

    # ---- dispatch ----
    def _leg(self, event: LegUp | LegDown) -> None:
        (self.outside if event.agent in self.state.outside else self.presence).on(event)

    def _process(self, event: Event) -> None:
        state = self.state
        match event:
            case Started():
                state.epoch, state.started_at = event.epoch, event.at
                state.switch_up = state.reconciled = state.replaced = False
                state.clock_off_s = 0.0
                self.monitors.forget()
                for campaign in state.campaigns.values():
                    campaign.claimed, campaign.queue, campaign.by_hand = 0, [], []
                self.presence.begin(event)
                self.by_hand.begin(event)
            case SwitchUp():
                state.switch_up, state.reconciled = True, False
                legs = (*state.agents, *state.outside)
                self._order(Reconcile(tuple(state.calls), legs, whole=True))
            case SwitchDown():
                state.switch_up = state.reconciled = False
                self.monitors.forget()
            case ClockJumped():
                state.clock_off_s = event.by_s
            case Replaced():
                state.replaced, state.reconciled = True, False
            case Reconciled():
                self.witnesses.hear(event)
                if state.put_right is not None and state.put_right.on_at is None:
                    state.put_right.on_at = event.at
                if event.whole:
                    self.recordings.ask_again(event.at)

    def _alarm(self, key: str, at: float) -> None:
        if key[0] == "c":
            self.calls.alarm(key[1:], at)
        elif key[0] == "a":
            self.floor.alarm(key[1:], at)
        elif key[0] == "b":
            self.promises.alarm(key[1:], at)
        elif key[0] == "r":
            self.recordings.alarm(key[1:], at)
        elif key[0] in "dgsv":
            self.presence.alarm(key[0], key[1:], at)
        # an `l` alarm only wakes the pools

    def _let_alone(self, at: float) -> None:
        """Phones that have rung enough, where whoever answers would rather find nobody."""
        if self.state.reconciled:
            for name in self.index.pools:
                for call in to_let_alone(self.state, self.index, name, at):
                    self.calls.hang_up(call, at, NO_AGENT)

    def _guard_supply(self, at: float) -> None:
        """With no agent left, nobody may be rung: what rings is cancelled, who called is told."""
        for name, pool in self.index.pools.items():
            if not (pool.ringing or pool.callers) or self.floor.supply(name):
                continue
            if pool.callers and self.state.reconciled:
                self.callers.turn_away(pool, at)
            if pool.ringing:
                ringing = set(pool.ringing)
                self.campaigns.cancel(
                    lambda c, among=ringing: c.intent.call in among,  # type: ignore[misc]
                    "no agents",
                    at,
                )
