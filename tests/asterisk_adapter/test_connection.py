"""What a connection may do to us, on a fake with the real one's manners."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import msgspec
import pytest

from dialer.asterisk import pulse
from dialer.asterisk.trunks import Trunk
from dialer.engine.commands import Bridge, CallAgent, HangUp, Play, Reconcile
from dialer.engine.events import (
    Answered,
    Bridged,
    HungUp,
    LegUp,
    MessageEnded,
    NotBridged,
    NotPlaced,
    Placed,
    Reconciled,
    Replaced,
    Ringing,
    SwitchDown,
    SwitchUp,
    TrunkSeen,
    Witness,
)
from tests.asterisk.desk import Desk, desk
from tests.asterisk_adapter.fake import PASSWORD, FakeAsterisk, fake_asterisk, settings

pytestmark = pytest.mark.anyio

TRUNKS = {
    "lab": Trunk(name="lab", kind="lab", country="us", hosts=("127.0.0.1:5070",)),
    "live": Trunk(name="live", country="us", hosts=("sbc.example",), caller_ids=("12125550100",)),
}
NUMBER = "15551234567"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def asterisk() -> AsyncIterator[FakeAsterisk]:
    async with fake_asterisk() as one:
        yield one


@pytest.fixture
async def the(asterisk: FakeAsterisk, tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(settings(asterisk, tmp_path / "Master.csv"), TRUNKS) as one:
        yield one


async def test_a_call_from_launch_to_agent_to_end(asterisk: FakeAsterisk, the: Desk):
    the.order(CallAgent("ann", "PJSIP/agent1"))
    await the.until(LegUp, agent="ann")
    call = the.dial(NUMBER)
    await the.until(Placed, call=call)
    asterisk.ring(call)
    asterisk.answer(call)
    await the.until(Answered, call=call)
    the.order(Bridge(call, "ann"))
    await the.until(Bridged, call=call, agent="ann")
    asterisk.end(call)
    await the.until(HungUp, call=call, by_us=False)
    assert the.of(call) == ["Placed", "Ringing", "Answered", "Bridged", "AgentHeard", "HungUp"]
    await _idle(the)
    assert sorted(asterisk.bridges) == [name for name in asterisk.bridges if name[:4] == "d1g-"]
    with anyio.fail_after(60):
        while [name[:4] for name in asterisk.channels] != ["d1a-"]:  # noqa: ASYNC110
            await anyio.sleep(0.02)  # the tone in the agent's ear ends


@pytest.mark.parametrize("order", [Bridge("", "ann"), Play("", "safe_harbour")])
async def test_an_order_at_the_answer_is_not_overtaken_by_the_silence(
    asterisk: FakeAsterisk, the: Desk, order: Bridge | Play
):
    """Who is kept silent after he was bridged hears nobody: the order waits for the silence."""
    the.order(CallAgent("ann", "PJSIP/agent1"))
    await the.until(LegUp, agent="ann")
    call = the.dial(NUMBER)
    await the.until(Placed, call=call)
    asterisk.answer(call, enters=False)
    await the.until(Answered, call=call)
    the.order(msgspec.structs.replace(order, call=call))
    await anyio.sleep(0.02)  # the dial plan has not brought him yet
    asterisk.enter(call)
    where = f"channels/{call}/continue", f"bridges/{next(iter(asterisk.bridges))}/addChannel"
    silence, aloud = ("POST", f"channels/{call}/silence"), ("DELETE", f"channels/{call}/silence")

    def since_silence() -> list[tuple[str, str]]:
        asked = [(method, path) for method, path, _ in asterisk.asked]
        return asked[asked.index(silence) :] if silence in asked else []

    with anyio.fail_after(60):
        while not any(path in where for _, path in since_silence()):  # noqa: ASYNC110
            await anyio.sleep(0.02)
    if isinstance(order, Bridge):
        done = max(n for n, (_, path) in enumerate(since_silence()) if path in where)
        assert since_silence().index(aloud) < done


async def test_a_customer_who_goes_on_to_another_agent_keeps_the_talk_limit(
    asterisk: FakeAsterisk, the: Desk
):
    for agent in ("ann", "bob"):
        the.order(CallAgent(agent, f"PJSIP/{agent}"))
        await the.until(LegUp, agent=agent)
    call = the.dial(NUMBER, max_talk_s=77.0)
    await the.until(Placed, call=call)
    asterisk.answer(call)
    await the.until(Answered, call=call)
    for agent in ("ann", "bob"):
        the.order(Bridge(call, agent))
        await the.until(Bridged, call=call, agent=agent)
    await _idle(the)
    await anyio.sleep(0.1)
    limits = [query for _, path, query in asterisk.asked if path == f"channels/{call}/variables"]
    assert limits[-1] == {"TIMEOUT(absolute)": "77.0", "TALKED": "1"}
    assert the.switch._register.lines[call].leased_at is None
    assert [leg.customer for leg in the.switch._register.legs.values()] == ["", call]


async def test_an_order_at_the_answer_waits_for_the_dial_plan(asterisk: FakeAsterisk, the: Desk):
    the.order(CallAgent("ann", "PJSIP/agent1"))
    await the.until(LegUp, agent="ann")
    call = the.dial(NUMBER)
    await the.until(Placed, call=call)
    asterisk.channels[call]["state"] = "Up"
    asterisk.say("ChannelStateChange", call)
    await the.until(Answered, call=call)
    the.order(Bridge(call, "ann"))
    await anyio.sleep(0.02)
    assert "Bridged" not in the.of(call)
    asterisk.say("StasisStart", call, args=["out"])
    await the.until(Bridged, call=call)


async def test_the_tap_stands_before_the_call_leaves(asterisk: FakeAsterisk, the: Desk):
    call = the.dial(NUMBER)
    await the.until(Placed, call=call)
    await _idle(the)
    assert _launch(asterisk, call) == [
        "channels/externalMedia", f"bridges/d1b-{call[3:]}", "channels",
        f"channels/{call}/snoop/d1s-{call[3:]}", f"bridges/d1b-{call[3:]}/addChannel",
    ]  # fmt: skip


async def test_a_lost_reply_is_no_reason_to_dial_again(asterisk: FakeAsterisk, the: Desk):
    asterisk.lose("POST", "channels")
    call = the.dial(NUMBER)
    await the.until(Placed, call=call)  # its first event says so
    await the.until(SwitchDown)
    await _up_again(the)
    the.order(Reconcile(calls=(call,), agents=(), whole=True))
    answer = await _reconciled(the)
    assert answer.witnesses == (Witness(call, channel="ringing"),)
    assert _originates(asterisk) == 1


async def test_a_reply_and_its_events_lost_is_settled_by_the_witnesses(
    asterisk: FakeAsterisk, the: Desk
):
    def vanish(call: str) -> None:
        asterisk.is_muted = True
        del asterisk.channels[call]

    asterisk.behaviour = vanish
    asterisk.lose("POST", "channels")
    call = the.dial(NUMBER)
    await the.until(SwitchDown)
    assert "NotPlaced" not in the.of(call)
    asterisk.is_muted = False
    await _up_again(the)
    the.order(Reconcile(calls=(call,), agents=(), whole=True))
    await _reconciled(the)
    assert _originates(asterisk) == 1
    if "Placed" not in the.of(call):  # the event that names it may have been in the socket already
        await the.until(NotPlaced, call=call)


@pytest.mark.parametrize("is_refused", [True, False])
async def test_an_asterisk_that_does_not_say_since_when_it_runs_is_no_witness(
    asterisk: FakeAsterisk, the: Desk, is_refused: bool
):
    if is_refused:
        asterisk.refuse("GET", "asterisk/info", 500, "busy")
    else:
        asterisk.lose("GET", "asterisk/info")
    the.order(Reconcile(calls=("d1-" + "7" * 32,), agents=(), whole=True))
    await the.until(SwitchDown)
    await _up_again(the)
    assert [one.witnesses for one in the.events if isinstance(one, Reconciled)] == [()]


async def test_a_call_that_came_to_its_end_while_we_were_away_is_told_by_asterisks_records(
    asterisk: FakeAsterisk, the: Desk, tmp_path: Path
):
    call = the.dial(NUMBER)
    await the.until(Placed, call=call)
    await _idle(the)
    asterisk.channels.clear()
    row = ",".join(f'"{field}"' for field in (
        "", "", "s", "dialer-out", "", "PJSIP/lab-1", "", "Stasis", "dialer,out",
        "2026-11-22 21:49:34", "2026-11-22 21:49:37", "2026-11-22 21:49:44", 10, 7, "ANSWERED",
        "DOCUMENTATION", call, "",
    ))  # fmt: skip
    (tmp_path / "Master.csv").write_text(row + "\n")
    await asterisk.drop()
    await _up_again(the)
    the.order(Reconcile(calls=(call,), agents=(), whole=True))
    (witness,) = (await _reconciled(the)).witnesses
    assert witness == Witness(call, row=True, answered_at=1795384177.0, ended_at=1795384184.0)


@pytest.mark.parametrize(("status", "why"), [(409, "already exists"), (500, "Allocation failed")])
async def test_a_refusal_counts_only_when_the_call_is_not_there(
    asterisk: FakeAsterisk, the: Desk, status: int, why: str
):
    asterisk.refuse("POST", "channels", status, why)
    call = the.dial(NUMBER)
    assert (await the.until(NotPlaced, call=call)).why == f"{status} {why}"
    await _idle(the)
    assert (asterisk.channels, asterisk.bridges) == ({}, {})
    assert ("GET", f"channels/{call}", {}) in asterisk.asked


async def test_a_409_for_a_call_that_is_there_is_no_refusal(asterisk: FakeAsterisk, the: Desk):
    asterisk.refuse("POST", "channels", 409, "already exists")
    asterisk.refuse("GET", "channels/d1-.*", 200, "here it is")
    call = the.dial(NUMBER)
    await the.until(Placed, call=call)
    assert the.of(call) == ["Placed"]


@pytest.mark.parametrize(
    ("trunk", "caller_id", "why"),
    [
        ("live", "12125550199", "trunk live may not show this caller id"),
        ("live", "", "trunk live may not show this caller id"),
        ("lab", '"x" <1>', "trunk lab may not show this caller id"),
    ],
)
async def test_a_caller_id_that_is_not_the_trunks_is_not_shown(
    asterisk: FakeAsterisk, the: Desk, trunk: str, caller_id: str, why: str
):
    call = the.dial("12125550123", trunk=trunk, caller_id=caller_id)
    assert (await the.until(NotPlaced, call=call)).why == why
    assert _originates(asterisk) == 0


async def test_no_media_no_call(asterisk: FakeAsterisk, the: Desk):
    asterisk.refuse("POST", "channels/externalMedia", 500, "no port")
    call = the.dial(NUMBER)
    assert (await the.until(NotPlaced, call=call)).why == "external media: 500 no port"
    assert _originates(asterisk) == 0


async def test_external_media_is_never_asked_for_when_ports_run_out(
    asterisk: FakeAsterisk, the: Desk
):
    calls = [the.dial(NUMBER) for _ in range(60)]  # two streams each, a hundred port pairs
    with anyio.fail_after(60):
        while not all(map(the.of, calls)):  # noqa: ASYNC110
            await anyio.sleep(0.02)
    await _idle(the)
    refused = [call for call in calls if the.of(call) == ["NotPlaced"]]
    assert len(refused) == 15
    assert (await the.until(NotPlaced, call=refused[0])).why == "RTP ports used up"
    assert sum(name.startswith("d1x-") for name in asterisk.channels) == 45


async def test_a_call_that_ends_while_its_tap_is_made_leaves_nothing(
    asterisk: FakeAsterisk, the: Desk
):
    asterisk.behaviour = lambda call: asterisk.end(call, cause=17, sip=486)
    call = the.dial(NUMBER)
    ended = await the.until(HungUp, call=call)
    assert (ended.cause, ended.sip) == (17, 486)
    await _idle(the)
    assert (asterisk.channels, asterisk.bridges) == ({}, {})


async def test_a_dropped_connection_is_told_once_and_made_again(asterisk: FakeAsterisk, the: Desk):
    await asterisk.drop()
    await the.until(SwitchDown)
    await _up_again(the)
    assert [type(event) for event in the.events if isinstance(event, SwitchDown | SwitchUp)] == [
        SwitchUp, SwitchDown, SwitchUp,
    ]  # fmt: skip
    assert asterisk.asked.count(
        ("POST", "applications/dialer/subscription", {"eventSource": "endpoint:PJSIP/lab"})
    ) == 2  # fmt: skip


async def test_a_heartbeat_that_stays_away_ends_the_trust(asterisk: FakeAsterisk, the: Desk):
    asterisk.is_muted = True
    assert (await the.until(SwitchDown)).why == "no heartbeat"
    call = the.dial(NUMBER)
    assert (await the.until(NotPlaced, call=call)).why == "no connection to Asterisk"
    assert _originates(asterisk) == 0
    asterisk.is_muted = False
    await _up_again(the)


async def test_a_second_dialer_displaces_this_one_for_good(
    asterisk: FakeAsterisk, the: Desk, tmp_path: Path
):
    async with desk(settings(asterisk, tmp_path / "Master.csv"), TRUNKS):
        await the.until(Replaced)
        await the.until(SwitchDown)
        call = the.dial(NUMBER)
        await the.until(NotPlaced, call=call)
        await anyio.sleep(0.7)
        assert sum(isinstance(event, SwitchUp) for event in the.events) == 1


async def test_orders_without_a_connection_are_answered(tmp_path: Path):
    nowhere = FakeAsterisk()
    nowhere.port = 1
    the = Desk(settings(nowhere, tmp_path / "Master.csv"), TRUNKS)
    async with the.ears, anyio.create_task_group() as tasks:
        tasks.start_soon(the.switch.run)
        assert "no Asterisk at" in (await the.until(SwitchDown)).why
        call = the.dial(NUMBER)
        the.order(Bridge(call, "ann"))
        the.order(Play(call, "safe_harbour"))
        the.order(HangUp(call, "test"))
        await the.until(NotPlaced, call=call)
        await the.until(NotBridged, call=call)
        await the.until(MessageEnded, call=call, played=False)
        await anyio.sleep(1.0)
        assert sum(isinstance(event, SwitchDown) for event in the.events) == 1
        tasks.cancel_scope.cancel()


async def test_a_wrong_password_is_named(asterisk: FakeAsterisk, tmp_path: Path):
    wrong = msgspec.structs.replace(settings(asterisk, tmp_path / "x"), password="guess")
    the = Desk(wrong, TRUNKS)
    async with the.ears, anyio.create_task_group() as tasks:
        tasks.start_soon(the.switch.run)
        assert "does not know user dialer" in (await the.until(SwitchDown)).why
        tasks.cancel_scope.cancel()


async def test_a_restarted_dialer_takes_over_what_stands(asterisk: FakeAsterisk, tmp_path: Path):
    given = settings(asterisk, tmp_path / "Master.csv")
    async with desk(given, TRUNKS) as first:
        first.order(CallAgent("ann", "PJSIP/agent1"))
        await first.until(LegUp, agent="ann")
        talking, ringing, orphan = (first.dial(NUMBER) for _ in range(3))
        for call in (talking, ringing, orphan):
            await first.until(Placed, call=call)
        await _idle(first)
        asterisk.answer(talking)
        await first.until(Answered, call=talking)
        first.order(Bridge(talking, "ann"))
        await first.until(Bridged, call=talking)
        asterisk.ring(ringing)
        await first.until(Ringing, call=ringing)
        first.switch._life = None  # it dies without a word
    second = Desk(given, TRUNKS)
    async with second.ears, anyio.create_task_group() as tasks:
        tasks.start_soon(second.switch.run)
        await second.until(SwitchUp)
        second.order(Reconcile(calls=(talking, ringing), agents=("ann", "bob"), whole=True))
        answer = await second.until(Reconciled)
        assert answer.witnesses == (
            Witness(talking, channel="up", bridged_to="ann", answered_at=1000.5),
            Witness(ringing, channel="ringing"),
        )
        assert answer.agents_up == ("ann",)
        assert sorted(name[:4] for name in asterisk.channels) == ["d1-0", "d1-0", "d1a-"]
        assert [name[:4] for name in asterisk.bridges] == ["d1g-"]
        asterisk.end(talking)
        await second.until(HungUp, call=talking)
        tasks.cancel_scope.cancel()


async def test_a_person_who_waits_is_leased_two_seconds_at_a_time(
    asterisk: FakeAsterisk, the: Desk
):
    call = the.dial(NUMBER)
    await the.until(Placed, call=call)
    asterisk.answer(call)
    await the.until(Answered, call=call)
    answered = anyio.current_time()
    await anyio.sleep(2.6)
    lease = {"variable": "TIMEOUT(absolute)", "value": "2"}
    leases = asterisk.asked.count(("POST", f"channels/{call}/variable", lease))
    assert 2 <= leases <= 1 + (anyio.current_time() - answered) / pulse.RENEW_S
    assert int(asterisk.variables["BEAT"]) > 1_700_000_000


async def test_a_person_about_whom_nobody_decides_is_left_to_the_dial_plan(
    asterisk: FakeAsterisk, the: Desk, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pulse, "WAIT_MAX_S", 1.0)
    monkeypatch.setattr(pulse, "RENEW_S", 0.2)
    call = the.dial(NUMBER)
    await the.until(Placed, call=call)
    asterisk.answer(call)
    await the.until(Answered, call=call)
    await anyio.sleep(2.0)
    renewed = [path for _, path, _ in asterisk.asked if path == f"channels/{call}/variable"]
    assert 1 <= len(renewed) <= 6


async def test_trunks_are_seen_as_the_options_say(asterisk: FakeAsterisk, the: Desk):
    assert (await the.until(TrunkSeen, trunk="lab")).reachable
    asterisk.say("ContactStatusChange", endpoint={"resource": "lab", "state": "offline"})
    await the.until(TrunkSeen, trunk="lab", reachable=False)


async def test_neither_secret_nor_number_is_ever_written(
    asterisk: FakeAsterisk, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    given = settings(asterisk, tmp_path / "Master.csv")
    async with desk(given, TRUNKS) as the:
        call = the.dial(NUMBER)
        await the.until(Placed, call=call)
        asterisk.refuse("POST", "channels", 500, "Allocation failed")
        await the.until(NotPlaced, call=the.dial(NUMBER))
        the.order(HangUp(call, "test"))
        await the.until(HungUp, call=call)
    said = caplog.text + repr(given) + "".join(map(repr, the.events))
    assert PASSWORD not in said
    assert NUMBER not in said
    assert asterisk.unauthorised == 0


async def _idle(the: Desk) -> None:
    with anyio.fail_after(60):
        while not the.switch.is_idle:  # noqa: ASYNC110
            await anyio.sleep(0.01)


async def _up_again(the: Desk) -> None:
    with anyio.fail_after(60):
        while sum(isinstance(event, SwitchUp) for event in the.events) < 2:  # noqa: ASYNC110
            await anyio.sleep(0.01)


async def _reconciled(the: Desk) -> Reconciled:
    """The second one: `desk` asked the first."""
    with anyio.fail_after(60):
        while True:
            found = [event for event in the.events if isinstance(event, Reconciled)]
            if len(found) > 1:
                return found[1]
            await anyio.sleep(0.01)


def _originates(asterisk: FakeAsterisk) -> int:
    return sum((method, path) == ("POST", "channels") for method, path, _ in asterisk.asked)


def _launch(asterisk: FakeAsterisk, call: str) -> list[str]:
    """The POSTs about a call, in order."""
    return [
        path
        for method, path, query in asterisk.asked
        if method == "POST" and call[3:] in path + "".join(query.values())
    ]
