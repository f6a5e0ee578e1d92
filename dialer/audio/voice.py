"""Whether somebody speaks: how far the sound stands above a floor that follows the noise.

The floor of each mel band is the least that was heard in it over the last half to one second
(minimum statistics, R. Martin 2001): a voice leaves every band alone more often than that, a fan
never does. Digital silence says nothing about the noise and leaves the floor as it is.
"""

import numpy as np

from dialer.audio.columns import Columns
from dialer.audio.features import BANDS, Float32Array
from dialer.audio.frames import Frame

MEMORY_FRAMES = 25
"The floor is the least of the current and the last span of so many frames (0.5 s)."
BIAS_DB = 2.0
"The least of many is below the mean."
MARGIN_DB = 5.0
"What noise itself rises above its floor."
MOST_DB = 18.0
"A band counts for no more than this."
LOWEST_DB = -82.0
"Of a floor: what a line without any noise is given. Power per bin."
EXCESS_DB = 2.0
"Mean over the bands of what stands above floor and margin: from here on it is a voice."
SOFT_DB = 18.0
"So far below the loudest of late it is the room, not the speaker."
SMOOTHING = 0.4
FIRST_DB = -50.0
"Nobody knows the noise of a line in its first half second; it is not taken for louder than this."
DEAD_FRAMES = 10
"A line that begins with so much digital silence has no noise, until some is heard."
SETTLED_FRAMES = 4
"As long as digital silence is in the window, what follows it looks softer than it is."


class Voice:
    """Fills in `Frame.voiced`."""

    def __init__(self, rows: int) -> None:
        unknown = np.full(BANDS, FIRST_DB, dtype=np.float32)
        self._memory = Columns(
            rows, least=unknown, least_before=unknown, smooth=unknown,
            heard=np.int64(0), blanks=np.int64(0), since_blank=np.int64(0),
            loud_db=np.float32(-90.0),
        )  # fmt: skip

    def reset(self, row: int) -> None:
        """Forget the noise: a new call, or the line behind the answer."""
        self._memory.reset(row)

    def grow(self, rows: int) -> None:
        """Make room."""
        self._memory.grow(rows)

    def step(self, frame: Frame) -> None:
        """Judge the frame, then learn from it."""
        above = np.clip(frame.mel_db - self._floor(frame) - MARGIN_DB, 0.0, MOST_DB)
        loud = self._memory.loud_db[frame.rows]
        frame.voiced = (
            (above.mean(axis=1) > EXCESS_DB)
            & (frame.level_db > loud - SOFT_DB)
            & ~frame.blank
            & ~frame.tonal
        )
        self._memory.loud_db[frame.rows] = np.where(
            frame.voiced, np.maximum(frame.level_db, loud - 0.1), loud - 0.02
        )

    def _floor(self, frame: Frame) -> Float32Array:
        """The noise in each band, this frame included (so it is never above the sound)."""
        memory, rows = self._memory, frame.rows
        since_blank = np.where(frame.blank, 0, memory.since_blank[rows] + 1)
        memory.since_blank[rows] = since_blank
        memory.blanks[rows] += frame.blank
        # Nothing but digital silence so far: what comes now stands out against no noise at all.
        dead = (memory.heard[rows] == 0) & (memory.blanks[rows] == DEAD_FRAMES) & frame.blank
        memory.least[rows[dead]] = memory.least_before[rows[dead]] = LOWEST_DB
        learns = since_blank >= SETTLED_FRAMES
        heard = memory.heard[rows] + learns
        memory.heard[rows] = heard
        smooth = SMOOTHING * memory.smooth[rows] + (1.0 - SMOOTHING) * frame.mel_db
        smooth = np.where((heard == 1)[:, np.newaxis], frame.mel_db, smooth)
        smooth = np.where(learns[:, np.newaxis], smooth, memory.smooth[rows])
        least = np.minimum(memory.least[rows], smooth)
        turn = (learns & (heard % MEMORY_FRAMES == 0))[:, np.newaxis]
        before = np.where(turn, least, memory.least_before[rows])
        memory.least_before[rows] = before
        memory.least[rows] = np.where(turn, smooth, least)
        memory.smooth[rows] = smooth
        floor: Float32Array = np.maximum(np.minimum(before, least) + BIAS_DB, LOWEST_DB)
        return floor
