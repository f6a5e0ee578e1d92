"""Music or speech: how many partials hold their pitch, and how evenly loud it is.

A voice holds hardly any, and pauses; music holds many, and goes on. Of what was heard last both
are weighed together: music in noise holds fewer, but still does not pause, and over music that goes
on under a voice it is the partials alone that tell, most of all those that hold on while the voice
pauses.
"""

import numpy as np
from numpy.typing import NDArray

from dialer.audio.columns import Columns
from dialer.audio.features import Float32Array
from dialer.audio.frames import Bools, Floats, Frame
from dialer.audio.partials import Partials
from dialer.audio.tones import TonePlan

WINDOW_FRAMES = 145
"What was heard last: 2.9 s."
MOST = 6
"Partials of a frame that count: one chord is not proof enough."
AUDIBLE_DB = -62.0
"In what is fainter nobody holds anything."
TONE = 0.6
"A frame that is so much the network's tones is no voice, whatever is in it besides."
TOP, RANGE_DB = 0.97, 30.0
"The loudest of late is so high in the order of levels; what is so far below it is a pause."
PARTIALS, VARIES, MOST_VARIES_DB, LEAST = 0.45, 0.33, 10.0, 0.8
"""Weights of the square root of all partials and of the deviation of the level in dB (up to so
much), and what is added: above 0 it is rather music."""
FEWEST, NONE = 6, -9.0
"With fewer partials in all that time it is none, however even: a fan is."
PAUSES, ALONE = 0.35, 6
"Where a voice is less likely than that nobody speaks; so many partials held there are music."


class Music:
    """Weighs what was heard last of every call."""

    def __init__(self, rows: int) -> None:
        self._partials = Partials(rows)
        self._memory = Columns(
            rows, held=np.zeros(WINDOW_FRAMES, dtype=np.int16),
            level=np.zeros(WINDOW_FRAMES, dtype=np.float32), frames=np.int64(0),
            voice=np.zeros(WINDOW_FRAMES, dtype=bool), tone=np.False_,
            alone=np.zeros(WINDOW_FRAMES, dtype=np.int16),
        )  # fmt: skip

    def grow(self, rows: int) -> None:
        """Make room."""
        self._partials.grow(rows)
        self._memory.grow(rows)

    def open(self, row: int, plan: TonePlan) -> None:
        """A new call."""
        self._partials.open(row, plan)
        self._memory.reset(row)

    def step(self, frame: Frame, which: Bools, may_play: Bools) -> None:
        """Take this frame of these calls in; only where music may play are partials followed."""
        memory, rows = self._memory, frame.rows[which]
        at = memory.frames[rows] % WINDOW_FRAMES
        memory.level[rows, at] = np.where(frame.blank[which], -120.0, frame.level_db[which])
        share = self._partials.network_share(rows, frame.power[which])
        speaks = frame.voiced[which] & (frame.chance[which] >= PAUSES)
        memory.voice[rows, at] = speaks & (share < TONE)
        memory.tone[rows] = share >= TONE
        memory.held[rows, at] = memory.alone[rows, at] = 0
        followed = may_play[which]
        if followed.any():
            held = self._partials.step(rows[followed], frame.power[which][followed])
            heard = ((frame.level_db > AUDIBLE_DB) & ~frame.tonal)[which][followed]
            counted = np.where(heard, np.minimum(held, MOST), 0)
            pauses = (frame.chance < PAUSES)[which][followed]
            memory.held[rows[followed], at[followed]] = counted
            memory.alone[rows[followed], at[followed]] = np.where(pauses, counted, 0)
        memory.frames[rows] += 1

    def frames(self, rows: NDArray[np.intp]) -> NDArray[np.int64]:
        """Of each call so far."""
        return self._memory.frames[rows]

    def last(self, rows: NDArray[np.intp]) -> tuple[Bools, Bools]:
        """Whether the last frame of each call was the network's tones, or a voice."""
        memory = self._memory
        at = (memory.frames[rows] - 1) % WINDOW_FRAMES
        return memory.tone[rows], memory.voice[rows, at]

    def weigh(self, rows: NDArray[np.intp], varies_db: Floats) -> Floats:
        """How much like music each of these calls was of late: above 0 rather that than speech."""
        held = self._memory.held[rows].sum(axis=1)
        score = PARTIALS * np.sqrt(held) - VARIES * varies_db + LEAST
        weight: Floats = np.where(held < FEWEST, NONE, score)
        return weight

    def plays_on(self, rows: NDArray[np.intp]) -> Bools:
        """Whether partials were held while nobody spoke: music behind a voice."""
        plays: Bools = self._memory.alone[rows].sum(axis=1) >= ALONE
        return plays

    def voiced(self, rows: NDArray[np.intp], above_db: Floats) -> NDArray[np.int64]:
        """Frames of late in which a voice was louder than that."""
        memory = self._memory
        loud = memory.level[rows] > above_db[:, np.newaxis]
        frames: NDArray[np.int64] = (loud & memory.voice[rows]).sum(axis=1)
        return frames

    def varies_db(self, rows: NDArray[np.intp]) -> Floats:
        """How much the level of each of these calls went up and down of late."""
        memory = self._memory
        lengths = np.minimum(memory.frames[rows], WINDOW_FRAMES)
        varies = np.empty(len(rows))
        for length in np.unique(lengths).tolist():
            alike = lengths == length
            varies[alike] = _varies_db(memory.level[rows[alike], :length])
        return varies


def _varies_db(level: Float32Array) -> Floats:
    frames = level.shape[1]
    floor = np.sort(level, axis=1)[:, min(int(TOP * frames), frames - 1)] - RANGE_DB
    above = np.maximum(level, floor[:, np.newaxis]).astype(np.float64)
    varies: Floats = np.minimum(above.std(axis=1), MOST_VARIES_DB)
    return varies
