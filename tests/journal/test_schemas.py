"""Files of older programs become those of this one: all of it or nothing, a copy beside."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from dialer.access import database as accounts
from dialer.errors import AccessError, JournalError
from dialer.journal import database as journal
from dialer.journal import schemas, vault
from dialer.journal.book import Book

RELEASED = {
    ("journal", 1): "e3d6d4d3f562314c",
    ("access", 1): "9bee4cb153ba6b1d",
}
"How the steps began that somebody's files were made with: those are never changed, only followed."
KINDS: dict[str, Any] = {"journal": journal, "access": accounts}


def of_version(path: Path, steps: tuple[Path, ...], version: int) -> None:
    """A file as a program of that version made it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        with journal.transaction(db):
            schemas.bring_up(db, path, steps[:version])
    path.chmod(0o600)


def shape(path: Path) -> list[Any]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return schemas.version_of(db)


@pytest.mark.parametrize(("kind", "step"), RELEASED)
def test_a_step_that_was_released_is_never_changed(kind: str, step: int) -> None:
    file = KINDS[kind].SCHEMAS[step - 1]
    assert sha256(file.read_bytes()).hexdigest()[:16] == RELEASED[kind, step]


def test_accounts_of_the_first_schema_are_kept_and_the_file_is_as_a_new_one(tmp_path: Path) -> None:
    old, new = tmp_path / "access.sqlite", tmp_path / "new.sqlite"
    of_version(old, accounts.SCHEMAS, 1)
    with closing(sqlite3.connect(old)) as db, db:
        db.execute("INSERT INTO users VALUES ('ada', 'superuser', 1, 'x', 0, 1.0)")
    accounts.opened(new).close()
    with closing(accounts.opened(old)) as db:
        assert db.execute("SELECT name, role FROM users").fetchall() == [("ada", "superuser")]
    assert (shape(old), version(old)) == (shape(new), accounts.VERSION)
    kept = tmp_path / "access.sqlite.schema-1"
    assert (version(kept), kept.stat().st_mode & 0o777) == (1, 0o600)
    with closing(sqlite3.connect(kept)) as db:
        assert db.execute("SELECT name FROM users").fetchall() == [("ada",)]


def test_a_journal_of_each_older_schema_becomes_one_of_today(tmp_path: Path) -> None:
    for older in range(1, journal.VERSION):
        path = tmp_path / f"{older}.sqlite"
        of_version(path, journal.SCHEMAS, older)
        key = vault.made(vault.key_file(path)).key("beef")
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("INSERT INTO meta VALUES ('install', 'beef'), ('key_check', ?)", (key,))
            db.execute("INSERT INTO events VALUES (7, 1.0, '{}')")
        with pytest.raises(JournalError, match="`dialer upgrade` makes"):
            journal.opened_to_read(path)
        db, _ = journal.unlocked(path)
        assert db.execute("SELECT seq FROM events").fetchall() == [(7,)]
        db.close()
        assert version(path) == journal.VERSION
        assert version(path.with_name(f"{older}.sqlite.schema-{older}")) == older


def test_an_entry_of_the_do_not_call_list_of_an_older_program_binds_as_before(
    tmp_path: Path,
) -> None:
    path = tmp_path / "old.sqlite"
    of_version(path, journal.SCHEMAS, 9)
    known = vault.made(vault.key_file(path))
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO meta VALUES ('install', 'b'), ('key_check', ?)", (known.key("b"),))
        db.execute(
            "INSERT INTO dnc (key, campaign, masked, source, reason, added_by, added_at)"
            " VALUES (?, '', '+1212•••0123', 'letter', 'asked', 'eve', 5)",
            (known.key("12125550123"),),
        )  # fmt: skip
    with Book(path) as book:
        assert book.is_blocked("12125550123")
        row = book._db.execute("SELECT digits, reason, removed_reason FROM dnc").fetchone()
        assert row == (None, "asked", "")


def test_an_agents_own_callback_of_an_older_program_is_due_at_its_time(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    of_version(path, journal.SCHEMAS, 8)
    with closing(sqlite3.connect(path)) as db, db:
        for whose, due_at in (("anna", 6800.0), ("team:east", 5000.0), ("", 5000.0)):
            db.execute(
                "INSERT INTO leads (list, next_at, callback, callback_for, state, why, number,"
                " place, rank, due_at) VALUES ('spring', 5000, 1, ?, 'open', '', 0, 1, 0, ?)",
                (whose, due_at),
            )
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        schemas.bring_up(db, path, journal.SCHEMAS)
        assert {due for (due,) in db.execute("SELECT due_at FROM leads")} == {5000.0}


def test_a_step_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = tmp_path / "schema-9.sql"
    bad.write_text("CREATE TABLE fine (x);\nCREATE TABLE meta (twice);\n")
    path = tmp_path / "journal.sqlite"
    journal.opened(path).close()
    before = shape(path)
    monkeypatch.setattr(journal, "SCHEMAS", (*journal.SCHEMAS, bad))
    monkeypatch.setattr(journal, "VERSION", journal.VERSION + 1)
    with pytest.raises(JournalError, match="already exists"):
        journal.opened(path)
    monkeypatch.undo()
    assert (shape(path), version(path)) == (before, journal.VERSION)
    journal.opened(path).close()


@pytest.mark.parametrize(
    ("kind", "error", "opened"),
    [("journal", JournalError, journal.opened), ("access", AccessError, accounts.opened)],
)
def test_what_a_newer_program_wrote_is_refused_and_left_alone(
    tmp_path: Path, kind: str, error: type[Exception], opened: Callable[[Path], Any]
) -> None:
    path = tmp_path / f"{kind}.sqlite"
    opened(path).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(error, match=r"has schema 99, .*: use the newer program"):
        opened(path)
    assert version(path) == 99
    assert not list(tmp_path.glob("*.schema-*"))
