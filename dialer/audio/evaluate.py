"""How well the listeners hear: known recordings in, rates out.

Pure over arrays; who has recordings, and where, is the caller's business. All rates are 0..1.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np

from dialer.audio.bank import Bank, Listening
from dialer.audio.features import RATE, Float32Array
from dialer.audio.listener import Phase
from dialer.audio.presets import CAREFUL, Preset
from dialer.audio.tones import plan
from dialer.engine.events import Heard

TICK = 160
VERDICTS = ("human", "machine", "fax")
ENGAGED = ("busy", "congestion", "busy_or_congestion")
CLASSES = (*ENGAGED, "sit", "announcement", "ringback", "crbt", "speech")
"What a recording from before the answer may be heard as; the first of the list wins."
RIGHT: Mapping[str, tuple[str, ...]] = {
    "ringback": ("ringback",),
    "busy": ("busy", "busy_or_congestion"),
    "congestion": ("congestion", "busy_or_congestion"),
    "sit": ("sit",),
    "crbt": ("crbt", "announcement", "speech", "ringback"),
    "announcement": ("announcement", "speech", "ringback", "crbt"),
    "silence": ("nothing",),
}
"""True class -> what is right to say of it. All of CRBT's say that it rings or that somebody
speaks, and end no call; an announcement may follow a ring."""


class Example(msgspec.Struct, frozen=True):
    """A recording whose truth is known."""

    name: str
    phase: Phase
    label: str
    country: str
    samples: Float32Array
    "At 8 kHz, -1..1."
    group: str = ""
    "A finer label, for the table of groups."
    greeting_end_s: float | None = None
    beep_s: float | None = None


class Report(msgspec.Struct, frozen=True):
    """What came out."""

    preset: str
    audio_s: float
    humans: int
    machines: int
    human_as_machine_rate: float
    machine_as_human_rate: float
    "By the first verdict: silence, and no verdict at all, connect too."
    machine_as_human_after_beep_rate: float
    "By the last one: a beep may revise it."
    fax_rate: float
    silence_as_machine_rate: float
    beep_rate: float
    false_beeps_per_hour: float
    "Per hour of recordings without one."
    human_decided_s: dict[str, float]
    "After the true end of the utterance: p10, p50, p90."
    early_rate: float
    early_rates: dict[str, float]
    early_classes: dict[str, dict[str, int]]
    "True class -> heard as -> calls."
    early_decided_s: dict[str, float]
    "Median, from the beginning of the recording, where it was right."
    groups: dict[str, dict[str, int]]
    "Label and group -> first verdict -> calls."


def listen(examples: Sequence[Example], preset: Preset = CAREFUL) -> dict[str, list[Heard]]:
    """Everything that was heard in each recording; all are fed at once, as calls of one bank."""
    bank = Bank(max(len(examples), 1))
    heard: dict[str, list[Heard]] = {example.name: [] for example in examples}
    for example in examples:
        bank.open(example.name, Listening(example.phase, plan(example.country), preset))
    longest = max((len(example.samples) for example in examples), default=0)
    for start in range(0, longest - TICK + 1, TICK):
        live = [example for example in examples if len(example.samples) >= start + TICK]
        hops = np.stack([example.samples[start : start + TICK] for example in live])
        for event in bank.feed([example.name for example in live], hops):
            heard[event.call].append(event)
    return heard


def score(
    examples: Sequence[Example], heard: Mapping[str, Sequence[Heard]], preset: str = ""
) -> Report:
    """The rates."""
    answered = [one for one in examples if one.phase == "answer"]
    early = [one for one in examples if one.phase == "early"]
    first = {one.name: _verdict(heard[one.name], first=True) for one in answered}
    last = {one.name: _verdict(heard[one.name], first=False) for one in answered}
    humans, machines, faxes, silent = (
        [one for one in answered if one.label == label]
        for label in ("human", "machine", "fax", "silence")
    )
    beeping = [one for one in answered if one.beep_s is not None]
    quiet = [one for one in answered if one.beep_s is None]
    quiet_h = sum(len(one.samples) for one in quiet) / RATE / 3600.0
    classes = {one.name: _early_class(heard[one.name]) for one in early}
    right = {one.name: classes[one.name] in RIGHT.get(one.label, ()) for one in early}
    labels = sorted({one.label for one in early})
    return Report(
        preset=preset,
        audio_s=sum(len(one.samples) for one in examples) / RATE,
        humans=len(humans),
        machines=len(machines),
        human_as_machine_rate=_rate(first[one.name] in ("machine", "fax") for one in humans),
        machine_as_human_rate=_rate(first[one.name] not in ("machine", "fax") for one in machines),
        machine_as_human_after_beep_rate=_rate(
            last[one.name] not in ("machine", "fax") for one in machines
        ),
        fax_rate=_rate(first[one.name] == "fax" for one in faxes),
        silence_as_machine_rate=_rate(first[one.name] == "machine" for one in silent),
        beep_rate=_rate(_beeps(heard[one.name]) > 0 for one in beeping),
        false_beeps_per_hour=sum(_beeps(heard[one.name]) for one in quiet) / max(quiet_h, 1e-9),
        human_decided_s=_quantiles(_delays(humans, heard)),
        early_rate=_rate(right.values()),
        early_rates={
            label: _rate(right[one.name] for one in early if one.label == label) for label in labels
        },
        early_classes={
            label: dict(Counter(classes[one.name] for one in early if one.label == label))
            for label in labels
        },
        early_decided_s=_early_times(early, heard),
        groups={
            f"{label} {group}": dict(
                Counter(
                    first[one.name] for one in answered if (one.label, one.group) == (label, group)
                )
            )
            for label, group in sorted({(one.label, one.group) for one in answered})
        },
    )


def _verdict(heard: Sequence[Heard], *, first: bool) -> str:
    """The first or last verdict; `silence` only if nothing else ever came."""
    verdicts = [event.sound for event in heard if event.sound in VERDICTS]
    if not verdicts:
        return "silence" if any(event.sound == "silence" for event in heard) else "nothing"
    return verdicts[0 if first else -1]


def _early_class(heard: Sequence[Heard]) -> str:
    sounds = {event.sound for event in heard}
    return next((name for name in CLASSES if name in sounds), "nothing")


def _beeps(heard: Sequence[Heard]) -> int:
    return sum(event.sound == "beep" for event in heard)


def _delays(humans: Sequence[Example], heard: Mapping[str, Sequence[Heard]]) -> list[float]:
    return [
        event.sample / RATE - one.greeting_end_s
        for one in humans
        for event in [event for event in heard[one.name] if event.sound == "human"][:1]
        if one.greeting_end_s is not None
    ]


def _early_times(
    early: Sequence[Example], heard: Mapping[str, Sequence[Heard]]
) -> dict[str, float]:
    times: dict[str, list[float]] = {}
    for one in early:
        right = [e.sample / RATE for e in heard[one.name] if e.sound in RIGHT.get(one.label, ())]
        times.setdefault(one.label, []).extend(right[:1])
    return {label: round(float(np.median(t)), 3) for label, t in sorted(times.items()) if t}


def _rate(hits: Iterable[bool]) -> float:
    values = list(hits)
    return round(sum(values) / len(values), 4) if values else 0.0


def _quantiles(values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {}
    return {f"p{q}": round(float(np.percentile(values, q)), 3) for q in (10, 50, 90)}
