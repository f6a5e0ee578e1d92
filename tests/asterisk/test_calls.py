"""Calls on a real Asterisk: placed, heard, joined, ended."""

import time

import anyio
import pytest

from dialer.asterisk import chime
from dialer.engine.commands import (
    Bridge,
    CallAgent,
    DropAgent,
    HangUp,
    Listen,
    Play,
    StopListening,
)
from dialer.engine.events import (
    Answered,
    Bridged,
    HungUp,
    LegDown,
    LegUp,
    MessageEnded,
    NotBridged,
    NotPlaced,
    Placed,
    Progressed,
    Ringing,
    TrunkSeen,
)
from tests.asterisk.desk import desk
from tests.asterisk.ear import heard, seconds_with
from tests.asterisk.pair import (
    AGENT_HZ,
    MESSAGE_HZ,
    PERSON_HZ,
    TRUNKS,
    Pair,
    number,
    write_tone,
)
from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.asterisk, pytest.mark.anyio]

TONES = (MESSAGE_HZ, AGENT_HZ, PERSON_HZ)


async def test_customer_and_agent_hear_each_other_from_the_first_packet(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        the.order(CallAgent("ann", "PJSIP/agent1"))
        await the.until(LegUp, agent="ann")
        for who in (1, 2, 3):
            call = the.dial(number(who, ring_s=0.3))
            await the.until(Answered, call=call)
            the.order(Listen(call, "answer"))
            await anyio.sleep(2.5)
            the.order(Bridge(call, "ann"))
            await the.until(Bridged, call=call, agent="ann")
            the.order(StopListening(call))
            await anyio.sleep(1.5)
            the.order(HangUp(call, "test"))
            ended = await the.until(HungUp, call=call)
            assert (ended.cause, ended.by_us, ended.local) == (16, True, False)
            assert the.of(call) == [
                "Placed", "Ringing", "Answered", "Bridged", "AgentHeard", "HungUp",
            ]  # fmt: skip
            await anyio.sleep(0.3)
            ear = heard(pair.heard / f"{number(who, 0.3)}-ear.wav", TONES)
            begin = ear.first(AGENT_HZ)
            assert begin is not None
            assert ear.seconds_of(AGENT_HZ) > ear.length_s - begin - 0.3
        the.order(DropAgent("ann"))
        await the.until(LegDown, agent="ann")
    await anyio.sleep(0.3)
    ear = heard(pair.heard / "agent1-ear.wav", TONES)
    assert ear.seconds_of(PERSON_HZ) > 3 * 1.3


async def test_the_listeners_get_a_packet_each_20_ms_before_and_through_the_answer(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        call = the.dial(number(4, ring_s=2.0))
        answered = await the.until(Answered, call=call)
        await anyio.sleep(1.5)
        came = the.ears.of(call)
        before = [at for at in came if at < answered.at]
        after = [at for at in came if at >= answered.at]
        spans = answered.at - came[0], came[-1] - answered.at
        assert spans[0] > 1.7
        assert spans[1] > 1.2
        assert (0.02 * len(before), 0.02 * len(after)) == pytest.approx(spans, abs=0.3)
        the.order(HangUp(call, "test"))
        await the.until(HungUp, call=call)
        await anyio.sleep(0.2)
        assert the.ears.told == [("open", call, "us", "careful"), ("close", call)]


async def test_a_customer_for_whom_nobody_is_free_hears_the_whole_message_and_is_released(
    pair: Pair,
):
    async with desk(pair.settings, TRUNKS) as the:
        call = the.dial(number(5, ring_s=0.3))
        await the.until(Answered, call=call)
        await anyio.sleep(1.0)
        the.order(Play(call, "safe_harbour"))
        assert (await the.until(MessageEnded, call=call)).played
        await the.until(HungUp, call=call)
        assert the.of(call) == [
            "Placed", "Ringing", "Answered", "MessageStarted", "MessageEnded", "HungUp",
        ]  # fmt: skip
    await anyio.sleep(0.3)
    ear = heard(pair.heard / f"{number(5, 0.3)}-ear.wav", TONES)
    assert {hz for hz, _, _ in ear.sounds} == {MESSAGE_HZ}
    assert ear.seconds_of(MESSAGE_HZ) == pytest.approx(3.0, abs=0.2)


async def test_a_campaigns_own_message_is_heard_instead_of_the_houses(pair: Pair):
    write_tone(pair.ours.sounds / "dialer/spring.wav", AGENT_HZ, 2.0)
    async with desk(pair.settings, TRUNKS) as the:
        call = the.dial(number(7, ring_s=0.3), message="dialer/spring")
        await the.until(Answered, call=call)
        await anyio.sleep(0.5)
        the.order(Play(call, "safe_harbour"))
        await the.until(HungUp, call=call)
    await anyio.sleep(0.3)
    ear = heard(pair.heard / f"{number(7, 0.3)}-ear.wav", TONES)
    assert {hz for hz, _, _ in ear.sounds} == {AGENT_HZ}
    assert ear.seconds_of(AGENT_HZ) == pytest.approx(2.0, abs=0.2)


async def test_a_machine_gets_the_recording_that_the_order_names(pair: Pair):
    (pair.ours.sounds / "dialer/spring").mkdir(exist_ok=True)
    write_tone(pair.ours.sounds / "dialer/spring/after-beep.wav", AGENT_HZ, 2.0)
    async with desk(pair.settings, TRUNKS) as the:
        call = the.dial(number(8, ring_s=0.3), message="dialer/nowhere")
        await the.until(Answered, call=call)
        await anyio.sleep(0.5)
        the.order(Play(call, "after_beep", "dialer/spring/after-beep"))
        assert (await the.until(MessageEnded, call=call)).played
        await the.until(HungUp, call=call)
    await anyio.sleep(0.3)
    ear = heard(pair.heard / f"{number(8, 0.3)}-ear.wav", TONES)
    assert {hz for hz, _, _ in ear.sounds} == {AGENT_HZ}
    assert ear.seconds_of(AGENT_HZ) == pytest.approx(2.0, abs=0.2)


async def test_a_campaigns_message_that_is_missing_is_replaced_by_the_houses(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        call = the.dial(number(16, ring_s=0.3), message="dialer/nowhere")
        await the.until(Answered, call=call)
        the.order(Play(call, "safe_harbour"))
        assert (await the.until(MessageEnded, call=call)).played
        await the.until(HungUp, call=call)


async def test_a_person_who_waits_long_is_kept_by_renewed_leases(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        call = the.dial(number(6, ring_s=0.3))
        await the.until(Answered, call=call)
        await anyio.sleep(6.0)
        the.order(HangUp(call, "test"))
        await the.until(HungUp, call=call)
        assert "MessageStarted" not in the.of(call)


@pytest.mark.parametrize(
    ("dialled", "cause", "sip"), [("817", 17, 486), ("801", 1, 404), ("834", 34, 503)]
)
async def test_a_refused_call_says_why(pair: Pair, dialled: str, cause: int, sip: int):
    async with desk(pair.settings, TRUNKS) as the:
        call = the.dial("15550007" + dialled)
        ended = await the.until(HungUp, call=call)
        assert (ended.cause, ended.sip, ended.local, ended.by_us) == (cause, sip, False, False)


async def test_a_ring_that_times_out_is_our_end(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        call = the.dial(number(8, ring_s=90), ring_timeout_s=2.0)
        ended = await the.until(HungUp, call=call)
        assert (ended.cause, ended.sip, ended.by_us) == (19, 480, True)
        assert the.of(call) == ["Placed", "Ringing", "HungUp"]


async def test_a_carrier_that_says_nothing_is_told_apart_by_the_missing_ring(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        call = the.dial(number(9, ring_s=0.3), trunk="dead", ring_timeout_s=2.0)
        ended = await the.until(HungUp, call=call)
        assert (ended.cause, ended.sip) == (19, 480)
        assert the.of(call) == ["Placed", "HungUp"]


async def test_what_cannot_be_placed_is_not_placed(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        cases = {
            the.dial("1555@evil.example"): "not 6 to 15 digits",
            the.dial(number(10, 1), not_after=0.0): "too late",
            the.dial(number(10, 1), trunk="nowhere"): "no trunk nowhere",
        }
        cancelled = the.dial(number(10, 1))
        the.order(HangUp(cancelled, "changed our mind"))
        for call, why in {**cases, cancelled: "cancelled"}.items():
            assert (await the.until(NotPlaced, call=call)).why == why
            assert the.of(call) == ["NotPlaced"]


async def test_a_call_cancelled_while_it_rings_ends(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        call = the.dial(number(11, ring_s=90))
        await the.until(Ringing, call=call)
        the.order(HangUp(call, "no agent left"))
        ended = await the.until(HungUp, call=call)
        assert (ended.cause, ended.by_us) == (16, True)


async def test_without_a_leg_nobody_is_bridged_and_the_lease_goes_on(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        call = the.dial(number(12, ring_s=0.3))
        await the.until(Answered, call=call)
        the.order(Bridge(call, "nobody"))
        assert (await the.until(NotBridged, call=call)).why == "no leg"
        await anyio.sleep(3)
        assert "MessageStarted" not in the.of(call)
        the.order(HangUp(call, "test"))
        await the.until(HungUp, call=call)


async def test_an_agent_lost_in_a_talk_leaves_the_customer_within_a_lease(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        the.order(CallAgent("bob", "PJSIP/agent2"))
        await the.until(LegUp, agent="bob")
        call = the.dial(number(13, ring_s=0.3))
        await the.until(Answered, call=call)
        the.order(Bridge(call, "bob"))
        await the.until(Bridged, call=call)
        the.order(DropAgent("bob"))
        await the.until(LegDown, agent="bob")
        await anyio.sleep(3)
        assert "HungUp" not in the.of(call)
        the.order(Play(call, "safe_harbour"))
        assert (await the.until(MessageEnded, call=call)).played
        await the.until(HungUp, call=call)


async def test_the_talk_limit_ends_a_talk_without_a_message(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        the.order(CallAgent("cid", "PJSIP/agent3"))
        await the.until(LegUp, agent="cid")
        call = the.dial(number(14, ring_s=0.3), max_talk_s=2.0)
        await the.until(Answered, call=call)
        the.order(Bridge(call, "cid"))
        bridged = await the.until(Bridged, call=call)
        ended = await the.until(HungUp, call=call)
        assert 1.5 < ended.at - bridged.at < 3.5
        assert "MessageStarted" not in the.of(call)
        the.order(DropAgent("cid"))
        await the.until(LegDown, agent="cid")


async def test_an_agent_who_cannot_be_reached_is_down(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        for endpoint in ("PJSIP/nobody", "Local/100@default", "PJSIP/agent1@evil.example"):
            the.order(CallAgent(endpoint, endpoint))
            await the.until(LegDown, agent=endpoint)


async def test_trunks_are_seen(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        assert (await the.until(TrunkSeen, trunk="lab")).reachable
        call = the.dial(number(15, ring_s=0.1))
        await the.until(Placed, call=call)
        await the.until(Answered, call=call)
        assert not any(isinstance(event, Progressed) for event in the.events)
        the.order(HangUp(call, "test"))
        await the.until(HungUp, call=call)


async def test_the_carrier_sees_the_number_and_the_caller_id_as_the_trunk_wants_them(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        for trunk, who in (("lab", 17), ("fussy", 18)):
            call = the.dial(number(who, ring_s=0.2), trunk=trunk, caller_id="12125550100")
            await the.until(Answered, call=call)
            the.order(HangUp(call, "test"))
            await the.until(HungUp, call=call)
    await anyio.sleep(0.3)
    plain, fussy = pair.carriers_records()[-2:]
    account, dialled, asserted = fussy[0], fussy[2], fussy[17]
    assert (plain[1], plain[2]) == ("12125550100", number(17, 0.2))
    assert "sip:account-1@" in account
    assert "sip:12125550100@" in asserted
    assert dialled == number(18, 0.2)


async def test_a_trunk_with_an_account_logs_in_and_its_calls_prove_who_we_are(pair: Pair):
    with anyio.fail_after(PATIENCE_S):
        while "Registered" not in pair.cli("pjsip show registrations"):  # noqa: ASYNC110
            await anyio.sleep(0.3)
    async with desk(pair.settings, TRUNKS) as the:
        call = the.dial(number(19, ring_s=0.2), trunk="acme", caller_id="12125550100")
        await the.until(Answered, call=call)
        the.order(HangUp(call, "test"))
        await the.until(HungUp, call=call)
    await anyio.sleep(0.3)
    assert pair.carriers_records()[-1][5].startswith("PJSIP/4711-")


async def test_a_short_tone_tells_the_agent_alone_that_a_customer_came(pair: Pair):
    """Of five in a row: a whisper into a bridge that passes packets on missed every other one."""
    came, messages = [], pair.ours.home / "log/messages"
    before = len(messages.read_text())  # calls of other tests may have ended within a message
    async with desk(pair.settings, TRUNKS) as the:
        the.order(CallAgent("joy", "PJSIP/agent10"))
        await the.until(LegUp, agent="joy")
        for who in range(31, 36):
            call = the.dial(number(who, ring_s=0.2))
            await the.until(Answered, call=call)
            the.order(Listen(call, "answer"))
            await anyio.sleep(0.3)
            ordered_at = time.time()
            the.order(Bridge(call, "joy"))
            await the.until(Bridged, call=call, agent="joy")
            await anyio.sleep(0.8)
            the.order(HangUp(call, "test"))
            await the.until(HungUp, call=call)
            came.append((who, ordered_at))
        the.order(DropAgent("joy"))
        await the.until(LegDown, agent="joy")
    await anyio.sleep(0.3)
    path = pair.heard / "agent10-ear.wav"
    assert seconds_with(path, chime.HZ) == pytest.approx(5 * chime.TONE_S, abs=0.15)
    assert seconds_with(path, PERSON_HZ) > 5 * 0.6
    voice, waits = heard(path, TONES), []
    for who, ordered_at in came:
        hers = pair.heard / f"{number(who, 0.2)}-ear.wav"
        assert seconds_with(hers, chime.HZ) == 0.0
        assert seconds_with(hers, AGENT_HZ) > 0.6
        began = voice.after(ordered_at, PERSON_HZ)
        assert began is not None
        waits.append(began - ordered_at)
    assert sorted(waits)[2] < 0.3, "as a rule: the machine may be busy once"
    assert max(waits) < 1.0
    assert "Playback failed" not in messages.read_text()[before:]
