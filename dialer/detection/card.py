"""The card of a preset: what it was learnt from, under which licences, and what it is worth.

Each preset that comes with us has one in `cards/`, made by `dialer detection train --out`.
"""

from importlib import resources

import msgspec

from dialer.audio.presets import ONCE
from dialer.detection.rates import Rate
from dialer.errors import SettingsError


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
    """Calls judged by one set of thresholds."""

    person_as_machine: Rate
    easy_person_as_machine: Rate
    machine_as_person: Rate
    machine_connected: Rate


class Calls(msgspec.Struct, frozen=True):
    """Some rows of a manifest."""

    labels: dict[str, int]
    voices: int
    licences: dict[str, int]


class Card(msgspec.Struct, frozen=True):
    """What was taught, of what, and what it is worth."""

    detection: str
    "The words for a campaign's `detection`."
    thresholds: dict[str, float]
    "All that were looked for."
    most_passed: float
    "Of the machines, so many at most might be taken for people,"
    most: float
    "... of the people so many for machines,"
    a_person: float
    "... and each weighed as much as so many machines that are let pass."
    folds: int
    divisions: int
    learnt_from: Calls
    only_judged: Calls
    "Their licence forbids to give away what would be learnt from them."
    crossed: Crossed
    "All of them."
    taught: Judged
    "What it was learnt from, judged by it,"
    unheard: Judged
    "... what it was not learnt from,"
    before: Judged
    "... and all of them judged by the preset as we come with it."
    is_better: bool
    "Whether by cross-validation it is better than that at no more people taken for machines."


def shipped(name: str) -> Card:
    """The card of a preset that comes with us.

    >>> sorted(shipped("careful").learnt_from.labels)
    ['human', 'ivr', 'machine']
    """
    name = ONCE.get(name, name)
    files = {
        file.name.removesuffix(".json"): file
        for file in resources.files("dialer.detection").joinpath("cards").iterdir()
    }
    if name not in files:
        raise SettingsError(f"no card of {name!r}: there are {', '.join(sorted(files))}")
    return msgspec.json.decode(files[name].read_bytes(), type=Card)
