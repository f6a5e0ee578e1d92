"""The loader: the only one who writes the warehouse. It tails the journal, a batch each second.

Exactly once: rows and watermark are one transaction, and what is at or below the watermark is
not inserted again. Whatever happens to a file, the journal makes it anew.
"""

import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import islice, takewhile
from pathlib import Path
from random import Random
from typing import NamedTuple

from dialer import logs
from dialer.engine.events import CampaignOpened
from dialer.warehouse import rows, snapshot
from dialer.warehouse.costs import Costs
from dialer.warehouse.live import SOON, Batch, LiveFile, Numbered, Rolling
from dialer.warehouse.store import Corrupt, Place
from dialer.warehouse.sweep import Sweep
from dialer.warehouse.tail import Opened, Tail
from dialer.warehouse.worlds import Worlds

log = logs.get(__name__)


class Pace(NamedTuple):
    """How much at once, and how often."""

    facts: int = 5000
    "Facts in one batch."
    costs: int = 20_000
    "Costs in one batch: of calls that are in the roll-ups 5,000 take nearly as long."
    leads: int = 20_000
    "Leads looked at in one sweep."
    sweep_s: float = 15.0
    "Leads change without a call as well (do-not-call, imports): how often a sweep looks."
    lock_s: float = 1.0
    "How long a batch waits for a reader before it is put off to the next step."
    rolling: Rolling = SOON
    "When facts go into the roll-ups."
    idle_facts: int = 20_000
    "A file that gets none of so many facts has its watermark moved all the same."


CALM = Pace()


class Progress(NamedTuple):
    """Where the loader stands after a step."""

    loaded: int
    "Facts that this step brought in."
    seq: int
    "The journal is in the warehouse up to this fact."
    lag_rows: int
    "Facts that are not."
    lag_s: float
    "Age of the oldest of them."


