"""What the listeners say of one recording, as if it came over a line."""

from collections.abc import Iterator

import msgspec
import numpy as np

from dialer.audio.bank import Bank, Listening
from dialer.audio.features import HOP, RATE, Float32Array, warm_up
from dialer.audio.listener import Phase
from dialer.audio.prompts import Library
from dialer.audio.tones import plan

AFTER_S = 1.0
"The line is silent for so long after it."


class Told(msgspec.Struct, frozen=True):
    """One thing that was heard."""

    at_s: float
    "When it was known, from the recording's beginning."
    sound: str
    kind: str
    confidence: float
    cause: str


def told(
    samples: Float32Array, country: str, library: Library, phase: Phase = "early"
) -> list[Told]:
    """All of it, in order; after the answer if the phase is that."""
    warm_up()
    return list(_told(samples, country, library, phase))


def _told(samples: Float32Array, country: str, library: Library, phase: Phase) -> Iterator[Told]:
    bank = Bank(1)
    bank.learn(library)
    bank.open("", Listening(phase, plan(country)))
    line = np.concatenate([samples, np.zeros(round(AFTER_S * RATE) + HOP, dtype=np.float32)])
    for start in range(0, len(line) - HOP + 1, HOP):
        for one in bank.feed([""], line[np.newaxis, start : start + HOP]):
            yield Told(round((start + HOP) / RATE, 2), one.sound, one.kind, one.confidence,
                       one.cause)  # fmt: skip
