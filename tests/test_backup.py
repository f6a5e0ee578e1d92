"""A backup of a dialer that dials, and a home made of it that dials on."""

import json
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import msgspec
import pytest

from dialer import __main__ as command_line
from dialer import backup, client, serve
from dialer.backup import BackupError
from dialer.engine.commands import Cdr, Originate, SwitchCommand
from dialer.engine.events import HungUp, LoggedIn, Placed, Ringing, WentReady
from dialer.errors import DialerError
from dialer.journal.book import Book
from dialer.journal.reader import Reader
from dialer.journal.sqlite import SqliteJournal
from dialer.leads.normalise import NewLead, normal
from dialer.live import Dialer, Inbox
from dialer.ports import Clock
from dialer.settings import Settings
from dialer.warehouse import Warehouse
from dialer.world import Way, World
from tests.access.conftest import MACHINE, NINE, opened_house
from tests.test_serve import SPRING, QuietSwitch, opened, until

LEADS = 400


class BusySwitch(QuietSwitch):
    """Everybody who is called is talking to somebody else."""

    def execute(self, command: SwitchCommand) -> None:
        super().execute(command)
        if isinstance(command, Originate):
            for event in (Placed, Ringing):
                self.inbox.put(event(call=command.call, at=self.clock()))
            self.inbox.put(HungUp(call=command.call, cause=17, at=self.clock()))


@asynccontextmanager
async def busy(journal: SqliteJournal, inbox: Inbox, clock: Clock) -> AsyncIterator[BusySwitch]:
    yield BusySwitch(inbox, clock)


QUICK = msgspec.structs.replace(SPRING, calls_per_s=50.0)
WORLD = World(switch=busy, trunks={"lab": Way(source="lab", lines=50)})


def ended(home: Path) -> Counter[str]:
    facts = Reader(home / "journal.sqlite").facts(0)
    return Counter(fact.call for _, fact in facts if isinstance(fact, Cdr))


