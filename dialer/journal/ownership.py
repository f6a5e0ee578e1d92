"""What is on record of the numbers that we show: proofs that they are ours, and tests that a call
to them comes in to us. Nothing is removed; a proof may be withdrawn."""

import sqlite3
from collections.abc import Iterable
from typing import TypeVar

import msgspec


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """Why somebody says that a number is ours."""

    proof: int = 0
    caller_id: str
    source: str
    "What kind: a contract, a bill, the carrier's portal, a letter of authorisation, a test call."
    says: str
    "Where it lies, or its words."
    proved_by: str
    proved_at: float
    expires_at: float | None = None
    withdrawn_by: str = ""
    withdrawn_at: float | None = None

    def holds(self, at: float) -> bool:
        """It is in force."""
        return self.withdrawn_at is None and (self.expires_at is None or at < self.expires_at)


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A call to a number of ours, to see it come in."""

    test: int = 0
    caller_id: str
    shown: str
    "The number that the call showed."
    trunk: str
    asked_by: str
    began_at: float
    came_at: float | None
    "When it came in; None: it did not."
    why: str
    "What came of the call, where it did not."


_PROVE = """
INSERT INTO caller_id_proofs (caller_id, source, says, proved_by, proved_at, expires_at)
VALUES (:caller_id, :source, :says, :proved_by, :proved_at, :expires_at)"""
_WITHDRAW = """
UPDATE caller_id_proofs SET withdrawn_by = ?, withdrawn_at = ?
WHERE proof = ? AND caller_id = ? AND withdrawn_at IS NULL"""
_TEST = """
INSERT INTO caller_id_tests (caller_id, shown, trunk, asked_by, began_at, came_at, why)
VALUES (:caller_id, :shown, :trunk, :asked_by, :began_at, :came_at, :why)"""


def prove(db: sqlite3.Connection, proof: Proof) -> int:
    """Keep a proof; its id."""
    return int(db.execute(_PROVE, msgspec.structs.asdict(proof)).lastrowid or 0)


def withdraw(db: sqlite3.Connection, caller_id: str, proof: int, by: str, at: float) -> bool:
    """It proves nothing any more; whether it was that number's, and in force."""
    return db.execute(_WITHDRAW, (by, at, proof, caller_id)).rowcount == 1


def keep_test(db: sqlite3.Connection, test: Trial) -> int:
    """Keep a test; its id."""
    return int(db.execute(_TEST, msgspec.structs.asdict(test)).lastrowid or 0)


def proofs(db: sqlite3.Connection) -> list[Proof]:
    """All of them, the newest first."""
    return _read(Proof, db.execute("SELECT * FROM caller_id_proofs ORDER BY proof DESC"))


def newest_tests(db: sqlite3.Connection) -> list[Trial]:
    """Of each number the last one."""
    sql = """SELECT * FROM caller_id_tests WHERE test IN
             (SELECT max(test) FROM caller_id_tests GROUP BY caller_id) ORDER BY caller_id"""
    return _read(Trial, db.execute(sql))


T = TypeVar("T", Proof, Trial)


def _read(kind: type[T], rows: Iterable[tuple[object, ...]]) -> list[T]:
    names = kind.__struct_fields__
    return [msgspec.convert(dict(zip(names, row, strict=True)), kind) for row in rows]
