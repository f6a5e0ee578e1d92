"""Sounds made to order: tones, cadences, noise, a voice of sorts. All at 8 kHz, -1..1."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from dialer.audio.bank import Bank, Listening
from dialer.audio.g711 import ALAW, decode, encode
from dialer.audio.listener import Phase
from dialer.audio.presets import CAREFUL, Preset
from dialer.audio.tones import plan
from dialer.engine.events import Heard

Sound = NDArray[np.float32]
RATE = 8000


def silence(seconds: float) -> Sound:
    return np.zeros(round(seconds * RATE), dtype=np.float32)


def tone(seconds: float, *freqs_hz: float, dbov: float = -20.0) -> Sound:
    """Tones of equal strength whose sum has this level (mean square)."""
    t = np.arange(round(seconds * RATE)) / RATE
    each = np.sqrt(2.0 * 10 ** (dbov / 10) / len(freqs_hz))
    return sum(each * np.sin(2 * np.pi * hz * t) for hz in freqs_hz).astype(np.float32)


def cadence(
    freqs_hz: Iterable[float], *seconds: float, times: int = 1, dbov: float = -20.0
) -> Sound:
    """On, off, on, off, ... as often as that."""
    freqs = tuple(freqs_hz)
    parts = [silence(s) if i % 2 else tone(s, *freqs, dbov=dbov) for i, s in enumerate(seconds)]
    return np.concatenate(parts * times)


def noise(seconds: float, dbov: float, seed: int = 1) -> Sound:
    rng = np.random.default_rng(seed)
    samples = rng.standard_normal(round(seconds * RATE)) * 10 ** (dbov / 20)
    return samples.astype(np.float32)


def voice(seconds: float, dbov: float = -22.0, seed: int = 7) -> Sound:
    """Syllables: harmonics of a pitch that moves, under formants that move, five in a second."""
    rng = np.random.default_rng(seed)
    n = round(seconds * RATE)
    t = np.arange(n) / RATE
    syllables = int(np.ceil(seconds * 5)) + 1
    knots = np.arange(syllables) / 5.0
    turns = np.arange(2 * syllables) / 10.0
    pitch = np.interp(t, turns, rng.uniform(85.0, 190.0, 2 * syllables))
    first = np.interp(t, knots, rng.uniform(350.0, 800.0, syllables))
    second = np.interp(t, knots, rng.uniform(1000.0, 2300.0, syllables))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    out = np.zeros(n)
    for k in range(1, 28):
        hz = k * pitch
        gain = np.exp(-(((hz - first) / 160.0) ** 2)) + 0.5 * np.exp(
            -(((hz - second) / 220.0) ** 2)
        )
        out += np.where(hz < 3400.0, gain, 0.0) * np.sin(k * phase)
    out *= np.clip(1.3 * np.abs(np.sin(np.pi * 5.0 * t)) - 0.25, 0.0, 1.0)
    return (out * 10 ** (dbov / 20) / np.sqrt(np.mean(out**2))).astype(np.float32)


def song(seconds: float, dbov: float = -22.0) -> Sound:
    """A tune in thirds: a chord each quarter of a second, with harmonics, over a drone."""
    notes = (523.25, 587.33, 659.26, 783.99, 880.0, 698.46, 1046.5, 587.33)
    parts = []
    for i in range(int(np.ceil(seconds * 4))):
        hz = notes[i % len(notes)]
        t = np.arange(RATE // 4) / RATE
        chord = (hz, 1.26 * hz, 1.5 * hz)
        parts.append(
            sum(np.sin(2 * np.pi * f * k * t) / k**2 for k in (1, 2) for f in chord)
            * np.exp(-3 * t)
        )
    out = np.concatenate(parts)[: round(seconds * RATE)]
    drone = 0.1 * np.sin(2 * np.pi * 261.6 * np.arange(len(out)) / RATE)
    out = out + drone
    return (out * 10 ** (dbov / 20) / np.sqrt(np.mean(out**2))).astype(np.float32)


def hear_all(
    cases: Mapping[str, tuple[str, Sound]], phase: Phase = "answer", preset: Preset = CAREFUL
) -> dict[str, list[Heard]]:
    """What one bank hears in many calls at once, each (country, sound) through an A-law line."""
    bank = Bank(2)
    heard: dict[str, list[Heard]] = {call: [] for call in cases}
    hops: dict[str, Sound] = {}
    for call, (country, samples) in cases.items():
        bank.open(call, Listening(phase, plan(country), preset))
        whole = samples[: len(samples) // 160 * 160].astype(np.float32)
        hops[call] = decode(encode(whole, ALAW), ALAW).reshape(-1, 160)
    for k in range(max(len(parts) for parts in hops.values())):
        live = [call for call in cases if k < len(hops[call])]
        for event in bank.feed(live, np.stack([hops[call][k] for call in live])):
            heard[event.call].append(event)
    return heard


def hear(
    samples: Sound, phase: Phase = "answer", country: str = "us", preset: Preset = CAREFUL
) -> list[Heard]:
    """What a bank of one hears in it."""
    return hear_all({"d1-1": (country, samples)}, phase, preset)["d1-1"]


def told(events: Iterable[Heard], *, without: tuple[str, ...] = ("audio",)) -> list[str]:
    """The sounds, in order."""
    return [event.sound for event in events if event.sound not in without]
