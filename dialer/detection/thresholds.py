"""Which thresholds suit some calls: every combination, tried by the functions that judge live.

A combination falls into three parts that do not depend on each other: how long a silence makes a
person, how long speech makes a recording, and what is made of who still speaks at the deadline.
Each part is worked out once for each of its choices; a combination is the earliest of three.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialer.audio import judgement
from dialer.audio.frames import Bools, Floats
from dialer.audio.judgement import THRESHOLDS, Wanted
from dialer.audio.presets import Preset
from dialer.audio.utterance import Said
from dialer.detection.rehearsal import Measured
from dialer.detection.searches import Choices, Search

PERSON_S, MOST_PERSON_S = 0.9, 1.5
"From the greeting's end to the verdict a person waits no longer than this, at the median and p95."
LOOKED_AT = 1000
"Combinations, the best first, of which one that is soon enough is looked for."


class Verdicts(NamedTuple):
    """What is made of each call."""

    is_machine: Bools
    is_silence: Bools
    "Nobody has spoken in time: connected, but not taken for a person."
    at_s: Floats
    "Since the answer."


class Deadlines(NamedTuple):
    """When time is up for each call: for whoever speaks, and for whoever has said nothing."""

    at: Bools
    "(calls, frames): the frame."
    due_s: Floats
    silence_s: Floats


class Tried:
    """Every combination on all calls and their copies."""

    def __init__(self, copies: Sequence[Measured], base: Preset, search: Search) -> None:
        self.base, self.search = base, search
        self.waiting = list(_presets(base, search.waiting))
        self.reciting = list(_presets(base, search.reciting))
        self.late = list(_presets(base, search.at_the_deadline))
        self.of = copies[0]
        self._copies = len(copies)
        self._as_it_was: dict[int, Verdicts] = {}
        "Combinations that were looked at closely."
        shape = (len(self.waiting), len(self.reciting), len(self.late), len(self.of.voices))
        wrong = np.zeros(shape, dtype=np.uint8)
        for calls in copies:
            for i, verdicts in enumerate(self._each(calls)):
                person_wrong = verdicts.is_machine & calls.is_person
                wrong[i] += person_wrong | (
                    ~verdicts.is_machine & ~verdicts.is_silence & ~calls.is_person
                )
        self._wrong = wrong.reshape(-1, shape[-1])
        "Of the copies of a call, so many are judged wrongly: (combinations, calls)."

    def _each(self, calls: Measured) -> Iterator[Verdicts]:
        """For each way to wait, of all ways to judge speech: (reciting, late, calls)."""
        ends = deadlines(calls.said, self.base)
        recites = np.stack([recites_s(calls, one) for one in self.reciting])[:, np.newaxis]
        still = np.stack([recites_still(calls, one, ends) for one in self.late])[np.newaxis]
        for one in self.waiting:
            yield _verdicts(calls, waits_s(calls, one), recites, still, ends)

    def preset(self, choice: int) -> Preset:
        """The combination of this number."""
        rest, late = divmod(choice, len(self.late))
        waiting, reciting = divmod(rest, len(self.reciting))
        search = self.search
        return replace(
            self.base,
            **{name: getattr(self.waiting[waiting], name) for name in search.waiting},
            **{name: getattr(self.reciting[reciting], name) for name in search.reciting},
            **{name: getattr(self.late[late], name) for name in search.at_the_deadline},
        )

    def best(self, among: Bools) -> Preset:
        """The best for these calls, of what is soon enough."""
        missed = self._rate(among & self.of.is_person)
        passed = self._rate(among & ~self.of.is_person)
        order = in_order(missed, passed, self.search).tolist()
        over = np.array(beyond(missed, passed, self.search)).T.tolist()
        for choice in order[:LOOKED_AT]:
            if over[choice] > over[order[0]]:
                break
            if self._is_soon_enough(choice, among):
                return self.preset(choice)
        return self.preset(order[0])

    def _rate(self, among: Bools) -> Floats:
        wrong: Floats = self._wrong[:, among].mean(axis=1) / self._copies
        return wrong

    def _is_soon_enough(self, choice: int, among: Bools) -> bool:
        if choice not in self._as_it_was:
            self._as_it_was[choice] = verdicts(self.of, self.preset(choice))
        people, _ = waited(self.of, self._as_it_was[choice], among)
        if not len(people):
            return True
        p50, p95 = np.percentile(people, (50, 95)).tolist()
        return bool(p50 <= PERSON_S and p95 <= MOST_PERSON_S)


def in_order(missed: Floats, passed: Floats, search: Search) -> NDArray[np.intp]:
    """The combinations, the best first: within the bounds of the search, then what costs least.

    >>> from dialer.detection.searches import BALANCED, CAREFUL
    >>> in_order(np.array([0.0, 0.04, 0.1]), np.array([0.5, 0.3, 0.0]), BALANCED).tolist()
    [1, 0, 2]
    >>> in_order(np.array([0.0, 0.02, 0.1]), np.array([0.5, 0.4, 0.3]), CAREFUL).tolist()
    [1, 2, 0]
    """
    too_many_passed, too_many_missed = beyond(missed, passed, search)
    return np.lexsort((passed + search.a_person * missed, too_many_missed, too_many_passed))


def beyond(missed: Floats, passed: Floats, search: Search) -> tuple[Floats, Floats]:
    """What is too much of machines let pass, and of people missed: the first goes before."""
    return np.maximum(passed - search.most_passed, 0.0), np.maximum(missed - search.most, 0.0)


def waited(calls: Measured, found: Verdicts, among: Bools) -> tuple[Floats, Floats]:
    """Seconds from a person's greeting's end, and from a machine's first word, to the verdict."""
    people = among & calls.is_person & ~found.is_machine & np.isfinite(calls.end_s)
    machines = among & ~calls.is_person & found.is_machine
    return (found.at_s - calls.end_s)[people], (found.at_s - calls.onset_s)[machines]


