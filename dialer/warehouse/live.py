"""The live file of one source: filled in micro-batches, each with its watermark, or rebuilt."""

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path
from random import Random
from typing import NamedTuple

import duckdb
import pyarrow as pa

from dialer.engine.commands import Cdr, DispositionSet, Fact
from dialer.engine.events import CampaignOpened
from dialer.money.exchange import Exchange
from dialer.money.store import Charge, Cost
from dialer.warehouse import rollups, rows, schema
from dialer.warehouse.store import Corrupt, Place, reading, wal, writing
from dialer.warehouse.tail import Lead, ListOf

Numbered = tuple[int, Fact]
QUARANTINED = 2
"How many unreadable files are kept to be looked at."


class Batch(NamedTuple):
    """What goes into one transaction."""

    upto: int
    "The journal has been read up to this fact, whether or not it was for this file."
    facts: Sequence[Numbered] = ()
    campaigns: Sequence[CampaignOpened] = ()
    leads: Sequence[Lead] = ()
    lists: Sequence[ListOf] = ()
    costs: Sequence[tuple[int, Cost]] = ()
    charges: Sequence[Charge] = ()
    "All of them, where any has changed."
    exchange: Sequence[Exchange] = ()
    "Likewise."


class Rolling(NamedTuple):
    """When facts go into the roll-ups."""

    facts: int = 20_000
    "So many at once at least: a roll-up of few calls saves nothing."
    rest_s: float = 1200.0
    "Until then their costs and dispositions have come: what comes later is corrected one by one."


SOON = Rolling()


class LiveFile:
    """One writer, one transaction at a time; the file is closed in between."""

    def __init__(
        self, place: Place, journal: str, rng: Random, wait_s: float = 1.0,
        rolling: Rolling = SOON,
    ) -> None:  # fmt: skip
        self.place = place
        self.seq = 0
        "The journal is in the file up to this fact."
        self.costs_seq = 0
        "The costs are in the file up to this one."
        self.journal = journal
        self._rng = rng
        self._wait_s = wait_s
        self._rolling = rolling

    def is_fit(self, last: int) -> bool:
        """It can be gone on with: ours, of this schema, and not ahead of the journal."""
        if not self.place.live.exists():
            return False
        with reading(self.place.live, wait_s=self._wait_s, rng=self._rng) as con:
            try:
                [(journal, tables, views, self.seq, self.costs_seq)] = con.execute(
                    "SELECT journal, schema, views, facts_seq, costs_seq FROM meta"
                ).fetchall()
            except (duckdb.CatalogException, duckdb.BinderException, ValueError):
                return False
        if (journal, tables) != (self.journal, schema.tables_fingerprint()) or self.seq > last:
            return False
        if views != schema.views_fingerprint():
            with self._writing(self.place.live) as con:
                schema.renew_views(con)
        return True

    def verify(self) -> None:
        """If a reader suspects the file, read all of it. Raises `Corrupt` if a block is damaged."""
        if not self.place.suspect.exists():
            return
        with reading(self.place.live, wait_s=self._wait_s, rng=self._rng) as con:
            tables = con.execute("SELECT table_name FROM duckdb_tables()").fetchall()
            for (name,) in tables:
                con.execute(f"SELECT bit_xor(hash(row)) FROM {name} AS row").fetchall()
        self.place.suspect.unlink(missing_ok=True)

    def write(self, batch: Batch, at: float) -> int:
        """Add what is not there yet, with the watermark; how many facts that were."""
        if not self.place.live.exists():
            raise Corrupt(f"{self.place.live} is gone")
        with self._writing(self.place.live) as con:
            count = _pour(con, self.place.source, batch, at)
            _roll(con, self._rolling)
        self.seq = max(self.seq, batch.upto)
        self.costs_seq = max(self.costs_seq, _last(batch.costs))
        return count

    def rebuild(
        self,
        facts: Iterable[Numbered],
        campaigns: Sequence[CampaignOpened],
        *,
        upto: int,
        at: float,
        costs: Iterable[Sequence[tuple[int, Cost]]] = (),
    ) -> int:
        """Make the file anew; the old one answers until the new one is whole. How many facts."""
        place = self.place
        place.folder.mkdir(parents=True, exist_ok=True)
        _remove(place.building)
        self.make(place.building)
        with self._writing(place.building) as con:
            _pour(con, place.source, Batch(0, campaigns=campaigns), at)
        count = 0
        for part in parts(facts, 20_000):
            with self._writing(place.building) as con:
                count += _pour(con, place.source, Batch(part[-1][0], part), at)
        costs_seq = 0
        for page in costs:
            with self._writing(place.building) as con:
                _pour(con, place.source, Batch(0, costs=page), at)
            costs_seq = _last(page)
        with self._writing(place.building) as con:
            _pour(con, place.source, Batch(upto), at)
            rollups.roll(con, upto)
        # A log that belonged to the old file must never be replayed into the new one.
        wal(place.live).unlink(missing_ok=True)
        os.replace(place.building, place.live)
        self.seq, self.costs_seq = upto, costs_seq
        return count

    def make(self, file: Path) -> None:
        """An empty warehouse of this source."""
        with self._writing(file) as con:
            schema.make(con, self.place.source, self.journal)

    def _writing(self, file: Path) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        return writing(file, wait_s=self._wait_s, rng=self._rng)

    def quarantine(self, at: float) -> None:
        """Put a file that cannot be read aside, for somebody to look at."""
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at))
        aside = self.place.live.with_name(f"dialer.duckdb.corrupt-{stamp}")
        self.place.suspect.unlink(missing_ok=True)
        for old, new in ((self.place.live, aside), (wal(self.place.live), wal(aside))):
            if old.exists():
                os.replace(old, new)
        kept = sorted(self.place.folder.glob("dialer.duckdb.corrupt-*Z"))
        for older in kept[:-QUARANTINED]:
            _remove(older)


