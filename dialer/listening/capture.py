"""What is said before an answer, and what is said right after one: kept to be labelled, where that
is allowed.

Before the answer only the first seconds of a voice, only of calls that nobody answered and without
music:

    captures/CALL.wav                   nobody knows what was said
    captures/recognised/KIND/CALL.wav   it was taken for that kind: the latest few of each, so that
                                        what was taken wrongly can be heard, and named

After it the opening: the first seconds of each call. Nothing is kept for longer than the settings
say. The file is named after the call.
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
LEAST_KNOWN_FRAMES = 30
"... of what was recognised, which ends the call at once."
DAY_S = 86400.0
UNKNOWN = frozenset({("announcement", "unknown"), ("crbt", "speech")})
"What somebody may have to listen to."
RECOGNISED = "recognised"
KINDS_SHARE = 25
"Of what was recognised so small a part of all captures is kept of each kind."
LEAST_OPENING = RATE // 2
"Samples: of a call that ended sooner there is nothing to hear."


@dataclass(frozen=True, slots=True)
class Keep:
    """Where captures go, and how many, for how long."""

    folder: Path
    days: float = 14.0
    most: int = 500

    def recognised(self, kind: str) -> "Keep":
        """Where those go that were taken for this kind.

        >>> Keep(Path("captures"), most=500).recognised("busy")
        Keep(folder=PosixPath('captures/recognised/busy'), days=14.0, most=20)
        """
        return Keep(self.folder / RECOGNISED / kind, self.days, max(self.most // KINDS_SHARE, 1))

    def all(self) -> list["Keep"]:
        """This one, and those of every kind."""
        kinds = sorted(path.name for path in (self.folder / RECOGNISED).glob("*") if path.is_dir())
        return [self, *map(self.recognised, kinds)]


@dataclass(slots=True)
class Early:
    """What one call has said so far."""

    sound: bytearray = field(default_factory=bytearray)
    has_spoken: bool = False
    known_as: str = ""
    "The kind of a known announcement that was recognised."
    is_music: bool = False
    "Nothing to learn from it."

    def hear(self, frame: bytes) -> None:
        """The next 20 ms of the line."""
        if self.is_music or len(self.sound) >= MOST_FRAMES * FRAME:
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
        elif sound == "announcement":
            self.has_spoken, self.known_as = True, kind
        elif sound == "crbt":
            self.is_music = True
            self.sound.clear()

    @property
    def is_worth_keeping(self) -> bool:
        """Somebody spoke, and long enough."""
        least = LEAST_KNOWN_FRAMES if self.known_as else LEAST_FRAMES
        return self.has_spoken and not self.is_music and len(self.sound) >= least * FRAME


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
