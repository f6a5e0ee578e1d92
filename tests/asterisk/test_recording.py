"""Recordings on a real Asterisk: two voices in two channels, silence while paused, nothing else."""

import time
from pathlib import Path

import anyio
import msgspec
import numpy as np
import pytest
import soundfile

from dialer.engine.commands import (
    Bridge,
    CallAgent,
    DeleteRecording,
    DropAgent,
    FinishRecording,
    HangUp,
    Listen,
    PauseRecording,
    ResumeRecording,
    StopListening,
)
from dialer.engine.events import (
    Answered,
    Bridged,
    HungUp,
    LegDown,
    LegUp,
    Recorded,
    RecordingDeleted,
    RecordingLost,
    RecordingPaused,
    RecordingResumed,
    RecordingRoom,
)
from tests.asterisk.desk import Desk, desk
from tests.asterisk.pair import AGENT_HZ, PERSON_HZ, TRUNKS, Pair, number
from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.asterisk, pytest.mark.anyio]

LEFT, RIGHT = 0, 1


async def answered(the: Desk, who: int) -> str:
    call = the.dial(number(who, ring_s=0.2), record=True)
    await the.until(Answered, call=call)
    the.order(Listen(call, "answer"))
    the.order(StopListening(call))
    return call


async def joined(the: Desk, call: str, agent: str) -> float:
    the.order(Bridge(call, agent))
    return (await the.until(Bridged, call=call, agent=agent)).at


async def finished(the: Desk, call: str, talk_s: float) -> Recorded | RecordingLost:
    order = FinishRecording(call, talk_s, time.time())
    before = len(the.events)
    the.order(order)
    with anyio.fail_after(PATIENCE_S):
        while True:
            for event in the.events[before:]:
                if isinstance(event, Recorded | RecordingLost) and event.call == call:
                    return event
            await anyio.sleep(0.05)


async def hung_up(the: Desk, call: str) -> float:
    the.order(HangUp(call, "test"))
    return (await the.until(HungUp, call=call)).at


def db(block: np.ndarray) -> float:
    return float(20 * np.log10(max(np.sqrt((block**2).mean()), 1e-9)))


def hz(block: np.ndarray) -> int:
    return round(np.argmax(abs(np.fft.rfft(block))) * 8000 / len(block))


def sound_of(pair: Pair, path: str) -> np.ndarray:
    assert pair.settings.recordings is not None
    samples, rate = soundfile.read(pair.settings.recordings / path, always_2d=True)
    assert rate == 8000
    return np.asarray(samples)


def silences(sound: np.ndarray) -> list[tuple[int, int]]:
    """Where both channels are silent for a tenth of a second or longer, in samples."""
    tenths = len(sound) // 800
    quiet = [max(db(part[:, LEFT]), db(part[:, RIGHT])) < -60.0
             for part in np.split(sound[: 800 * tenths], tenths)]  # fmt: skip
    edges = np.flatnonzero(np.diff([False, *quiet, False])) * 800
    return [(int(begin), int(end)) for begin, end in zip(edges[::2], edges[1::2], strict=True)]


def spool(pair: Pair) -> list[Path]:
    assert pair.settings.spool is not None
    return sorted(pair.settings.spool.iterdir())


