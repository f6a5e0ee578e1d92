"""The numbers that we show: how each fares, when it must rest, and for how long. Pure.

A network that takes a number for a nuisance blocks it (603, 607, 608) or warns of it, and people
then leave it unanswered or hang up at once. Such a number rests. Nobody takes its place: the
numbers that are left carry what they carried before, see `part_awake`.

Each number is looked at in each campaign by itself, because lists answer differently.
"""

from collections.abc import Collection, Mapping
from typing import Literal

import msgspec

from dialer.engine.commands import Cdr
from dialer.engine.outcomes import OUTCOMES
from models.intervals import exact_lower, exact_upper

Standing = Literal["fresh", "well", "resting"]
Cause = Literal["enough", "flagged", "ordered", "over", "woken"]

MOVES: Mapping[tuple[Standing, Cause], Standing] = {
    ("fresh", "enough"): "well",
    ("fresh", "flagged"): "resting",
    ("well", "flagged"): "resting",
    ("fresh", "ordered"): "resting",
    ("well", "ordered"): "resting",
    ("resting", "ordered"): "resting",
    ("resting", "over"): "fresh",
    ("resting", "woken"): "fresh",
}
"""The life of a number. `enough`: so many calls that something can be said of it; `ordered`: a
person lets it rest, or for another time; `over`: its time is up; `woken`: a person ends it."""

UNWANTED, BLOCKED = frozenset({607, 608}), frozenset({603, 607, 608})
"Said of the number itself (RFC 8197, 8688); and declined, which a network that blocks says, too."
SHORT_S = 6.0
"A talk so short is none: people hang up on a number that they are warned of."
WINDOW = 200
"So many of its latest calls are looked at."
FEW = 50
"Below so many calls its answers say nothing."
PAST = 2000.0
"Its older calls weigh no more than so many."
UNWANTED_LEAST = 3
"Fewer refusals as unwanted are somebody's temper."
UNWANTED_MOST, BLOCKED_MOST, SHORT_MOST = 0.01, 0.05, 0.4
"Shares of its calls refused as unwanted, and blocked; of its talks cut short. A judgement."
OF_OTHERS, OF_ITSELF = 1 / 2, 1 / 3
"""This part of the answer rate of the campaign's other numbers, now; where there are no others, of
its own before, which may be the hour or the list, too."""
SURE = 0.999
"How sure must be whoever says that a share is beyond such a line (Clopper and Pearson 1934)."

_PERSON, _BLOCKED, _UNWANTED, _TALK, _SHORT = 1, 2, 4, 8, 16


class Tally(msgspec.Struct):
    """One number in one campaign."""

    recent: list[int] = []
    "What came of its latest calls, oldest first, as sums of the bits above."
    past_calls: float = 0.0
    past_answers: float = 0.0


class Counts(msgspec.Struct, frozen=True):
    """What came of some calls."""

    calls: float = 0
    answers: float = 0
    talks: int = 0
    short: int = 0
    blocked: int = 0
    unwanted: int = 0

    @property
    def answer_rate(self) -> float:
        """Share of the calls that a person answered."""
        return self.answers / self.calls if self.calls else 0.0


class Flaw(msgspec.Struct, frozen=True):
    """Why a number is flagged: `n` of `of`; for `answers` also what was to be expected."""

    why: Literal["unwanted", "blocked", "short", "answers"]
    n: int
    of: int
    usual: float = 0.0
    "The answer rate that it is compared with."


class Number(msgspec.Struct):
    """One number, in all campaigns."""

    standing: Standing = "fresh"
    since: float = 0.0
    until: float = 0.0
    "It rests until then."
    why: str = ""
    "Why it rests: a `Flaw.why`, or `order`."
    said: str = ""
    "What the person who ordered it said."
    campaign: str = ""
    "Where it was flagged."
    n: int = 0
    of: int = 0
    usual: float = 0.0
    rests: int = 0
    "How often it has rested so far."


class Shown(msgspec.Struct):
    """All numbers, as the engine remembers them."""

    numbers: dict[str, Number] = {}
    tallies: dict[str, dict[str, Tally]] = {}
    "Campaign -> number -> its calls there."
    resting: list[str] = []
    "Those that rest now."


