"""Who is next: a lead, its numbers, and the one line that says when which of them is due.

A lead stands on a *shelf*: its list, the place of the number that is next, and a rank. Within a
shelf the longest due comes first, so a claim reads the front of a few shelves and nothing else.

>>> home = Number(key="a1", masked="+1555•••4567", place="US America/New_York")
>>> lead = settled(Lead(id="1", list="spring", numbers=(home,)))
>>> lead.state, lead.rank, lead.due_at
('open', 201, 0.0)
>>> settled(lead, blocked={"a1": math.inf}).why
'dnc'
>>> settled(lead, blocked={"a1": 3600.0}).due_at
3600.0
"""

import math
from collections.abc import Mapping
from typing import Literal

import msgspec

from dialer.engine.outcomes import OUTCOMES, Retry
from dialer.leads.retry import Disposition, Rule

replace = msgspec.structs.replace

State = Literal["open", "intended", "done"]


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """One of a lead's numbers. The digits are not here: `key` is their keyed hash."""

    key: str
    masked: str
    place: str
    "Region and zones, see `compliance.NumberFacts`."
    kind: str = ""
    "`mobile`, `fixed_line`, ..."
    carrier: str = ""
    area: str = ""
    attempts: int = 0
    tries: dict[str, int] = {}
    "Retry class -> how often a call ended that way."
    dead: bool = False
    "It cannot be reached this way again."
    spent: bool = False
    "A retry rule is used up."
    due_at: float = 0.0
    "It rests until then: a daily cap, another campaign's call."
    held: str = ""
    "Why it rests."

    @property
    def region(self) -> str:
        """Its country, ISO 3166 alpha-2."""
        return self.place.partition(" ")[0]


class Lead(msgspec.Struct, frozen=True, kw_only=True):
    """A person to reach. The last six fields follow from the others: see `settled`."""

    id: str
    list: str
    numbers: tuple[Number, ...]
    priority: int = 0
    "0 to 100; the higher goes first."
    attempts: int = 0
    next_at: float = 0.0
    "The person is left in peace until then."
    callback: bool = False
    "An agent promised it."
    callback_for: str = ""
    "Who shall call back: an agent, `team:NAME`, or whoever is free."
    disposition: str = ""
    disposed_call: str = ""
    final: str = ""
    "Why nobody calls again: `final`, `talked`, `caps`."
    call: str = ""
    "The open intent."
    state: State = "open"
    why: str = ""
    "Why it is done, or rests: `dnc`, `caps`, `open`, `dead`, `final`, `talked`."
    number: int = 0
    "Which of the numbers is next."
    place: str = ""
    rank: int = 0
    "0 callbacks, which no pacer dials, then by priority, new ones first."
    due_at: float = 0.0


def rank(lead: Lead) -> int:
    """Where a lead stands among those that are due; the lowest goes first."""
    if lead.callback:
        return 0
    return 1 + 2 * (100 - max(0, min(100, lead.priority))) + (lead.attempts > 0)


NOT_BLOCKED: Mapping[str, float] = {}


def settled(lead: Lead, blocked: Mapping[str, float] = NOT_BLOCKED) -> Lead:
    """The lead with its shelf put right.

    `blocked`: keys of numbers that no campaign may call, each until when; infinity is for good.
    """
    if lead.call:
        return replace(lead, state="intended", why="")
    if lead.final:
        return replace(lead, state="done", why=lead.final)
    usable = [
        (max(lead.next_at, number.due_at, blocked.get(number.key, 0.0)), number.attempts, at)
        for at, number in enumerate(lead.numbers)
        if not (number.dead or number.spent or blocked.get(number.key) == math.inf)
    ]
    if not usable:
        return replace(lead, state="done", why=_spent(lead, blocked))
    due_at, _, at = min(usable)
    number = lead.numbers[at]
    held = number.held if number.due_at > lead.next_at else ""
    if blocked.get(number.key, 0.0) > max(lead.next_at, number.due_at):
        held = "dnc"
    return replace(
        lead, state="open", why=held, number=at, place=number.place, rank=rank(lead), due_at=due_at
    )


def _spent(lead: Lead, blocked: Mapping[str, float]) -> str:
    alive = [number for number in lead.numbers if not number.dead]
    if any(blocked.get(number.key) == math.inf for number in alive):
        return "dnc"
    return "caps" if alive else "dead"


def with_number(lead: Lead, at: int, number: Number) -> Lead:
    """The lead with one number replaced."""
    return replace(lead, numbers=_with(lead, at, number))


def _with(lead: Lead, at: int, number: Number) -> tuple[Number, ...]:
    return (*lead.numbers[:at], number, *lead.numbers[at + 1 :])


def after_call(lead: Lead, at: int, outcome: str, rules: dict[Retry, Rule], now: float) -> Lead:
    """The lead after a call to its number `at` ended so; its disposition is not looked at."""
    kind = OUTCOMES[outcome]
    rule = rules[kind.retry]
    number = lead.numbers[at]
    tries = number.tries.get(kind.retry, 0) + 1
    number = replace(
        number,
        attempts=number.attempts + kind.attempt,
        tries={**number.tries, kind.retry: tries},
        dead=number.dead or kind.number_dead or kind.retry == "never",
        spent=number.spent or tries >= rule.times,
        held="",
    )
    lead = replace(
        lead,
        numbers=_with(lead, at, number),
        attempts=lead.attempts + kind.attempt,
        next_at=now + rule.delay_s,
        callback=lead.callback and not kind.attempt,
    )
    return replace(lead, final="talked") if kind.retry == "talked" else lead


def in_peace(lead: Lead, at: int, until: float) -> Lead:
    """The lead whose number `at` is not dialled by machine before `until`."""
    number = lead.numbers[at]
    if until <= max(number.due_at, lead.next_at):
        return lead
    return with_number(lead, at, replace(number, due_at=until, held="law"))


def without_word(
    lead: Lead, at: int, outcome: str, rules: dict[Retry, Rule], ended_at: float
) -> Lead:
    """The lead as the call to its number `at` left it: what an agent said is taken back."""
    number, kind = lead.numbers[at], OUTCOMES[outcome]
    number = replace(
        number,
        dead="never" in number.tries,
        spent=any(tries >= rules[name].times for name, tries in number.tries.items()),  # type: ignore[index]
    )
    lead = replace(with_number(lead, at, number), callback=False, callback_for="")
    final = "talked" if kind.retry == "talked" else ""
    return replace(lead, final=final, next_at=ended_at + rules[kind.retry].delay_s)


def after_word(lead: Lead, at: int, meaning: Disposition, due: float | None, now: float) -> Lead:
    """The lead after an agent said what came of the call to its number `at`."""
    match meaning.then:
        case "callback" | "retry":
            number = replace(lead.numbers[at], spent=False)
            lead = replace(with_number(lead, at, number), callback=meaning.then == "callback")
            return replace(lead, final="", next_at=now + meaning.delay_s if due is None else due)
        case "next_number":
            number = replace(lead.numbers[at], dead=True)
            return replace(with_number(lead, at, number), final="", next_at=now)
        case "block" | "final":
            return replace(lead, final="final")
