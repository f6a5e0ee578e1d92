"""What a person heard, from the recording in the person's ear."""

import time
import wave
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np

RATE = 8000
BLOCK = 80
LOUD = 200.0
"Root mean square of a block that is not silence."
WRITTEN_WITHIN_S = 60.0
HEAD = 44
"Bytes before the sound."


class Heard(msgspec.Struct, frozen=True):
    """Seconds since the answer."""

    answered_at: float
    "Seconds since 1970, of the answer."
    length_s: float
    "When the person was released."
    sounds: tuple[tuple[int, float, float], ...]
    "Hz, from, to: each stretch of one tone."

    def seconds_of(self, hz: int) -> float:
        """How long that tone was heard, all together."""
        return sum(end - begin for tone, begin, end in self.sounds if tone == hz)

    def longest_gap_s(self, hz: int) -> float:
        """How long that tone was missing at most between its first and its last sound."""
        mine = [(begin, end) for tone, begin, end in self.sounds if tone == hz]
        return max((begin - end for (_, end), (begin, _) in pairwise(mine)), default=0.0)

    def first(self, hz: int) -> float | None:
        """When that tone was heard first."""
        return next((begin for tone, begin, _ in self.sounds if tone == hz), None)

    def after(self, instant: float, hz: int) -> float | None:
        """When that tone was first there at or after an instant (seconds since 1970)."""
        since = instant - self.answered_at
        for tone, begin, end in self.sounds:
            if tone == hz and end > since:
                return self.answered_at + max(begin, since)
        return None


def heard(path: Path, tones: tuple[int, ...]) -> Heard:
    """What is in a recording that began at the answer and was closed at the end of the call."""
    blocks = _blocks(path)
    kinds = [_tone(block, tones) for block in blocks]
    length_s = blocks.size / RATE
    return Heard(path.stat().st_mtime - length_s, length_s, tuple(_stretches(kinds)))


def seconds_with(path: Path, hz: int) -> float:
    """How long that tone was in a recording, whatever sounded beside it."""
    return sum(_power(block, hz) > LOUD * BLOCK / 2 for block in _blocks(path)) * BLOCK / RATE


def _blocks(path: Path) -> np.ndarray:
    with closed(path) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)
    return samples[: len(samples) // BLOCK * BLOCK].reshape(-1, BLOCK)


def closed(path: Path) -> wave.Wave_read:
    """Opened, once Asterisk has closed it: on a busy machine some moments after the hang-up."""
    until = time.monotonic() + WRITTEN_WITHIN_S
    while not _is_closed(path):
        assert time.monotonic() < until, f"{path.name} is not closed"
        time.sleep(0.05)
    return wave.open(str(path))


def _is_closed(path: Path) -> bool:
    """The head tells how much follows only then."""
    with suppress(wave.Error, EOFError, FileNotFoundError), wave.open(str(path)) as file:
        told = file.getnframes() * file.getnchannels() * file.getsampwidth()
        return 0 < told <= path.stat().st_size - HEAD
    return False


def _tone(block: np.ndarray, tones: tuple[int, ...]) -> int:
    """The tone of 10 ms, 0 for silence."""
    if np.sqrt((block**2).mean()) < LOUD:
        return 0
    return max(tones, key=lambda hz: _power(block, hz))


def _power(block: np.ndarray, hz: int) -> float:
    return float(abs((block * np.exp(-2j * np.pi * hz * np.arange(BLOCK) / RATE)).sum()))


def _stretches(kinds: list[int]) -> list[tuple[int, float, float]]:
    """Runs of the same tone; anything shorter than 50 ms is an edge, not a sound."""
    runs: list[list[float]] = []
    for index, hz in enumerate(kinds):
        if runs and runs[-1][0] == hz:
            runs[-1][2] = index + 1
        else:
            runs.append([hz, index, index + 1])
    at = BLOCK / RATE
    return [(int(hz), a * at, b * at) for hz, a, b in runs if hz and b - a >= 5]