def part_awake(caller_ids: Collection[str], resting: Collection[str]) -> float:
    """The part of its lines and of its pace that a campaign keeps while some of its numbers rest.

    So those that are awake never carry more than each of them may when all are.

    >>> part_awake(("1", "2", "3", "4"), ["3"]), part_awake(("1",), ["1"]), part_awake((), ["1"])
    (0.75, 0.0, 1.0)
    """
    if not caller_ids or not resting:
        return 1.0
    return sum(one not in resting for one in caller_ids) / len(caller_ids)


def result(cdr: Cdr) -> int | None:
    """What a call says of the number that it showed; None: nothing."""
    if cdr.direction != "out" or not cdr.caller_id or cdr.placed_at is None:
        return None
    if not OUTCOMES[cdr.outcome].attempt:
        return None
    bits = _PERSON * OUTCOMES[cdr.outcome].person
    bits |= _BLOCKED * (cdr.sip in BLOCKED) | _UNWANTED * (cdr.sip in UNWANTED)
    if cdr.bridged_at is not None:
        bits |= _TALK | _SHORT * (cdr.ended_at - cdr.bridged_at < SHORT_S)
    return bits


def count(tally: Tally, bits: int) -> None:
    """One call more; the oldest leaves the window and is its past."""
    tally.recent.append(bits)
    if len(tally.recent) > WINDOW:
        gone = tally.recent.pop(0)
        fades = 1.0 - 1.0 / PAST
        tally.past_calls = tally.past_calls * fades + 1.0
        tally.past_answers = tally.past_answers * fades + bool(gone & _PERSON)


def counts(recent: Collection[int]) -> Counts:
    """The sums of a window.

    >>> counts([1 | 8, 2, 2 | 4, 0])
    Counts(calls=4, answers=1, talks=1, short=0, blocked=2, unwanted=1)
    """

    def having(bit: int) -> int:
        return sum(bool(one & bit) for one in recent)

    return Counts(
        calls=len(recent), answers=having(_PERSON), talks=having(_TALK), short=having(_SHORT),
        blocked=having(_BLOCKED), unwanted=having(_UNWANTED),
    )  # fmt: skip


def flaw(tallies: Mapping[str, Tally], number: str) -> Flaw | None:
    """What is wrong with a number, by its calls in one campaign and those of the others there."""
    own = counts(tallies[number].recent)
    if own.unwanted >= UNWANTED_LEAST and _is_above(own.unwanted, own.calls, UNWANTED_MOST):
        return Flaw("unwanted", own.unwanted, int(own.calls))
    if own.calls < FEW:
        return None
    if _is_above(own.blocked, own.calls, BLOCKED_MOST):
        return Flaw("blocked", own.blocked, int(own.calls))
    if _is_above(own.short, own.talks, SHORT_MOST):
        return Flaw("short", own.short, own.talks)
    usual, part = _expected(tallies, number)
    if _is_below(own.answers, own.calls, part * usual):
        return Flaw("answers", int(own.answers), int(own.calls), usual)
    return None


def _expected(tallies: Mapping[str, Tally], number: str) -> tuple[float, float]:
    """The answer rate to compare with, and what part of it is too little."""
    others = counts(
        [bits for name, one in tallies.items() if name != number for bits in one.recent]
    )
    if others.calls >= FEW:
        return others.answer_rate, OF_OTHERS
    own = tallies[number]
    return (own.past_answers / own.past_calls, OF_ITSELF) if own.past_calls >= FEW else (0.0, 0.0)


def _is_above(n: int, of: float, share: float) -> bool:
    """Surely more than that share.

    >>> _is_above(3, 10, 0.01), _is_above(3, 300, 0.01), _is_above(0, 0, 0.01)
    (True, False, False)
    """
    return n > share * of and float(exact_lower(n, of, SURE)) > share


def _is_below(n: float, of: float, share: float) -> bool:
    """Surely less than that share.

    >>> _is_below(5, 100, 0.2), _is_below(15, 100, 0.2)
    (True, False)
    """
    return n < share * of and float(exact_upper(n, of, SURE)) < share
