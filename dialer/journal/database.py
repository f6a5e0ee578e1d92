"""Opening the journal's file: one schema, its version in the file, nothing newer than we know."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dialer.errors import JournalError
from dialer.journal import schemas, vault

SCHEMAS = schemas.steps(Path(__file__).parent)
VERSION = len(SCHEMAS)
CACHE_KB = 65536
"Numbers are found by a hash, which is nowhere near the last one: a small cache misses each time."
DIALER_CACHE_KB = 16384
"A dialer looks up few numbers and writes much: more would only fill with what was written."


def opened(path: Path, *, busy_s: float = 5.0) -> sqlite3.Connection:
    """A connection for writing; makes file, key and tables where they are missing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # SQLite gives its side files the mode of this one
        return _opened(path, busy_s)
    except (OSError, sqlite3.Error) as error:
        raise JournalError(f"{path} cannot be opened: {error}") from error


def _opened(path: Path, busy_s: float) -> sqlite3.Connection:
    db = _connection(path, busy_s)
    with closed_if_unfit(db):
        db.execute("PRAGMA journal_mode = WAL")
        with transaction(db):
            _migrate(db, path)
    return db


def opened_to_read(path: Path) -> sqlite3.Connection:
    """A connection that cannot write."""
    if not path.exists():
        raise JournalError(f"there is no journal at {path}")
    db = _connection(path, 5.0)
    with closed_if_unfit(db):
        db.execute("PRAGMA query_only = ON")
        if 0 < (version := _check(db, path)) < VERSION:
            raise JournalError(schemas.too_old(path, version, VERSION))
    return db


def _connection(path: Path, busy_s: float) -> sqlite3.Connection:
    # One thread at a time uses it; which one may change between opening and use.
    db = sqlite3.connect(path, timeout=busy_s, isolation_level=None, check_same_thread=False)
    with closed_if_unfit(db):
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA secure_delete = ON")  # who is erased is not found in free pages either
        db.execute("PRAGMA journal_size_limit = 4194304")
        db.execute(f"PRAGMA cache_size = -{CACHE_KB}")
    return db


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    _check(db, path)
    if schemas.bring_up(db, path, SCHEMAS):
        return
    install = secrets.token_hex(4)
    db.execute("INSERT INTO meta VALUES ('install', ?)", (install,))
    key = vault.made(vault.key_file(path)).key(install)
    db.execute("INSERT INTO meta VALUES ('key_check', ?)", (key,))


def _check(db: sqlite3.Connection, path: Path) -> int:
    version = schemas.version_of(db)
    if version > VERSION:
        raise JournalError(schemas.too_new(path, version, VERSION))
    return version


def unlocked(path: Path, *, busy_s: float = 5.0) -> tuple[sqlite3.Connection, vault.Vault]:
    """A connection for writing, and the vault that belongs to this file and no other."""
    db = opened(path, busy_s=busy_s)
    with closed_if_unfit(db):
        found = vault.unlocked(vault.key_file(path))
        meta = dict(db.execute("SELECT key, value FROM meta").fetchall())
        if found.key(meta["install"]) != meta["key_check"]:
            raise JournalError(f"{vault.key_file(path)} is not the key of {path}")
    return db, found


@contextmanager
def closed_if_unfit(db: sqlite3.Connection) -> Iterator[None]:
    """Whoever finds out in here that the file cannot be used lets go of it."""
    try:
        yield
    except BaseException:
        db.close()
        raise


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All or nothing, and the right to write from the first line on."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
