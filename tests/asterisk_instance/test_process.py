"""Processes that outlive their starter: found by pid and beginning, and nothing else is touched."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from dialer.asterisk.process import Process, until


@pytest.fixture
def sleeper(tmp_path):
    process = Process(tmp_path / "sleeper.pid")
    process.start(["sleep", "300"], folder=tmp_path, log=tmp_path / "log")
    yield process
    process.stop()


def is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


def test_it_is_found_by_its_file_and_is_not_our_child(sleeper):
    pid = sleeper.pid()
    assert pid is not None
    with pytest.raises(ChildProcessError):
        os.waitpid(pid, 0)
    assert until(lambda: os.getsid(pid) == pid, 5.0)


def test_it_is_stopped_and_then_there_is_nothing_to_stop(sleeper):
    pid = sleeper.pid()
    sleeper.stop()
    assert not is_alive(pid)
    assert sleeper.pid() is None
    sleeper.stop()


def test_it_is_stopped_even_when_it_hangs(sleeper):
    pid = sleeper.pid()
    os.kill(pid, signal.SIGSTOP)
    sleeper.stop(timeout_s=5)
    assert not is_alive(pid)


def test_who_does_not_listen_is_killed(tmp_path):
    deaf = Process(tmp_path / "deaf.pid")
    deaf.start(
        ["sh", "-c", "trap '' TERM; echo up; exec sleep 300"], folder=tmp_path, log=tmp_path / "log"
    )
    pid = deaf.pid()
    assert until(lambda: "up" in (tmp_path / "log").read_text(), 10)
    deaf.stop(timeout_s=0.3)
    assert not is_alive(pid)


def test_a_pid_that_now_belongs_to_somebody_else_is_left_alone(tmp_path):
    with subprocess.Popen(["sleep", "300"]) as stranger:
        (tmp_path / "stale.pid").write_text(f"{stranger.pid} 1\n")
        stale = Process(tmp_path / "stale.pid")
        assert stale.pid() is None
        stale.stop()
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.parametrize("words", ["", "nonsense", "1 2 3"])
def test_a_broken_pid_file_means_that_nothing_runs(tmp_path, words):
    (tmp_path / "broken.pid").write_text(words)
    assert Process(tmp_path / "broken.pid").pid() is None


def test_its_last_words_are_in_its_log(tmp_path):
    process = Process(tmp_path / "talker.pid")
    process.start(["sh", "-c", "echo out; echo err >&2"], folder=tmp_path, log=tmp_path / "log")
    assert until(lambda: (tmp_path / "log").read_text() == "out\nerr\n", 10)
    assert until(lambda: process.pid() is None, 10)
