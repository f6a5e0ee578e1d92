"""The pool and its workers: real processes, real packets on the loopback."""

import os
import signal
import socket
import subprocess
import sys
import time

import anyio
import anyio.lowlevel
import numpy as np
import pytest

from dialer.clock import SteadyClock
from dialer.listening.pool import NOWHERE, ListenerPool
from tests.audio.sounds import silence, voice
from tests.listening.packets import wires

pytestmark = pytest.mark.anyio
HELLO = np.concatenate([silence(0.3), voice(0.7), silence(1.2)])


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def phone():
    """A socket that sends as Asterisk's external media does."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        yield udp


async def speak(phone, to, sound):
    began = time.monotonic()
    for k, data in enumerate(wires(sound)):
        phone.sendto(data, to)
        await anyio.sleep(max(0.0, began + 0.02 * (k + 1) - time.monotonic()))


async def until(true, seconds=60.0):
    with anyio.fail_after(seconds):
        while not true():  # noqa: ASYNC110
            await anyio.sleep(0.02)


@pytest.mark.slow
async def test_a_call_s_audio_goes_to_a_worker_and_what_it_hears_comes_back(phone, tmp_path):
    heard, clock = [], SteadyClock()
    async with ListenerPool(heard.append, workers=1, clock=clock) as pool:
        await pool.ready()
        to = pool.endpoint_for("d1-1")
        began = clock()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(speak, phone, to, HELLO)
            await anyio.sleep(0.2)  # audio comes before the order, as it does from Asterisk
            pool.open("d1-1", phone.getsockname()[1], "us", "careful")
            pool.phase("d1-1", "answer")
        await until(lambda: any(event.sound == "human" for event in heard))
        await until(lambda: pool.figures()["calls"] == 1)
        pool.rest("d1-1")
        saved = await pool.save("d1-1", tmp_path / "hello.wav")
        await until(lambda: pool.figures()["calls"] == 0)
        pool.close("d1-1")
        forgotten = await pool.save("d1-1", tmp_path / "again.wav")
    sounds = [event.sound for event in heard if event.sound != "audio"]
    assert sounds == ["speech", "speech_end", "human"]
    speech = next(event for event in heard if event.sound == "speech")
    assert speech.at - began == pytest.approx(0.3, abs=0.5)
    assert (saved.call, saved.why, (tmp_path / "hello.wav").is_file()) == ("d1-1", "", True)
    assert (forgotten.why, (tmp_path / "again.wav").exists()) == ("its listener is gone", False)


@pytest.mark.crash
async def test_a_worker_that_is_killed_is_replaced_and_its_calls_are_lost(phone):
    heard, lost = [], []
    async with ListenerPool(heard.append, lost.append, workers=2) as pool:
        await pool.ready()
        ends = {call: pool.endpoint_for(call) for call in ("d1-1", "d1-2", "d1-3", "d1-4")}
        assert len(set(ends.values())) == 2
        for i, call in enumerate(ends):
            pool.open(call, 20_000 + i, "us", "careful")
        dead = pool.pids()[0]
        os.kill(dead, signal.SIGKILL)
        await until(lambda: lost)
        assert lost == [("d1-1", "d1-3")]
        pool.open("d1-1", 20_000, "us", "careful")  # an order that was on its way
        assert lost == [("d1-1", "d1-3"), ("d1-1",)]
        await pool.ready()
        assert dead not in pool.pids()
        assert pool.figures()["starts"] == 3
        to = pool.endpoint_for("d1-5")
        pool.open("d1-5", phone.getsockname()[1], "us", "careful")
        pool.phase("d1-5", "answer")
        await speak(phone, to, HELLO)
        await until(lambda: any(event.sound == "human" for event in heard))


@pytest.mark.crash
async def test_a_worker_that_was_stopped_lets_old_audio_go_and_hears_what_comes_next(phone):
    heard = []
    async with ListenerPool(heard.append, workers=1, silent_for_s=20.0) as pool:
        await pool.ready()
        to = pool.endpoint_for("d1-1")
        pool.open("d1-1", phone.getsockname()[1], "us", "careful")
        await speak(phone, to, silence(0.5))
        os.kill(pool.pids()[0], signal.SIGSTOP)
        await speak(phone, to, silence(3.0))
        os.kill(pool.pids()[0], signal.SIGCONT)
        await until(lambda: pool.figures()["lost"] >= 50)
        pool.phase("d1-1", "answer")
        await speak(phone, to, HELLO)
        await until(lambda: any(event.sound == "human" for event in heard))


def fake(script):
    return (sys.executable, "-S", "-c", "import sys, time\n" + script)


READY = """print('{"news":"Ready","udp_port":4242}', flush=True)\n"""


async def test_a_worker_that_hangs_is_killed_and_started_again():
    lost = []
    command = fake(READY + "time.sleep(60)")
    async with ListenerPool(print, lost.append, command=command, silent_for_s=0.2) as pool:
        await pool.ready()
        assert pool.endpoint_for("d1-1") == ("127.0.0.1", 4242)
        hung = pool.pids()
        await until(lambda: lost == [("d1-1",)])
        await pool.ready()
        assert pool.pids() != hung
    with pytest.raises(ProcessLookupError):
        os.kill(hung[0], 0)


async def test_when_it_is_the_dialer_that_slept_its_worker_is_not_blamed():
    talks = 'while True: print(\'{"news":"Stats"}\', flush=True); time.sleep(0.02)'
    async with ListenerPool(print, command=fake(READY + talks), silent_for_s=0.3) as pool:
        await pool.ready()
        (worker,) = pool.pids()
        time.sleep(1.0)  # noqa: ASYNC251 - stopped, or starved
        await anyio.sleep(0.5)
        assert pool.pids() == [worker]


async def test_a_worker_that_waits_for_a_cpu_is_starved_not_hung():
    busy = "until = time.monotonic() + 1.0\nwhile time.monotonic() < until: pass\n"
    talks = 'while True: print(\'{"news":"Stats"}\', flush=True); time.sleep(0.02)'
    async with ListenerPool(print, command=fake(READY + busy + talks), silent_for_s=0.3) as pool:
        await pool.ready()
        (worker,) = pool.pids()
        await anyio.sleep(1.2)
        assert pool.pids() == [worker]


async def test_an_order_to_a_worker_that_is_just_being_ended_is_dropped():
    command = fake(READY + "import os; time.sleep(0.1); os.close(1); time.sleep(60)")
    lost = []
    async with ListenerPool(print, lost.append, command=command) as pool:
        await pool.ready()
        pool.endpoint_for("d1-1")
        await anyio.sleep(0.4)
        pool.phase("d1-1", "answer")
        pool.close("d1-1")
        await until(lambda: pool.figures()["starts"] == 2)
    assert lost == []


async def test_a_worker_that_talks_nonsense_is_not_believed():
    command = fake(READY + "print('<html>', flush=True)\ntime.sleep(60)")
    lost = []
    async with ListenerPool(print, lost.append, command=command) as pool:
        await pool.ready()
        pool.endpoint_for("d1-1")
        await until(lambda: lost)


@pytest.mark.parametrize("turns", range(6))
async def test_who_leaves_while_a_listener_begins_leaves_no_process(turns):
    started = []
    real = subprocess.Popen.__init__

    def noted(self, *args, **how):
        started.append(self)
        real(self, *args, **how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess.Popen, "__init__", noted)
        async with ListenerPool(print, command=fake(READY + "time.sleep(60)")):
            for _ in range(turns):
                await anyio.lowlevel.checkpoint()
    assert all(one.returncode is not None for one in started)


async def test_without_any_worker_audio_goes_nowhere_and_the_call_is_lost_at_once():
    lost = []
    async with ListenerPool(print, lost.append, command=fake("sys.exit(3)")) as pool:
        assert pool.endpoint_for("d1-1") == ("127.0.0.1", NOWHERE)
        pool.open("d1-1", 14000, "us", "careful")
        pool.phase("d1-1", "answer")
        pool.close("d1-1")
        assert lost == [("d1-1",)]


async def test_a_call_keeps_its_endpoint():
    async with ListenerPool(print, workers=2, command=fake(READY + "time.sleep(60)")) as pool:
        await pool.ready()
        assert pool.endpoint_for("d1-1") == pool.endpoint_for("d1-1") == ("127.0.0.1", 4242)
        assert pool.figures()["workers"] == 2


async def test_letting_go_of_the_pool_ends_the_workers_and_loses_nothing():
    lost = []
    command = fake(READY + "sys.stdin.read()")
    async with ListenerPool(print, lost.append, command=command) as pool:
        await pool.ready()
        pool.endpoint_for("d1-1")
        (pid,) = pool.pids()
    assert lost == []
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
