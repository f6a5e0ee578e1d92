"""How a process beside the dialer is told to end."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from dialer.parent import Ending

OFTEN = """
import os, random, signal
from dialer.parent import Ending
chance = random.Random(1)
for _ in range(20_000):
    stop = Ending()
    signal.signal(signal.SIGALRM, lambda *_: stop.set())
    signal.setitimer(signal.ITIMER_REAL, 1e-6 + 5e-5 * chance.random())
    while not stop.wait(2e-5):
        pass
    os.close(stop._seen)
    os.close(stop._told)
print(stop.is_set())
"""
AT_WORK = """
from dialer.parent import begun
stop = begun()
print("begun", flush=True)
stop.wait()
print("ended", stop.is_set())
"""


def run(program: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)


def test_a_signal_that_comes_while_it_is_waited_for_never_waits_for_itself():
    told, _ = run(OFTEN).communicate(timeout=60)
    assert told == "True\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_process_that_waits_for_ever_ends_at_a_signal(number: int):
    process = run(AT_WORK)
    assert process.stdout
    assert process.stdout.readline() == "begun\n"
    os.kill(process.pid, number)
    told, _ = process.communicate(timeout=30)
    assert (told, process.returncode) == ("ended True\n", 0)


def test_another_thread_may_tell_it_and_who_waits_in_vain_hears_so():
    stop = Ending()
    began = time.monotonic()
    assert not stop.wait(0.05)
    assert time.monotonic() - began >= 0.05
    threading.Timer(0.05, stop.set).start()
    assert stop.wait(30.0)
    assert stop.is_set()
    for _ in range(100_000):  # more than the pipe holds
        stop.set()
    assert stop.wait()
