"""The switch of the twin: obeys the orders that an Asterisk obeys, and answers with its events."""

from collections.abc import Callable
from random import Random
from typing import Any

import simpy

from dialer.engine.commands import (
    Bridge,
    CallAgent,
    CallOutside,
    DeleteRecording,
    DropAgent,
    FinishRecording,
    HangUp,
    Hold,
    Listen,
    Monitor,
    Mute,
    Originate,
    PauseRecording,
    Play,
    PlayGreeting,
    Reassure,
    Reconcile,
    Resume,
    ResumeRecording,
    StopListening,
    StopMonitor,
    SwitchCommand,
)
from dialer.engine.events import (
    GreetingEnded,
    Held,
    LegDown,
    LegUp,
    MessageStarted,
    MonitorEnded,
    MonitorStarted,
    NotBridged,
    NotPlaced,
    Reconciled,
    Recorded,
    RecordingDeleted,
    RecordingLost,
    RecordingPaused,
    RecordingResumed,
    Resumed,
    Witness,
)
from dialer.ports import Report
from sim.network import PLAYING_S, Network
from sim.people import Story

BRIDGING_S = (0.003, 0.015)
HANGING_UP_S = (0.005, 0.04)
LEG_S = (0.2, 0.8)
OUTSIDE_S = (2.0, 8.0)
ASKING_S = (0.03, 0.15)
FINISHING_S = (0.3, 1.5)
SIZE_PER_S = 10_000
NOTED_S = 0.02
"How often it is looked whether the journal has what was noted."
GRACE_S = 1.0
"A whole question waits so long first: an order may still be on its way."

Telephone = Callable[[Originate, str], Story]
"What the telephone at the end of a call does, and the network before it: order, number."


