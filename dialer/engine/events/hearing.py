"""What the listeners hear on a line."""

from typing import Literal

from dialer.engine.events.event import Event

Sound = Literal[
    # before the answer
    "ringback", "crbt", "busy", "congestion", "busy_or_congestion", "sit", "announcement",
    # at any time
    "audio", "speech", "speech_end", "silence", "no_audio",
    # after the answer
    "human", "machine", "ivr", "fax", "beep",
]  # fmt: skip
"""`audio`: the first sound at all. `speech`, `speech_end`: the first utterance begins, ends (the
greeting's end). The last two lines of the list are verdicts."""

VERDICTS = frozenset({"human", "machine", "ivr", "fax", "silence", "no_audio"})


class Heard(Event, frozen=True, tag=True):
    """A listener is sure of something. `at` is when the sound was there, not when it told."""

    call: str
    sound: Sound
    phase: Literal["early", "answer"]
    kind: str = ""
    "SIT or announcement kind: an outcome's name (`vacant`, `powered_off`) or `unknown`."
    confidence: float = 1.0
    cause: str = ""
    "Why: `cadence 1.0/4.0 at 450 Hz`, `greeting 0.6 s then 0.5 s of silence`."
    sample: int = 0
    "Samples at 8 kHz since the phase began, at the decision."
    greeting_end_s: float | None = None
    "Seconds from the answer to the end of the greeting."
