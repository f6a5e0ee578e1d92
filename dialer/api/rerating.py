"""Rating again, done by the web process beside its requests: one at a time, each on record."""

import sqlite3
import time
from collections import deque
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import partial

import anyio
import anyio.to_thread
import msgspec
from anyio.abc import TaskGroup

from dialer import logs
from dialer.access.actor import Actor
from dialer.api.house import House, in_thread
from dialer.api.problems import Refused
from dialer.errors import DialerError
from dialer.money.again import Wish, checked, rated_again
from dialer.money.rater import Again
from dialer.money.store import MoneyError

KEPT = 20
"So many of the latest are told of."
REST_S = 0.05
"Between two parts: whoever telephones through this process comes first."


class Rating(msgspec.Struct, kw_only=True):
    """One, from the wish to its end. What it changed stands beside the old costs."""

    wish: Wish
    by: str
    began_at: float
    ended_at: float | None = None
    done_rate: float = 0.0
    "Share of the journal that is through."
    calls: int = 0
    "Calls that were rated."
    changed: int = 0
    "Calls that got a new cost."
    kept: bool = True
    "False: it only looks, and nothing changes."
    before: Mapping[str, Decimal] = {}
    "What the calls with a new cost had cost, by currency."
    after: Mapping[str, Decimal] = {}
    "What they cost by it."
    why: str = ""
    "Why it stopped before its end; what was done until then stays."


class Rerating:
    """Takes a wish when no other is under way; `run` does it."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._tasks: TaskGroup | None = None
        self._closing = False
        self.latest: deque[Rating] = deque(maxlen=KEPT)
        "The newest first."

    async def run(self) -> None:
        """Do what comes, until cancelled."""
        async with anyio.create_task_group() as self._tasks:
            await anyio.sleep_forever()

    async def begin(self, wish: Wish, by: Actor, *, keep: bool = True) -> Rating:
        """Start it. Refused while another one goes on."""
        try:
            await in_thread(checked, self._house.home, wish)
        except MoneyError as why:
            raise Refused(422, str(why)).because(why) from why
        if self.latest and self.latest[0].ended_at is None:
            user = self.latest[0].by
            raise Refused(
                409, f"{user} has calls rated again just now.", "rating_runs", user=user
            )  # fmt: skip
        assert self._tasks is not None, "the application runs it"
        rating = Rating(wish=wish, by=by.name, began_at=self._house.clock(), kept=keep)
        self.latest.appendleft(rating)
        try:
            if keep:
                await self._noted(by, _said(wish))
        except BaseException:
            self.latest.remove(rating)  # what is not on record is not done
            raise
        self._tasks.start_soon(self._one, rating, by)
        return rating

    def close(self) -> None:
        """The process ends: it stops after its next part."""
        self._closing = True

    async def _one(self, rating: Rating, by: Actor) -> None:
        try:
            await anyio.to_thread.run_sync(partial(self._done, rating))
        except (DialerError, OSError, sqlite3.Error) as error:
            rating.why = str(error)
            _log.warning("rating_again_stopped", error=type(error).__name__)
        rating.ended_at = self._house.clock()
        if not rating.kept:
            return
        after = {"calls": rating.calls, "changed": rating.changed, "why": rating.why}
        with anyio.CancelScope(shield=True):
            await self._noted(by, after)

    async def _noted(self, by: Actor, after: Mapping[str, object]) -> None:
        await self._house.note(by, "tariff.edit", "costs", {"rated_again": dict(after)})

    def _done(self, rating: Rating) -> None:
        house = self._house
        self._told(rating, rated_again(
            house.home, house.records.journal, rating.wish, rating.began_at,
            partial(self._step, rating), keep=rating.kept,
        ))  # fmt: skip

    def _step(self, rating: Rating, now: Again) -> None:
        self._told(rating, now)
        if self._closing:
            raise MoneyError("the web process was stopped; the same wish goes on with the rest")
        time.sleep(REST_S)

    def _told(self, rating: Rating, now: Again) -> None:
        rating.calls, rating.changed, rating.done_rate = now.calls, now.changed, now.done_rate
        rating.before, rating.after = now.before, now.after


def _said(wish: Wish) -> dict[str, object]:
    """For the audit log, which takes a day in figures for a number somebody is called by."""
    days = {
        name: date.fromisoformat(word).timetuple()[:3] if word else None
        for name, word in (("since", wish.since), ("until", wish.until))
    }
    return {**days, "zone": wish.zone, "trunk": wish.trunk, "deck": wish.deck}


_log = logs.get(__name__)
