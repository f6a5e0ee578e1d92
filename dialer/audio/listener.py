"""What a detector is asked, and what it says.

The table of detectors is in `bank`: each sees every frame of every call, and keeps its memory in
columns with a row per call.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import msgspec
import numpy as np
from numpy.typing import NDArray

from dialer.audio.features import Float32Array
from dialer.audio.frames import Bools, Frame
from dialer.audio.presets import CAREFUL, Preset
from dialer.audio.tones import DEFAULT, TonePlan
from dialer.engine.events import Heard, Sound

Phase = Literal["early", "answer"]
NETWORK: frozenset[Sound] = frozenset(
    {"ringback", "busy", "congestion", "busy_or_congestion", "sit"}
)
"The network's own: what was heard before them is over."


class Listening(msgspec.Struct, frozen=True):
    """How to listen to one call."""

    phase: Phase = "early"
    plan: TonePlan = DEFAULT
    "The tones of the country that is called."
    preset: Preset = CAREFUL


@dataclass(frozen=True, slots=True)
class Said:
    """A detector is sure of something about the call in a row."""

    row: int
    sound: Sound
    clock: int
    "The sample at which the sound was there."
    kind: str = ""
    confidence: float = 1.0
    cause: str = ""
    greeting_end: int | None = None
    "The sample at which the greeting ended."


class Listener(Protocol):
    """Hears calls. A bank hears many; one call is a bank of one."""

    def open(self, call: str, ask: Listening) -> None:
        """Begin to listen."""

    def phase(self, call: str, phase: Phase) -> None:
        """What is heard from the next sample on belongs to this phase."""

    def feed(self, calls: Sequence[str], hops: Float32Array) -> list[Heard]:
        """What was heard in the next 80 samples at 8 kHz, or a multiple, of each call."""

    def close(self, call: str) -> None:
        """Stop."""


class Detector(Protocol):
    """One ear for one sort of sound, for all calls at once."""

    def grow(self, rows: int) -> None:
        """Make room."""

    def open(self, row: int, ask: Listening) -> None:
        """A new call in this row."""

    def answer(self, row: int, clock: int) -> None:
        """It was answered at this sample."""

    def step(self, frame: Frame, said: Sequence[Said]) -> list[Said]:
        """Hear a frame; `said` is what the detectors before this one made of it."""


@runtime_checkable
class Attentive(Protocol):
    """A detector that wants to know who speaks."""

    def attends(self, rows: NDArray[np.intp]) -> Bools:
        """Whether it still does, for each of these calls."""
