"""`./run`: plain sh, and nothing happens unless somebody asks for it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHELLS = [shell for shell in ("sh", "dash", "bash", "busybox") if shutil.which(shell)]


def sh(shell: str) -> list[str]:
    return ["busybox", "sh"] if shell == "busybox" else [shell]


OURS = {name: text for name, text in os.environ.items() if not name.startswith("DIALER_")}
"An environment in which nobody has said where anything is."


def ran(*args: str | Path, cwd: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(arg) for arg in args], cwd=cwd, env={**OURS, **env}, text=True,
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A clone with a Python environment that looks ready and tells what it was asked."""
    for name in ("run", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "sub").mkdir()
    bin_ = tmp_path / ".venv/bin"
    bin_.mkdir(parents=True)
    python = shutil.which("python3")
    version = ran(str(python), "-c", "import sys; print('%d.%d' % sys.version_info[:2], end='')")
    sums = ran("cksum", tmp_path / "requirements.lock", tmp_path / "pyproject.toml").stdout
    words = ["".join(f"{word} " for word in line.split()[:2]) for line in sums.splitlines()]
    (tmp_path / ".venv/.packages").write_text("".join(["compiled ", *words]))
    (tmp_path / ".venv/.made-of").write_text(f"{tmp_path}/.venv {tmp_path} {version.stdout}")
    for name in ("dialer", "python", "ruff", "mypy", "lint-imports"):
        program = bin_ / name
        program.write_text(f'#!/bin/sh\necho "{name} $*"\ncase "$*" in *fail*) exit 1;; esac\n')
        program.chmod(0o755)
    return tmp_path


def unpacked(house: Path) -> Path:
    """What passes for an Asterisk."""
    asterisk = house / "unpacked"
    asterisk.mkdir()
    (asterisk / "asterisk").write_text("#!/bin/sh\necho Asterisk 22\n")
    (asterisk / "asterisk").chmod(0o755)
    return asterisk


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_can_read_it(shell: str) -> None:
    assert ran(*sh(shell), "-n", ROOT / "run").returncode == 0
    assert os.access(ROOT / "run", os.X_OK)


@pytest.mark.parametrize(("tests", "code"), [("exit 0", 0), ("exit 1", 1)])
def test_ci_ends_with_pytests_closing_line_and_its_code(
    tmp_path: Path, tests: str, code: int
) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/run", tmp_path / ".ci/run")
    door = tmp_path / "run"
    closing = "=== 3 passed, 1 failed in 2.00s ==="
    door.write_text(f'#!/bin/sh\necho "$*"\n[ "$1" = check ] && exit\necho "{closing}"\n'
                    f"echo noise at the end >&2\n{tests}\n")  # fmt: skip
    door.chmod(0o755)
    said = ran("bash", tmp_path / ".ci/run", cwd=tmp_path)
    lines = said.stdout.splitlines()
    assert (said.returncode, lines[0], lines[1], lines[-1]) == (
        code, "check", "test --all --durations=15", closing,
    )  # fmt: skip


@pytest.mark.parametrize("shell", SHELLS)
def test_without_a_word_it_tells_the_words(shell: str, tmp_path: Path) -> None:
    told = ran(*sh(shell), ROOT / "run", cwd=tmp_path)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith("usage: ./run demo")
    asked = ran(*sh(shell), ROOT / "run", "--help", cwd=tmp_path)
    assert (asked.returncode, asked.stdout) == (0, told.stderr)
    assert ran(*sh(shell), ROOT / "run", "tset").returncode == 2


@pytest.mark.parametrize("shell", SHELLS)
def test_the_command_line_gets_its_words_as_they_were_said(shell: str, house: Path) -> None:
    said = ran(*sh(shell), house / "run", "dialer", "sql", "SELECT  1", cwd=house / "sub")
    assert (said.stdout, said.stderr) == ("dialer sql SELECT  1\n", "")


def test_it_says_where_asterisk_pypy_and_the_home_are_unless_somebody_did(house: Path) -> None:
    asked = house / ".venv/bin/dialer"
    asked.write_text('#!/bin/sh\necho "$DIALER_ASTERISK $DIALER_PYPY $DIALER_HOME"\n')
    said = ran(house / "run", "dialer", cwd=house / "sub").stdout
    assert said == f"{house}/var/asterisk {house}/var/pypy {house}/var/dialer\n"
    said = ran(house / "run", "dialer", DIALER_PYPY="/usr/bin/pypy3").stdout
    assert said == f"{house}/var/asterisk /usr/bin/pypy3 {house}/var/dialer\n"


def test_the_quick_tests_go_side_by_side(house: Path) -> None:
    said = ran(house / "run", "test", "-q", "tests/test_door.py").stdout
    assert said == "python -m tests.lanes -q tests/test_door.py\n"


def test_all_tests_leave_out_nothing(house: Path) -> None:
    asterisk = unpacked(house)
    said = ran(house / "run", "test", "--all", "-x", DIALER_ASTERISK=str(asterisk))
    assert (said.stdout, said.stderr) == ("python -m tests.lanes --all -x\n", "")


MARKS = ("asterisk", "browser", "crash", "slow", "computes")


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    """A test for every choice of marks, each in a file of its own; the slow one fails."""
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  " + "\n  ".join(MARKS))
    for n in range(2 ** len(MARKS)):
        marks = [mark for bit, mark in enumerate(MARKS) if n >> bit & 1]
        text = "import pytest\n" + "".join(f"@pytest.mark.{mark}\n" for mark in marks)
        ends = "assert 0" if marks == ["slow"] else "..."
        (tmp_path / f"test_{n}.py").write_text(f"{text}def test_one():\n    {ends}\n")
    return tmp_path


