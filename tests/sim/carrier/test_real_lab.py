"""Every behaviour, placed for real: what a telephone sees and hears is what the log says."""

import socket

import anyio
import numpy as np
import pytest
from msgspec.structs import replace

from dialer.audio.g711 import ALAW, decode
from dialer.engine.commands import Cdr
from dialer.errors import DialerError, SwitchUnavailable
from sim.carrier import log
from sim.carrier.behaviours import load, steps_of
from sim.carrier.fitting import fitting
from sim.carrier.judge import compare
from sim.carrier.lab import Lab
from sim.carrier.mix import behaviour_of
from sim.carrier.tones import tone
from tests.asterisk_lab import SEED, lab_ports
from tests.sim.carrier.phone import Call, calling

pytestmark = pytest.mark.asterisk

CITY = load()
NO_NUMBERS = ("mute_trunk", "calls_back", "ours")
PLAYED = {name: what for name, what in CITY.behaviours.items() if name not in NO_NUMBERS}
BUSY_S = 1.5
"For so long a busy machine may keep a telephone or the lab from its CPU: never too early."


def number_of(name: str) -> str:
    mix = CITY.mix if CITY.behaviours[name].by == "asterisk" else CITY.quirks
    numbers = (f"1312555{n:05}" for n in range(100_000))
    return next(number for number in numbers if behaviour_of(number, SEED, mix) == name)


def port_of(lab: Lab, name: str) -> int:
    ports = lab.made.ports
    return ports.sip if CITY.behaviours[name].by == "asterisk" else ports.responder


def voice(lab: Lab, name: str) -> bytes:
    return (lab.home / f"audio/{name}/{name}.alaw").read_bytes()


async def place(lab: Lab, name: str, placed: dict[str, Call]) -> None:
    """Call a number that does this, and behave as a dialer would."""
    behaviour = CITY.behaviours[name]
    async with calling(number_of(name), port_of(lab, name)) as call:
        placed[name] = call
        if behaviour.races:
            await call.until(180)
            await call.cancel()
            await call.until(200)
        elif steps_of(behaviour)[-1].verb == "ever" and not behaviour.who:
            await anyio.sleep(4)
        elif await call.until(200, *range(400, 700)) == 200:
            await anyio.sleep(2.2)
            if behaviour.who == "person":
                call.ear.play(voice(lab, "agent"), loop=True)
                await call.until_they_end()
            else:
                await anyio.sleep(11)


@pytest.fixture(scope="module")
def placed(quick_lab: Lab) -> dict[str, Call]:
    """One call to each behaviour, all at once."""
    calls: dict[str, Call] = {}

    async def all_of_them() -> None:
        async with anyio.create_task_group() as tasks:
            for name in PLAYED:
                tasks.start_soon(place, quick_lab, name, calls)

    anyio.run(all_of_them)
    return calls


@pytest.fixture(scope="module")
def logged(quick_lab: Lab, placed: dict[str, Call]) -> dict[str, log.CarrierCall]:
    by_call_id = {record.call_id: record for record in log.records(quick_lab.home)}
    return {name: by_call_id[call.call_id] for name, call in placed.items()}


@pytest.mark.parametrize("name", PLAYED)
def test_a_number_answers_with_the_words_of_its_steps(name, placed):
    wanted = [100] if CITY.behaviours[name].by == "asterisk" else []
    for step in steps_of(CITY.behaviours[name]):
        if step.verb[:3].isdigit():
            wanted.append(int(step.verb[:3]))
        elif step.verb == "release":
            wanted.append(int(step.args[0]))
    if CITY.behaviours[name].races:
        wanted.append(200)
    if steps_of(CITY.behaviours[name])[-1].verb == "ever" and wanted[-1] < 200:
        wanted.append(487)  # our CANCEL
    assert placed[name].statuses == wanted


@pytest.mark.parametrize(
    "name", [n for n, b in PLAYED.items() if steps_of(b)[-1].verb == "release"]
)
def test_a_refusal_says_its_cause(name, placed):
    sip, cause = steps_of(PLAYED[name])[-1].args
    assert placed[name].final.status == int(sip)
    assert placed[name].final.get("reason") == f"Q.850;cause={cause}"


def heard(call: bytes, sound: bytes) -> bool:
    """Whether a third of a second of a sound arrived, bit by bit."""
    return sound[320:2880] in call


@pytest.mark.parametrize("name", PLAYED)
def test_what_is_played_is_what_arrives(name, placed, quick_lab):
    call, early = placed[name], True
    for step in steps_of(PLAYED[name]):
        early = early and not step.verb.startswith("200")
        if step.verb in ("say", "loop", "person") and step.args[0] not in ("fax_calling",):
            where = call.early if early and 200 in call.statuses else call.ear.kept
            assert heard(where, voice(quick_lab, step.args[0])), step
        if step.verb == "tone":
            assert_rings(call.early or call.ear.kept, tone(step.args[0], "us"))


