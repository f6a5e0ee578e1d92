"""The accounts' file, `access.sqlite`: made with mode 0600, one schema, nothing newer than we know.

Why it is not in the journal: docs/adr/0006-accounts-in-a-file-of-their-own.md.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dialer.errors import AccessError
from dialer.journal import database, schemas

SCHEMAS = schemas.steps(Path(__file__).parent)
VERSION = len(SCHEMAS)


def file_in(home: Path) -> Path:
    """Where it lies."""
    return home / "access.sqlite"


def existing(home: Path) -> Path:
    """The file of a home that has one: to look into another must not make one there."""
    path = file_in(home)
    if not path.exists():
        raise AccessError(
            f"{home} has no accounts yet: `dialer users add NAME --role superuser` makes the first"
        )
    return path


def opened(path: Path, *, busy_s: float = 5.0) -> sqlite3.Connection:
    """A connection, for one thread at a time; makes the file where it is missing."""
    try:
        if not path.exists():
            schemas.make_whole(path, SCHEMAS)
        path.chmod(0o600)
        db = _connection(path, busy_s)
    except (OSError, sqlite3.Error) as error:
        raise AccessError(f"{path} cannot be opened: {error}") from error
    try:
        with database.closed_if_unfit(db):
            _prepare(db, path)
    except sqlite3.Error as error:
        raise AccessError(f"{path} cannot be used: {error}") from error
    return db


def _connection(path: Path, busy_s: float) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=busy_s, isolation_level=None, check_same_thread=False)


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    db.execute("PRAGMA synchronous = FULL")
    version = schemas.version_of(db)
    if version > VERSION:
        raise AccessError(schemas.too_new(path, version, VERSION))
    if not version:
        raise AccessError(f"{path} is not the accounts' file of any dialer: move it away")
    if version < VERSION:
        with database.transaction(db):
            schemas.bring_up(db, path, SCHEMAS)


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; part of the transaction around it, where there is one."""
    if db.in_transaction:
        yield
        return
    try:
        with database.transaction(db):
            yield
    except sqlite3.OperationalError as error:
        raise AccessError(f"the accounts cannot be written: {error}") from error
