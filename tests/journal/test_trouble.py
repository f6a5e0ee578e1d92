"""Full disks, locked files, bugs: no promise without a commit, nothing that was told is lost."""

import sqlite3
import time

import pytest

from dialer.engine.commands import Claim
from dialer.engine.events import Intended, LeadsCounted, Refused, Tick
from dialer.errors import JournalError
from dialer.journal import sqlite, writer
from dialer.journal.spare import Spare
from tests.conformance.worlds import World, people


@pytest.fixture
def world(tmp_path):
    world = World("sqlite", tmp_path)
    world.lists(people=people(20))
    world.open()
    world.journal.flush()
    yield world
    world.close()


def soon(condition):
    """Wait for another thread, five seconds at most."""
    until = time.monotonic() + 5
    while not condition() and time.monotonic() < until:
        time.sleep(0.005)
    assert condition()


def asked(world, n=1):
    """Claim without waiting for the commit; the answer."""
    del world.inbox[:]
    order = Claim(campaign="spring", n=n, mode="progressive", epoch=world.epoch)
    world.journal.execute(order, cause=0, index=0)
    soon(lambda: any(isinstance(one, Intended | Refused) for one in world.inbox))
    return [one for one in world.inbox if isinstance(one, Intended | Refused)]


def fill_disk(world):
    """Real `SQLITE_FULL`: the file may not grow by a single page."""
    db = world.journal._db
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages}")


def empty_disk(world):
    world.journal._db.execute("PRAGMA max_page_count = 1073741823")


def test_a_full_disk_promises_nothing_and_loses_nothing(world):
    (call,) = world.promised(1)
    durable = world.journal.durable
    fill_disk(world)
    told = [world.journal.append(Tick(at=float(k))) for k in range(5000)]
    refused = Refused(campaign="spring", asked=1, given=0, why="journal", at=world.at)
    soon(lambda: world.journal.trouble)
    assert world.journal.trouble == "database or disk is full"
    assert asked(world) == [refused]
    assert world.journal.durable == durable
    empty_disk(world)
    soon(lambda: world.journal.durable == told[-1])
    assert [seq for seq, _ in world.journal.since(durable)] == told
    assert world.journal.open_intents() == [call]
    soon(lambda: not world.journal.trouble)
    assert isinstance(asked(world)[0], Intended)


def test_facts_of_calls_that_were_up_are_written_when_there_is_room_again(world):
    calls = world.promised(3)
    fill_disk(world)
    for _ in range(3000):
        world.journal.append(Tick(at=world.at))
    soon(lambda: world.journal.trouble)
    empty_disk(world)
    for call in calls:
        world.ended(call, "no_answer")
    assert len(list(world.journal.facts(0))) == 3
    assert world.journal.open_intents() == []