def lanes(folder: Path, *given: str) -> tuple[int, str]:
    """The exit code, and what the last line counts."""
    said = subprocess.run(
        [sys.executable, "-m", "tests.lanes", *given], cwd=folder, text=True, capture_output=True,
        check=False, timeout=600,  # some of them let everybody go first
        env={**OURS, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )  # fmt: skip
    return said.returncode, said.stdout.splitlines()[-1].partition(" in ")[0]


def test_no_test_is_in_two_lanes_or_in_none(marked: Path) -> None:
    assert lanes(marked, "--all") == (1, "===== 1 failed, 31 passed")
    again = ("--last-failed", "--last-failed-no-failures", "none")
    assert lanes(marked, "--all", *again) == (1, "===== 1 failed")
    slow = marked / f"test_{2 ** MARKS.index('slow')}.py"
    slow.write_text(slow.read_text().replace("assert 0", "assert 1"))
    assert lanes(marked, "--all", "-q", *again) == (0, "===== 1 passed")


def test_the_quick_tests_leave_out_what_needs_a_house_around_them(marked: Path) -> None:
    for n in range(6):
        (marked / f"test_quick_{n}.py").write_text("def test_one(): ...\n")
    assert lanes(marked) == (0, "===== 8 passed")
    assert lanes(marked, "-k", "nothing") == (5, "===== no tests ran")
    (marked / "test_quick_3.py").write_text("def test_one():\n    assert 0\n")
    assert lanes(marked) == (1, "===== 1 failed, 7 passed")
    again = ("--last-failed", "--last-failed-no-failures", "none")
    assert lanes(marked, *again) == (1, "===== 1 failed")
    assert lanes(marked, "-q", "test_quick_2.py") == (0, "1 passed")


def test_what_is_set_up_is_compiled_for_those_who_may_not_write_there(house: Path) -> None:
    (house / ".venv/.packages").unlink()
    asterisk = unpacked(house)
    said = ran(house / "run", "setup", DIALER_ASTERISK=str(asterisk)).stdout.splitlines()
    packages = next(line for line in said if " pip sync " in line)
    assert "--compile-bytecode" in packages
    ours = " ".join(f"{house}/{name}" for name in ("models", "dialer", "sim", "dashboards"))
    assert f"python -m compileall -q {ours}" in said


def test_the_complete_tests_say_what_is_missing(house: Path) -> None:
    path = house / "path"
    path.mkdir()
    for tool in ("sh", "dirname", "cat", "cut", "tr", "cksum", "mkdir", "flock"):
        (path / tool).symlink_to(str(shutil.which(tool)))
    (path / "python3").symlink_to(Path(sys.executable).resolve())
    said = ran(shutil.which("sh") or "sh", house / "run", "test", "--all", PATH=str(path))
    assert said.returncode == 1
    assert "missing: apt-get - get it: a Debian or Ubuntu machine" in said.stderr
    assert said.stderr.splitlines()[-1] == "run: the complete tests need Asterisk"


def test_a_demo_without_asterisk_is_asked_for_as_a_simulated_one(house: Path) -> None:
    path = house / "path"
    path.mkdir()
    for tool in ("sh", "dirname", "cat", "cut", "tr", "cksum", "mkdir", "flock"):
        (path / tool).symlink_to(str(shutil.which(tool)))
    (path / "python3").symlink_to(Path(sys.executable).resolve())
    said = ran(shutil.which("sh") or "sh", house / "run", "demo", "--minutes", "2", PATH=str(path))
    assert (said.returncode, said.stdout) == (0, "dialer demo --simulated --minutes 2\n")
    assert said.stderr.splitlines()[-1].startswith("run: no Asterisk here: the demo runs in the")


def test_check_runs_every_tool_and_names_those_that_failed(house: Path) -> None:
    assert ran(house / "run", "check").returncode == 0
    (house / ".venv/bin/mypy").write_text("#!/bin/sh\nexit 1\n")
    said = ran(house / "run", "check")
    assert said.stdout == "ruff check .\nruff format --check .\nlint-imports \n"
    assert (said.returncode, said.stderr.splitlines()[-1]) == (1, "run: failed: mypy")


def test_no_python_is_said_in_one_line(house: Path) -> None:
    path = house / "path"
    path.mkdir()
    for tool in ("sh", "dirname", "cat", "mkdir", "flock"):
        (path / tool).symlink_to(str(shutil.which(tool)))
    said = ran(shutil.which("sh") or "sh", house / "run", "dialer", PATH=str(path))
    assert said.returncode == 3
    assert said.stderr.startswith("run: missing: Python 3.11 or newer - get it: apt-get install")
    assert said.stderr.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_ends_what_was_started_and_nothing_else(
    house: Path, number: signal.Signals
) -> None:
    bystander = subprocess.Popen(["sleep", "60"])
    slow = house / ".venv/bin/ruff"
    slow.write_text(f"#!/bin/sh\nsleep 60 &\necho $! > {house}/child\nwait\n")
    started = subprocess.Popen(
        [str(house / "run"), "check"], stderr=subprocess.PIPE, text=True, cwd=house,
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),  # whoever runs us may ignore it
    )  # fmt: skip
    try:
        child = house / "child"
        until(lambda: child.exists() and child.read_text().endswith("\n"))
        started.send_signal(number)
        _, told = started.communicate(timeout=60)
        assert (started.returncode, told.splitlines()[-1]) == (130, "run: interrupted")
        until(lambda: not is_alive(int(child.read_text())))
        assert bystander.poll() is None
    finally:
        started.kill()
        started.wait()
        bystander.kill()
        bystander.wait()


def until(holds: object) -> None:
    assert callable(holds)
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
