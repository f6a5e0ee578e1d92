"""What the numbers of the lab sound like: made here, from tones, numpy and Asterisk's own prompts.

Everything is 8 kHz mono and stored as A-law, which Asterisk sends as it is. A voice may carry a
pilot, a short pure tone that recurs: by it either end knows whom it hears.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import soundfile

from dialer.audio.g711 import ALAW, Float32Array, encode
from dialer.errors import SettingsError
from sim.carrier.draws import Positive
from sim.carrier.pilots import PILOTS

RATE = 8000
_LOUD = 0.28
_QUIET = 0.0015
"A room at about -56 dB: under every threshold of silence."
_MADE_BY = 1
"Counted up when the same words make another sound."

Floats = npt.NDArray[np.float64]


class Audio(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One sound; exactly one of the first six is given."""

    prompts: tuple[str, ...] = ()
    "Asterisk's core sounds, one after the other (`hello`, `digits/4`)."
    file: str = ""
    "A sound file of this folder; any rate, first channel."
    tones: str = ""
    "`450:1000|0:4000`: Hz:ms, `a+b` together, `a*b` a modulated by b, 0 is silence."
    music: int | None = None
    "A tune; the number is its seed."
    speech: int | None = None
    "Something between talk and babble; the number is its seed."
    noise: int | None = None
    "A quiet room; the number is its seed."
    seconds: Positive = 20.0
    "Of music, speech and noise."
    pitch: Positive = 1.0
    "Below 1 lower and slower: another person."
    pause_s: float = 0.0
    "Silence at the end."
    pilot: str = ""
    "`agent`, `message` or `person`: laid over it."
    says: str = ""
    "The kind of recording that it is, for a dialer that is to know it (`powered_off`, `menu`)."

    def __post_init__(self) -> None:
        if sum(map(bool, _kinds(self))) != 1:
            raise ValueError("one of prompts, file, tones, music, speech, noise is wanted")
        if self.pilot and self.pilot not in PILOTS:
            raise ValueError(f"pilot = {self.pilot!r}: must be one of {', '.join(PILOTS)}")


def write_sounds(sounds: Mapping[str, Audio], into: Path, prompts: Path, folder: Path) -> None:
    """`into/NAME/NAME.alaw` for each sound; what is there already is left alone.

    `prompts` is where Asterisk keeps its core sounds, `folder` the carrier's own.
    """
    for name, audio in sounds.items():
        made, mark = into / name / f"{name}.alaw", into / f"{name}.made"
        digest = _digest(audio, folder)
        if made.exists() and mark.exists() and mark.read_text() == digest:
            continue
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_bytes(encode(samples(audio, prompts, folder), ALAW).tobytes())
        mark.write_text(digest)


def samples(audio: Audio, prompts: Path, folder: Path) -> Float32Array:
    """The sound at 8 kHz, in -1..1."""
    sound = np.concatenate(list(_parts(audio, prompts, folder)))
    if audio.pitch != 1.0:
        sound = _resampled(sound, audio.pitch)
    sound = np.concatenate([sound, np.zeros(int(audio.pause_s * RATE))])
    if audio.pilot:
        sound = _with_pilot(sound, audio.pilot)
    return np.clip(sound, -1.0, 1.0).astype(np.float32)


def _kinds(audio: Audio) -> tuple[bool, ...]:
    seeds = (audio.music, audio.speech, audio.noise)
    return (
        *map(bool, (audio.prompts, audio.file, audio.tones)),
        *(seed is not None for seed in seeds),
    )