async def test_a_talk_is_kept_with_each_voice_in_its_channel_from_the_first_sample(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        assert (await the.until(RecordingRoom)).enough
        the.order(CallAgent("rea", "PJSIP/agent1"))
        await the.until(LegUp, agent="rea")
        call = await answered(the, 60)
        await anyio.sleep(1.0)  # nobody is with the customer: nothing of this is recorded
        began = await joined(the, call, "rea")
        await anyio.sleep(2.0)
        ended = await hung_up(the, call)
        kept = await finished(the, call, ended - began)
        the.order(DropAgent("rea"))
        await the.until(LegDown, agent="rea")
    assert isinstance(kept, Recorded)
    assert kept.seconds == pytest.approx(ended - began, abs=0.5)
    assert kept.customer_db == pytest.approx(-16.0, abs=2.0)
    assert kept.agent_db == pytest.approx(-16.0, abs=2.0)
    sound = sound_of(pair, kept.path)
    assert (hz(sound[800:8800, LEFT]), hz(sound[800:8800, RIGHT])) == (PERSON_HZ, AGENT_HZ)
    first = sound[:400]
    assert min(db(first[:, LEFT]), db(first[:, RIGHT])) > -25.0
    assert spool(pair) == []


async def test_what_is_said_during_a_pause_is_silence_in_the_file_and_is_heard_all_the_same(
    pair: Pair,
):
    async with desk(pair.settings, TRUNKS) as the:
        the.order(CallAgent("pia", "PJSIP/agent2"))
        await the.until(LegUp, agent="pia")
        call = await answered(the, 61)
        began = await joined(the, call, "pia")
        await anyio.sleep(1.0)
        the.order(PauseRecording(call))
        paused = await the.until(RecordingPaused, call=call)
        await anyio.sleep(1.5)
        the.order(ResumeRecording(call))
        resumed = await the.until(RecordingResumed, call=call)
        await anyio.sleep(1.0)
        ended = await hung_up(the, call)
        kept = await finished(the, call, ended - began)
        the.order(DropAgent("pia"))
        await the.until(LegDown, agent="pia")
    assert (paused.done, paused.why, resumed.done) == (True, "", True)
    assert kept.seconds == pytest.approx(ended - began, abs=0.5)
    sound = sound_of(pair, kept.path)
    [(begin, end)] = silences(sound)
    assert (end - begin) / 8000 == pytest.approx(resumed.at - paused.at, abs=0.5)
    for part in (sound[:6400], sound[-6400:]):
        assert (hz(part[:, LEFT]), hz(part[:, RIGHT])) == (PERSON_HZ, AGENT_HZ)


async def test_a_second_agent_is_in_the_same_recording(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        for agent, seat in (("sam", "agent3"), ("tom", "agent4")):
            the.order(CallAgent(agent, f"PJSIP/{seat}"))
            await the.until(LegUp, agent=agent)
        call = await answered(the, 62)
        began = await joined(the, call, "sam")
        await anyio.sleep(1.0)
        the.order(DropAgent("sam"))
        await the.until(LegDown, agent="sam")
        again = await joined(the, call, "tom")
        await anyio.sleep(1.0)
        ended = await hung_up(the, call)
        kept = await finished(the, call, 2.0)
        the.order(DropAgent("tom"))
        await the.until(LegDown, agent="tom")
    assert isinstance(kept, Recorded)
    assert again - began - 0.5 < kept.seconds < ended - began + 0.5


async def test_a_call_that_reached_no_agent_leaves_nothing_behind(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        call = await answered(the, 63)
        await hung_up(the, call)
        kept = await finished(the, call, 0.0)
        nobody = await finished(the, "d1-" + "8" * 32, 0.0)
        lost = await finished(the, "d1-" + "8" * 32, 9.0)
    assert (type(kept), kept.path) == (Recorded, "")
    assert (type(nobody), nobody.path) == (Recorded, "")  # it was never answered
    assert (type(lost), lost.why) == (RecordingLost, "no file")
    assert spool(pair) == []


async def test_a_recording_whose_dialer_was_killed_is_finished_by_the_next_one(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        the.order(CallAgent("una", "PJSIP/agent5"))
        await the.until(LegUp, agent="una")
        call = await answered(the, 64)
        began = await joined(the, call, "una")
        await anyio.sleep(1.0)
    # Nobody lives who could end the recording: Asterisk does, with the call.
    pair.cli(f"channel request hangup {pair.cli('core show channels concise').split('!')[0]}")
    pair.cli("channel request hangup all")
    ended = time.time()
    await anyio.sleep(0.5)
    async with desk(pair.settings, TRUNKS) as the:
        kept = await finished(the, call, ended - began)
        twice = await finished(the, call, ended - began)
    assert isinstance(kept, Recorded)
    assert isinstance(twice, Recorded)
    assert (kept.seconds, kept.path) == (twice.seconds, twice.path)
    assert kept.seconds > 1.0


async def test_a_recording_is_deleted_and_never_anything_else(pair: Pair, tmp_path: Path):
    settings = msgspec.structs.replace(pair.settings, recordings=tmp_path / "kept")
    call = "d1-" + "5" * 32
    path = f"2026-11-25/{call}.flac"
    outside = tmp_path / "important.flac"
    outside.write_bytes(b"x")
    (tmp_path / "kept/2026-11-25").mkdir(parents=True)
    (tmp_path / "kept" / path).write_bytes(b"x")
    async with desk(settings, TRUNKS) as the:
        the.order(DeleteRecording(call, "spring", "../important.flac", "eva"))
        the.order(DeleteRecording(call, "spring", path, "eva"))
        gone = await the.until(RecordingDeleted, call=call)
    assert (gone.why, gone.user, gone.campaign) == ("order", "eva", "spring")
    assert outside.exists()
    assert not (tmp_path / "kept" / path).exists()


async def test_without_room_it_says_so(pair: Pair):
    settings = msgspec.structs.replace(pair.settings, free_least_bytes=1 << 60)
    async with desk(settings, TRUNKS) as the:
        assert not (await the.until(RecordingRoom)).enough