def verdicts(calls: Measured, preset: Preset) -> Verdicts:
    """What the preset makes of each call at first, and when."""
    ends = deadlines(calls.said, preset)
    return _verdicts(
        calls,
        waits_s(calls, preset),
        recites_s(calls, preset),
        recites_still(calls, preset, ends),
        ends,
    )


def deadlines(said: Said, preset: Preset) -> Deadlines:
    """When time is up."""
    late = said.spoke & (said.since_s >= preset.deadline_s - 1e-6)
    return Deadlines(
        at=late & ~np.pad(late, ((0, 0), (1, 0)))[:, :-1],
        due_s=_first(said, late),
        silence_s=_first(said, ~said.spoke & (said.since_s >= preset.silence_s)),
    )


def waits_s(calls: Measured, preset: Preset) -> Floats:
    """When each has spoken and waits."""
    said = calls.said
    return _first(
        said, judgement.waits(said, _wanted(preset)) | judgement.is_back_in_the_room(said)
    )


def recites_s(calls: Measured, preset: Preset) -> Floats:
    """When each goes on as only a recording does."""
    return _first(calls.said, judgement.recites(calls.said, _wanted(preset)))


def recites_still(calls: Measured, preset: Preset, ends: Deadlines) -> Bools:
    """Whether each is rather a recording when time is up."""
    holds = judgement.recites_still(calls.said, _wanted(preset)) & ends.at
    still: Bools = np.logical_or.reduce(holds, axis=1)
    return still


def _verdicts(
    calls: Measured, waits: Floats, recites: Floats, still: Bools, ends: Deadlines
) -> Verdicts:
    machine = np.minimum(np.minimum(recites, calls.beep_s), np.where(still, ends.due_s, np.inf))
    person = np.minimum(waits, np.where(still, np.inf, ends.due_s))
    nobody = ends.silence_s <= np.minimum(machine, person)
    return Verdicts(
        is_machine=(machine < person) & ~nobody,
        is_silence=nobody & np.isfinite(ends.silence_s),
        at_s=np.minimum(np.minimum(machine, person), ends.silence_s),
    )


def _first(said: Said, holds: NDArray[np.bool_]) -> Floats:
    at = said.since_s[np.arange(len(holds)), holds.argmax(axis=1)]
    found: Floats = np.where(holds.any(axis=1), at, np.inf)
    return found


def _wanted(preset: Preset) -> Wanted:
    return Wanted(*(np.array(getattr(preset, name)) for name in THRESHOLDS))


def _presets(base: Preset, choices: Choices) -> Iterator[Preset]:
    for values in product(*choices.values()):
        yield replace(base, **dict(zip(choices, values, strict=True)))
