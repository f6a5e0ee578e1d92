"""Killed, stopped and joined by other processes: for real."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from dialer.engine.events import NumberBlocked, Refused, Replaced
from dialer.errors import LeaseTaken
from dialer.journal.book import Book
from dialer.journal.reader import Reader
from dialer.journal.sqlite import SqliteJournal
from dialer.journal.writer import FULL
from tests.conformance.worlds import World, people

pytestmark = pytest.mark.crash
ROOT = Path(__file__).parents[2]


def doomed(path, seed):
    command = [sys.executable, "-m", "tests.journal.doomed", str(path), str(seed)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)


def killed(process, after_s, promises=0):
    """Kill it so long after its first word and so many promises; every whole line that it said."""
    words = process.stdout.readline()
    while words.count(b"promised") < promises:
        words += process.stdout.readline()
    time.sleep(after_s)
    process.kill()
    words += process.stdout.read()
    process.wait()
    process.stdout.close()
    return [line.split() for line in words.decode().split("\n")[:-1]]


def hung_between_commits(pid, path):
    """Stop a process that writes all the time, at a moment at which it does not hold the file."""
    while True:
        os.kill(pid, signal.SIGSTOP)
        while not is_stopped(pid):  # a thread first ends what it has asked of the kernel: a lock
            time.sleep(0.001)
        with closing(sqlite3.connect(path, timeout=0.0, isolation_level=None)) as db:
            try:
                db.execute("BEGIN IMMEDIATE")
                db.execute("ROLLBACK")
                return
            except sqlite3.OperationalError:
                os.kill(pid, signal.SIGCONT)
        time.sleep(0.03)


def is_stopped(pid):
    """Whether none of its threads goes on."""
    stands = (one.read_text() for one in Path(f"/proc/{pid}/task").glob("*/stat"))
    return all(stand.rpartition(")")[2].split()[0] == "T" for stand in stands)


@pytest.fixture
def world(tmp_path):
    world = World("sqlite", tmp_path)
    world.lists(people=people(20_000))
    world.open()
    world.journal.flush()
    return world


def test_what_was_acknowledged_survives_twenty_five_kills(world):
    world.close()
    rng = random.Random(2)
    promised, ended, epochs = set(), set(), []
    for kill in range(25):
        lines = killed(doomed(world.path, kill), rng.uniform(0.0, 0.1), rng.randint(5, 50))
        promised |= {words[1] for words in lines if words[0] == "promised"}
        ended |= {words[1] for words in lines if words[0] == "ended"}
        epochs += [int(words[1]) for words in lines if words[0] == "epoch"]
        durable = max([int(words[1]) for words in lines if words[0] == "durable"], default=0)
        reader = Reader(world.path)
        events = [seq for seq, _ in reader.since(0)]
        assert events == list(range(1, len(events) + 1))
        assert len(events) >= durable
        with sqlite3.connect(world.path) as db:
            kept = {row[0] for row in db.execute("SELECT call FROM intents")}
            assert db.execute("PRAGMA quick_check").fetchone() == ("ok",)
        db.close()
        told = Counter(fact.call for _, fact in reader.facts(0))
        assert promised <= kept
        assert ended <= set(told)
        assert set(told.values()) <= {1}
        left = {call.call for call in reader.open_intents()}
        assert left | set(told) == kept
        assert not left & set(told)
    assert epochs == list(range(2, 27))  # each next one begins at once: a dead process has no lease
    assert len(promised) > 500


def test_leads_stand_where_their_calls_say_after_a_kill(world):
    world.close()
    for kill in range(3):
        killed(doomed(world.path, f"again {kill}"), 0.2)
    with sqlite3.connect(world.path) as db:
        calling = db.execute("SELECT call FROM leads WHERE state = 'intended' ORDER BY call")
        open_ = db.execute("SELECT call FROM intents WHERE closed_at IS NULL ORDER BY call")
        assert calling.fetchall() == open_.fetchall()
        counted = db.execute("SELECT state, sum(n) FROM lead_counts GROUP BY state HAVING sum(n)")
        stand = db.execute("SELECT state, count(*) FROM leads GROUP BY state")
        assert counted.fetchall() == stand.fetchall()
    db.close()


def test_a_dialer_that_hangs_keeps_its_lease_until_force_is_used_and_then_stands_down(world):
    world.close()
    process = doomed(world.path, "hung")
    process.stdout.readline()
    hung_between_commits(process.pid, world.path)
    try:
        second = SqliteJournal(world.path, world.inbox.append, time.time)
        with pytest.raises(LeaseTaken, match="doomed hung dials with this journal"):
            second.take_lease("second", time.time())
        epoch = second.take_lease("second", time.time(), force=True)
        promised = len(second.open_intents())
        os.kill(process.pid, signal.SIGCONT)
        time.sleep(0.5)
        assert len(second.open_intents()) == promised
        second.close()
    finally:
        os.kill(process.pid, signal.SIGCONT)  # who is stopped says nothing that could be read
        killed(process, 0.0)
    assert epoch == 3


def test_a_lease_without_a_sign_of_life_for_ten_seconds_is_free(world):
    other = SqliteJournal(world.path, world.inbox.append, world.clock)
    with pytest.raises(LeaseTaken):
        other.take_lease("other", world.at + 9)
    assert world.journal.is_owner()
    assert other.take_lease("other", world.at + 10) == 2
    assert (world.journal.is_owner(), other.is_owner()) == (False, True)
    other.close()
    world.close()
    assert Replaced(at=world.at) in world.inbox


def test_on_a_disk_that_is_really_full_calls_that_are_up_still_get_their_cdrs(tmp_path):
    own_mounts = ["unshare", "--user", "--map-root-user", "--mount"]
    mount = f"mount -t tmpfs -o size=20m none {tmp_path}"
    may = shutil.which("unshare") and subprocess.run([*own_mounts, "sh", "-c", mount], check=False)
    if not may or may.returncode:
        pytest.skip("this machine lets nobody but root mount a small disk")
    script = f"{mount} && exec {sys.executable} -m tests.journal.full {tmp_path}"
    done = subprocess.run(
        [*own_mounts, "sh", "-c", script], cwd=ROOT, check=True, stdout=subprocess.PIPE
    )
    assert json.loads(done.stdout) == {
        "promised": 4,
        "spent": True,
        "written into the reserve": True,
        "trouble": FULL,
        "cdr kept": 1,
        "refused": ["journal"],
        "durable is behind": True,
        "all written": True,
        "well again": True,
        "in order": True,
        "promised again": 3,
    }


def test_another_process_adds_and_blocks_while_a_dialer_runs(world):
    script = (
        "import sys; from pathlib import Path\n"
        "from dialer.journal.book import Book; from dialer.journal.store import Block\n"
        "from tests.conformance.worlds import people\n"
        "book = Book(Path(sys.argv[1]))\n"
        "for k in range(20): book.add_leads('people', people(100, 447800000000 + 100 * k))\n"
        "book.block(['447700900000'], Block(source='register', added_by='Eve'))\n"
    )
    (call,) = world.promised(1)
    process = subprocess.Popen([sys.executable, "-c", script, str(world.path)], cwd=ROOT)
    refused = 0
    while process.poll() is None:
        refused += any(isinstance(one, Refused) for one in world.claim(2))
        time.sleep(0.01)
    assert process.returncode == 0
    until = time.monotonic() + 60
    told = NumberBlocked(number_key=call.number_key, at=world.at)
    while told not in world.heard and time.monotonic() < until:
        time.sleep(0.02)
    assert world.heard.count(told) == 1
    assert refused == 0
    with Book(world.path) as book:
        assert book.is_blocked("447700900000")
        assert book.counted("spring", world.at).left == 22_000
    world.close()