class Loader:
    """Call `step` about once a second. `Busy` loses nothing: the next step tries again."""

    def __init__(
        self,
        home: Path,
        tail: Tail,
        *,
        clock: Callable[[], float] = time.time,
        rng: Random | None = None,
        pace: Pace = CALM,
        money: Path | None = None,
    ) -> None:
        self._home = home
        self._tail = tail
        self._clock = clock
        self._rng = rng or Random()
        self._pace = pace
        self._worlds = Worlds()
        self._campaigns: list[Opened] = []
        self._untold: set[str] = set()
        "Files that do not have the newest campaign versions yet."
        self._files: dict[str, LiveFile] = {}
        self._known_fit: set[str] = set()
        self._seq: int | None = None
        self._sweep = Sweep(pace.leads, pace.sweep_s)
        self._costs = Costs(money, pace.costs)
        self.rebuilt: Counter[str] = Counter()
        "How often each file was made anew."

    def step(self) -> Progress:
        """Bring in the next batch."""
        if self._seq is None:
            self._learn()
            self._seq = min((self._fit(world).seq for world in self._worlds.known), default=0)
        facts = list(islice(self._tail.facts(self._seq), self._pace.facts))
        self._learn()  # after the facts: now every campaign that they name is known
        facts = list(takewhile(lambda item: self._worlds.of(item[1]) is not None, facts))
        upto = facts[-1][0] if facts else self._seq
        leads, lists = self._sweep.look(self._tail, facts, self._clock())
        loaded = 0
        for world in dict.fromkeys([*self._named(facts), *self._worlds.known]):
            loaded += self._write(world, Batch(upto, facts, (), leads, lists))
        self._sweep.done()
        self._seq = upto
        return self._progress(loaded)

    def drain(self, until: float) -> Progress:
        """Steps until everything is in, or until an instant of the clock."""
        progress = self.step()
        while progress.lag_rows and progress.loaded and self._clock() < until:
            progress = self.step()
        return progress

    def rebuild(self, world: str) -> int:
        """Make one file anew from the whole journal; how many facts it has."""
        self._learn()
        upto, began = self._tail.last(), time.monotonic()
        facts = takewhile(lambda item: item[0] <= upto, self._tail.facts(0))
        mine = (item for item in facts if self._worlds.of(item[1]) == world)
        count = self._at(world).rebuild(
            mine, self._opened(world), upto=upto, at=self._clock(), costs=self._costs.pages(world)
        )
        snapshot.forget(self._at(world).place)
        self.rebuilt[world] += 1
        self._sweep.forget()
        log.info("rebuilt", source=world, rows=count, seconds=round(time.monotonic() - began, 3))
        return count

    def rebuild_all(self) -> dict[str, int]:
        """Make every file anew; how many facts each has."""
        self._learn()
        self._seq, done = None, {world: self.rebuild(world) for world in self._worlds.known}
        self._known_fit |= set(done)
        return done

    def publish(self) -> dict[str, snapshot.Published]:
        """Make the snapshots of all files that have something new."""
        made: dict[str, snapshot.Published] = {}
        for file in self._files.values():
            if not snapshot.is_current(file.place, file.seq):
                self._mended(file, partial(self._publish, file, made))
        return made

    def _publish(self, file: LiveFile, made: dict[str, snapshot.Published]) -> None:
        made[file.place.source] = snapshot.publish(file.place, self._clock(), self._rng)

    # ---- the parts of a step --------------------------------------------------------------------
    def _learn(self) -> None:
        campaigns = self._tail.campaigns()
        if campaigns != self._campaigns:
            self._campaigns = campaigns
            self._worlds.learn(campaigns)
            self._untold |= set(self._worlds.known)
            self._sweep.forget()

    def _named(self, facts: list[Numbered]) -> list[str]:
        return [world for _, fact in facts if (world := self._worlds.of(fact))]

    def _write(self, world: str, batch: Batch) -> int:
        """Write what of the batch belongs to one file; how many facts that were."""
        file = self._fit(world)
        if file.place.suspect.exists() and self._mended(file, file.verify):
            return 0
        mine = self._part(world, batch, file.seq)
        if not any(mine[1:]) and mine.upto - file.seq < self._pace.idle_facts:
            return 0
        if self._mended(file, lambda: file.write(mine, self._clock())):
            return len(mine.facts)
        self._untold.discard(world)
        self._costs.told(world, mine.charges, mine.exchange)
        return len(mine.facts)

    def _mended(self, file: LiveFile, work: Callable[[], object]) -> bool:
        """Do something with a file; whether it had to be made anew instead."""
        try:
            work()
        except Corrupt as error:
            self._quarantine(file, error)
            self.rebuild(file.place.source)
            return True
        return False

    def _part(self, world: str, batch: Batch, seq: int) -> Batch:
        lists_of = self._worlds.of_list
        return Batch(
            batch.upto,
            [(n, fact) for n, fact in batch.facts if n > seq and self._worlds.of(fact) == world],
            self._opened(world) if world in self._untold else [],
            [lead for lead in batch.leads if world in lists_of(lead.list)],
            [one for one in batch.lists if world in lists_of(one.list)],
            self._costs.after(world, self._at(world).costs_seq),
            self._costs.new_charges(world),
            self._costs.new_exchange(world),
        )

    def _opened(self, world: str) -> list[CampaignOpened]:
        return [opened for opened, _ in self._campaigns if opened.source == world]

    def _fit(self, world: str) -> LiveFile:
        """The file of a world, such that it can be gone on with."""
        file = self._at(world)
        if world in self._known_fit:
            return file
        try:
            fit = file.is_fit(self._tail.last())
        except Corrupt as error:
            self._quarantine(file, error)
            fit = False
        if not fit:
            self.rebuild(world)
        self._known_fit.add(world)
        return file

    def _at(self, world: str) -> LiveFile:
        if world not in self._files:
            place = Place(self._home, world)
            self._files[world] = LiveFile(
                place, self._tail.journal, self._rng, self._pace.lock_s, self._pace.rolling
            )
        return self._files[world]

    def _quarantine(self, file: LiveFile, error: Corrupt) -> None:
        log.error("quarantined", source=file.place.source, why=str(error))
        file.quarantine(self._clock())

    def _progress(self, loaded: int) -> Progress:
        seq = self._seq or 0
        behind = self._tail.last() - seq
        oldest = next(self._tail.facts(seq), None) if behind else None
        lag_s = max(0.0, self._clock() - rows.told_at(oldest[1])) if oldest else 0.0
        return Progress(loaded, seq, behind, lag_s)


if __name__ == "__main__":
    from dialer.warehouse.process import main

    main()
