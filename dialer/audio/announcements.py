"""Recordings that are known, announcements above all, recognised while they are played.

Every place of every prompt is followed at once: `_match` holds, for each frame of the library, how
well what was heard last ends there, as a sum that begins anew where it would fall below nothing.
A place that stands out is looked at closely: the frames that tell the prompt from those of other
kinds must match, no other kind may match as well, and if the call was heard from before the prompt
began, so must its beginning. While prompts that begin alike are in their common part nothing tells
them apart, and nothing is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialer.audio.columns import Columns
from dialer.audio.features import HOP, RATE
from dialer.audio.frames import Frame
from dialer.audio.listener import NETWORK, Listening, Said
from dialer.audio.prints import SIZE, UNIT, Shaper
from dialer.audio.prompts import CHANCE, NONE_KNOWN, PAD, Library

EVERY = 2
"Frames of a call from one look to the next."
KEPT = 768
"Frames of a call that are kept for the close look, 15 s."
LISTENS_S = 5.0
"After the answer: then no network announces anything any more, and a machine has begun."
QUIET_FRAMES = 50
"Nothing to compare for so long: what was matched before is over."
MOST = 6
"Prompts that are looked at closely."
FEWEST_KNOWN = 10
"Announcements: what fewer have in common with a call says nothing of the call."
AT_ONCE = 16
"Calls that are multiplied at once: more leave the cache."

STANDS_OUT = 12.0
"Of the sum, in frames that match fully: 0.5 s that agree wholly."
OF_A_MACHINE_S = 1.5
"... for a menu or a mailbox: longer than a hello, for whoever is taken for one is hung up on."
TELLS = 3.0
"Of the frames that tell, above chance."
LEAST_TELLING = 5.0
"Frames."
AHEAD_FRAMES, PART_TOLD = 50, 0.7
"""Of what tells in the second from the first telling frame on, so much must have been heard: a
sibling that is not known may go on like this one for a syllable more than all that are."""
AHEAD = 2.5
"Of the best prompt of another kind."
QUALITY, TELLING_QUALITY, EVEN = 0.75, 0.6, 0.9
"""Mean match of what was heard of the prompt, of the frames that tell, and of these as a part of
the other: a sibling that is not known agrees in what is common, and less in what is not."""
WHOLE = 0.75
"Of the speech from the prompt's beginning, or the call's: so much lies in the matching stretch."
CUT_STANDS_OUT, CUT_TELLS = 25.0, 8.0
"... if it does not, because the line was opened in the middle of the prompt."
BEFORE_FRAMES, SPOKEN_BEFORE = 25, 5
"... which is so if nobody spoke before: at most so many frames of the half second."
DOUBT, DOUBT_FRAMES = 0.9, 120.0
"A quality below the first has to stand out by so much more: per 1.0."


@dataclass(frozen=True, slots=True)
class _Look:
    """What a close look at one place found."""

    prompt: int
    match: float
    tells: float
    telling: float
    wanted: float
    "Telling frames that must have been heard."
    quality: float
    telling_quality: float
    whole: bool
    cut: bool
    "Nothing was heard before the stretch that matches."
    seconds: float


class Announcements:
    """Compares what is heard of every call with the library."""

    def __init__(self, rows: int) -> None:
        self._library = NONE_KNOWN
        self._shaper = Shaper(rows)
        self._memory = Columns(
            rows, heard=np.zeros((KEPT, SIZE), dtype=np.int8),
            spoken=np.zeros(KEPT, dtype=bool), frames=np.int64(0),
            quiet=np.int64(QUIET_FRAMES), answered=np.int64(-1), alike=np.float64(0.0),
        )  # fmt: skip
        self._match = np.zeros((rows, 0), dtype=np.float32)
        self._said: dict[int, str] = {}

    def learn(self, library: Library) -> None:
        """From now on these are the prompts. What is being heard is compared with them anew."""
        self._library = library
        self._match = np.zeros((len(self._match), library.frames), dtype=np.float32)

    def grow(self, rows: int) -> None:
        """Make room."""
        self._shaper.grow(rows)
        self._memory.grow(rows)
        fresh = np.zeros((rows - len(self._match), self._library.frames), dtype=np.float32)
        self._match = np.concatenate([self._match, fresh])

    def open(self, row: int, ask: Listening) -> None:
        """A new call."""
        self._shaper.reset(row)
        self._memory.reset(row)
        self._match[row] = 0.0
        self._said.pop(row, None)

    def answer(self, row: int, clock: int) -> None:
        """Some networks answer first and announce then."""
        self._memory.answered[row] = clock
        self._said.pop(row, None)

    def step(self, frame: Frame, said: Sequence[Said]) -> list[Said]:
        """Hear a frame."""
        memory, rows = self._memory, frame.rows
        vectors, speech = self._shaper.shape(rows, frame.mel_db, frame.level_db)
        memory.heard[rows, memory.frames[rows] % KEPT] = vectors
        memory.spoken[rows, memory.frames[rows] % KEPT] = speech & ~frame.tonal
        memory.frames[rows] += 1
        memory.quiet[rows] = np.where(speech, 0, memory.quiet[rows] + 1)
        if not len(self._library):
            return []
        memory.alike[[item.row for item in said if item.sound in NETWORK]] = 0.0
        for row in rows[memory.quiet[rows] == QUIET_FRAMES].tolist():
            self._match[row] = 0.0
        answered = memory.answered[rows]
        due = (
            (memory.frames[rows] % EVERY == 0)
            & (memory.quiet[rows] < QUIET_FRAMES)
            & ((answered < 0) | (frame.clock - answered < LISTENS_S * RATE))
        )
        found: list[Said] = []
        listed = np.flatnonzero(due)
        for start in range(0, len(listed), AT_ONCE):
            some = listed[start : start + AT_ONCE]
            self._follow(rows[some], vectors[some])
            found += self._judged(rows[some], frame.clock[some])
        if np.count_nonzero(self._library.announcing) >= FEWEST_KNOWN:
            frame.alike = memory.alike[rows]
        return found

    def _follow(self, rows: NDArray[np.intp], vectors: NDArray[np.int8]) -> None:
        """One look further along every place of every prompt."""
        library = self._library
        match = vectors.astype(np.float32) @ library.vectors
        match -= library.cost
        match *= EVERY
        match[:, EVERY:] += self._match[rows, :-EVERY]
        self._match[rows] = np.maximum(match, 0.0)

    def _judged(self, rows: NDArray[np.intp], clocks: NDArray[np.int64]) -> list[Said]:
        library = self._library
        best = np.maximum.reduceat(self._match[rows], library.starts, axis=1) / UNIT
        most = best.max(axis=1)
        alike = best[:, library.announcing].max(axis=1, initial=0.0)
        self._memory.alike[rows] = np.maximum(self._memory.alike[rows], alike)
        found = []
        for i in np.flatnonzero(most >= STANDS_OUT).tolist():
            row = int(rows[i])
            order = np.argsort(-best[i], kind="stable")[:MOST]
            looks = [self._look(row, int(k)) for k in order if best[i, k] >= STANDS_OUT - AHEAD]
            look = _chosen(looks, library)
            if look is None or self._said.get(row) == library.prompts[look.prompt].kind:
                continue
            prompt = library.prompts[look.prompt]
            self._said[row] = prompt.kind
            why = f"prompt {prompt.name}: {look.seconds:.1f} s, match {min(look.quality, 1.0):.2f}"
            found.append(Said(row, "announcement", int(clocks[i]), prompt.kind,
                              round(min(look.quality, 0.99), 3), why))  # fmt: skip
        return found

    def _look(self, row: int, which: int) -> _Look:
        """Frame by frame, back from the best place in this prompt."""
        library, memory = self._library, self._memory
        sound = library.prompts[which].sound
        first = int(library.starts[which]) + PAD
        end = int(self._match[row, first : first + len(sound)].argmax())
        now = int(memory.frames[row]) - 1
        length = min(end, now, KEPT - 1) + 1
        of_prompt = np.arange(end - length + 1, end + 1)
        of_call = np.arange(now - length + 1, now + 1) % KEPT
        product = np.einsum(
            "ij,ij->i", sound.vectors[of_prompt].astype(np.int32),
            memory.heard[row, of_call].astype(np.int32),
        ) / UNIT  # fmt: skip
        heard = sound.speech[of_prompt].astype(np.float64)
        gain = heard * (product - CHANCE)
        back = np.cumsum(gain[::-1])
        kept = int(back.argmax()) + 1
        tells, part = library.tells[which][of_prompt][-kept:], slice(length - kept, None)
        speech, telling = float(heard[part].sum()), float(tells.sum())
        begins = now - kept + 1
        before = np.arange(max(begins - BEFORE_FRAMES, now - KEPT + 1, 0), begins) % KEPT
        return _Look(
            prompt=which,
            match=float(back[kept - 1]),
            tells=float((tells * (product[part] - CHANCE)).sum()),
            telling=telling,
            wanted=_wanted(library.tells[which], end - kept + 1),
            quality=float((heard * product)[part].sum()) / max(speech, 1.0),
            telling_quality=float((tells * product[part]).sum()) / max(telling, 1.0),
            whole=length == end + 1 and speech >= WHOLE * float(heard.sum()),
            cut=int(memory.spoken[row, before].sum()) <= SPOKEN_BEFORE,
            seconds=speech * HOP / RATE,
        )


def _wanted(tells: NDArray[np.float32], first: int) -> float:
    """How many telling frames make sure, of a stretch that begins at this frame of the prompt."""
    rest = tells[first:]
    begins = int(np.searchsorted(np.cumsum(rest), 1.0))
    return max(LEAST_TELLING, PART_TOLD * float(rest[begins : begins + AHEAD_FRAMES].sum()))


def _chosen(looks: Sequence[_Look], library: Library) -> _Look | None:
    """The best place, if it is good enough and no other kind is nearly as good."""
    if not looks:
        return None
    best = max(looks, key=lambda look: look.match)
    kind = library.prompts[best.prompt].kind
    rival = max(
        (look.match for look in looks if library.prompts[look.prompt].kind != kind), default=0.0
    )
    more = DOUBT_FRAMES * max(DOUBT - best.quality, 0.0)
    is_sure = (
        (best.whole or best.cut)
        and best.match >= more + (STANDS_OUT if best.whole else CUT_STANDS_OUT)
        and best.tells >= (TELLS if best.whole else CUT_TELLS)
        and best.telling >= best.wanted
        and best.match - rival >= AHEAD
        and (library.announcing[best.prompt] or best.seconds >= OF_A_MACHINE_S)
        and best.quality >= QUALITY
        and best.telling_quality >= max(TELLING_QUALITY, EVEN * best.quality)
    )
    return best if is_sure else None
