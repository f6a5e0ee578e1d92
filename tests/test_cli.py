"""The command line: one clear line when something is wrong, and an exit code that says what."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialer import __main__ as command_line
from dialer import campaign, client, errors
from dialer.commands.exits import BY_ERROR, EXITS, exit_for
from dialer.commands.written import must_be_writable, whole, write_whole
from dialer.engine.events import LoggedIn, WentReady
from dialer.journal.book import Book
from dialer.leads.normalise import NewLead, normal
from dialer.room import NONE_LEFT

ROOT = Path(__file__).parents[1]


class Ran:
    """What a command said, and its exit code."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def at(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command in a home."""

    def run(home: Path, *args: str) -> Ran:
        with pytest.raises(SystemExit) as ended:
            command_line.main(["--home", str(home), *args])
        out, err = capsys.readouterr()
        return Ran(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture
def dialer(at: Any, tmp_path: Path) -> Any:
    """Runs a command in a home of its own, which nobody serves."""
    return lambda *args: at(tmp_path / "home", *args)


def test_help_names_every_command_even_one_that_cannot_be_loaded(
    dialer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        name = "board"

        def load(self) -> None:
            raise ImportError("No module named 'dashboards.commands'")

    monkeypatch.setattr(command_line, "_foreign", lambda: {"board": Broken()})
    helped = dialer("--help")
    assert helped.code == 0
    for name in [*command_line.OWN, "board"]:
        assert name in helped.out
    broken = dialer("board")
    assert (broken.code, broken.out) == (1, "")
    assert "`dialer board` cannot be loaded: No module named" in broken.err


@pytest.mark.parametrize("name", sorted(command_line.OWN))
def test_every_command_of_ours_explains_itself(dialer: Any, name: str) -> None:
    helped = dialer(name, "--help")
    assert helped.code == 0
    assert f"dialer {name}" in helped.out


@pytest.mark.parametrize(
    ("args", "code", "complaint"),
    [
        (["nonsense"], 2, "No such command 'nonsense'"),
        (["status", "--nonsense"], 2, "No such option"),
        (["status"], 4, "dialer: no dialer serves"),
        (["campaign", "pause", "spring"], 4, "start one with `dialer serve`"),
        (["run", "nowhere.toml"], 2, "nowhere.toml: cannot be read: No such file or directory"),
        (["sql", "SELECT 1"], 1, "there is no warehouse of source live"),
        (["report", "spring"], 2, "one of --day, --week and --month"),
        (["forecast", "spring"], 1, "there is no journal at"),
        (["forecast", "--campaign", "spring"], 2, "no campaign was ever opened"),
        (["leads", "dnc", "add", "12"], 1, "is no telephone number"),
    ],
)
def test_what_is_wrong_is_one_line_and_a_code(
    dialer: Any, args: list[str], code: int, complaint: str
) -> None:
    ran = dialer(*args)
    assert (ran.code, ran.out) == (code, "")
    assert complaint in ran.err
    assert "Traceback" not in ran.err


def test_a_world_that_has_no_warehouse_names_one_that_has(dialer: Any, tmp_path: Path) -> None:
    there = tmp_path / "home/warehouse/sim/dialer.duckdb"
    there.parent.mkdir(parents=True)
    there.touch()
    assert "there is one of sim: `--source sim`" in dialer("sql", "SELECT 1").err


def test_a_file_that_cannot_be_written_is_named_in_one_line(dialer: Any, tmp_path: Path) -> None:
    ran = dialer("detection", "export", str(tmp_path / "nowhere" / "openings.zip"))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.replace("\n", "") == (
        f"dialer: {tmp_path}/nowhere/openings.zip: No such file or directory"
    )


@pytest.mark.parametrize(
    ("command", "option"), [(["bench", "detection"], "--calls"), (["detection", "train"], "--out")]
)
def test_where_nothing_can_be_written_nothing_is_worked_on(
    dialer: Any, tmp_path: Path, command: list[str], option: str
) -> None:
    manifest = tmp_path / "calls.csv"
    manifest.write_text("no,manifest\n")
    kept = tmp_path / "kept"
    kept.write_text("of yesterday")
    ran = dialer(*command, "--manifest", str(manifest), option, str(tmp_path / "none" / "x"))
    assert "none/x: No such file or directory" in ran.err.replace("\n", "")
    ran = dialer(*command, "--manifest", str(manifest), option, str(kept))
    assert ("has no column" in ran.err, kept.read_text()) == (True, "of yesterday")
    ran = dialer(*command, "--manifest", str(manifest), option, str(tmp_path / "new"))
    assert ("has no column" in ran.err, (tmp_path / "new").exists()) == (True, False)


def _begins(path: Path, ends: type[BaseException]) -> None:
    with whole(path) as out:
        out.write(b"half of it")
        raise ends


@pytest.mark.parametrize("ends", [RuntimeError, KeyboardInterrupt])
def test_of_work_that_fails_no_file_is_left_and_none_is_lost(tmp_path: Path, ends: Any) -> None:
    new, kept = tmp_path / "new", tmp_path / "kept"
    kept.write_text("of yesterday")
    for path in (new, kept):
        must_be_writable(path)
        assert new.exists() is False
        with pytest.raises(ends):
            _begins(path, ends)
    assert [one.name for one in tmp_path.iterdir()] == ["kept"]
    assert kept.read_text() == "of yesterday"


def test_a_file_is_in_its_place_when_all_of_it_is_written(tmp_path: Path) -> None:
    kept, link = tmp_path / "kept", tmp_path / "link"
    kept.write_text("of yesterday")
    kept.chmod(0o644)
    link.symlink_to(kept)
    with whole(link) as out:
        out.write(b"all of it")
        assert kept.read_text() == "of yesterday"
    assert (link.is_symlink(), kept.read_text()) == (True, "all of it")
    assert kept.stat().st_mode & 0o777 == 0o600
    write_whole(tmp_path / "card", b"{}")
    assert (tmp_path / "card").stat().st_mode & 0o700 == 0o600
    write_whole(Path("/dev/null"), b"nowhere")
    assert Path("/dev/null").is_char_device()


def test_wrong_settings_are_named_before_anything_is_done(dialer: Any, tmp_path: Path) -> None:
    file = tmp_path / "dialer.toml"
    file.write_text("[board]\npotr = 1")
    ran = dialer("--settings", str(file), "status")
    assert (ran.code, ran.err) == (
        2, f"dialer: {file}: board.potr: no such setting. Did you mean port?\n",
    )  # fmt: skip


def test_words_in_brackets_survive(dialer: Any, tmp_path: Path) -> None:
    file = tmp_path / "spring.toml"
    file.write_text('name = "spring"\nlists = ["[bold]"]')
    assert "lists: '[bold]': a list's name has small letters" in dialer("run", str(file)).err


def test_every_kind_of_error_has_a_code_that_the_table_explains() -> None:
    named = [one for one in vars(errors).values() if isinstance(one, type)]
    kinds = [one for one in named if issubclass(one, errors.DialerError)]
    assert len(kinds) > 10
    assert {exit_for(kind("x")).code for kind in kinds} <= {one.code for one in EXITS}
    assert set(BY_ERROR) <= set(kinds)
    assert len({one.code for one in EXITS}) == len(EXITS)


def test_the_codes_can_be_looked_up(dialer: Any) -> None:
    told = dialer("exits").out
    assert [line.split()[0] for line in told.splitlines()[1:] if line[1] != " "] == [
        str(one.code) for one in EXITS
    ]


def test_one_error_inside_a_task_group_is_that_error(
    dialer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def grouped(*_: object, **__: object) -> None:
        raise ExceptionGroup("tasks", [ExceptionGroup("more", [errors.LeaseTaken("taken")])])

    monkeypatch.setattr(command_line, "app", grouped)
    ran = dialer()
    assert (ran.code, ran.err) == (5, "dialer: taken\n")


def test_doctor_lists_every_finding_with_its_mend(dialer: Any, tmp_path: Path) -> None:
    file = tmp_path / "spring.toml"
    file.write_text('name = "spring"\nlists = ["vip"]\ntrunk = "sip1"\n')
    nowhere = str(tmp_path / "nowhere")
    looked = dialer("--asterisk", nowhere, "doctor", "--campaign", str(file), "--json")
    found = {one["what"]: (one["level"], one["mend"]) for one in json.loads(looked.out)}
    assert looked.code == 3
    assert found["campaign spring: there is no trunk sip1"] == ("fatal", "there are: none")
    assert [what for what in found if "GB free in" in what]
    (asterisk,) = (what for what in found if what.startswith("Asterisk: "))
    assert nowhere in asterisk
    live = tmp_path / "live.toml"
    live.write_text('trunks = "trunks.toml"')
    (tmp_path / "trunks.toml").write_text(
        '[trunks.sip1]\ncountry = "us"\nhosts = ["a.example"]\ncaller_ids = ["12125550100"]\n'
    )
    looked = dialer("--asterisk", nowhere, "--settings", str(live), "doctor", "--json")
    assert "our own Asterisk takes SIP on 127.0.0.1: no carrier reaches that" in looked.out
    shown = dialer("--asterisk", nowhere, "doctor").out
    assert "fatal" in shown
    assert "-> " in shown


def test_the_card_of_a_preset_says_what_it_was_learnt_from_and_what_it_is_worth(
    dialer: Any,
) -> None:
    told = dialer("detection", "card", "balanced")
    assert (told.code, told.err) == (0, "")
    lines = told.out.splitlines()
    assert lines[0] == 'detection = "balanced"'
    assert "late_pause_s=0.3" in lines[1]
    assert "learnt from: 70 human, 2 ivr, 50 machine; 77 voices; 80 Apache-2.0" in told.out
    assert "3 of 70 (4.3%)" in told.out
    card = json.loads(dialer("detection", "card", "--json").out)
    assert (card["detection"], card["learnt_from"]["voices"]) == ("careful", 77)
    unknown = dialer("detection", "card", "rash")
    assert (unknown.code, unknown.out) == (2, "")
    assert "no card of 'rash': there are balanced, careful, patient" in unknown.err


# ---- lists and the do-not-call list -------------------------------------------------------------
def test_a_number_goes_onto_the_do_not_call_list_and_off_again(dialer: Any) -> None:
    assert (
        dialer("leads", "dnc", "add", "(212) 555-0123").out == "1 new on the list, 0 were on it\n"
    )
    assert dialer("leads", "dnc", "add", "+12125550123").out == "0 new on the list, 1 were on it\n"
    checked = dialer("leads", "dnc", "check", "212 555 0123", "--json")
    assert (checked.code, json.loads(checked.out)) == (1, {"blocked": True})
    off = ("leads", "dnc", "remove", "212 555 0123")
    without = dialer(*off)
    assert (without.code, "--reason" in without.err) == (2, True)
    blank = dialer(*off, "--reason", "  ")
    assert (blank.code, "say why it goes off the list" in blank.err) == (1, True)
    assert dialer(*off, "--reason", "asked to be called").code == 0
    assert dialer(*off, "--reason", "asked to be called").code == 1
    assert dialer("leads", "dnc", "check", "212 555 0123").code == 0
    log = json.loads(dialer("audit", "show", "--json").out)
    assert "asked to be called" in str(log)


def test_the_list_is_counted_and_taken_away_as_a_file(dialer: Any, tmp_path: Path) -> None:
    dialer("dnc", "add", "212 555 0123", "+1900*", "--campaign", "spring")
    told = dialer("dnc", "count").out.splitlines()
    assert "UTC: numbers that must not be called 1, prefixes 1; since" in told[0]
    assert told[1:] == ["not called by spring: numbers 1, prefixes 1"]
    assert json.loads(dialer("dnc", "count", "--json").out)["added"] == 2
    file = tmp_path / "away.csv"
    taken = dialer("dnc", "export", "--out", str(file), "--json")
    assert json.loads(taken.out) == {"entries": 2, "without_number": 0}
    assert file.stat().st_mode & 0o777 == 0o600
    assert [line.split(",")[0] for line in file.read_text("utf-8-sig").splitlines()] == [
        "number", "+12125550123", "+1900*",
    ]  # fmt: skip


def test_a_file_with_one_bad_line_changes_nothing_and_repeats_no_number(
    dialer: Any, tmp_path: Path
) -> None:
    file = tmp_path / "stop.txt"
    file.write_text("+12125550123\n5551 or so\n")
    ran = dialer("leads", "dnc", "import", str(file))
    assert (ran.code, ran.out) == (1, "")
    assert "line 2: no telephone number there; nothing was taken over" in ran.err
    assert "5551" not in ran.err
    assert dialer("leads", "dnc", "check", "212 555 0123").code == 0
    file.write_text("+12125550123\n+12125550124\n")
    report = dialer("leads", "dnc", "import", str(file), "--json")
    assert json.loads(report.out) == {"rows": 2, "added": 2, "known": 0}


LIST = "name,phone\nAda,+12125550123\nBob,+12125550124\nCy,nonsense\nAda,+12125550123\n"


def test_a_list_goes_in_and_what_cannot_is_in_the_reject_file(dialer: Any, tmp_path: Path) -> None:
    file = tmp_path / "Spring.csv"
    file.write_text(LIST)
    report = json.loads(dialer("leads", "import", str(file), "--json").out)
    assert [report[key] for key in ("rows", "imported", "duplicates", "rejected")] == [4, 2, 1, 1]
    rejected = Path(report["reject_file"])
    assert rejected.name == "spring-1.csv"
    assert "4,not_a_number" in rejected.read_text(encoding="utf-8-sig")
    again = dialer("leads", "import", str(file))
    assert again.out.startswith("0 of 4 rows imported, 3 were there, 1 rejected, 0 on a do-not")
    assert (again.code, "1 not a number" in again.out) == (0, True)


def test_a_list_can_be_looked_at_before_it_is_imported(dialer: Any, tmp_path: Path) -> None:
    file = tmp_path / "spring.csv"
    file.write_text(LIST)
    shown = dialer("leads", "import", str(file), "--preview")
    assert shown.out.split()[:5] == ["line", "1", "name", "2", "phone"]
    assert "Ada" in shown.out
    assert "divided by ','" in shown.err
    assert not (tmp_path / "home/journal.sqlite").exists()


def test_a_list_that_cannot_be_read_at_all_is_refused(dialer: Any, tmp_path: Path) -> None:
    file = tmp_path / "spring.csv"
    file.write_text("")
    ran = dialer("leads", "import", str(file))
    assert (ran.code, ran.out) == (1, "")
    assert "spring.csv is empty" in ran.err


# ---- with a dialer that serves ------------------------------------------------------------------
SERVER = """
import sys
from pathlib import Path
import anyio
from dialer import logs, serve
from dialer.settings import Settings
from tests.test_serve import WORLD

logs.configure("error")
anyio.run(serve.serve, Settings(home=Path(sys.argv[1])), WORLD)
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with a dialer in a process of its own; its switch has no telephones."""
    home = tmp_path_factory.mktemp("served") / "home"
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(home)], cwd=ROOT, env={**os.environ, "PYTHONPATH": "."}
    )
    try:
        yield wait_for(home)
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture
def there(at: Any, served: Path) -> Any:
    """Runs a command in the home that is served."""
    return lambda *args: at(served, *args)


def wait_for(home: Path) -> Path:
    for _ in range(1200):
        try:
            with client.connected(home / "door.sock") as door:
                door.status()
                return home
        except errors.NoServer:
            time.sleep(0.05)
    raise AssertionError("no dialer after 60 s")


def campaign_file(folder: Path, name: str) -> str:
    file = folder / f"{name}.toml"
    file.write_text(f'name = "{name}"\nlists = ["{name}"]\nlaw = "lab"\nretry = "lab"\n')
    return str(file)


BY_ANOTHER_CLOCK = """
import sys, time
from functools import partial
from pathlib import Path
import anyio
from dialer import logs, serve
from dialer.settings import Settings
from tests.test_serve import WORLD

logs.configure("info")
home, off_s = map(Path, sys.argv[1:])
wall = lambda: time.time() + float(off_s.read_text())
anyio.run(partial(serve.serve, Settings(home=home), WORLD, wall=wall))
"""


def test_a_process_whose_clock_is_put_right_goes_on_by_the_right_one(
    at: Any, tmp_path: Path
) -> None:
    home, off_s = tmp_path / "home", tmp_path / "off"
    off_s.write_text("7200")
    server = subprocess.Popen(
        [sys.executable, "-c", BY_ANOTHER_CLOCK, str(home), str(off_s)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": "."}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        wait_for(home)
        began = json.loads(at(home, "status", "--json").out)
        assert began["at"] - time.time() == pytest.approx(7200.0, abs=60.0)
        off_s.write_text("0")
        went_on = began
        while went_on["epoch"] == began["epoch"]:
            time.sleep(0.2)
            told = at(wait_for(home), "status", "--json")
            went_on = json.loads(told.out) if not told.code else began
        assert went_on["pid"] == began["pid"] == server.pid
        assert went_on["at"] - time.time() == pytest.approx(0.0, abs=60.0)
        assert went_on["clock"]["put_right"]["by_s"] == pytest.approx(-7200.0, abs=2.0)
    finally:
        server.terminate()
        _, said = server.communicate(timeout=60)
    assert server.returncode == 0
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    words = [one["event"] for one in lines]
    assert "clock jumped" in words
    assert "the clock was put right: begins anew" in words


def test_a_campaign_is_put_in_force_steered_and_seen(there: Any, tmp_path: Path) -> None:
    put = there("run", campaign_file(tmp_path, "spring"), "--detach", "--json")
    assert (put.code, json.loads(put.out)) == (0, {"campaign": "spring", "version": 1})
    assert "spring version 1 is in force (lab)" in put.err
    assert there("campaign", "pause", "spring", "--why", "lunch").out == "spring is paused\n"
    state = json.loads(there("status", "--json").out)["campaigns"]["spring"]
    assert (state["state"], state["why"]) == ("paused", "lunch")
    assert there("campaign", "resume", "spring").out == "spring dials\n"
    assert there("campaign", "stop", "spring").out == "spring is stopped\n"
    shown = there("status").out
    assert "switch up" in shown
    assert "stopped" in shown
    unknown = there("campaign", "pause", "autumn")
    assert (unknown.code, unknown.out) == (5, "")
    assert "no campaign `autumn` here; there are: " in unknown.err


def test_a_campaign_without_leads_is_over_at_once(there: Any, tmp_path: Path) -> None:
    ran = there("run", campaign_file(tmp_path, "empty"), "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["placed"] == 0


def test_a_campaign_whose_time_is_over_is_paused(there: Any, served: Path, tmp_path: Path) -> None:
    home = normal("+12125550123", "us")
    assert not isinstance(home, str)
    with Book(served / "journal.sqlite") as book:
        book.add_leads("long", [NewLead(numbers=(home,))])
    ran = there("run", campaign_file(tmp_path, "long"), "--minutes", "0.02", "--json")
    assert (ran.code, json.loads(ran.out)["leads_left"]) == (0, 1)
    assert "long is paused; `dialer campaign resume long` goes on" in ran.err
    state = json.loads(there("status", "--json").out)["campaigns"]["long"]
    assert (state["state"], state["why"]) == ("paused", "its time is over")


def test_an_interrupt_pauses_the_campaign_and_is_no_error_of_ours(
    there: Any, served: Path, tmp_path: Path
) -> None:
    home = normal("+12125550124", "us")
    assert not isinstance(home, str)
    with Book(served / "journal.sqlite") as book:
        book.add_leads("broken", [NewLead(numbers=(home,))])
    running = subprocess.Popen(
        [sys.executable, "-m", "dialer", "--home", str(served), "run",
         campaign_file(tmp_path, "broken")],
        cwd=ROOT, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    for _ in range(1200):
        if "broken" in json.loads(there("status", "--json").out)["campaigns"]:
            break
        time.sleep(0.05)
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "broken is paused" in said
    assert "Traceback" not in said
    state = json.loads(there("status", "--json").out)["campaigns"]["broken"]
    assert (state["state"], state["why"]) == ("paused", "interrupted")


def test_an_agent_is_seen_in_the_status(there: Any, served: Path) -> None:
    with client.connected(served / "door.sock") as door:
        seated = campaign.Campaign(name="seated", lists=("vip",), law="lab", pool="east")
        opened = campaign.opened(seated, version=0, at=0.0, user="")
        door.ask("open", opened=opened, rules=campaign.lead_rules(seated))
        door.order(LoggedIn(agent="li", pool="east", endpoint="PJSIP/li", at=0.0))
        door.order(WentReady(agent="li", at=0.0))
    assert "1 ready" in there("status").out


@pytest.mark.parametrize("full", [
    OSError(errno.ENOSPC, "No space left on device"),
    ExceptionGroup("tasks", [OSError(errno.EDQUOT, "Disk quota exceeded")]),
])  # fmt: skip
def test_a_full_disk_is_said_in_words_and_a_bug_is_not(
    dialer: Any, monkeypatch: pytest.MonkeyPatch, full: Exception
) -> None:
    def fails(why: Exception) -> None:
        def held(_: object) -> None:
            raise why

        monkeypatch.setattr("dialer.serve.held", held)

    fails(full)
    ran = dialer("serve", "--no-web", "--no-board")
    assert (ran.code, ran.err.strip()) == (1, f"dialer: {NONE_LEFT}")
    fails(OSError(errno.EBADF, "Bad file descriptor"))
    ran = dialer("serve", "--no-web", "--no-board")
    assert ran.code == 1
    assert NONE_LEFT not in ran.err


def test_where_there_is_no_journal_nothing_is_made_anew_and_nobody_waits(dialer: Any) -> None:
    ran = dialer("rebuild")
    assert ran.code == 1
    assert "there is no journal at" in ran.err
    assert "--home" in ran.err
