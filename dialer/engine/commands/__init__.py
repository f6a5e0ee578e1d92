"""What shall be done: orders to the switch and to the journal. They return nothing.

Whatever comes of an order is an event later. `Record` hands the journal a fact that the engine
has derived; facts are what the warehouse is made of.
"""

from collections.abc import Callable

from dialer.engine.commands.command import Command
from dialer.engine.commands.facts import (
    AgentWas,
    CallerIdRested,
    Cdr,
    Decided,
    DispositionSet,
    Fact,
    Leg,
    OptOut,
    RecordingGone,
    RecordingKept,
    fact,
)
from dialer.engine.commands.journal import Claim, GiveBack, JournalCommand, Record, Withdraw
from dialer.engine.commands.switch import (
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

__all__ = [
    "AgentWas", "AnyCommand", "Bridge", "CallAgent", "CallOutside", "CallerIdRested", "Cdr",
    "Claim", "Command", "Decided", "DeleteRecording", "DispositionSet", "DropAgent", "Fact",
    "FinishRecording", "GiveBack", "HangUp", "Hold", "JournalCommand", "Leg", "Listen", "Monitor",
    "Mute", "OptOut", "Order", "Originate", "PauseRecording", "Play", "PlayGreeting", "Reassure",
    "Reconcile", "Record", "RecordingGone", "RecordingKept", "Resume", "ResumeRecording",
    "StopListening", "StopMonitor", "SwitchCommand", "Withdraw", "fact",
]  # fmt: skip

AnyCommand = SwitchCommand | JournalCommand

Order = Callable[[AnyCommand], None]
"Give an order: it is carried out when the turn is over."
