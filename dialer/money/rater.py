"""Rates what was called: each call once, soon after it ended, and any period again when asked."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import islice, takewhile
from typing import NamedTuple, Protocol

from dialer.engine.commands import Cdr, Fact
from dialer.money.rating import ZERO, Dialled, Rater
from dialer.money.store import Changed, Cost, Money

AT_ONCE = 5000
"Facts in one transaction."


class Journal(Protocol):
    """What is read of the journal."""

    def facts(self, seq: int) -> Iterator[tuple[int, Fact]]:
        """The facts after `seq`, oldest first."""

    def last_fact(self) -> int:
        """The newest fact's number; 0 if there is none."""


class Book(Protocol):
    """Which number a call was for."""

    @property
    def journal(self) -> str:
        """Which journal it is."""

    def of(self, calls: Iterable[str]) -> Mapping[str, str]:
        """The digits of each call."""


class Again(NamedTuple):
    """What rating again came to."""

    calls: int
    "Calls of the period and trunk that could be rated."
    changed: int
    "Calls that got a new cost."
    upto: int
    "Facts of the journal up to this one are through."
    of: int
    "The last one there was at the beginning: what comes later is rated as it comes."
    before: Mapping[str, Decimal] = {}
    "What the calls that changed had cost, by currency."
    after: Mapping[str, Decimal] = {}
    "What they cost now."

    @property
    def done_rate(self) -> float:
        """How much of them is through.

        >>> Again(calls=0, changed=0, upto=0, of=0).done_rate
        1.0
        """
        return self.upto / self.of if self.of else 1.0


class Bureau:
    """The decks in use, made ready, and the calls that they rate."""

    def __init__(self, money: Money, tail: Journal, book: Book) -> None:
        self._money, self._tail, self._book = money, tail, book
        self._raters: dict[str, Rater] = {}

    def step(self, at: float) -> int:
        """Rate the calls that ended since; how many facts that took. None is lost or doubled."""
        uses = self._money.uses()
        if not uses:
            return 0
        journal = self._book.journal
        facts = list(islice(self._tail.facts(self._money.rated_upto(journal)), AT_ONCE))
        if facts:
            costs = self._costs(_calls(fact for _, fact in facts), uses, at)
            self._money.add(costs, journal=journal, upto=facts[-1][0])
        return len(facts)

    def again(
        self, since: float, until: float, at: float, *, trunk: str = "", deck: str = "",
        keep: bool = True, told: Callable[[Again], None] = lambda _: None,
    ) -> Again:  # fmt: skip
        """Rate the calls placed in a period once more: by the decks in use, or by one named.

        Only what comes out differently, or was not rated yet, gets a new cost beside the old one.
        Part by part, each wholly or not at all, and `told` after each: whoever stops in between
        has so much done, and the next time finds it done. Without `keep` nothing is changed.
        """
        uses = self._money.uses()
        if deck:
            uses = {trunk: deck} if trunk else dict.fromkeys(uses, deck)
        done = Again(0, 0, 0, self._tail.last_fact())
        facts = takewhile(lambda fact: fact[0] <= done.of, self._tail.facts(0))
        while part := list(islice(facts, AT_ONCE)):
            chosen = [
                cdr
                for cdr in _calls(fact for _, fact in part)
                if since <= cdr.intended_at < until and trunk in ("", cdr.trunk)
            ]
            costs = self._costs(chosen, uses, at)
            work = self._money.add_again if keep else self._money.differing
            done = _and(done, len(costs), work(costs) if costs else [], part[-1][0])
            told(done)
        return done

    def _costs(self, cdrs: Iterable[Cdr], uses: Mapping[str, str], at: float) -> list[Cost]:
        mine = [cdr for cdr in cdrs if cdr.trunk in uses]
        digits = self._book.of(cdr.call for cdr in mine)
        raters = {deck: self._rater(deck) for deck in {uses[cdr.trunk] for cdr in mine}}
        return [
            _cost(cdr, raters[uses[cdr.trunk]], digits[cdr.call], at)
            for cdr in mine
            if cdr.call in digits
        ]

    def _rater(self, deck: str) -> Rater:
        found = self._raters.get(deck)
        if found is None or found.deck.version != self._money.newest(deck):
            found = self._raters[deck] = Rater(self._money.deck(deck))
        return found


def _and(done: Again, calls: int, changed: list[Changed], upto: int) -> Again:
    before = _sums(done.before, (old for old, _ in changed))
    after = _sums(done.after, (new for _, new in changed))
    return Again(done.calls + calls, done.changed + len(changed), upto, done.of, before, after)


def _sums(so_far: Mapping[str, Decimal], costs: Iterable[Cost | None]) -> Mapping[str, Decimal]:
    found = dict(so_far)
    for one in costs:
        if one is not None and one.amount is not None:
            found[one.currency] = found.get(one.currency, ZERO) + one.amount
    return found


def _calls(facts: Iterable[Fact]) -> Iterator[Cdr]:
    """Calls that we placed: what comes in costs nothing here, what was not placed neither."""
    for fact in facts:
        if isinstance(fact, Cdr) and fact.direction == "out" and fact.placed_at is not None:
            yield fact


def _cost(cdr: Cdr, rater: Rater, digits: str, at: float) -> Cost:
    price = rater.price(Dialled(digits, cdr.answered_at, cdr.ended_at, cdr.early_at))
    return Cost(
        source=cdr.source, call=cdr.call, deck=rater.deck.name, version=rater.deck.version,
        prefix=price.prefix if price else "", billed_s=price.billed_s if price else 0,
        amount=price.amount if price else None, currency=rater.deck.currency,
        # A simulated month may lie ahead of the clock: no call is rated before it is over.
        rated_at=max(at, cdr.ended_at),
    )  # fmt: skip