def assert_rings(sound: bytes, segments: str) -> None:
    """A quarter of a second of nothing but the tone."""
    frequencies = [int(hz) for hz in segments.split(":")[0].split("+")]
    wave = decode(np.frombuffer(sound, dtype=np.uint8), ALAW)
    best = 0.0
    for start in range(0, len(wave) - 2000, 500):
        power = np.abs(np.fft.rfft(wave[start : start + 2000] * np.hanning(2000), 8000)) ** 2
        near = sum(power[hz - 10 : hz + 11].sum() for hz in frequencies)
        strong = min(power[hz] for hz in frequencies) > 0.2 * power.max() > 0
        best = max(best, near / power.sum() if strong else 0.0)
    assert best > 0.9


@pytest.mark.parametrize("name", PLAYED)
def test_the_log_has_the_instants_that_the_telephone_saw(name, placed, logged):
    call, record = placed[name], logged[name]
    assert (record.number, record.behaviour) == (call.number, name)
    for status, at in {180: record.ringing_at, 200: record.answered_at}.items():
        assert (at is None) == (status not in call.statuses)
        if at is not None:
            assert -0.3 < call.saw(status) - at < BUSY_S
            assert at >= record.started_at


@pytest.mark.parametrize(
    "name", [n for n, b in PLAYED.items() if b.who == "person" and not b.races]
)
def test_a_person_hears_the_agent_talks_and_hangs_up(name, placed, logged):
    record = logged[name]
    assert placed[name].ended_by_them
    assert (record.why, record.ended_by) == ("talked", "carrier")
    assert 1.8 < record.heard_agent_at - record.answered_at < 2.8 + BUSY_S
    assert 2.7 < record.ended_at - record.heard_agent_at < 3.3 + BUSY_S
    assert placed[name].ear.ears.heard["person"] >= 3
    assert fitting(record, CITY)[0] == "connected"


@pytest.mark.parametrize("name", PLAYED)
def test_a_true_cdr_of_each_call_is_believed_and_a_false_one_is_not(name, placed, logged):
    record, call = logged[name], placed[name]
    told = Cdr(
        call="d1-1", lead="l", list="x", campaign="c", version=1, pool="p", attempt=1,
        number_key="k", masked="m", region="US", trunk="lab", caller_id="1", mode="progressive",
        source="lab", epoch=1, intended_at=record.started_at, placed_at=record.started_at,
        answered_at=record.answered_at, bridged_at=record.heard_agent_at,
        ended_at=record.ended_at, outcome=fitting(record, CITY)[0],
    )  # fmt: skip

    def mismatches(cdr: Cdr) -> int:
        return len(compare([cdr], {"d1-1": call.number}, [record], CITY).mismatches)

    assert mismatches(told) == 0
    assert mismatches(replace(told, outcome="barred")) == 1
    if name != "trying_only":  # who said nothing ended at no instant
        assert mismatches(replace(told, ended_at=told.ended_at + 1)) == 1


# ---- single stories -----------------------------------------------------------------------------
def record_of(lab: Lab, call: Call) -> log.CarrierCall:
    return next(r for r in log.records(lab.home) if r.call_id == call.call_id)


def test_who_is_kept_waiting_hangs_up(quick_lab):
    async def story() -> Call:
        async with calling("12025550111", quick_lab.made.ports.sip) as call:
            await call.until(200)
            await call.until_they_end()
        return call

    record = record_of(quick_lab, anyio.run(story))
    assert (record.why, record.heard_agent) == ("impatient", False)
    assert 2.2 < record.ended_at - record.greeted_at < 2.8 + BUSY_S
    assert fitting(replace(record, ended_at=record.greeted_at + 1.4), CITY) == ("hung_up_waiting",)


def test_who_hears_the_message_listens_and_hangs_up(quick_lab):
    async def story() -> Call:
        async with calling("12025550112", quick_lab.made.ports.sip) as call:
            await call.until(200)
            await anyio.sleep(2)
            call.ear.play(voice(quick_lab, "safe_harbour"))
            await call.until_they_end()
        return call

    record = record_of(quick_lab, anyio.run(story))
    assert (record.why, record.heard_agent) == ("listened", False)
    assert 1.6 < record.heard_message_at - record.answered_at < 2.6 + BUSY_S
    assert fitting(record, CITY) == ("abandoned",)


