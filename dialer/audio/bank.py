"""A bank of listeners: many calls heard at once, each by every detector in the table.

`Bank` is DESIGN's `Listener`; one call is a bank of one. It counts samples and knows no clock:
`Heard.at` is seconds since the first sample of the call, and whoever feeds it adds the instant
of that sample.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialer.audio.announcements import Announcements
from dialer.audio.beep import Beep
from dialer.audio.call_progress import CallProgress
from dialer.audio.features import HOP, RATE, Float32Array, warm_up
from dialer.audio.frames import HALF_HOP, Bools, Frame, Front
from dialer.audio.greeting import Greeting
from dialer.audio.listener import Attentive, Detector, Listening, Phase, Said
from dialer.audio.prompts import Library
from dialer.audio.sit import SpecialInformation
from dialer.audio.sounds import Sounds
from dialer.audio.speech import Speech
from dialer.audio.voice import Voice
from dialer.engine.events import VERDICTS, Heard

FALSE_ANSWER_S = 5.0
"Some networks answer first and ring then: what belongs before the answer is heard so long after."


@dataclass(frozen=True, slots=True)
class Ear:
    """A detector and when it is listened to."""

    make: Callable[[int], Detector]
    early: bool
    answer_s: float
    "How long after the answer."
    is_cheap: bool = False
    "It goes on when there is too much to do."


FOREVER = float("inf")
_NOT = -1
"Answered."
DETECTORS: tuple[Ear, ...] = (
    Ear(CallProgress, early=True, answer_s=FALSE_ANSWER_S, is_cheap=True),
    Ear(SpecialInformation, early=True, answer_s=FALSE_ANSWER_S, is_cheap=True),
    Ear(Announcements, early=True, answer_s=FALSE_ANSWER_S),
    Ear(Sounds, early=True, answer_s=FOREVER),
    Ear(Beep, early=True, answer_s=FOREVER, is_cheap=True),
    Ear(Greeting, early=False, answer_s=FOREVER),
)
"In order: what an earlier one says, the later ones know."


@dataclass(slots=True)
class _Call:
    call: str
    row: int
    phase: Phase
    began: int
    "Sample at which the phase began."


class Bank:
    """Listens to any number of calls."""

    def __init__(self, rows: int = 64, detectors: Sequence[Ear] = DETECTORS) -> None:
        self._front = Front(rows)
        self._voice = Voice(rows)
        self._speech = Speech(rows)
        self._ears = [(ear, ear.make(rows)) for ear in detectors]
        self._attentive = [one for _, one in self._ears if isinstance(one, Attentive)]
        self._calls: dict[str, _Call] = {}
        self._by_row: dict[int, _Call] = {}
        self._free = list(range(rows - 1, -1, -1))
        self._rows = rows
        self._in_full = np.ones(rows, dtype=bool)
        "For each row: more than tones are listened for."
        self._answered = np.full(rows, _NOT, dtype=np.int64)
        "For each row: at which of its samples it was answered."
        self.tones_only = False
        "Whether calls that are opened now are listened to for tones alone."

    def spare(self, *, tones_only: bool) -> None:
        """There is too much to do, or not any more: listen for nothing but tones in all calls there
        are, and in those to come. Who was half heard is not judged later."""
        self.tones_only = tones_only
        if tones_only:
            self._in_full[:] = False

    def open(self, call: str, ask: Listening) -> None:
        """Begin to listen to a call."""
        if call in self._calls:
            self.close(call)
        if not self._free:
            self._grow()
        row = self._free.pop()
        self._in_full[row] = not self.tones_only
        self._answered[row] = _NOT
        self._front.reset(row)
        self._voice.reset(row)
        self._speech.open(row)
        for _, detector in self._ears:
            detector.open(row, ask)
        self._calls[call] = self._by_row[row] = _Call(call, row, "early", 0)
        if ask.phase == "answer":
            self.phase(call, "answer")

    def phase(self, call: str, phase: Phase) -> None:
        """What is heard from the next sample on is after the answer."""
        known = self._calls.get(call)
        if known is None or known.phase == phase:
            return
        known.phase, known.began = phase, self._front.clock(known.row)
        self._voice.reset(known.row)
        self._speech.answer(known.row)
        self._answered[known.row] = known.began
        for _, detector in self._ears:
            detector.answer(known.row, known.began)

    def learn(self, library: Library) -> None:
        """From now on these announcements are known."""
        for _, detector in self._ears:
            if isinstance(detector, Announcements):
                detector.learn(library)

    def close(self, call: str) -> None:
        """Stop listening."""
        known = self._calls.pop(call, None)
        if known is not None:
            del self._by_row[known.row]
            self._free.append(known.row)

    def feed(self, calls: Sequence[str], hops: Float32Array) -> list[Heard]:
        """What was heard in the next samples of these calls: 80, or a multiple, of each."""
        rows = np.fromiter((self._calls[call].row for call in calls), np.intp, len(calls))
        whole = hops.shape[1] % HOP == 0 and not (self._front.clocks(rows) % HOP).any()
        step = HOP if whole else HALF_HOP
        return [
            heard
            for start in range(0, hops.shape[1], step)
            for heard in self._hear(rows, hops[:, start : start + step])
        ]

    def _hear(self, rows: NDArray[np.intp], hop: Float32Array) -> list[Heard]:
        in_full = self._in_full[rows]
        if in_full.any():
            self._speech.hear(rows[in_full], hop[in_full])
        frame = self._front.take(rows, hop)
        if frame is None:
            return []
        self._voice.step(frame)
        self._speech.step(frame)
        said: list[Said] = []
        parts: dict[bytes, Frame] = {}
        for ear, detector in self._ears:
            heard = self._heard_by(ear, frame)
            if heard.all():
                said += detector.step(frame, said)
            elif heard.any():
                which = heard.tobytes()
                part = parts[which] = parts.get(which) or frame.only(heard)
                said += detector.step(part, [item for item in said if item.row in part.rows])
                frame.alike[heard] = part.alike
        self._rest(frame.rows)
        return [self._heard(item) for item in said]

    def _heard_by(self, ear: Ear, frame: Frame) -> Bools:
        """Which calls of a frame an ear still, or already, has anything to say of."""
        answered = self._answered[frame.rows]
        early = answered == _NOT
        after: Bools = ~early & (frame.clock - answered <= ear.answer_s * RATE)
        heard: Bools = after | early if ear.early else after
        return heard if ear.is_cheap else heard & self._in_full[frame.rows]

    def _rest(self, rows: NDArray[np.intp]) -> None:
        """Who speaks is found out no longer where nobody wants to know it."""
        listened = rows[self._speech.listens(rows)]
        wanted = np.zeros(len(listened), dtype=bool)
        for detector in self._attentive:
            wanted |= detector.attends(listened)
        self._speech.rest(listened[~wanted])

    def _heard(self, item: Said) -> Heard:
        call = self._by_row[item.row]
        end, now = item.greeting_end, self._front.clock(call.row)
        return Heard(
            # A verdict's instant is its decision: the last sample that it rests on.
            at=(now if item.sound in VERDICTS else item.clock) / RATE,
            call=call.call,
            sound=item.sound,
            phase=call.phase,
            kind=item.kind,
            confidence=item.confidence,
            cause=item.cause,
            sample=now - call.began,
            greeting_end_s=None if end is None else (end - call.began) / RATE,
        )

    def _grow(self) -> None:
        rows = 2 * self._rows
        self._front.grow(rows)
        self._voice.grow(rows)
        self._speech.grow(rows)
        for _, detector in self._ears:
            detector.grow(rows)
        more = rows - self._rows
        self._in_full = np.concatenate([self._in_full, np.ones(more, dtype=bool)])
        self._answered = np.concatenate([self._answered, np.full(more, _NOT, dtype=np.int64)])
        self._free = list(range(rows - 1, self._rows - 1, -1))
        self._rows = rows


__all__ = ["DETECTORS", "Bank", "Ear", "Listening", "warm_up"]
