"""What has happened. Past tense, each with its instant; the same bytes in journal, socket and API.

An event never raises in the engine, whatever its order: late, double and missing ones are a
telephone network's daily bread. `at` is seconds since 1970 UTC, steady within a run (the shell
adds a monotonic clock to the wall clock it read at its start).

>>> decode(encode(Answered("d1-0", at=12.0)))
Answered(call='d1-0', at=12.0)
"""

import msgspec

from dialer.engine.events.byhand import CallbackDue, CallWanted, LeadOffered, LeadSkipped
from dialer.engine.events.callers import Arrived, OptedOut
from dialer.engine.events.calls import (
    AgentHeard,
    Answered,
    Bridged,
    GreetingEnded,
    Held,
    HungUp,
    MessageEnded,
    MessageStarted,
    NotBridged,
    NotPlaced,
    Placed,
    Progressed,
    Resumed,
    Ringing,
)
from dialer.engine.events.campaigns import (
    BudgetSet,
    CampaignOpened,
    CampaignPaused,
    CampaignResumed,
    CampaignStopped,
    DaysSet,
    LeadsCounted,
    NumberBlocked,
    Recording,
)
from dialer.engine.events.event import Event, Tick
from dialer.engine.events.floor import (
    AgentHungUp,
    GreetingWanted,
    HoldWanted,
    MuteWanted,
    Paused,
    ResumeWanted,
    TransferWanted,
    WentReady,
)
from dialer.engine.events.hearing import VERDICTS, Heard, Sound
from dialer.engine.events.intents import Intended, Refused, Withdrawn
from dialer.engine.events.monitors import (
    How,
    MonitorEnded,
    MonitorStarted,
    MonitorUnwanted,
    MonitorWanted,
)
from dialer.engine.events.presence import (
    DeskBack,
    DeskLost,
    LegDown,
    LegUp,
    LegWanted,
    LoggedIn,
    LoggedOut,
    VoiceBack,
    VoiceLost,
)
from dialer.engine.events.process import (
    ClockJumped,
    Reconciled,
    Replaced,
    Started,
    SwitchDown,
    SwitchUp,
    Witness,
)
from dialer.engine.events.recordings import (
    Recorded,
    RecordingDeleted,
    RecordingDeleteWanted,
    RecordingLost,
    RecordingPaused,
    RecordingPauseWanted,
    RecordingResumed,
    RecordingResumeWanted,
    RecordingRoom,
)
from dialer.engine.events.trunks import CallerIdRestWanted, OwnNumberReached, TrunkOpened, TrunkSeen
from dialer.engine.events.words import Disposed, DispositionCorrected, DispositionUndone

__all__ = [
    "VERDICTS", "AgentHeard", "AgentHungUp", "Answered", "AnyEvent", "Arrived", "Bridged",
    "BudgetSet", "CallWanted", "CallbackDue", "CallerIdRestWanted", "CampaignOpened",
    "CampaignPaused", "CampaignResumed", "CampaignStopped", "ClockJumped", "DaysSet", "DeskBack",
    "DeskLost",
    "Disposed", "DispositionCorrected", "DispositionUndone", "Event", "GreetingEnded",
    "GreetingWanted", "Heard", "Held", "HoldWanted", "How", "HungUp", "Intended", "LeadOffered",
    "LeadSkipped", "LeadsCounted", "LegDown", "LegUp", "LegWanted", "LoggedIn", "LoggedOut",
    "MessageEnded", "MessageStarted", "MonitorEnded", "MonitorStarted", "MonitorUnwanted",
    "MonitorWanted", "MuteWanted", "NotBridged", "NotPlaced", "NumberBlocked", "OptedOut",
    "OwnNumberReached", "Paused", "Placed", "Progressed", "Reconciled", "Recorded", "Recording",
    "RecordingDeleteWanted", "RecordingDeleted", "RecordingLost", "RecordingPauseWanted",
    "RecordingPaused", "RecordingResumeWanted", "RecordingResumed", "RecordingRoom", "Refused",
    "Replaced", "ResumeWanted", "Resumed", "Ringing", "Sound", "Started", "SwitchDown", "SwitchUp",
    "Tick", "TransferWanted", "TrunkOpened", "TrunkSeen", "VoiceBack", "VoiceLost", "WentReady",
    "Withdrawn", "Witness", "decode", "encode",
]  # fmt: skip

AnyEvent = (
    Tick
    | Started | SwitchUp | SwitchDown | Replaced | ClockJumped | Reconciled
    | CampaignOpened | CampaignPaused | CampaignResumed | CampaignStopped | BudgetSet | LeadsCounted
    | NumberBlocked | DaysSet
    | Intended | Refused | Withdrawn
    | Arrived | OptedOut
    | Placed | NotPlaced | Progressed | Ringing | Answered | Bridged | AgentHeard | NotBridged
    | Held | Resumed | MessageStarted | MessageEnded | GreetingEnded | HungUp
    | Heard
    | LoggedIn | LegUp | LegDown | LegWanted | DeskLost | DeskBack | VoiceLost | VoiceBack
    | LoggedOut
    | WentReady | Paused | HoldWanted | ResumeWanted | MuteWanted | TransferWanted | AgentHungUp
    | GreetingWanted
    | Disposed | DispositionUndone | DispositionCorrected
    | CallWanted | LeadOffered | LeadSkipped | CallbackDue
    | RecordingPauseWanted | RecordingResumeWanted | RecordingPaused | RecordingResumed | Recorded
    | RecordingLost | RecordingDeleteWanted | RecordingDeleted | RecordingRoom
    | MonitorWanted | MonitorUnwanted | MonitorStarted | MonitorEnded
    | TrunkOpened | TrunkSeen | CallerIdRestWanted | OwnNumberReached
)  # fmt: skip

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(AnyEvent)


def encode(event: Event) -> bytes:
    """One line of JSON, tagged with the event's name."""
    return _encoder.encode(event)


def decode(line: bytes) -> AnyEvent:
    """The event of a line. Raises `msgspec.ValidationError`, which names the field."""
    event: AnyEvent = _decoder.decode(line)
    return event