def test_an_agent_who_comes_during_the_message_is_heard(quick_lab):
    async def story() -> Call:
        async with calling("12025550113", quick_lab.made.ports.sip) as call:
            await call.until(200)
            await anyio.sleep(2)
            call.ear.play(voice(quick_lab, "safe_harbour"))
            await anyio.sleep(1)
            call.ear.play(voice(quick_lab, "agent"), loop=True)
            await call.until_they_end()
        return call

    record = record_of(quick_lab, anyio.run(story))
    assert record.heard_message_at < record.heard_agent_at
    assert record.why == "talked"


def test_who_is_hung_up_on_did_not_leave(quick_lab):
    async def story() -> Call:
        async with calling("12025550114", quick_lab.made.ports.sip) as call:
            await call.until(200)
            await anyio.sleep(2)
        return call

    record = record_of(quick_lab, anyio.run(story))
    assert (record.ended_by, record.why) == ("dialer", "")
    assert fitting(record, CITY) == ("abandoned",)


def test_a_machine_that_is_put_through_notes_the_agent(quick_lab):
    async def story() -> Call:
        async with calling("12125550111", quick_lab.made.ports.sip) as call:
            await call.until(200)
            call.ear.play(voice(quick_lab, "agent"), loop=True)
            await anyio.sleep(3)
        return call

    record = record_of(quick_lab, anyio.run(story))
    assert (record.behaviour, record.heard_agent) == ("machine", True)


def test_customer_and_agent_hear_each_other(quick_lab):
    sip = quick_lab.made.ports.sip

    async def story() -> None:
        async with calling("agent2", sip) as agent, calling("12025550115", sip) as customer:
            await agent.until(200)
            await customer.until(200)
            await anyio.sleep(2)
            agent.ear.other, customer.ear.other = customer.ear, agent.ear
            await customer.until_they_end()

    anyio.run(story)
    customer = next(r for r in log.records(quick_lab.home) if r.number == "12025550115")
    (leg,) = log.agent_legs(quick_lab.home)
    assert leg.agent == "agent2"
    assert customer.heard_agent_at < leg.heard_at[0] < customer.heard_agent_at + 1.2 + BUSY_S
    assert len(leg.heard_at) == 3


def test_a_thousandth_agent_has_no_telephone(quick_lab):
    async def story() -> int:
        async with calling("agent4", quick_lab.made.ports.sip) as call:
            return await call.until(200, 404)

    assert anyio.run(story) == 404


def test_the_dial_plan_and_python_agree_on_what_two_hundred_numbers_do(quick_lab):
    numbers = [f"44207946{n:04}" for n in range(200)]

    async def ask(number: str) -> None:
        async with calling(number, quick_lab.made.ports.sip) as call:
            await call.until(100)
            await anyio.sleep(0.1)

    async def all_of_them() -> None:
        for batch in range(0, 200, 20):
            async with anyio.create_task_group() as tasks:
                for number in numbers[batch : batch + 20]:
                    tasks.start_soon(ask, number)

    anyio.run(all_of_them)
    seen = {record.number: record.behaviour for record in log.records(quick_lab.home)}
    assert {n: seen[n] for n in numbers} == {n: behaviour_of(n, SEED, CITY.mix) for n in numbers}


def test_a_trunk_that_is_dead_says_nothing_at_all(quick_lab):
    async def story() -> Call:
        number = number_of("mute_trunk")
        async with calling(number, quick_lab.made.ports.responder) as call:
            await anyio.sleep(1)
        return call

    call = anyio.run(story)
    assert call.answers == []
    assert fitting(record_of(quick_lab, call), CITY)[0] == "carrier_failure"


def test_its_asterisk_has_nothing_to_complain_of(quick_lab):
    words = (quick_lab.asterisk.home / "log/messages").read_text().splitlines()
    assert [line for line in words if "ERROR" in line or "WARNING" in line] == []


def test_up_changes_nothing_in_a_lab_that_is_up(quick_lab):
    before = quick_lab.status()
    quick_lab.up()
    assert quick_lab.status() == before


def test_another_lab_in_the_same_folder_is_refused(quick_lab):
    other = Lab(quick_lab.home, quick_lab.prefix, seed=SEED + 1, ports=quick_lab.made.ports)
    with pytest.raises(DialerError, match=r"another lab runs here \(seed 7"):
        other.up()
    assert quick_lab.status().up


def test_a_lab_that_comes_up_by_half_is_taken_down(quick_lab, tmp_path):
    ports = lab_ports(shift=400)
    half = Lab(tmp_path, quick_lab.prefix, seed=SEED, ports=ports)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.1", ports.responder))
        try:
            with pytest.raises(SwitchUnavailable, match=r"responder ended at once: .*in use"):
                half.up()
            assert half.pids == ()
        finally:
            half.down()
    assert len(quick_lab.pids) == 2
