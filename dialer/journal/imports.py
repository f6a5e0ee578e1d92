"""Imports of lists, as far as they have come: one that was broken off goes on from there."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from dialer.errors import ImportStopped
from dialer.journal.intake import Added, Intake
from dialer.leads.normalise import NewLead

State = Literal["running", "stopped", "done"]


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far an import has come. `rows` is `imported`, `rejected` and `duplicates` together."""

    rows: int = 0
    imported: int = 0
    rejected: int = 0
    duplicates: int = 0
    blocked: int = 0
    "Imported, but on a do-not-call list."
    reasons: Mapping[str, int] = {}
    "Why rows were rejected, and how many."
    reject_bytes: int = 0
    "How long the reject file is by now."
    bytes: int = 0
    "Read of the file."

    def and_then(
        self, *, imported: int, blocked: int, why: Iterable[str], reject_bytes: int, bytes: int
    ) -> "Progress":
        """With so many more; `why`: the reason of each row that was not imported."""
        more = Counter(why)
        duplicates = more.pop("duplicate", 0)
        rejected = more.total()
        return Progress(
            rows=self.rows + imported + rejected + duplicates,
            imported=self.imported + imported,
            rejected=self.rejected + rejected,
            duplicates=self.duplicates + duplicates,
            blocked=self.blocked + blocked,
            reasons=dict((Counter(self.reasons) + more).most_common()),
            reject_bytes=reject_bytes,
            bytes=bytes,
        )


class Import(msgspec.Struct, frozen=True, kw_only=True):
    """One import of one file into one list."""

    id: int
    list: str
    file: str
    digest: str
    "SHA-256 of the file."
    plan: str
    "How the file is read: JSON of the importer's own."
    began_by: str
    began_at: float
    beat_at: float
    "When it was last known to go on."
    state: State
    why: str
    "Why it stopped."
    progress: Progress
    of_bytes: int


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """What an import begins with."""

    list: str
    file: str
    digest: str
    "SHA-256 of the file: another file of that name is another import."
    plan: str
    by: str
    at: float
    of_bytes: int


_COLUMNS = """import, list, file, digest, plan, began_by, began_at, beat_at, state, why, of_bytes,
    rows, imported, rejected, duplicates, blocked, reasons, reject_bytes, bytes"""
_ADVANCE = """
    UPDATE imports SET rows = ?, imported = ?, rejected = ?, duplicates = ?, blocked = ?,
           reasons = ?, reject_bytes = ?, bytes = ?, beat_at = ?, state = 'running', why = ''
    WHERE import = ? AND rows = ?"""
_reasons = msgspec.json.Decoder(dict[str, int]).decode


def begun(db: sqlite3.Connection, wanted: Begun) -> Import:
    """The import of this very file that is not done, or a new one."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM imports WHERE list = ? AND digest = ? AND plan = ?"
        " AND state != 'done' ORDER BY import DESC LIMIT 1",
        (wanted.list, wanted.digest, wanted.plan),
    ).fetchone()
    if row:
        return _import(row)
    done = db.execute(
        "INSERT INTO imports (list, file, digest, plan, began_by, began_at, beat_at, of_bytes)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (wanted.list, wanted.file, wanted.digest, wanted.plan, wanted.by, wanted.at, wanted.at,
         wanted.of_bytes),
    )  # fmt: skip
    return of_id(db, int(done.lastrowid or 0))


def of_id(db: sqlite3.Connection, id: int) -> Import:
    """One of them. `KeyError` if there is none of that id."""
    row = db.execute(f"SELECT {_COLUMNS} FROM imports WHERE import = ?", (id,)).fetchone()
    if row is None:
        raise KeyError(id)
    return _import(row)


def latest(db: sqlite3.Connection, n: int, name: str = "") -> list[Import]:
    """The last ones, of one list or of all; the latest first."""
    sql = f"SELECT {_COLUMNS} FROM imports WHERE list = :name OR :name = ''"
    rows = db.execute(f"{sql} ORDER BY import DESC LIMIT :n", {"name": name, "n": n}).fetchall()
    return [_import(row) for row in rows]


def advance(db: sqlite3.Connection, id: int, was: Progress, now: Progress, at: float) -> None:
    """It has come from there to here; `ImportStopped` if somebody else has moved it meanwhile."""
    reasons = msgspec.json.encode(now.reasons).decode()
    done = db.execute(
        _ADVANCE,
        (now.rows, now.imported, now.rejected, now.duplicates, now.blocked, reasons,
         now.reject_bytes, now.bytes, at, id, was.rows),
    )  # fmt: skip
    if done.rowcount != 1:
        raise ImportStopped("another process goes on with this import")


def end(db: sqlite3.Connection, id: int, state: State, why: str, at: float) -> None:
    """It is done, or stops here."""
    db.execute(
        "UPDATE imports SET state = ?, why = ?, beat_at = ? WHERE import = ?", (state, why, at, id)
    )


class Batch:
    """Part of an import, inside one transaction."""

    def __init__(self, db: sqlite3.Connection, intake: Intake, one: Import, at: float) -> None:
        self._db, self._intake, self._one, self._at = db, intake, one, at

    def add(self, leads: Iterable[NewLead], beside: tuple[str, ...], *, everywhere: bool) -> Added:
        """Its leads; those are left out whose numbers are there already."""
        return self._intake.add(self._one.list, leads, beside, everywhere=everywhere, at=self._at)

    def reject(self, rows: Iterable[tuple[int, str]]) -> None:
        """Which lines could not be read, and why."""
        self._db.executemany(
            "INSERT INTO rejects VALUES (?, ?, ?, ?)",
            [(self._one.list, line, reason, self._at) for line, reason in rows],
        )

    def advance(self, was: Progress, now: Progress) -> None:
        """How far that is."""
        advance(self._db, self._one.id, was, now, self._at)


def _import(row: tuple[object, ...]) -> Import:
    id, list, file, digest, plan, by, began_at, beat_at, state, why, of_bytes, *rest = row
    rows, imported, rejected, duplicates, blocked, reasons, reject_bytes, bytes = rest
    return msgspec.convert(
        {
            "id": id, "list": list, "file": file, "digest": digest, "plan": plan, "began_by": by,
            "began_at": began_at, "beat_at": beat_at, "state": state, "why": why,
            "of_bytes": of_bytes,
            "progress": {
                "rows": rows, "imported": imported, "rejected": rejected,
                "duplicates": duplicates, "blocked": blocked,
                "reasons": _reasons(str(reasons)), "reject_bytes": reject_bytes, "bytes": bytes,
            },
        },
        Import,
    )  # fmt: skip
