"""A person erased from the databases: what is left of him in the journal is a token.

What happened stays: every event, fact and promise, under the keyed hash of his number. What could
be read of him goes: numbers, fields, notes, proofs of consent, promised calls, and the masks that
show most of a number. Replayed, the journal comes to the same.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

import msgspec

from dialer.erasure import person as persons
from dialer.erasure.person import Person
from dialer.journal import database, vault
from dialer.journal.database import transaction
from dialer.journal.ledger import Ledger
from dialer.journal.sqlite_store import SqliteStore
from dialer.journal.store import Block

GONE = "•••"
"What stands for a mask."
PAGE = 20_000
"Rows that are looked through at once: a long reader keeps the log from being folded in."
AT_ONCE = 500
SMALL = 16_000_000
"Bytes: a larger journal is packed anew only while nobody dials with it."
_SCRUB = """
UPDATE {table} SET body = replace(body, :old, :new) WHERE {id} = :row AND instr(body, :old)"""


def must_not_be_called(journal: Path, keys: Sequence[str], order: str, by: str, at: float) -> None:
    """Put his numbers on the do-not-call list, as tokens: what rings is cancelled."""
    db, known = database.unlocked(journal)
    with closing(db), transaction(db):
        ledger = Ledger(SqliteStore(db, known))
        for key in keys:
            ledger.wishes.block(
                Block(key=key, masked=GONE, source="erasure", reason=order, added_by=by, at=at)
            )


def journal(path: Path, digits: str, by: str, at: float) -> tuple[Person, dict[str, int]]:
    """Erase him from the journal; who he was, and how many rows of each table were changed.

    `Person.under_way` is not empty where a call came in between: then nothing was changed.
    """
    db, known = database.unlocked(path)
    with closing(db):
        db.execute("PRAGMA secure_delete = ON")
        with transaction(db):
            found = persons.of(db, known, digits)
            if found.under_way:
                return found, {}
            counts = _people(db, known, found, by, at)
        counts |= {
            table: _scrubbed(db, table, id, found)
            for table, id in (
                ("events", "seq"), ("facts", "seq"), ("intents", "call"), ("arrivals", "call"),
            )
        }  # fmt: skip
        counts["checkpoints"] = _checkpoints(db, found)
    return found, counts


def _people(
    db: sqlite3.Connection, known: vault.Vault, found: Person, by: str, at: float
) -> dict[str, int]:
    nothing, keys, leads = known.sealed("", "number"), found.keys, found.leads
    proof = known.sealed("", "proof")
    changed = {
        "numbers": _do(
            db, "UPDATE numbers SET digits = ?, masked = ?, carrier = '', area = '', dead = 1,"
            " tries = '{{\"never\":1}}', held = '' WHERE lead IN ({})", leads, nothing, GONE,
        ),
        "leads": _do(
            db, "UPDATE leads SET person = NULL, callback = 0, callback_for = '',"
            " final = 'final' WHERE lead IN ({})", leads,
        ),
        "notes": _do(db, "DELETE FROM notes WHERE lead IN ({})", leads),
        "consents": _do(
            db, "UPDATE consents SET proof = ?, source = 'erasure', masked = ?,"
            " revoked_by = CASE WHEN revoked_at IS NULL THEN ? ELSE revoked_by END,"
            " revoked_at = coalesce(revoked_at, ?) WHERE key IN ({})", keys, proof, GONE, by, at,
        ),
        "dnc": _do(
            db, "UPDATE dnc SET masked = ?, digits = NULL, reason = CASE WHEN source IN"
            " ('agent', 'erasure') THEN reason ELSE '' END, removed_reason = CASE WHEN removed_by"
            " = 'agent' THEN removed_reason ELSE '' END WHERE key IN ({})", keys, GONE,
        ),
        "dnc_prefixes": _do(  # whole numbers, written as a prefix: their tokens are blocked
            db, "DELETE FROM dnc WHERE prefix IN ({})", found.numbers
        ),
        "arrivals": _do(
            db, "UPDATE arrivals SET digits = ? WHERE number_key IN ({})", keys, nothing
        ),
    }  # fmt: skip
    store = SqliteStore(db, known)
    ledger = Ledger(store)
    for lead in leads:
        store.put(ledger.shelving.settled(store.lead(str(lead))))
    return changed


def _do(
    db: sqlite3.Connection, sql: str, of: Sequence[str | int], *before: str | bytes | float
) -> int:
    return db.execute(sql.format(", ".join("?" * len(of))), (*before, *of)).rowcount


# ---- masks in what happened ---------------------------------------------------------------------


def _scrubbed(db: sqlite3.Connection, table: str, id: str, found: Person) -> int:
    """Take his masks out of a table's bodies; how many rows had one."""
    masks = [_fragment(mask) for mask in found.masks if mask != GONE]
    rows = list(_of_his(db, table, id, found.keys)) if masks else []
    changed = 0
    for begin in range(0, len(rows), AT_ONCE):
        with transaction(db):
            for row in rows[begin : begin + AT_ONCE]:
                changed += sum(
                    db.execute(
                        _SCRUB.format(table=table, id=id),
                        {"old": mask, "new": _fragment(GONE), "row": row},
                    ).rowcount
                    for mask in masks
                )
    return changed


