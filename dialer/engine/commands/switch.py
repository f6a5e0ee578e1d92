"""Orders to the switch: place calls, join them, record them, end them, and say what there is."""

from typing import Literal

from dialer.engine.commands.command import Command
from dialer.engine.events import How


class Originate(Command, frozen=True, tag=True):
    """Place the call. The call's id is the channel's id; the switch asks the journal for the
    number. Not after `not_after` (seconds since 1970)."""

    call: str
    trunk: str
    caller_id: str
    ring_timeout_s: float
    not_after: float
    max_talk_s: float
    country: str
    "Tone plan for the listeners."
    detection: str
    "Listener preset."
    message: str = ""
    "The campaign's safe-harbour recording, as the switch names it; empty: the house's own."
    record: bool = False
    "Whether the talk is recorded: from the bridge on, by itself."
    agent: str = ""
    "Who called by hand and hears the call being made."


class Listen(Command, frozen=True, tag=True):
    """What the listeners hear from now on is after the answer. (`early` begins by itself.)"""

    call: str
    phase: Literal["early", "answer"]


class StopListening(Command, frozen=True, tag=True):
    """Nobody needs to listen to this call any more."""

    call: str


class Bridge(Command, frozen=True, tag=True):
    """Join customer and agent, now. A caller is answered for it."""

    call: str
    agent: str


class Hold(Command, frozen=True, tag=True):
    """Take the customer out of the agent's bridge, to hear music -> Held."""

    call: str
    agent: str


class Resume(Command, frozen=True, tag=True):
    """Bring a held customer back to the agent -> Resumed, or NotBridged."""

    call: str
    agent: str


class Mute(Command, frozen=True, tag=True):
    """Let the customer not hear the agent, or hear them again."""

    call: str
    agent: str
    muted: bool


class Reassure(Command, frozen=True, tag=True):
    """Tell the customer, who hears nothing of the agent, that somebody will be there at once."""

    call: str
    agent: str


class Play(Command, frozen=True, tag=True):
    """Let the customer hear a recording: `safe_harbour`, or `after_beep`. A caller is answered for
    it."""

    call: str
    message: str
    recording: str = ""
    """The campaign's own, as the switch names it, where the call was not placed with one, or is a
    machine's."""


class PlayGreeting(Command, frozen=True, tag=True):
    """Let the agent alone hear what this customer said before they were joined -> GreetingEnded."""

    call: str
    agent: str


class PauseRecording(Command, frozen=True, tag=True):
    """Let silence go into the call's recording -> RecordingPaused."""

    call: str


class ResumeRecording(Command, frozen=True, tag=True):
    """Let the voices go into it again -> RecordingResumed."""

    call: str


class FinishRecording(Command, frozen=True, tag=True):
    """The call is over: put its recording where it belongs and look at it -> Recorded or
    RecordingLost. May be given twice."""

    call: str
    talk_s: float
    "So long somebody was joined with the customer."
    ended_at: float


class DeleteRecording(Command, frozen=True, tag=True):
    """Remove a recording -> RecordingDeleted."""

    call: str
    campaign: str
    path: str
    user: str


class Monitor(Command, frozen=True, tag=True):
    """Let a supervisor hear an agent's leg, and speak into it as `how` says -> MonitorStarted,
    then MonitorEnded. Given again it changes agent or `how`; the supervisor's leg stays."""

    user: str
    agent: str
    how: How
    endpoint: str


class StopMonitor(Command, frozen=True, tag=True):
    """Take the supervisor's leg down -> MonitorEnded."""

    user: str


class HangUp(Command, frozen=True, tag=True):
    """End the call, whatever its state."""

    call: str
    why: str


class CallAgent(Command, frozen=True, tag=True):
    """Set up the agent's nailed-up leg."""

    agent: str
    endpoint: str


class CallOutside(Command, frozen=True, tag=True):
    """Call somebody outside of the house, whom the trunk's allow-list names, and keep the leg as an
    agent's -> LegUp, LegDown. Only the switch knows the number."""

    agent: str
    "What the leg is called in every other order, and in events."
    to: str
    trunk: str
    ring_timeout_s: float


class DropAgent(Command, frozen=True, tag=True):
    """Take the agent's leg down."""

    agent: str


class Reconcile(Command, frozen=True, tag=True):
    """Ask all witnesses about these open intents and report `Reconciled`, with the same `whole`.

    The whole question comes after `SwitchUp`: it also ends orphans, calls and legs of ours that it
    does not name. The others are about single calls that were lost sight of.
    """

    calls: tuple[str, ...]
    agents: tuple[str, ...]
    whole: bool = False


SwitchCommand = (
    Originate | Listen | StopListening | Bridge | Play | PlayGreeting | HangUp
    | Hold | Resume | Mute | Reassure
    | CallAgent | CallOutside | DropAgent | Reconcile
    | PauseRecording | ResumeRecording | FinishRecording | DeleteRecording | Monitor | StopMonitor
)  # fmt: skip
