"""When a number is tried again after each end of a call, and what an agent's word does, as tables.

>>> RETRY["standard"]["busy"]
Rule(delay_s=900.0, times=4)
>>> disposition("standard", "callback@1790000000")
(Disposition(then='callback', delay_s=3600.0), 1790000000.0)
>>> read("gentle, absent=move")
('gentle', 'move')
"""

from collections.abc import Iterator
from typing import Literal, get_args

import msgspec

from dialer.engine.outcomes import Retry
from dialer.misfits import misfit


class Rule(msgspec.Struct, frozen=True):
    """What follows when a call to a number ends in one way."""

    delay_s: float
    "How long the person is left in peace."
    times: int
    "A number that has ended this way so often is left alone; the lead's next one is tried."


ALWAYS = 1_000_000
"As often as it happens: the person heard nothing of it."

RETRY: dict[str, dict[Retry, Rule]] = {
    "standard": {
        "talked": Rule(0.0, 1),
        "machine": Rule(14400.0, 3),
        "busy": Rule(900.0, 4),
        "later": Rule(7200.0, 4),
        "next_day_part": Rule(18000.0, 3),
        "carrier": Rule(300.0, ALWAYS),
        "free": Rule(60.0, ALWAYS),
        "never": Rule(0.0, 1),
    },
    "gentle": {
        "talked": Rule(0.0, 1),
        "machine": Rule(86400.0, 2),
        "busy": Rule(3600.0, 2),
        "later": Rule(86400.0, 2),
        "next_day_part": Rule(86400.0, 2),
        "carrier": Rule(900.0, ALWAYS),
        "free": Rule(300.0, ALWAYS),
        "never": Rule(0.0, 1),
    },
    "once": {
        "talked": Rule(0.0, 1),
        "machine": Rule(0.0, 1),
        "busy": Rule(0.0, 1),
        "later": Rule(0.0, 1),
        "next_day_part": Rule(0.0, 1),
        "carrier": Rule(300.0, ALWAYS),
        "free": Rule(60.0, ALWAYS),
        "never": Rule(0.0, 1),
    },
    "lab": {
        "talked": Rule(0.0, 1),
        "machine": Rule(120.0, 2),
        "busy": Rule(30.0, 3),
        "later": Rule(60.0, 3),
        "next_day_part": Rule(120.0, 2),
        "carrier": Rule(10.0, ALWAYS),
        "free": Rule(5.0, ALWAYS),
        "never": Rule(0.0, 1),
    },
}
"""Preset -> retry class -> rule. `talked` has no retry: what follows is the agent's to say.
`gentle` comes back a day later at the earliest, `once` never; `lab` is for a demo of minutes."""


Absent = Literal["pool", "wait", "move"]
"""What becomes of a callback that whoever promised it has not made half an hour after its time:
anybody of the campaign's agents makes it, it waits, or it moves to that time of the next day."""
ABSENT: tuple[Absent, ...] = get_args(Absent)


def read(setting: str) -> tuple[str, Absent]:
    """A preset's name and, where it says so, what becomes of a callback whose agent is not there.

    Whether there is such a preset is not asked. `SettingsError` says what else may follow.
    """
    preset, *more = (word.strip() for word in setting.split(","))
    absent: Absent = ABSENT[0]
    for word in more:
        found = [one for one in ABSENT if word.replace(" ", "") == f"absent={one}"]
        if not found:
            known = ", ".join(f"`absent={one}`" for one in ABSENT)
            raise misfit("retry_part", "retry", setting, part=word, known=known)
        absent = found[0]
    return preset, absent


def written(preset: str, absent: Absent) -> str:
    """What `read` reads.

    >>> written("standard", "pool"), written("standard", "wait")
    ('standard', 'standard, absent=wait')
    """
    return preset if absent == ABSENT[0] else f"{preset}, absent={absent}"


def settings() -> Iterator[str]:
    """All that `read` knows."""
    return (written(preset, absent) for preset in RETRY for absent in ABSENT)


class Disposition(msgspec.Struct, frozen=True):
    """What an agent's word means for the lead."""

    then: Literal["final", "callback", "retry", "next_number", "block"]
    """`final`: done. `callback`: an agent calls again after the delay. `retry`: again after
    the delay. `next_number`: this number is wrong, the lead's next one is tried. `block`: the
    number goes onto the do-not-call list of all campaigns."""
    delay_s: float = 0.0


FINAL = Disposition("final")
_STANDARD: dict[str, Disposition] = {
    "sale": FINAL,
    "not_interested": FINAL,
    "answered_questions": FINAL,
    "done": FINAL,
    "language": FINAL,
    "callback": Disposition("callback", 3600.0),
    "call_later": Disposition("retry", 7200.0),
    "no_decision": Disposition("retry", 86400.0),
    "nobody_there": Disposition("retry", 7200.0),
    "machine": Disposition("retry", 14400.0),
    "wrong_number": Disposition("next_number"),
    "do_not_call": Disposition("block"),
}

DISPOSITIONS: dict[str, dict[str, Disposition]] = {
    "standard": _STANDARD,
    "lab": {
        **_STANDARD,
        "callback": Disposition("callback", 45.0),
        "call_later": Disposition("retry", 60.0),
        "no_decision": Disposition("retry", 120.0),
        "nobody_there": Disposition("retry", 60.0),
        "machine": Disposition("retry", 120.0),
    },
}
"Preset -> disposition -> what follows. A word that stands in no table is final."


KEYS = 9
"Dispositions that a desk offers, each on a key of its own."


def offered(preset: str) -> tuple[str, ...]:
    """What an agent may say at the end of a call, on the keys 1 to 9.

    >>> offered("standard")[:3]
    ('sale', 'not_interested', 'answered_questions')
    >>> "callback" in offered("standard"), "do_not_call" in offered("standard")
    (True, True)
    """
    return tuple(said for said in DISPOSITIONS[preset] if said not in UNOFFERED)[:KEYS]


UNOFFERED = frozenset({"done", "language", "nobody_there"})
"Known when they come from elsewhere, and not worth a key."


def disposition(preset: str, said: str) -> tuple[Disposition, float | None]:
    """What a disposition means, and the instant an agent named: `callback@<seconds since 1970>`."""
    name, _, when = said.partition("@")
    meaning = DISPOSITIONS[preset].get(name, FINAL)
    return meaning, float(when) if when.replace(".", "", 1).isdigit() else None


assert all(set(rules) == set(get_args(Retry)) for rules in RETRY.values())
