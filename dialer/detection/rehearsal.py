"""Calls heard once and measured frame by frame, as they were and slightly otherwise.

What is chosen by a few hundred calls leans on accidents of theirs: a pause that was just so long.
The same calls a little faster, slower, sooner and later take the accidents away.
"""

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from dialer.audio.features import HOP, RATE, Float32Array
from dialer.audio.frames import HALF_HOP, Bools, Floats, Front
from dialer.audio.speech import Speech
from dialer.audio.utterance import Said, Utterance
from dialer.detection.manifest import Row, recordings

UNTIL_S = 4.2
"By then every call is decided."
BEEP_S = 0.17
"So long after its beginning a beep is heard."


class Otherwise(msgspec.Struct, frozen=True):
    """How a copy differs from what was recorded."""

    speed: float = 1.0
    later_s: float = 0.0
    "Below nothing: sooner, and what was before is lost."


AS_IT_WAS = Otherwise()


def copies(speed: float, later_s: float) -> tuple[Otherwise, ...]:
    """As it was, and by so much faster, slower, later and sooner."""
    return (
        AS_IT_WAS,
        Otherwise(speed=1.0 + speed),
        Otherwise(speed=1.0 - speed),
        Otherwise(later_s=later_s),
        Otherwise(later_s=-later_s),
    )


NEAR = copies(speed=0.04, later_s=0.07)
FAR = copies(speed=0.2, later_s=0.2)
"Near takes accidents away; far also warns of people who greet at greater length than any known."


class Measured(msgspec.Struct, frozen=True):
    """All calls, frame by frame; the arrays of `said` have the shape (calls, frames)."""

    said: Said
    is_person: Bools
    onset_s: Floats
    "Of the first word; the answer where nobody knows."
    beep_s: Floats
    "When its beep is heard; infinite without one."
    end_s: Floats
    "Of the greeting; not a number where nobody knows."
    voices: tuple[str, ...]
    is_hard: Bools
    "People who greet at length, late or in noise, as far as the manifest says so."


def measured(known: Sequence[Row], otherwise: Sequence[Otherwise]) -> list[Measured]:
    """Hear every call from its answer on, once for each copy."""
    sounds = [recording.samples for recording in recordings(known)]
    return [_measured(known, sounds, copy) for copy in otherwise]


def _measured(known: Sequence[Row], sounds: Sequence[Float32Array], copy: Otherwise) -> Measured:
    length = round(UNTIL_S * RATE) // HOP * HOP
    whole = np.zeros((len(known), length), dtype=np.float32)
    for row, sound in enumerate(sounds):
        begins = changed(sound, copy)[:length]
        whole[row, : len(begins)] = begins
    frames = list(_frames(whole))

    def seconds(instants: Sequence[float | None], otherwise: float) -> Floats:
        return np.array(
            [
                otherwise if ms is None else ms / 1000.0 / copy.speed + copy.later_s
                for ms in instants
            ]
        )

    truths = [row.truth for row in known]
    return Measured(
        said=Said(
            *(np.stack([getattr(frame, name) for frame in frames], axis=1)
              for name in Said.__dataclass_fields__)
        ),
        is_person=np.array([truth.label == "human" for truth in truths]),
        onset_s=seconds([truth.onset_ms for truth in truths], 0.0),
        beep_s=seconds([truth.beep_ms for truth in truths], np.inf) + BEEP_S,
        end_s=seconds([truth.greeting_end_ms for truth in truths], np.nan),
        voices=tuple(voice_of(row) for row in known),
        is_hard=np.array([truth.is_hard for truth in truths]),
    )  # fmt: skip


def voice_of(row: Row) -> str:
    """Who speaks; a call without a voice, a beep alone, is a group of its own."""
    return row.truth.voice or row.path


def changed(sound: Float32Array, copy: Otherwise) -> Float32Array:
    """The same call otherwise. One that begins later begins with its own room, backwards.

    >>> ramp = np.arange(6, dtype=np.float32)
    >>> changed(ramp, Otherwise(speed=2.0)).tolist()
    [0.0, 2.0, 4.0]
    >>> changed(ramp, Otherwise(later_s=-2 / RATE)).tolist()
    [2.0, 3.0, 4.0, 5.0]
    """
    if copy.speed != 1.0:
        at = np.arange(0.0, len(sound) - 1.0, copy.speed)
        sound = np.interp(at, np.arange(len(sound)), sound).astype(np.float32)
    shift = round(abs(copy.later_s) * RATE)
    if copy.later_s < 0.0:
        return sound[shift:]
    return np.concatenate([sound[:shift][::-1], sound])


def _frames(sound: NDArray[np.float32]) -> Iterator[Said]:
    calls = len(sound)
    rows = np.arange(calls)
    front, speech, utterance = Front(calls), Speech(calls), Utterance(calls)
    for row in range(calls):
        speech.answer(row)
        utterance.answer(row)
    for start in range(0, sound.shape[1], HALF_HOP):
        hop = sound[:, start : start + HALF_HOP]
        speech.hear(rows, hop)
        frame = front.take(rows, hop)
        if frame is not None:
            speech.step(frame)
            utterance.step(frame, rows)
            yield utterance.said(rows)