def _digest(audio: Audio, folder: Path) -> str:
    changed = (folder / audio.file).stat().st_mtime_ns if audio.file else 0
    made_from = [_MADE_BY, audio, changed, PILOTS.get(audio.pilot)]
    words = json.dumps(msgspec.to_builtins(made_from), sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()


def _parts(audio: Audio, prompts: Path, folder: Path) -> Iterable[Floats]:
    if audio.tones:
        yield from (_tone(*segment) for segment in segments(audio.tones))
    elif audio.music is not None:
        yield _music(audio.seconds, np.random.default_rng(audio.music))
    elif audio.speech is not None:
        yield _speech(audio.seconds, np.random.default_rng(audio.speech))
    elif audio.noise is not None:
        rng = np.random.default_rng(audio.noise)
        yield _QUIET * rng.standard_normal(int(audio.seconds * RATE))
    elif audio.file:
        yield _read(folder / audio.file)
    else:
        yield from (_read(prompts / f"{name}.wav") for name in audio.prompts)


def _read(path: Path) -> Floats:
    try:
        data, rate = soundfile.read(path, dtype="float64", always_2d=True)
    except (OSError, soundfile.LibsndfileError) as why:
        raise SettingsError(f"{path}: no sound can be read from it") from why
    return _resampled(data[:, 0], rate / RATE)


def _resampled(sound: Floats, step: float) -> Floats:
    """Every `step`-th sample, in between by straight lines."""
    at = np.arange(0, len(sound) - 1, step)
    return np.asarray(np.interp(at, np.arange(len(sound)), sound), dtype=np.float64)


def segments(tones: str) -> list[tuple[str, int]]:
    """The tone plan's words, taken apart.

    >>> segments("440+480:2000|0:4000")
    [('440+480', 2000), ('0', 4000)]
    """
    try:
        pairs = (segment.split(":") for segment in tones.split("|"))
        return [(frequencies, int(ms)) for frequencies, ms in pairs]
    except ValueError as why:
        raise SettingsError(f"tones = {tones!r}: must be like 450:1000|0:4000") from why


def _tone(frequencies: str, ms: int) -> Floats:
    time = np.arange(ms * RATE // 1000) / RATE
    if "*" in frequencies:
        carrier, by = map(float, frequencies.split("*"))
        swell = (1 + np.cos(2 * np.pi * by * time)) / 2
        return np.asarray(_LOUD * np.sin(2 * np.pi * carrier * time) * swell)
    waves = [np.sin(2 * np.pi * float(hz) * time) for hz in frequencies.split("+")]
    return np.asarray(_LOUD * np.mean(waves, axis=0))


_SCALE = 220.0 * 2 ** (np.array([0, 2, 4, 7, 9, 12, 14, 16]) / 12)


def _music(seconds: float, rng: np.random.Generator) -> Floats:
    """A tune over its bass, each note with overtones that die away."""
    beat = int(0.25 * RATE)
    out = np.zeros(int(seconds * RATE) + 8 * beat)
    for step, start in enumerate(range(0, int(seconds * RATE), beat)):
        if rng.random() < 0.8:
            _add(out, start, _note(float(rng.choice(_SCALE)) * 2, 0.8, 0.35))
        if step % 4 == 0:
            _add(out, start, _note(float(_SCALE[(step // 16) % 5]) / 2, 1.6, 0.5))
    out = out[: int(seconds * RATE)]
    return _LOUD * out / max(1e-9, float(np.abs(out).max()))


def _note(hz: float, seconds: float, loud: float) -> Floats:
    time = np.arange(int(seconds * RATE)) / RATE
    overtones = [np.sin(2 * np.pi * hz * k * time) / k**1.5 for k in (1, 2, 3, 4) if hz * k < 3600]
    return loud * np.exp(-3.5 * time / seconds) * sum(overtones, np.zeros(len(time)))


_VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480))
"Formants of a, i, u, e: Peterson and Barney 1952, men."


def _speech(seconds: float, rng: np.random.Generator) -> Floats:
    """Syllables of voice through formants, with the pauses of talk."""
    out = np.zeros(int((seconds + 1) * RATE))
    at, pitch_hz = 0.0, rng.uniform(95, 220)
    while at < seconds:
        for _ in range(rng.integers(3, 9)):
            length = rng.uniform(0.12, 0.26)
            _add(out, int(at * RATE), _syllable(length, pitch_hz * rng.uniform(0.88, 1.15), rng))
            at += length
        at += rng.uniform(0.25, 0.7)
    out = out[: int(seconds * RATE)]
    return _LOUD * out / max(1e-9, float(np.abs(out).max()))


def _syllable(seconds: float, pitch_hz: float, rng: np.random.Generator) -> Floats:
    time = np.arange(int(seconds * RATE)) / RATE
    formants = _VOWELS[rng.integers(len(_VOWELS))]
    voice = np.zeros(len(time))
    for k in range(1, int(3400 / pitch_hz)):
        hz = pitch_hz * k
        gain = sum(1 / (1 + ((hz - formant) / 90) ** 2) for formant in formants) / k**0.5
        voice += gain * np.sin(2 * np.pi * hz * time + rng.uniform(0, 6.28))
    return voice * np.sin(np.pi * time / seconds) ** 0.5


def _add(out: Floats, start: int, sound: Floats) -> None:
    room = out[start : start + len(sound)]
    room += sound[: len(room)]


def _with_pilot(sound: Floats, name: str) -> Floats:
    """The pilot in place of the sound, from the very beginning and then once a period."""
    pilot = PILOTS[name]
    period, burst = int(pilot.period_s * RATE), int(pilot.burst_s * RATE)
    whole = np.concatenate([sound, np.zeros(-len(sound) % period)])  # it recurs in a loop, too
    wave = _tone(str(pilot.hz), round(pilot.burst_s * 1000))
    for start in range(0, len(whole), period):
        whole[start : start + burst] = wave
    return whole
