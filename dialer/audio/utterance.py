"""What somebody has said since the answer, as a few numbers: the timeline, and how clear a voice.

Each frame of 20 ms adds to running sums and nothing is looked at again, so the same sound gives
the same numbers in packets of any size.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialer.audio.columns import Columns
from dialer.audio.features import HOP, RATE
from dialer.audio.frames import Bools, Floats, Frame, Ints

ONSET_FRAMES = 4
"Speech on end that begins an utterance: a click is not a word."
BREAK_FRAMES = 7
"A pause of so many frames (0.14 s) parts two phrases."
LOWEST_DB = -90.0
"Digital silence is taken for no softer than this."
SOFT_DB = 30.0
"So far below the loudest it is the room, not the speaker;"
NOISY_DB = 22.0
"and in a room less than this below the loudest, whoever speaks is nearer to the loudest."
ROOM_FRAMES = 5
"Of room before the first word, at least, to know how loud it is."
LATELY_FRAMES = 40
"Of late: 0.8 s."
UNKNOWN_DB = 99.0
FRAME_S = HOP / RATE


@dataclass(frozen=True, slots=True)
class Said:
    """The utterance of some calls so far; one entry for each. Seconds and decibels."""

    spoke: Bools
    "Whether anything was said."
    since_s: Floats
    "Since the answer."
    length_s: Floats
    "From the first word to the last."
    quiet_s: Floats
    "Since the last word."
    hushed_s: Floats
    "Since the network last heard a voice, be it a softer one behind him."
    phrases: Ints
    phrase_s: Floats
    "The last phrase."
    first_s: Floats
    "The first one."
    pause_s: Floats
    "The longest pause after which it went on."
    spread_db: Floats
    "Of the level while somebody speaks: a voice rises and falls, a crowd hardly does."
    above_room_db: Floats
    "The loudest above the room; 99 where nothing is known of the room."
    lately_db: Floats
    "The power of the last 0.8 s above that before the first word; 99 where nothing is known of it."
    chance: Floats
    "Mean chance that it is a voice, while it was taken for one."


class Utterance:
    """The sums, with a row for each call."""

    def __init__(self, rows: int) -> None:
        whole, real, low = np.int64(0), np.float64(0.0), np.float64(LOWEST_DB)
        self._memory = Columns(
            rows, frames=whole, run=whole, onset=whole, last=whole, heard_last=whole,
            phrases=whole, phrase_start=whole, first=whole, longest=whole,
            voiced=whole, level=real, level2=real, sure=real, top=low,
            rooms=whole, room=real, before=real, whole=real, lately=np.zeros(LATELY_FRAMES),
        )  # fmt: skip

    def grow(self, rows: int) -> None:
        """Make room."""
        self._memory.grow(rows)

    def answer(self, row: int) -> None:
        """What was before the answer says nothing."""
        self._memory.reset(row)

    def step(self, frame: Frame, of: NDArray[np.intp]) -> None:
        """Hear a frame of those of its calls that `of` points at."""
        memory, rows, speech = self._memory, frame.rows[of], frame.speech[of]
        memory.frames[rows] += 1
        level = np.maximum(frame.level_db[of].astype(np.float64), LOWEST_DB)
        run = np.where(speech, memory.run[rows] + 1, 0)
        memory.run[rows] = run
        self._weigh(rows, speech, level, frame.chance[of])
        self._keep(rows, level)
        self._place(rows, run, level)

    def _weigh(self, rows: NDArray[np.intp], speech: Bools, level: Floats, chance: Floats) -> None:
        memory = self._memory
        memory.voiced[rows] += speech
        memory.level[rows] += np.where(speech, level, 0.0)
        memory.level2[rows] += np.where(speech, level * level, 0.0)
        memory.sure[rows] += np.where(speech, chance, 0.0)
        memory.top[rows] = np.where(speech, np.maximum(memory.top[rows], level), memory.top[rows])
        memory.rooms[rows] += ~speech
        memory.room[rows] += np.where(speech, 0.0, level)

    def _keep(self, rows: NDArray[np.intp], level: Floats) -> None:
        memory = self._memory
        power = 10.0 ** (level / 10.0)
        memory.whole[rows] += power
        memory.lately[rows, memory.frames[rows] % LATELY_FRAMES] = power

    def _place(self, rows: NDArray[np.intp], run: Ints, level: Floats) -> None:
        memory = self._memory
        now = memory.frames[rows]
        spoke = memory.onset[rows] > 0
        begins = ~spoke & (run >= ONSET_FRAMES)
        start = now - run + 1
        gap = start - 1 - memory.last[rows]
        again = spoke & (run == 2) & (gap >= BREAK_FRAMES)
        memory.onset[rows] = np.where(begins, start, memory.onset[rows])
        self._know_room(rows[begins])
        ended = again & (memory.phrases[rows] == 1)
        memory.first[rows] = np.where(
            ended, memory.last[rows] - memory.onset[rows] + 1, memory.first[rows]
        )
        memory.longest[rows] = np.where(
            again, np.maximum(memory.longest[rows], gap), memory.longest[rows]
        )
        memory.phrases[rows] += begins | again
        memory.phrase_start[rows] = np.where(begins | again, start, memory.phrase_start[rows])
        speaks = (spoke | begins) & (run >= np.where(gap >= BREAK_FRAMES, 2, 1))
        memory.last[rows] = np.where(speaks, now, memory.last[rows])
        near = level > memory.top[rows] - self._reach_db(rows)
        memory.heard_last[rows] = np.where(speaks & near, now, memory.heard_last[rows])

    def _know_room(self, begins: NDArray[np.intp]) -> None:
        """These begin to speak: what was before is the room (but the frame before, half a word)."""
        memory = self._memory
        word = ONSET_FRAMES + 1
        frames = memory.frames[begins] - word
        last = (memory.frames[begins][:, np.newaxis] - np.arange(word)) % LATELY_FRAMES
        spoken = memory.lately[begins[:, np.newaxis], last].sum(axis=1)
        before = (memory.whole[begins] - spoken) / np.maximum(frames, 1)
        memory.before[begins] = np.where(frames >= ROOM_FRAMES - 1, np.maximum(before, 0.0), 0.0)

    def _lately_db(self, rows: NDArray[np.intp]) -> Floats:
        memory = self._memory
        before, lately = memory.before[rows], memory.lately[rows].mean(axis=1)
        is_known = (before > 0.0) & (memory.frames[rows] >= LATELY_FRAMES)
        ratio = np.where(is_known, lately, 1.0) / np.where(is_known, before, 1.0)
        above: Floats = np.where(is_known, 10.0 * np.log10(ratio), UNKNOWN_DB)
        return above

    def _reach_db(self, rows: NDArray[np.intp]) -> Floats:
        """How far below the loudest it is still the speaker."""
        above = self._above_room_db(rows)
        reach: Floats = np.where(above < NOISY_DB, 0.5 * above, SOFT_DB)
        return reach

    def _above_room_db(self, rows: NDArray[np.intp]) -> Floats:
        memory = self._memory
        rooms = memory.rooms[rows]
        above: Floats = np.where(
            rooms >= ROOM_FRAMES,
            memory.top[rows] - memory.room[rows] / np.maximum(rooms, 1),
            UNKNOWN_DB,
        )
        return above

    def instants(self, row: int) -> tuple[int, int]:
        """Onset and end of what was said, in samples since the answer."""
        memory = self._memory
        last = max(int(memory.heard_last[row]), int(memory.onset[row]))
        return (int(memory.onset[row]) - 1) * HOP, last * HOP

    def said(self, rows: NDArray[np.intp]) -> Said:
        """The numbers of these calls."""
        memory = self._memory
        now, onset = memory.frames[rows], memory.onset[rows]
        spoke = onset > 0
        last = np.maximum(memory.heard_last[rows], onset)
        voiced = np.maximum(memory.voiced[rows], 1)
        mean = memory.level[rows] / voiced
        spread = np.sqrt(np.maximum(memory.level2[rows] / voiced - mean * mean, 0.0))
        length = np.where(spoke, last - onset + 1, 0)
        phrase = np.where(spoke, memory.last[rows] - memory.phrase_start[rows] + 1, 0)
        return Said(
            spoke=spoke,
            since_s=now * FRAME_S,
            length_s=length * FRAME_S,
            quiet_s=np.where(spoke, now - last, 0) * FRAME_S,
            hushed_s=np.where(spoke, now - np.maximum(memory.last[rows], onset), 0) * FRAME_S,
            phrases=memory.phrases[rows],
            phrase_s=phrase * FRAME_S,
            first_s=np.where(memory.phrases[rows] > 1, memory.first[rows], phrase) * FRAME_S,
            pause_s=memory.longest[rows] * FRAME_S,
            spread_db=spread,
            above_room_db=self._above_room_db(rows),
            lately_db=self._lately_db(rows),
            chance=memory.sure[rows] / voiced,
        )
