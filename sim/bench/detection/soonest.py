"""How soon anybody could know which announcement plays: what prompts have in common decides.

Two bounds. Whoever is sure that every prompt is in the library may decide once a prompt has parted
from all of another kind that begin like it. Whoever must expect others, which share a sentence and
end otherwise, waits for words that no other kind has at all: so do we (`Prompt.tells`).
"""

from collections.abc import Iterator, Mapping

import msgspec
import numpy as np

from dialer.audio.announcements import LEAST_TELLING
from dialer.audio.prints import FRAMES_PER_S, UNIT, Print
from dialer.audio.prompts import ALIKE, ALIKE_FRAMES, Library, Prompt

SLACK = 10
"Frames by which two prompts that begin alike may begin sooner or later."
EVIDENCE = round(LEAST_TELLING)
"Frames without which nothing is known: 0.1 s."


class Soonest(msgspec.Struct, frozen=True):
    """Milliseconds from the beginning of a prompt's recording."""

    parted_ms: float
    "It has parted from all of another kind that begin like it."
    told_ms: float
    "Words have been played that no other kind has anywhere; infinite if there are none."


def soonest(library: Library, silent_ms: Mapping[str, float]) -> dict[str, Soonest]:
    """Of each prompt; `silent_ms`: how long its recording is silent at first."""
    return {
        prompt.name: Soonest(
            silent_ms.get(prompt.name, 0.0) + _ms(_parted(prompt, library)),
            silent_ms.get(prompt.name, 0.0) + _told_ms(prompt),
        )
        for prompt in library.prompts
    }


def _parted(prompt: Prompt, library: Library) -> int:
    others = [other.sound for other in library.prompts if other.kind != prompt.kind]
    return max((in_common(prompt.sound, other) for other in others), default=0) + EVIDENCE


def _told_ms(prompt: Prompt) -> float:
    told = np.flatnonzero(np.cumsum(prompt.tells) >= LEAST_TELLING)
    return _ms(int(told[0]) + 1) if len(told) else float("inf")


def in_common(one: Print, other: Print) -> int:
    """Frames for which `one` is as `other` from its beginning on; 0 if for less than 0.6 s.

    >>> from dialer.audio.prints import printed
    >>> noise = np.random.default_rng(1).normal(0.0, 0.1, 24000).astype(np.float32)
    >>> other = np.concatenate([noise[:12000], noise[:6000]])
    >>> in_common(printed(noise), printed(other)), in_common(printed(noise), printed(noise[8000:]))
    (73, 0)
    """
    return max(_in_common(one, other))


def _in_common(one: Print, other: Print) -> Iterator[int]:
    for shift in range(-SLACK, SLACK + 1):
        first, others_first = max(-shift, 0), max(shift, 0)
        frames = min(len(one) - first, len(other) - others_first)
        agree = np.einsum(
            "ij,ij->i", one.vectors[first : first + frames].astype(np.int32),
            other.vectors[others_first : others_first + frames].astype(np.int32),
        ) / UNIT  # fmt: skip
        heard = np.flatnonzero(one.speech[first : first + frames])
        begins = heard[heard < ALIKE_FRAMES]
        if not len(begins) or agree[begins].mean() < ALIKE:
            yield 0
            continue
        means = np.convolve(agree[heard], np.full(EVIDENCE, 1.0 / EVIDENCE), "valid")
        parts = np.flatnonzero(means < ALIKE)
        yield first + int(heard[parts[0]] if len(parts) else heard[-1])


def _ms(frames: int) -> float:
    return 1000.0 * frames / FRAMES_PER_S
