"""What is said before an answer and not recognised, and what is said right after one: kept to be
labelled, where that is allowed.

Before the answer only the first seconds of a voice, only of calls that nobody answered, in which no
known announcement and no music was heard. After it the opening: the first seconds of each call.
Neither is kept for longer than the settings say. The file is named after the call.
"""

import time
import wave
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from dialer.audio.features import RATE
from dialer.audio.g711 import FRAME, LEVELS, Law

BEFORE_FRAMES, MOST_FRAMES, LEAST_FRAMES = 32, 800, 75
"Of 20 ms: kept from before a voice was sure, kept at most, worth keeping."
DAY_S = 86400.0
UNKNOWN = frozenset({("announcement", "unknown"), ("crbt", "speech")})
"What somebody may have to listen to."
LEAST_OPENING = RATE // 2
"Samples: of a call that ended sooner there is nothing to hear."


@dataclass(frozen=True, slots=True)
class Keep:
    """Where captures go, and how many, for how long."""

    folder: Path
    days: float = 14.0
    most: int = 500


@dataclass(slots=True)
class Early:
    """What one call has said so far."""

    sound: bytearray = field(default_factory=bytearray)
    has_spoken: bool = False
    is_known: bool = False
    "An announcement that is known, or music: nothing to learn from it."

    def hear(self, frame: bytes) -> None:
        """The next 20 ms of the line."""
        if self.is_known or len(self.sound) >= MOST_FRAMES * FRAME:
            return
        self.sound += frame
        if not self.has_spoken:
            del self.sound[: -BEFORE_FRAMES * FRAME]

    def told(self, sound: str, kind: str) -> None:
        """What the listeners made of it."""
        if sound == "speech":
            self.has_spoken = True
        elif (sound, kind) in UNKNOWN:
            return
        elif sound in ("crbt", "announcement"):
            self.is_known = True
            self.sound.clear()

    @property
    def is_worth_keeping(self) -> bool:
        """Somebody spoke, long enough, and nobody knows what."""
        return self.has_spoken and not self.is_known and len(self.sound) >= LEAST_FRAMES * FRAME


def put(keep: Keep, call: str, law: Law, sound: bytes) -> None:
    """Keep the sound of a call, as it came, for the keeper's time."""
    keep.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write(keep.folder / f"{call}.wav", law, sound)
    expire(keep)


def write(path: Path, law: Law, sound: bytes) -> float:
    """As WAV, beside it first, then in its place: nobody plays half a file. Its seconds."""
    samples = LEVELS[law][np.frombuffer(sound, dtype=np.uint8)].astype("<i2")
    beside = path.with_suffix(".part")
    with beside.open("wb") as file, wave.open(file, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(RATE)
        wav.writeframes(samples.tobytes())
    beside.replace(path)
    return len(samples) / RATE


def expire(keep: Keep, now: Callable[[], float] = time.time) -> None:
    """Delete what is too old, or too much: the oldest first."""
    files = sorted(keep.folder.glob("*.wav"), key=lambda file: file.stat().st_mtime, reverse=True)
    for place, file in enumerate(files):
        if place >= keep.most or now() - file.stat().st_mtime > keep.days * DAY_S:
            file.unlink(missing_ok=True)
            file.with_suffix(".npz").unlink(missing_ok=True)
