"""Rating a period again: what is asked for, and the work, whoever asks."""

from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

import msgspec
from msgspec import Meta

from dialer.journal.numbers import Numbers
from dialer.journal.reader import Reader
from dialer.money.rater import Again, Bureau
from dialer.money.store import Money, MoneyError, file_in

Day = Annotated[str, Meta(max_length=10)]
Name = Annotated[str, Meta(max_length=80)]


class Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which calls, and by which deck."""

    since: Day = ""
    "First day, `2026-11-01`; empty: the first there is."
    until: Day = ""
    "Last day; empty: the last there is."
    zone: Name = "UTC"
    "Whose days they are."
    trunk: Name = ""
    "Only its calls; empty: those of all."
    deck: Name = ""
    "Rate by this one; empty: by the one that each trunk has in use."

    def span(self) -> tuple[float, float]:
        """From its first instant to the one after its last.

        >>> Wish(since="2026-11-01", until="2026-11-01", zone="Asia/Shanghai").span()
        (1793462400.0, 1793548800.0)
        """
        if self.zone not in available_timezones():
            raise MoneyError(f"zone {self.zone!r} is none: write Asia/Shanghai")
        clock = ZoneInfo(self.zone)
        first = _midnight(self.since, clock) if self.since else 0.0
        last = _midnight(self.until, clock, days=1) if self.until else float("inf")
        if first >= last:
            said = f"the last day, {self.until}, is before the first, {self.since}"
            raise MoneyError(said, "days_turned")
        return first, last


def checked(home: Path, wish: Wish) -> None:
    """Whether it can be done. Raises `MoneyError`, which says why not."""
    wish.span()
    with Money(file_in(home)) as money:
        if wish.deck:
            money.deck(wish.deck)
        elif wish.trunk and wish.trunk not in (uses := money.uses()):
            known = ", ".join(sorted(uses)) or "none"
            said = f"no deck is in use for trunk {wish.trunk!r}: {known} have one"
            raise MoneyError(said, "no_deck", trunk=wish.trunk)


def rated_again(
    home: Path, journal: Path, wish: Wish, at: float, told: Callable[[Again], None],
    *, keep: bool = True,
) -> Again:  # fmt: skip
    """Do it, or only look: see `Bureau.again`. Raises `MoneyError` where it cannot be done."""
    checked(home, wish)
    first, last = wish.span()
    with Money(file_in(home)) as money, closing(Numbers(journal)) as numbers:
        return Bureau(money, Reader(journal), numbers).again(
            first, last, at, trunk=wish.trunk, deck=wish.deck, keep=keep, told=told
        )


def _midnight(word: str, clock: ZoneInfo, days: int = 0) -> float:
    try:
        day = date.fromisoformat(word) + timedelta(days=days)
    except (ValueError, OverflowError):
        raise MoneyError(f"{word!r} is not a day: write 2026-01-31") from None
    return datetime(day.year, day.month, day.day, tzinfo=clock).timestamp()
