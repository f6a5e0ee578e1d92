"""Which PyPy is taken, which is not, and what is said of it."""

import shutil
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
import tzdata

from dialer.commands.exits import FAILED, USAGE, exit_for
from dialer.errors import NoPyPy, SettingsError
from sim.pypy.interpreter import INSTALL, WANTED, installed, misfit

ANOTHER = f"Another one: DIALER_PYPY=/path/to/pypy3, {WANTED}"


def program(path: Path, *answer: str) -> Path:
    """Whatever it is asked, it says this."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *answer, ""]))
    path.chmod(0o755)
    return path


GOOD = "echo pypy True 3 11"


def test_a_folder_with_a_pypy_and_a_program_are_taken_as_they_are(tmp_path: Path) -> None:
    mine = program(tmp_path / "mine/pypy", GOOD)
    assert installed(mine.parent) == mine
    other = program(tmp_path / "bin/pypy3.11", GOOD)
    assert installed(other) == other


def test_the_environment_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = program(tmp_path / "var/pypy/pypy", GOOD)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DIALER_PYPY", raising=False)
    assert installed() == mine
    other = program(tmp_path / "bin/pypy3.11", GOOD)
    monkeypatch.setenv("DIALER_PYPY", str(other))
    assert installed() == other
    monkeypatch.setenv("DIALER_PYPY", "pypy3")
    with pytest.raises(SettingsError, match=r"^DIALER_PYPY=pypy3: must be an absolute path"):
        installed()


@pytest.mark.parametrize(("answer", "why"), [
    ("echo pypy False 3 9", f"is pypy for Python 3.9; wanted is {WANTED}"),
    ("echo cpython True 3 11", f"is cpython for Python 3.11; wanted is {WANTED}"),
    ("echo nonsense; exit 3", "does not start: exit code 3"),
    ("echo no such library >&2; exit 127", "does not start: no such library"),
])  # fmt: skip
def test_somebodys_program_that_will_not_do_is_told_and_kept(
    tmp_path: Path, answer: str, why: str
) -> None:
    mine = program(tmp_path / "mine/pypy", answer)
    for place in (mine.parent, mine):
        with pytest.raises(SettingsError) as told:
            installed(place)
        assert str(told.value) == f"{mine}: {why}. {ANOTHER}"
        assert exit_for(told.value) == USAGE
    assert [one.name for one in mine.parent.iterdir()] == ["pypy"]


def test_this_interpreter_is_none_and_nothing_is_none() -> None:
    assert misfit(Path(sys.executable)).startswith("is cpython for Python 3.")
    with pytest.raises(SettingsError, match="does not start: No such file or directory"):
        installed(Path("/usr/bin/pypy3-that-is-not-there"))


def test_where_none_can_be_had_it_says_where_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for tool in ("bash", "dirname", "realpath"):
        program(tmp_path / "tools" / tool).unlink()
        (tmp_path / "tools" / tool).symlink_to(f"/usr/bin/{tool}")
    monkeypatch.setenv("PATH", str(tmp_path / "tools"))
    there = tmp_path / "there"
    with pytest.raises(NoPyPy) as told:
        installed(there)
    assert str(told.value) == f"no PyPy in {there}: `{INSTALL} {there}` says why. {ANOTHER}"
    assert exit_for(told.value) == FAILED
    assert capfd.readouterr().err.startswith("pypy: apt-get is missing: PyPy is unpacked from")


def test_one_of_ours_that_broke_is_fetched_anew(tmp_path: Path) -> None:
    (tmp_path / "packages.txt").touch()
    program(tmp_path / "pypy", "exit 1")
    asked: list[Path] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.pypy.interpreter._unpack", asked.append)
        assert installed(tmp_path) == tmp_path / "pypy"
        program(tmp_path / "pypy", GOOD)
        assert installed(tmp_path) == tmp_path / "pypy"
    assert asked == [tmp_path]


ASK = """
import _hashlib, asyncio, ctypes, decimal, hashlib, json, multiprocessing, pickle, ssl
import datetime, random, sqlite3, subprocess, sys, zoneinfo
random.seed("a string")
child = subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True)
new_york = zoneinfo.ZoneInfo("America/New_York")
print(sys.implementation.name, child.stdout.strip(), random.random())
print(hashlib.sha512(b"").hexdigest()[:8], *sqlite3.connect(":memory:").execute("SELECT 1"))
print(datetime.datetime(2026, 1, 1, tzinfo=new_york).utcoffset())
"""


@pytest.mark.slow
def test_a_real_one_has_what_the_twin_wants(pypy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(tzdata.__file__).parents[1]))
    monkeypatch.setenv("PYTHONTZPATH", "")  # a machine without zones
    told = subprocess.run([pypy, "-c", ASK], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr, told.stdout.splitlines()) == (0, "", [
        f"pypy 42 {Random('a string').random()}", "cf83e135 (1,)", "-1 day, 19:00:00",
    ])  # fmt: skip


@pytest.mark.slow
def test_a_new_one_is_unpacked_and_runs(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    program = installed(tmp_path / "new")
    said = capfd.readouterr().err.splitlines()
    assert said[0].startswith("pypy: reading the package index of Debian ")
    assert said[-1].startswith("pypy: PyPy ")
    asked = [program, "-c", "import sys; print(sys.implementation.name)"]
    assert subprocess.run(asked, capture_output=True, text=True, check=True).stdout == "pypy\n"
    assert installed(tmp_path / "new") == program
    assert capfd.readouterr().err == ""
    shutil.rmtree(tmp_path / "new")
