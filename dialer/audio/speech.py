"""Whose voice it is not: how likely somebody speaks, by a network that has heard much noise.

Silero VAD hears what follows the answer in chunks of 32 ms, and before the answer what is neither
silence nor the network's tone, as long as anybody wants to know.
"""

import numpy as np
from numpy.typing import NDArray

from dialer.audio.columns import Columns
from dialer.audio.features import HOP, RATE, Float32Array
from dialer.audio.frames import Bools, Frame
from dialer.audio.silero import CELLS, CHUNK, CONTEXT, network

BEGINS, GOES_ON = 0.5, 0.35
"From so likely on somebody speaks, and down to so likely he goes on."
MOST_S = 20.0
"So long after the answer it listens: whatever could be revised has been by then."
AUDIBLE_DB, AWAKE_S = -55.0, 0.5
"Before the answer it listens while something louder than this sounds that is no tone, and on."


class Speech:
    """Fills in `Frame.speech` and `Frame.chance`."""

    def __init__(self, rows: int) -> None:
        self._memory = Columns(
            rows, on=np.False_, early=np.True_, filled=np.int64(0), left=np.int64(0),
            sound=np.zeros(CONTEXT + CHUNK + HOP, dtype=np.float32),
            mind=np.zeros((2, CELLS), dtype=np.float32),
            chance=np.float32(0.0), speaks=np.False_,
        )  # fmt: skip

    def grow(self, rows: int) -> None:
        """Make room."""
        self._memory.grow(rows)

    def open(self, row: int) -> None:
        """A new call: nothing to hear until something sounds."""
        self._memory.reset(row)

    def answer(self, row: int) -> None:
        """From here on."""
        self._memory.reset(row)
        self._memory.early[row] = False
        self._memory.on[row], self._memory.left[row] = True, round(MOST_S * RATE)

    def listens(self, rows: NDArray[np.intp]) -> Bools:
        """Whether it listens to each of these calls at the moment."""
        return self._memory.on[rows]

    def rest(self, rows: NDArray[np.intp]) -> None:
        """Nobody wants to know any more who speaks in these calls, until they are answered."""
        memory = self._memory
        memory.on[rows] = memory.early[rows] = memory.speaks[rows] = False
        memory.chance[rows] = 0.0

    def hear(self, rows: NDArray[np.intp], hop: Float32Array) -> None:
        """The next 10 or 20 ms of these calls."""
        memory = self._memory
        on = memory.on[rows]
        if not on.any():
            return
        if not on.all():
            rows, hop = rows[on], hop[on]
        filled = memory.filled[rows]
        samples = hop.shape[1]
        places = CONTEXT + filled[:, np.newaxis] + np.arange(samples)
        memory.sound[rows[:, np.newaxis], places] = hop
        memory.filled[rows] = filled + samples
        memory.left[rows] -= samples
        full = rows[filled + samples >= CHUNK]
        if len(full):
            self._judge(full)
        over = rows[memory.left[rows] <= 0]
        memory.on[over] = memory.speaks[over] = False
        memory.chance[over] = 0.0

    def _judge(self, rows: NDArray[np.intp]) -> None:
        memory = self._memory
        sound = memory.sound[rows]
        chance, mind = network().hear(sound[:, : CONTEXT + CHUNK], memory.mind[rows])
        memory.mind[rows] = mind
        memory.sound[rows, : CONTEXT + HOP] = sound[:, CHUNK:]
        memory.filled[rows] -= CHUNK
        memory.chance[rows] = chance
        memory.speaks[rows] = chance > np.where(memory.speaks[rows], GOES_ON, BEGINS)

    def step(self, frame: Frame) -> None:
        """What is known of the frame by now. Before the answer a sound keeps it awake."""
        wakes = frame.rows[
            self._memory.early[frame.rows] & (frame.level_db > AUDIBLE_DB) & ~frame.tonal
        ]
        self._memory.on[wakes], self._memory.left[wakes] = True, round(AWAKE_S * RATE)
        speaks: Bools = self._memory.speaks[frame.rows]
        frame.speech, frame.chance = speaks, self._memory.chance[frame.rows]
