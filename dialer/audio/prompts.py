"""A library of announcements that are known, and what in each of them only it says.

Announcements begin alike ("the number you have dialled ...") and end alike; what is said between
tells one from another. `rivalry` finds, for every frame of one, how well the best place in an
announcement of another kind matches it: where that is well, the frame tells nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from dialer.audio.features import RATE, Float32Array
from dialer.audio.prints import FRAMES_PER_S, SIZE, UNIT, Print, printed
from dialer.engine.announced import ANSWERED

PAD = 2
"Empty frames before each prompt: nothing runs on from the one before it."
WALL = 1e9
"What it costs to match an empty frame."
CHANCE = 0.5
"A match below this part of `UNIT` is evidence against."
ALIKE, ALIKE_FRAMES = 0.85, 31
"A passage of 0.6 s is the same in two prompts if its vectors agree so well."
CLEAR, SAME = 0.7, 0.95
"Of a rival's match: below the first a frame tells all, above the second nothing."
SHORTEST_S, LONGEST_S = 1.0, 15.0
"A prompt is at least so long; what goes on for longer is not looked at."
QUIETEST_DB = -45.0
"Of the speech in it, dBov: below this it is the line's noise."
TWIN = 0.92
"Two recordings whose speech matches so well throughout are one."

Levels = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Prompt:
    """An announcement that is known."""

    name: str
    kind: str
    "One of `engine.announced.KINDS`: `powered_off`, `please_hold`, `menu`."
    sound: Print
    rivals: Levels
    "(frames,): how well the best place in a prompt of another kind matches each, 0..1."

    @property
    def tells(self) -> Levels:
        """(frames,): how much each tells of which kind it is, 0..1."""
        clear = (SAME - self.rivals) / (SAME - CLEAR)
        told: Levels = (np.clip(clear, 0.0, 1.0) * self.sound.speech).astype(np.float32)
        return told


class Library:
    """All prompts, laid end to end for one multiplication."""

    def __init__(self, prompts: Sequence[Prompt] = ()) -> None:
        self.prompts = tuple(prompts)
        self.kinds = tuple(sorted({prompt.kind for prompt in prompts}))
        lengths = [PAD + len(prompt.sound) for prompt in prompts]
        self.starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)[: len(lengths)]
        "First frame of each, its padding included."
        self.frames = int(sum(lengths))
        self.vectors = np.zeros((SIZE, self.frames), dtype=np.float32)
        self.cost = np.full(self.frames, WALL, dtype=np.float32)
        for prompt, start in zip(prompts, self.starts.tolist(), strict=True):
            span = slice(start + PAD, start + PAD + len(prompt.sound))
            heard = prompt.sound.vectors * prompt.sound.speech[:, np.newaxis]
            self.vectors[:, span] = heard.T
            self.cost[span] = np.where(prompt.sound.speech, CHANCE * UNIT, 0.0)
        self.tells = [prompt.tells for prompt in prompts]
        self.announcing = np.array([prompt.kind not in ANSWERED for prompt in prompts], dtype=bool)
        "For each: a network says it, not whoever answers."

    def __len__(self) -> int:
        return len(self.prompts)


NONE_KNOWN = Library()


def rivalry(one: Print, others: Sequence[Print]) -> Levels:
    """For each frame of `one`: the best match of a passage of `others` around it, 0..1.

    Only passages count that agree for 0.6 s (`ALIKE`): single vectors of any two
    recordings do here and there.
    """
    best = np.zeros(len(one), dtype=np.float32)
    for other in others:
        best = np.maximum(best, _rivalry(one, other))
    return best


def _rivalry(one: Print, other: Print) -> Levels:
    """Of one other: all of its places at once, a column for each."""
    frames = len(one)
    around = np.zeros((len(other) + 2 * frames, SIZE), dtype=np.float32)
    around[frames:-frames] = other.vectors
    products = one.vectors.astype(np.float32) @ (around.T / np.float32(UNIT))
    row, item = products.strides
    along = as_strided(
        products, shape=(frames, frames + len(other)), strides=(row + item, item), writeable=False
    )
    alike = _mean(along, ALIKE_FRAMES) > ALIKE
    places = np.flatnonzero(alike.any(axis=0))
    if not len(places):
        return np.zeros(frames, dtype=np.float32)
    near = _mean(alike[:, places].astype(np.float32), ALIKE_FRAMES) > 0.0
    best: Levels = np.where(near, _mean(along[:, places], 3), 0.0).max(axis=1).astype(np.float32)
    return best


def likeness(one: Print, other: Print) -> float:
    """How well the speech of the shorter agrees with the longer at the best place, 0..1.

    >>> noise = np.random.default_rng(1).normal(0.0, 0.1, 16000).astype(np.float32)
    >>> round(likeness(printed(noise), printed(0.5 * noise)), 2)
    1.0
    """
    short, long = sorted((one, other), key=len)
    if len(short) < 0.8 * len(long):
        return 0.0
    products = (short.vectors.astype(np.float32) @ long.vectors.T.astype(np.float32)) / UNIT
    heard = short.speech.astype(np.float32)
    whole = max(float(heard.sum()), 1.0)
    slack = len(long) - len(short)
    shifts = range(-len(short) // 10, slack + len(short) // 10 + 1)
    return max(float((np.diagonal(products, k) * _part(heard, k, len(long))).sum()) / whole
               for k in shifts)  # fmt: skip


def refusal(samples: Float32Array) -> str:
    """Why a recording cannot be a prompt; empty: it can."""
    if not len(samples):
        return "there is no sound in it"
    loud = np.sort(samples.astype(np.float64) ** 2)[len(samples) // 2 :]
    level_db = 10.0 * np.log10(float(loud.mean()) + 1e-12)
    if level_db < QUIETEST_DB:
        return f"too quiet: {level_db:.0f} dBov, {QUIETEST_DB:.0f} are needed"
    heard, whole = float(printed(samples).speech.sum()) / FRAMES_PER_S, len(samples) / RATE
    if heard < SHORTEST_S:
        return (f"too short: {heard:.1f} s of {whole:.1f} s are sound, "
                f"{SHORTEST_S:.1f} s are needed")  # fmt: skip
    return ""


def beginning(samples: Float32Array) -> int:
    """The sample with which something begins to be heard, but for two frames."""
    speech = printed(samples).speech
    first = int(speech.argmax()) if speech.any() else 0
    return max((first - 2) * RATE // FRAMES_PER_S, 0)


def trimmed(samples: Float32Array) -> Float32Array:
    """Without the silence before it, and not longer than is looked at."""
    start = beginning(samples)
    return samples[start : start + round(LONGEST_S * RATE)]


def compiled(known: Sequence[tuple[str, str, Print]]) -> list[Prompt]:
    """Prompts (name, kind, sound) with what they have in common with each other."""
    return [
        Prompt(
            name, kind, sound,
            rivalry(sound, [other for _, unlike, other in known if unlike != kind]),
        )
        for name, kind, sound in known
    ]  # fmt: skip


def with_one_more(library: Sequence[Prompt], name: str, kind: str, sound: Print) -> list[Prompt]:
    """The same as `compiled` of all, without comparing again what was compared."""
    unlike = [prompt for prompt in library if prompt.kind != kind]
    new = Prompt(name, kind, sound, rivalry(sound, [prompt.sound for prompt in unlike]))
    return [
        *(
            Prompt(
                old.name, old.kind, old.sound,
                np.maximum(old.rivals, rivalry(old.sound, [sound])),
            )
            if old.kind != kind
            else old
            for old in library
        ),
        new,
    ]  # fmt: skip


def _mean(values: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """Running mean down the columns, centred; shorter at the ends."""
    half = frames // 2
    sums = np.zeros((len(values) + 1, values.shape[1]), dtype=np.float32)
    np.cumsum(values, axis=0, out=sums[1:])
    last = np.minimum(np.arange(len(values)) + half + 1, len(values))
    first = np.maximum(np.arange(len(values)) - half, 0)
    mean: NDArray[np.float32] = (sums[last] - sums[first]) / (last - first)[:, np.newaxis]
    return mean


def _part(heard: Levels, shift: int, width: int) -> Levels:
    """Of a row for each frame: those on the diagonal that begins at this column."""
    if shift < 0:
        return heard[-shift : -shift + width]
    return heard[: width - shift]


__all__ = ["NONE_KNOWN", "Library", "Prompt", "beginning", "compiled", "likeness", "printed",
           "refusal", "rivalry", "trimmed", "with_one_more"]  # fmt: skip