def parts(facts: Iterable[Numbered], size: int) -> Iterator[list[Numbered]]:
    """The facts by so many."""
    stream = iter(facts)
    while part := list(islice(stream, size)):
        yield part


def _last(costs: Sequence[tuple[int, Cost]]) -> int:
    return costs[-1][0] if costs else 0


def _remove(file: Path) -> None:
    file.unlink(missing_ok=True)
    wal(file).unlink(missing_ok=True)


def _pour(con: duckdb.DuckDBPyConnection, source: str, batch: Batch, at: float) -> int:
    """Insert what the file has not; everything or, if anything fails, nothing."""
    try:
        [(seq, costs_seq)] = con.execute("SELECT facts_seq, costs_seq FROM meta").fetchall()
    except (duckdb.CatalogException, ValueError) as error:
        raise Corrupt("there is no watermark in the file") from error
    facts = [(number, fact) for number, fact in batch.facts if number > seq]
    known = set(con.execute("SELECT campaign, version FROM campaign_versions").fetchall())
    opened = [new for new in batch.campaigns if (new.campaign, new.version) not in known]
    costs = [(number, cost) for number, cost in batch.costs if number > costs_seq]
    late = _late([fact for _, fact in facts], [cost for _, cost in costs])
    rollups.corrected(con, late, -1)
    for name, table in rows.tables(facts, opened, source).items():
        _insert(con, name, table)
    if batch.lists:
        _merge(con, "lists", "list", rows.lists(batch.lists, source))
    if batch.leads:
        _merge(con, "leads", "lead", rows.leads(batch.leads, source))
    if costs:
        _insert(con, "costs", rows.costs(costs))
    rollups.corrected(con, late, 1)
    if began := [cdr.intended_at for _, cdr in facts if isinstance(cdr, Cdr)]:
        rollups.lower(con, min(began))
    if batch.charges:
        con.execute("DELETE FROM charges")
        _insert(con, "charges", rows.charges(batch.charges, source))
    if batch.exchange:
        con.execute("DELETE FROM exchange")
        _insert(con, "exchange", rows.exchange(batch.exchange, source))
    con.execute(
        "UPDATE meta SET facts_seq = greatest(facts_seq, $upto), "
        "costs_seq = greatest(costs_seq, $costs), loaded_at = to_timestamp($at)",
        {"upto": batch.upto, "costs": _last(batch.costs), "at": at},
    )
    return len(facts)


def _roll(con: duckdb.DuckDBPyConnection, when: Rolling) -> None:
    [(facts,)] = con.execute("SELECT facts_seq - rolled_seq() FROM meta").fetchall()
    if facts >= when.facts:
        seq = rollups.ripe(con, when.rest_s)
        if seq - rollups.upto(con) >= when.facts:
            rollups.roll(con, seq)


def _late(facts: Sequence[Fact], costs: Sequence[Cost]) -> list[str]:
    """Calls, told before, of which something is told that may change what they added."""
    said = {fact.call for fact in facts if isinstance(fact, DispositionSet)}
    new = {fact.call for fact in facts if isinstance(fact, Cdr)}
    return sorted((said | {cost.call for cost in costs}) - new)


def _insert(con: duckdb.DuckDBPyConnection, table: str, batch: pa.Table) -> None:
    con.register("batch", batch)
    con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM batch")
    con.unregister("batch")


def _merge(con: duckdb.DuckDBPyConnection, table: str, key: str, batch: pa.Table) -> None:
    """Rows that are new or differ replace those of the same key; equal ones are left alone."""
    names = ", ".join(batch.column_names)
    con.register("batch", batch)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE changed AS "
        f"SELECT * FROM batch EXCEPT SELECT {names} FROM {table}"
    )
    con.unregister("batch")
    con.execute(f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM changed)")
    con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM changed")
    con.execute("DROP TABLE changed")