def ran(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as over:
        command_line.main(list(args))
    return int(over.value.code or 0), *capsys.readouterr()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with leads, somebody who may log in, a recording, a message and settings."""
    home = tmp_path / "home"
    home.mkdir()
    with Book(home / "journal.sqlite") as book:
        numbers = (normal(f"1212555{n:04}", "us", lab=True) for n in range(LEADS))
        new = [
            NewLead(numbers=(n,), person={"name": "Ada"}) for n in numbers if not isinstance(n, str)
        ]
        book.add_leads("vip", new)
    with opened_house(home) as house:
        house.hire("ada", "superuser")
        house.accounts.add_team(MACHINE, "red", at=NINE)
    for name in ("recordings/2026-11-25/d1-1.wav", "messages/sorry.wav"):
        (home / name).parent.mkdir(parents=True)
        (home / name).write_bytes(b"RIFF")
    return home


async def lived(home: Path, world: World, *, task_status: Any) -> None:
    await serve.serve(Settings(home=home), world, task_status=task_status)


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_dialer_backed_up_in_the_middle_of_a_campaign_lives_on_elsewhere(
    home: Path, tmp_path: Path
) -> None:
    kept, fresh = tmp_path / "kept", tmp_path / "fresh"
    async with anyio.create_task_group() as tasks:
        dialer: Dialer = await tasks.start(partial(lived, home, WORLD))
        async with client.connected_async(home / "door.sock") as door:
            await opened(door, QUICK)
            for name in ("li", "wu", "ma"):
                await door.order(LoggedIn(agent=name, pool="main", endpoint=f"PJSIP/{name}", at=0))
                await door.order(WentReady(agent=name, at=0))
        await until(lambda: len(ended(home)) > 20)
        made = partial(backup.made, Settings(home=home), kept, at=time.time())
        manifest = await anyio.to_thread.run_sync(made)
        then = len(ended(home))
        await until(lambda: len(ended(home)) > then + 5)
        assert dialer.engine.state.campaigns["spring"].state == "dialling"
        tasks.cancel_scope.cancel()
    assert [one.name for one in manifest.recordings] == ["2026-11-25/d1-1.wav"]

    _, paused = backup.restored(kept, fresh, at=time.time())
    was = ended(kept)
    assert paused == ["spring"]
    assert ended(fresh) == was
    assert 20 < len(was) <= then < len(ended(home))
    assert was.keys() <= ended(home).keys()
    assert set(was.values()) == {1}

    async with anyio.create_task_group() as tasks:
        dialer = await tasks.start(partial(lived, fresh, WORLD))
        assert dialer.engine.state.campaigns["spring"].state == "paused"
        assert dialer.epoch > backup.EPOCHS
        tasks.cancel_scope.cancel()
    assert ended(fresh).keys() >= was.keys()


def test_the_commands_make_a_home_whose_totals_agree(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    anyio.run(a_while, home)
    settings = tmp_path / "dialer.toml"
    settings.write_text(f'home = "{home}"\n')
    kept, fresh = tmp_path / "kept", tmp_path / "fresh"
    code, said, _ = ran(capsys, "--settings", str(settings), "backup", str(kept))
    assert (code, "checked; 1 recordings listed" in said) == (0, True)
    code, said, _ = ran(capsys, "--home", str(fresh), "restore", str(kept), "--json")
    assert (code, json.loads(said)["paused"]) == (0, ["spring"])
    counted = Warehouse(fresh, "lab").query("SELECT count(*) AS calls FROM v_attempts")
    assert counted.calls[0] == len(ended(home)) > 5
    assert (fresh / "messages/sorry.wav").read_bytes() == b"RIFF"
    assert (fresh / "settings/settings.toml").read_text() == settings.read_text()
    with opened_house(fresh) as house:
        assert [one.name for one in house.accounts.users()] == ["ada"]
        assert house.audit.verify() is None
    with Book(fresh / "journal.sqlite") as book, Book(home / "journal.sqlite") as old:
        assert book.numbers_of(ended(home)) == old.numbers_of(ended(home))


async def a_while(home: Path) -> None:
    async with anyio.create_task_group() as tasks:
        await tasks.start(partial(lived, home, WORLD))
        async with client.connected_async(home / "door.sock") as door:
            await opened(door, QUICK)
            await door.order(LoggedIn(agent="li", pool="main", endpoint="PJSIP/li", at=0))
            await door.order(WentReady(agent="li", at=0))
        await until(lambda: len(ended(home)) > 5)
        tasks.cancel_scope.cancel()


def test_a_home_that_holds_something_is_not_overwritten(home: Path, tmp_path: Path) -> None:
    backup.made(Settings(home=home), tmp_path / "kept", at=NINE)
    with pytest.raises(BackupError, match=r"holds .*journal.sqlite already"):
        backup.restored(tmp_path / "kept", home, at=NINE)
    with pytest.raises(BackupError, match="never overwritten"):
        backup.made(Settings(home=home), tmp_path / "kept", at=NINE)
    assert not list(tmp_path.glob(".*.part"))


def test_nothing_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="nothing in"):
        backup.made(Settings(home=tmp_path / "empty"), tmp_path / "kept", at=NINE)
    with pytest.raises(BackupError, match="no backup of ours"):
        backup.restored(tmp_path, tmp_path / "fresh", at=NINE)


def cut(kept: Path) -> None:
    (kept / "access.sqlite").write_bytes((kept / "access.sqlite").read_bytes()[:-1])


def lost(kept: Path) -> None:
    (kept / "journal.sqlite.key").unlink()


def outside(kept: Path) -> None:
    text = (kept / backup.MANIFEST).read_text()
    (kept / backup.MANIFEST).write_text(text.replace('"access.sqlite"', '"../access.sqlite"'))


def other_key(kept: Path) -> None:
    (kept / "journal.sqlite.key").write_bytes(bytes(64))
    resealed(kept, "journal.sqlite.key")


def newer(kept: Path) -> None:
    with closing(sqlite3.connect(kept / "access.sqlite")) as db:
        db.execute("PRAGMA user_version = 99")
    resealed(kept, "access.sqlite")


def forged(kept: Path) -> None:
    with closing(sqlite3.connect(kept / "access.sqlite", isolation_level=None)) as db:
        for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            db.execute(f"DROP TRIGGER {trigger}")
        db.execute("UPDATE audit SET who = 'nobody' WHERE seq = 1")
    resealed(kept, "access.sqlite")


def resealed(kept: Path, name: str) -> None:
    """Whoever changed the file changed the manifest, too."""
    manifest = json.loads((kept / backup.MANIFEST).read_text())
    (one,) = (one for one in manifest["files"] if one["name"] == name)
    one["sha256"] = backup._hash(kept / name)
    (kept / backup.MANIFEST).write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (cut, "access.sqlite is not as it was written"),
        (lost, "journal.sqlite.key is missing"),
        (outside, "lies outside of it"),
        (other_key, "is not the key of"),
        (newer, "use the newer program"),
        (forged, "the audit log is broken at row 1"),
    ],
)
def test_a_backup_that_is_not_whole_makes_no_home(
    home: Path, tmp_path: Path, harm: Any, said: str
) -> None:
    kept = tmp_path / "kept"
    backup.made(Settings(home=home), kept, at=NINE)
    harm(kept)
    with pytest.raises(DialerError, match=said):
        backup.restored(kept, tmp_path / "fresh", at=NINE)
    assert not (tmp_path / "fresh").exists()


def test_nobody_else_may_read_a_backup(home: Path, tmp_path: Path) -> None:
    kept, fresh = tmp_path / "kept", tmp_path / "fresh"
    backup.made(Settings(home=home), kept, at=NINE)
    backup.restored(kept, fresh, at=NINE)
    for folder in (kept, fresh):
        files = [one for one in folder.rglob("*") if one.is_file() and "lock" not in one.name]
        assert {oct(one.stat().st_mode & 0o077) for one in files} == {"0o0"}
