"""Plays recordings to the listeners as a line would: packet by packet, many calls at once."""

import time
from collections.abc import Sequence

import msgspec
import numpy as np

from dialer.audio.bank import Bank, Listening
from dialer.audio.features import RATE, Float32Array
from dialer.audio.frames import HALF_HOP
from dialer.audio.presets import Preset
from dialer.audio.prompts import NONE_KNOWN, Library
from dialer.audio.tones import plan
from dialer.detection.manifest import Recording
from dialer.engine.events import Heard

AFTER_S = 2.0
"When a recording is over its line goes on, silent, for so long: nobody decides by its end."


class Played(msgspec.Struct, frozen=True):
    """What was heard, and what it cost."""

    heard: dict[str, list[Heard]]
    audio_s: float
    cpu_s: float

    @property
    def cpu_ms_per_call_s(self) -> float:
        """CPU per second of one call."""
        return round(1000.0 * self.cpu_s / max(self.audio_s, 1e-9), 3)


def play(
    recordings: Sequence[Recording],
    preset: Preset,
    packet_ms: int = 20,
    library: Library = NONE_KNOWN,
) -> Played:
    """All of these at once, each from its first sample, in packets of so many milliseconds."""
    bank = Bank(max(len(recordings), 1))
    bank.learn(library)
    for one in recordings:
        bank.open(one.path, Listening(one.phase, plan(one.country), preset))
    sounds = [_padded(one.samples) for one in recordings]
    heard: dict[str, list[Heard]] = {one.path: [] for one in recordings}
    packet = max(packet_ms * RATE // 1000, HALF_HOP)
    cpu_s = 0.0
    for start in range(0, max((len(one) for one in sounds), default=0), packet):
        live = [i for i, sound in enumerate(sounds) if len(sound) > start]
        for group in _of_one_length(live, sounds, start, packet):
            hops = np.stack([sounds[i][start : start + packet] for i in group])
            names = [recordings[i].path for i in group]
            began = time.process_time()
            news = bank.feed(names, hops)
            cpu_s += time.process_time() - began
            for event in news:
                heard[event.call].append(event)
    return Played(heard, sum(len(one) for one in sounds) / RATE, cpu_s)


def _padded(samples: Float32Array) -> Float32Array:
    """To its end and some silence, in whole hops."""
    if not len(samples):  # no packet ever came: nothing is fed
        return samples
    length = len(samples) + round(AFTER_S * RATE)
    padded = np.zeros(-(-length // HALF_HOP) * HALF_HOP, dtype=np.float32)
    padded[: len(samples)] = samples
    return padded


def _of_one_length(
    live: Sequence[int], sounds: Sequence[Float32Array], start: int, packet: int
) -> list[list[int]]:
    """The last packet of a call is a short one."""
    groups: dict[int, list[int]] = {}
    for i in live:
        groups.setdefault(min(packet, len(sounds[i]) - start), []).append(i)
    return list(groups.values())
