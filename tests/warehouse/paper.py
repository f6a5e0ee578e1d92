"""A real journal file, written by hand: what the dialer's journal would have in it."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import msgspec

from dialer.engine.commands import Fact
from dialer.engine.events import CampaignOpened, encode
from dialer.journal import database


def journal(path: Path) -> sqlite3.Connection:
    """An empty journal, open for writing."""
    return database.opened(path)


def record(db: sqlite3.Connection, facts: Iterable[Fact]) -> None:
    """Append facts, one transaction."""
    [(cause,)] = db.execute("SELECT coalesce(max(cause), 0) FROM facts").fetchall()
    with database.transaction(db):
        for n, fact in enumerate(facts, cause + 1):
            body = msgspec.json.encode(fact).decode()
            db.execute(
                "INSERT INTO facts (kind, cause, idx, body) VALUES (?, ?, 0, ?)",
                (type(fact).__name__, n, body),
            )


def open_campaign(db: sqlite3.Connection, opened: CampaignOpened, *lists: str) -> None:
    """Keep a version of a campaign."""
    rules = msgspec.json.encode({"lists": lists}).decode()
    db.execute(
        "INSERT INTO campaigns (campaign, version, since, opened, rules) VALUES (?, ?, ?, ?, ?)",
        (opened.campaign, opened.version, opened.at, encode(opened).decode(), rules),
    )


def add_list(db: sqlite3.Connection, name: str, leads: int, at: float) -> None:
    """A list of open leads, whose person is as secret as can be."""
    db.execute("INSERT INTO lists VALUES (?, 'may.csv', ?)", (name, at))
    db.execute("INSERT OR IGNORE INTO places VALUES (1, 'US America/New_York')")
    db.executemany(
        "INSERT INTO leads (list, person, state, why, number, place, rank, due_at) "
        "VALUES (?, 'Sam Secret +12025550142', 'open', '', 0, 1, 201, 0)",
        [(name,)] * leads,
    )
