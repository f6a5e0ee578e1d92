"""The journal's file: who may read it, what is in it, which program may open it."""

import sqlite3
import stat

import pytest

from dialer.engine.events import Tick
from dialer.errors import JournalError
from dialer.journal import database, vault
from dialer.journal.book import Book
from dialer.journal.database import VERSION
from dialer.journal.reader import Reader
from dialer.journal.sqlite import SqliteJournal
from dialer.leads.normalise import NewLead, Normal
from tests.conformance.worlds import LONDON, World, people


def test_only_its_owner_may_read_the_journal_and_its_key(tmp_path):
    world = World("sqlite", tmp_path / "deep" / "down")
    world.lists(people=people(1))
    world.journal.flush()
    modes = {
        file.name: stat.filemode(file.stat().st_mode)
        for file in world.path.parent.iterdir()
        if file.name != "journal.sqlite.key"  # the test wrote that one
    }
    assert {"journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"} <= set(modes)
    assert set(modes.values()) == {"-rw-------"}
    world.close()


def test_a_key_is_made_once_and_for_its_owner(tmp_path):
    path = tmp_path / "journal.sqlite"
    Book(path).close()
    file = vault.key_file(path)
    secret = file.read_bytes()
    assert (len(secret), stat.filemode(file.stat().st_mode)) == (64, "-rw-------")
    Book(path).close()
    assert file.read_bytes() == secret


def test_the_key_of_another_journal_opens_nothing(tmp_path):
    one, other = tmp_path / "one.sqlite", tmp_path / "other.sqlite"
    for path in (one, other):
        Book(path).close()
    vault.key_file(one).write_bytes(vault.key_file(other).read_bytes())
    with pytest.raises(JournalError, match="is not the key of"):
        Book(one)
    vault.key_file(one).unlink()
    with pytest.raises(JournalError, match="without it no number in the journal can be read"):
        Book(one)


def test_no_number_and_no_name_can_be_read_in_the_files(tmp_path):
    world = World("sqlite", tmp_path)
    ada = NewLead(
        numbers=(Normal("447700900123", LONDON, "mobile"),), person={"name": "Ada Lovelace"}
    )
    world.lists(people=[ada, *people(3)])
    world.open()
    for call in world.promised(4):
        world.ended(call, "connected")
        world.said(call, "sale")
    world.block("447700900124")
    files = [tmp_path / f"journal.sqlite{side}" for side in ("", "-wal", "-shm")]
    before = b"".join(file.read_bytes() for file in files)
    world.close()
    after = (tmp_path / "journal.sqlite").read_bytes()
    for secret in (b"447700900123", b"7700900124", b"Lovelace", b"+447700900000"):
        assert secret not in before
        assert secret not in after
    assert "+44770•••0123".encode() in after


def test_the_agent_may_read_what_the_list_said(tmp_path):
    world = World("sqlite", tmp_path)
    world.lists(people=people(1))
    with Book(world.path) as book:
        assert book.person("1") == {"name": "Ada"}
    world.close()


def test_a_newer_schema_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "journal.sqlite"
    Book(path).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    for door in (lambda: Book(path), lambda: list(Reader(path).since(0))):
        with pytest.raises(JournalError, match=f"has schema 99, this program knows {VERSION}"):
            door()
    with pytest.raises(JournalError, match="use the newer program"):
        SqliteJournal(path, lambda event: None, lambda: 0.0)


def test_the_schema_comes_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "journal.sqlite"
    half = tmp_path / "half.sql"
    half.write_text("CREATE TABLE events (twice TEXT);\n")
    monkeypatch.setattr(database, "SCHEMAS", (*database.SCHEMAS, half))
    with pytest.raises(JournalError, match="already exists"):
        database.opened(path)
    monkeypatch.undo()
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    db.close()
    Book(path).close()


def test_a_file_that_is_no_journal_is_an_error_that_says_so(tmp_path):
    path = tmp_path / "journal.sqlite"
    path.write_bytes(b"this is a shopping list\n" * 1000)
    with pytest.raises(JournalError, match="cannot be opened: file is not a database"):
        SqliteJournal(path, lambda event: None, lambda: 0.0)
    with pytest.raises(JournalError, match="there is no journal at"):
        list(Reader(tmp_path / "none.sqlite").since(0))


def test_a_reader_in_another_place_pages_through_many_events(tmp_path):
    world = World("sqlite", tmp_path)
    for k in range(2500):
        world.journal.append(Tick(at=float(k)))
    world.journal.flush()
    told = list(Reader(world.path).since(100))
    assert [seq for seq, _ in told] == list(range(101, 2501))
    assert told[-1] == (2500, Tick(at=2499.0))
    world.close()