class SimSwitch:
    """See `dialer.ports.Switch`."""

    def __init__(
        self,
        env: simpy.Environment,
        report: Report,
        rng: Random,
        *,
        telephone: Telephone,
        number_of: Callable[[str], str],
    ) -> None:
        self.network = Network(env, report, rng)
        self._report, self._rng = report, rng
        self._telephone, self.number_of = telephone, number_of
        self.legs: dict[str, str] = {}
        "Agents' legs that stand -> their endpoints."
        self.ears: dict[str, str] = {}
        "Supervisors who listen -> the agents they hear."
        self._expected: set[str] = set()
        "Agents whose leg was ordered after the last whole question."
        self.runs, self.since = True, float(env.now)
        self.take_over: Callable[[], bool] = lambda: True
        "Tell what was noted while nobody heard; whether nothing is left of it."
        self.answers_our_cancel = 0.0
        "Chance that a phone is picked up at the very moment of our CANCEL."

    def execute(self, command: SwitchCommand) -> None:
        """Take the order; what comes of it is an event later."""
        if self.runs:
            _ORDERS[type(command)](self, command)

    # ---- calls --------------------------------------------------------------------------------
    def _originate(self, order: Originate) -> None:
        at = self.network.now
        if at > order.not_after:
            self._report(NotPlaced(order.call, "too late", at=at))
        elif order.call not in self.network.channels:
            number = self.number_of(order.call)
            self.network.ring(order, number, self._telephone(order, number))

    def _listen(self, order: Listen) -> None:
        if channel := self.network.channels.get(order.call):
            self.network.listen(channel)

    def _stop_listening(self, order: StopListening) -> None:
        if channel := self.network.channels.get(order.call):
            channel.listening = False

    def _bridge(self, order: Bridge) -> None:
        self.network.soon(BRIDGING_S, self._join, order)

    def _join(self, order: Bridge) -> None:
        channel = self.network.channels.get(order.call)
        is_caller = channel is not None and channel.lived.direction == "in"
        if channel is None or not (channel.is_up or is_caller):
            why = "call ended"
        elif channel.message == "plan":
            why = "channel not in the application"
        elif order.agent not in self.legs:
            why = "no leg"
        else:
            self.network.join(channel, order.agent)
            return
        self._report(NotBridged(order.call, order.agent, why, at=self.network.now))

    def _hold(self, order: Hold) -> None:
        self.network.soon(BRIDGING_S, self._set_aside, order)

    def _set_aside(self, order: Hold) -> None:
        channel = self.network.channels.get(order.call)
        if self.runs and channel is not None and channel.is_up and channel.message != "plan":
            self.network.hold(channel)
            self._report(Held(order.call, order.agent, at=self.network.now))

    def _resume(self, order: Resume) -> None:
        self.network.soon(BRIDGING_S, self._bring_back, order)

    def _bring_back(self, order: Resume) -> None:
        channel = self.network.channels.get(order.call)
        if channel is None or not channel.held or order.agent not in self.legs:
            return
        self.network.join(channel, order.agent)
        self._report(Resumed(order.call, order.agent, at=self.network.now))

    def _mute(self, order: Mute) -> None:
        if channel := self.network.channels.get(order.call):
            channel.muted = order.muted

    def _reassure(self, order: Reassure) -> None:
        if channel := self.network.channels.get(order.call):
            channel.soothed = True

    def _play(self, order: Play) -> None:
        if channel := self.network.channels.get(order.call):
            self.network.soon(PLAYING_S, self.network.say, channel, order.message)

    def _play_greeting(self, order: PlayGreeting) -> None:
        channel = self.network.channels.get(order.call)
        length_s = channel.story.greeting_end_s if channel else 0.0
        self.network.after(length_s, self._end_greeting, order)

    def _end_greeting(self, order: PlayGreeting) -> None:
        channel = self.network.channels.get(order.call)
        played = channel is not None and channel.agent == order.agent
        why = "" if played else "call ended"
        if self.runs:
            self._report(GreetingEnded(order.call, order.agent, played, why, at=self.network.now))

    def _hang_up(self, order: HangUp) -> None:
        channel = self.network.channels.get(order.call)
        if channel is None:
            return
        if not channel.is_up and self._rng.random() < self.answers_our_cancel:
            self.network.pick_up(channel)
        self.network.soon(HANGING_UP_S, self.network.end, channel, "dialer")

    # ---- recordings ---------------------------------------------------------------------------
    def _pause_recording(self, order: PauseRecording) -> None:
        done, why = self._is_recorded(order.call)
        self._report(RecordingPaused(order.call, done, why, at=self.network.now))

    def _resume_recording(self, order: ResumeRecording) -> None:
        done, why = self._is_recorded(order.call)
        self._report(RecordingResumed(order.call, done, why, at=self.network.now))

    def _is_recorded(self, call: str) -> tuple[bool, str]:
        channel = self.network.channels.get(call)
        done = channel is not None and channel.order.record and bool(channel.agent)
        return done, "" if done else "call ended"

    def _finish_recording(self, order: FinishRecording) -> None:
        self.network.soon(FINISHING_S, self._look_at_recording, order)

    def _look_at_recording(self, order: FinishRecording) -> None:
        """A recording lives on the switch's disk: a switch that died has lost it."""
        if not self.runs:
            return
        at, call = self.network.now, order.call
        talk_s = self.network.recorded_s.pop(call, None)
        if talk_s is None:
            self._report(RecordingLost(call, "no file", at=at))
        elif not talk_s:
            self._report(Recorded(call, at=at))
        else:
            size = round(SIZE_PER_S * talk_s)
            self._report(Recorded(call, f"sim/{call}.flac", talk_s, size, -20.0, -20.0, at=at))

    def _delete_recording(self, order: DeleteRecording) -> None:
        gone = RecordingDeleted(
            order.call, "order", order.campaign, order.user, at=self.network.now
        )
        self._report(gone)

    # ---- supervisors --------------------------------------------------------------------------
    def _monitor(self, order: Monitor) -> None:
        self.network.soon(LEG_S, self._begin_monitoring, order)

    def _begin_monitoring(self, order: Monitor) -> None:
        if not self.runs:
            return
        at = self.network.now
        if order.agent in self.legs:
            self.ears[order.user] = order.agent
            self._report(MonitorStarted(order.user, order.agent, order.how, at=at))
        else:
            self._report(MonitorEnded(order.user, order.agent, "no leg", at=at))

    def _stop_monitor(self, order: StopMonitor) -> None:
        self.network.soon(HANGING_UP_S, self._end_monitoring, order.user, "asked")

    def _end_monitoring(self, user: str, why: str) -> None:
        agent = self.ears.pop(user, "")
        if self.runs:
            self._report(MonitorEnded(user, agent, why, at=self.network.now))

    # ---- agents' legs -------------------------------------------------------------------------
    def _call_agent(self, order: CallAgent) -> None:
        self._expected.add(order.agent)
        self.network.soon(LEG_S, self._leg_answers, order)

    def _leg_answers(self, order: CallAgent) -> None:
        if self.runs:
            self.legs[order.agent] = order.endpoint
            self._report(LegUp(order.agent, at=self.network.now))

    def _call_outside(self, order: CallOutside) -> None:
        """Somebody who is in picks up; the lab's houses next door always are."""
        self._expected.add(order.agent)
        self.network.soon(OUTSIDE_S, self._party_answers, order)

    def _party_answers(self, order: CallOutside) -> None:
        if self.runs:
            self.legs[order.agent] = order.trunk
            self._report(LegUp(order.agent, at=self.network.now))

    def _drop_agent(self, order: DropAgent) -> None:
        self.network.soon(HANGING_UP_S, self.lose_leg, order.agent)

    def lose_leg(self, agent: str) -> None:
        """The agent's leg ends: on order, or because a network failed."""
        if self.legs.pop(agent, None) is None:
            return
        for channel in list(self.network.channels.values()):
            if channel.agent == agent:
                self.network.part(channel)
        self._report(LegDown(agent, at=self.network.now))
        for user in [user for user, heard in self.ears.items() if heard == agent]:
            self._end_monitoring(user, "no leg")

    # ---- witnesses ----------------------------------------------------------------------------
    def _reconcile(self, order: Reconcile) -> None:
        grace_s = GRACE_S if order.whole else 0.0
        if order.whole:
            self._expected.clear()
        self.network.after(grace_s + self._rng.uniform(*ASKING_S), self._testify, order)

    def _testify(self, order: Reconcile) -> None:
        if not self.runs:
            return
        if order.whole and not self.take_over():
            self.network.after(NOTED_S, self._testify, order)
            return
        if order.whole:
            self._end_orphans(order)
            self.ears.clear()
        at = self.network.now
        witnesses = tuple(self.witness(call) for call in order.calls)
        self._report(
            Reconciled(
                witnesses, tuple(self.legs), whole=order.whole, switch_since=self.since, at=at
            )
        )
        for call in order.calls:
            channel = self.network.channels.get(call)
            if channel is not None and channel.message:
                self._report(MessageStarted(call, "safe_harbour", at=at))

    def _end_orphans(self, order: Reconcile) -> None:
        for call, channel in list(self.network.channels.items()):
            if call not in order.calls:
                self.network.end(channel, "dialer")
        for agent in list(self.legs):
            if agent not in order.agents and agent not in self._expected:
                self.lose_leg(agent)

    def witness(self, call: str) -> Witness:
        """What the switch knows of one call."""
        channel = self.network.channels.get(call)
        if channel is None:
            return self.network.rows.get(call, Witness(call))
        if not channel.is_up:
            return Witness(call, "ringing")
        return Witness(
            call, "up", channel.agent, message=channel.message == "plan",
            answered_at=channel.lived.answered_at,
        )  # fmt: skip

    # ---- the switch itself --------------------------------------------------------------------
    def crash(self) -> None:
        """Calls and legs are gone; it obeys nobody until `start`."""
        self.runs = False
        self.network.crash()
        self.legs.clear()
        self.ears.clear()

    def start(self) -> None:
        """Somebody started it again."""
        self.runs, self.since = True, self.network.now


_ORDERS: dict[type, Callable[[SimSwitch, Any], None]] = {
    Originate: SimSwitch._originate,
    Listen: SimSwitch._listen,
    StopListening: SimSwitch._stop_listening,
    Bridge: SimSwitch._bridge,
    Hold: SimSwitch._hold,
    Resume: SimSwitch._resume,
    Mute: SimSwitch._mute,
    Reassure: SimSwitch._reassure,
    Play: SimSwitch._play,
    PlayGreeting: SimSwitch._play_greeting,
    HangUp: SimSwitch._hang_up,
    CallAgent: SimSwitch._call_agent,
    CallOutside: SimSwitch._call_outside,
    DropAgent: SimSwitch._drop_agent,
    Reconcile: SimSwitch._reconcile,
    PauseRecording: SimSwitch._pause_recording,
    ResumeRecording: SimSwitch._resume_recording,
    FinishRecording: SimSwitch._finish_recording,
    DeleteRecording: SimSwitch._delete_recording,
    Monitor: SimSwitch._monitor,
    StopMonitor: SimSwitch._stop_monitor,
}