def _fragment(mask: str) -> str:
    return f'"masked":{msgspec.json.encode(mask).decode()}'


def _of_his(
    db: sqlite3.Connection, table: str, id: str, keys: Sequence[str]
) -> Iterator[str | int]:
    """Rows whose body names one of his tokens: a key is in nobody else's."""
    if id == "call":
        sql = f"SELECT call FROM {table} WHERE number_key IN ({', '.join('?' * len(keys))})"
        yield from (row[0] for row in db.execute(sql, keys).fetchall())
        return
    named = " OR ".join("instr(body, ?)" for _ in keys)
    [(last,)] = db.execute(f"SELECT coalesce(max(seq), 0) FROM {table}").fetchall()
    for begin in range(0, last, PAGE):
        sql = f"SELECT seq FROM {table} WHERE seq > ? AND seq <= ? AND ({named})"
        yield from (row[0] for row in db.execute(sql, (begin, begin + PAGE, *keys)).fetchall())


def _checkpoints(db: sqlite3.Connection, found: Person) -> int:
    """The same in what the engine remembered, byte for byte as long as it was."""
    keys = b"|".join(re.escape(key.encode()) for key in found.keys)
    masks = b"|".join(re.escape(mask.encode()) for mask in found.masks if mask != GONE)
    if not masks:
        return 0
    his = re.compile(b"((?:" + keys + b").{0,24}?)(" + masks + b")", re.S)
    changed = 0
    with transaction(db):
        for seq, state in db.execute("SELECT seq, state FROM checkpoints").fetchall():
            new = his.sub(lambda one: one[1] + _as_long(one[2]), state)
            if new != state:
                db.execute("UPDATE checkpoints SET state = ? WHERE seq = ?", (new, seq))
                changed += 1
    return changed


def _as_long(mask: bytes) -> bytes:
    dot = "•".encode()
    return dot * (len(mask) // len(dot)) + b"-" * (len(mask) % len(dot))


# ---- nothing of it in the free room of the files ------------------------------------------------


def letters(path: Path, found: Person) -> int:
    """Take his masks out of webhooks' letters that wait; how many had one."""
    if not path.exists():
        return 0
    changed = 0
    with closing(sqlite3.connect(path, isolation_level=None)) as db, transaction(db):
        for letter, told in db.execute("SELECT letter, told FROM letters").fetchall():
            new = told
            if any(call in told for call in found.calls):
                for mask in found.masks:
                    new = new.replace(mask, GONE)
            if new != told:
                db.execute("UPDATE letters SET told = ? WHERE letter = ?", (new, letter))
                changed += 1
    return changed


def packed(path: Path, *, alone: bool) -> str:
    """Fold the log in and leave nothing in free pages; what was done."""
    if not path.exists():
        return ""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=10.0)) as db:
        db.execute("PRAGMA secure_delete = ON")
        done = "free pages were overwritten as they came free"
        if alone or path.stat().st_size < SMALL:
            with suppress(sqlite3.OperationalError):  # somebody reads: as it was is well, too
                db.execute("VACUUM")
                done = "packed anew"
        [(busy, *_)] = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return f"{done}; its log {'is in use, and is folded in later' if busy else 'is empty'}"
