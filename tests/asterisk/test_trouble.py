"""Asterisk dies, hangs, is taken over; things are left lying about."""

import os
import signal
import time

import anyio
import msgspec
import pytest
from anyio import to_thread

from dialer.asterisk import instance, names, sweep
from dialer.asterisk.client import connect
from dialer.asterisk.process import until
from dialer.engine.commands import Bridge, CallAgent, DropAgent, HangUp, Play, Reconcile
from dialer.engine.events import (
    Answered,
    Bridged,
    HungUp,
    LegDown,
    LegUp,
    NotPlaced,
    Placed,
    Reconciled,
    Replaced,
    Ringing,
    SwitchDown,
    SwitchUp,
)
from tests.asterisk.desk import Desk, desk
from tests.asterisk.pair import MESSAGE_HZ, TRUNKS, Pair, number, write_tone
from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.asterisk, pytest.mark.anyio]


@pytest.mark.crash
async def test_a_killed_asterisk_has_forgotten_and_says_since_when(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        call = the.dial(number(1, ring_s=0.3))
        await the.until(Answered, call=call)
        ordered_at = time.time()
        os.kill(_pid(pair), signal.SIGKILL)
        await the.until(SwitchDown)
        # It takes the kernel a while to bury one so large.
        await to_thread.run_sync(until, lambda: instance.pid_of(pair.ours) is None, PATIENCE_S)
        await the.until(NotPlaced, call=the.dial(number(2, ring_s=0.3)))
        await to_thread.run_sync(instance.start, pair.ours, 90.0)
        answer = await _reconciled_again(the, calls=(call,))
        (witness,) = answer.witnesses
        assert (witness.channel, witness.row) == ("none", False)
        assert answer.switch_since > ordered_at
        await to_thread.run_sync(pair.await_carrier)
        again = the.dial(number(3, ring_s=0.3))
        await the.until(Answered, call=again)
        the.order(HangUp(again, "test"))
        await the.until(HungUp, call=again)


@pytest.mark.crash
async def test_a_hung_asterisk_is_noticed_in_time_and_taken_up_again(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        call = the.dial(number(4, ring_s=90))
        await the.until(Ringing, call=call)
        stopped_at = time.time()
        os.kill(_pid(pair), signal.SIGSTOP)
        try:
            down = await the.until(SwitchDown)
            assert down.at - stopped_at < 5.0
            assert (await the.until(NotPlaced, call=the.dial(number(5, 1)))).why
            await anyio.sleep(1)
        finally:
            os.kill(_pid(pair), signal.SIGCONT)
        answer = await _reconciled_again(the, calls=(call,))
        assert [witness.channel for witness in answer.witnesses] == ["ringing"]
        assert "HungUp" not in the.of(call)
        the.order(HangUp(call, "test"))
        await the.until(HungUp, call=call)


async def test_a_successor_takes_over_talks_rings_and_legs(pair: Pair):
    async with desk(pair.settings, TRUNKS) as first:
        first.order(CallAgent("ann", "PJSIP/agent1"))
        await first.until(LegUp)
        talk, ring = first.dial(number(6, ring_s=0.3)), first.dial(number(7, ring_s=8.0))
        await first.until(Answered, call=talk)
        first.order(Bridge(talk, "ann"))
        await first.until(Bridged, call=talk)
        await first.until(Ringing, call=ring)
    second = Desk(pair.settings, TRUNKS)
    async with second.ears, anyio.create_task_group() as tasks:
        tasks.start_soon(second.switch.run)
        await second.until(SwitchUp)
        second.order(Reconcile(calls=(talk, ring), agents=("ann", "bob"), whole=True))
        answer = await second.until(Reconciled)
        assert answer.agents_up == ("ann",)
        told = {one.call: (one.channel, one.bridged_to) for one in answer.witnesses}
        assert told == {talk: ("up", "ann"), ring: ("ringing", "")}
        answered_at = next(one.answered_at for one in answer.witnesses if one.call == talk)
        assert answered_at == pytest.approx(first.events[-1].at, abs=10)
        second.order(HangUp(talk, "test"))
        await second.until(HungUp, call=talk)
        await second.until(Answered, call=ring)
        second.order(Bridge(ring, "ann"))
        await second.until(Bridged, call=ring)
        await anyio.sleep(2.5)  # longer than a lease
        assert "HungUp" not in second.of(ring)
        second.order(HangUp(ring, "test"))
        await second.until(HungUp, call=ring)
        second.order(DropAgent("ann"))
        await second.until(LegDown)
        await _idle(second)
        tasks.cancel_scope.cancel()


async def test_a_person_in_the_message_hears_it_out_when_a_successor_comes(pair: Pair):
    write_tone(pair.ours.sounds / "dialer/long.wav", MESSAGE_HZ, 8.0)
    async with desk(pair.settings, TRUNKS) as first:
        call = first.dial(number(8, ring_s=0.3), message="dialer/long")
        await first.until(Answered, call=call)
        first.order(Play(call, "safe_harbour"))
        await anyio.sleep(0.3)
    second = Desk(pair.settings, TRUNKS)
    async with second.ears, anyio.create_task_group() as tasks:
        tasks.start_soon(second.switch.run)
        await second.until(SwitchUp)
        second.order(Reconcile(calls=(call,), agents=(), whole=True))
        await second.until(Reconciled)
        await second.until(HungUp, call=call)
        assert second.of(call) == ["MessageStarted", "MessageEnded", "HungUp"]
        await _idle(second)
        tasks.cancel_scope.cancel()


async def test_a_second_dialer_displaces_the_first_which_places_nothing_more(pair: Pair):
    async with desk(pair.settings, TRUNKS) as first, desk(pair.settings, TRUNKS) as second:
        await first.until(Replaced)
        await first.until(SwitchDown)
        await first.until(NotPlaced, call=first.dial(number(9, ring_s=0.3)))
        call = second.dial(number(10, ring_s=90))
        await second.until(Placed, call=call)
        second.order(HangUp(call, "test"))
        await second.until(HungUp, call=call)


async def test_what_lies_about_is_swept_away(pair: Pair, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sweep, "SWEEP_S", 0.3)
    async with desk(pair.settings, TRUNKS) as the:
        kept = the.dial(number(11, ring_s=90))
        await the.until(Ringing, call=kept)
        lost = "d1-" + "e" * 32
        await _litter(pair, lost)
        with anyio.fail_after(PATIENCE_S):
            while any("eeee" in line for line in pair.leftovers()):  # noqa: ASYNC110
                await anyio.sleep(0.2)
        assert len(pair.leftovers()) == 4
        the.order(HangUp(kept, "test"))
        await the.until(HungUp, call=kept)


async def _litter(pair: Pair, call: str) -> None:
    """What a dialer that died in the middle of a launch may leave."""
    async with connect(msgspec.structs.replace(pair.settings, app="other"), time.time) as ari:
        for one in (names.media(call), "d1a-" + "e" * 32):
            made = await ari.request(
                "POST", "channels/externalMedia", channelId=one, app="other",
                external_host="127.0.0.1:9", format="alaw",
            )  # fmt: skip
            assert made.is_ok
        for bridge in (names.tap(call), "d1g-" + "e" * 32):
            assert (await ari.request("POST", f"bridges/{bridge}", type="mixing")).is_ok


async def _reconciled_again(the: Desk, calls: tuple[str, ...]) -> Reconciled:
    with anyio.fail_after(PATIENCE_S):
        while sum(isinstance(event, SwitchUp) for event in the.events) < 2:  # noqa: ASYNC110
            await anyio.sleep(0.05)
        the.order(Reconcile(calls=calls, agents=(), whole=True))
        while True:
            found = [event for event in the.events if isinstance(event, Reconciled)]
            if len(found) > 1:
                return found[1]
            await anyio.sleep(0.05)


async def _idle(the: Desk) -> None:
    with anyio.fail_after(PATIENCE_S):
        while not the.switch.is_idle:  # noqa: ASYNC110
            await anyio.sleep(0.02)


def _pid(pair: Pair) -> int:
    pid = instance.pid_of(pair.ours)
    assert pid is not None
    return pid