def test_a_locked_file_promises_nothing_until_it_is_free(world):
    other = sqlite3.connect(world.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    seq = world.journal.append(Tick(at=1.0))
    assert asked(world)[0].why == "journal"
    assert world.journal.trouble == "database is locked"
    other.execute("ROLLBACK")
    other.close()
    soon(lambda: world.journal.durable == seq)
    assert isinstance(asked(world)[0], Intended)


class Doubtful:
    """A connection whose commit reaches the disk, and yet is said to have failed."""

    def __init__(self, db):
        self._db, self.armed = db, True

    def __getattr__(self, name):
        return getattr(self._db, name)

    def execute(self, sql, *values):
        done = self._db.execute(sql, *values)
        if sql == "COMMIT" and self.armed:
            self.armed = False
            raise sqlite3.OperationalError("disk I/O error")
        return done


def test_a_promise_whose_commit_is_in_doubt_is_taken_back(world):
    world.journal._writer._db = Doubtful(world.journal._db)
    assert asked(world, 3)[0].why == "journal"
    world.journal.flush()
    assert world.journal.open_intents() == []
    assert len(asked(world, 20)) == 20


def test_a_count_that_was_not_committed_is_told_later(world):
    world.promised(1)
    world.journal._writer._db = Doubtful(world.journal._db)
    del world.inbox[:]
    world.at += 10.0
    soon(lambda: not world.journal._writer._db.armed)
    world.at += 10.0
    soon(lambda: any(isinstance(one, LeadsCounted) for one in world.inbox))
    assert world.inbox[0].left == 20


def test_events_whose_commit_is_in_doubt_are_kept_once(world):
    first = world.journal.durable
    world.journal._writer._db = Doubtful(world.journal._db)
    told = [world.journal.append(Tick(at=float(k))) for k in range(3)]
    world.journal.flush()
    assert [seq for seq, _ in world.journal.since(first)] == told


def test_events_that_find_no_room_to_wait_are_counted(world, monkeypatch):
    monkeypatch.setattr(sqlite, "MOST_WAITING", 1000)
    other = sqlite3.connect(world.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    world.journal.append(Tick(at=0.0))
    soon(lambda: world.journal.trouble)
    for _ in range(1500):
        world.journal.append(Tick(at=1.0))
    assert 490 <= world.journal.lost <= 510
    other.execute("ROLLBACK")
    other.close()
    world.journal.flush()
    seq = world.journal.append(Tick(at=2.0))
    world.journal.flush()
    assert list(world.journal.since(seq - 1)) == [(seq, Tick(at=2.0))]


def test_closing_says_what_could_not_be_written(world, monkeypatch):
    monkeypatch.setattr(sqlite, "CLOSE_S", 0.1)
    other = sqlite3.connect(world.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    journal = world.journal
    journal.append(Tick(at=1.0))
    journal.append(Tick(at=2.0))
    with pytest.raises(JournalError, match=r"2 events and orders could not be written: .*locked"):
        journal.close()
    other.close()
    world.journal = sqlite.SqliteJournal(world.path, world.inbox.append, world.clock)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_bug_in_the_writer_promises_nothing_more(world):
    other = sqlite3.connect(world.path)
    other.execute("DELETE FROM numbers")
    other.commit()
    other.close()
    assert [one.why for one in asked(world)] == ["journal"]
    assert world.journal.trouble.startswith("the writer stopped: IndexError")
    assert [one.why for one in asked(world)] == ["journal"]
    world.journal.append(Tick(at=1.0))
    with pytest.raises(JournalError, match="could not be written"):
        world.journal.close()
    world.journal = sqlite.SqliteJournal(world.path, world.inbox.append, world.clock)


def test_the_spare_is_given_back_to_a_full_disk_and_set_aside_again(tmp_path):
    spare = Spare(tmp_path / "journal.sqlite", size=4096)
    room = tmp_path / "journal.sqlite.spare"
    assert (spare.spent, room.stat().st_size) == (False, 4096)
    assert spare.spend()
    assert not spare.spend()
    assert (spare.spent, room.exists()) == (True, False)
    assert spare.restock()
    assert (spare.spent, room.stat().st_size) == (False, 4096)


def test_a_start_on_a_full_disk_begins_by_giving_the_spare_back(tmp_path, monkeypatch):
    journal, room = tmp_path / "journal.sqlite", tmp_path / "journal.sqlite.spare"
    Spare(journal, size=4096)
    monkeypatch.setattr(Spare, "_free", lambda _: 4095)
    started = Spare(journal, size=4096)
    assert (started.spent, room.exists()) == (True, False)
    monkeypatch.setattr(Spare, "_free", lambda _: 5119)
    assert not started.restock(), "it would take the last room that others need"
    monkeypatch.setattr(Spare, "_free", lambda _: 5120)
    assert (started.restock(), started.spent, room.exists()) == (True, False, True)


def test_while_the_spare_is_spent_nothing_is_promised_but_all_is_written(world, monkeypatch):
    monkeypatch.setattr(world.journal._writer._spare, "restock", lambda: False)
    calls = world.promised(1)
    world.journal._writer._spare.spend()
    assert asked(world)[0].why == "journal"
    world.ended(calls[0], "busy")
    assert world.journal.open_intents() == []
    assert world.journal.trouble == writer.FULL
