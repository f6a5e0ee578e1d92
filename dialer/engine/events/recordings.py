"""Recordings of talks: paused and resumed, looked at when the call is over, deleted."""

from dialer.engine.events.event import Event


class RecordingPauseWanted(Event, frozen=True, tag=True):
    """What is said now shall not be recorded: the customer tells a card's number."""

    agent: str
    call: str


class RecordingResumeWanted(Event, frozen=True, tag=True):
    """And now it shall again."""

    agent: str
    call: str


class RecordingPaused(Event, frozen=True, tag=True):
    """Silence goes into the recording from now on, or could not be made to."""

    call: str
    done: bool = True
    why: str = ""
    "Why not."


class RecordingResumed(Event, frozen=True, tag=True):
    """The voices go into the recording again."""

    call: str
    done: bool = True
    why: str = ""
    "Why not."


class Recorded(Event, frozen=True, tag=True):
    """The recording of a call that is over was looked at: it is there, whole, and not silent."""

    call: str
    path: str = ""
    "Below the folder of recordings. Empty: nobody was joined, so there is nothing to keep."
    seconds: float = 0.0
    size: int = 0
    "Bytes."
    customer_db: float = 0.0
    "The loudest second of the left channel, dB below full scale."
    agent_db: float = 0.0
    "And of the right one."


class RecordingLost(Event, frozen=True, tag=True):
    """It is not there, or not what it should be."""

    call: str
    why: str
    path: str = ""
    "What there is of it, if anything."
    seconds: float = 0.0
    size: int = 0
    customer_db: float = 0.0
    agent_db: float = 0.0


class RecordingDeleteWanted(Event, frozen=True, tag=True):
    """A person wants a recording gone before its time."""

    call: str
    campaign: str
    path: str
    user: str = ""


class RecordingDeleted(Event, frozen=True, tag=True):
    """It is gone."""

    call: str
    why: str
    "`order`, or `retention`: its time was over."
    campaign: str = ""
    user: str = ""
    "Who wanted it."


class RecordingRoom(Event, frozen=True, tag=True):
    """Whether the disk has room for recordings. Told at the start and when it changes."""

    enough: bool
    free_bytes: int = 0
