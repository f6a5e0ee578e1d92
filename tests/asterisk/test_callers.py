"""People call back, and want no more calls, on a real Asterisk: with an agent, without, and while
the dialer is stopped or dead."""

import os
import signal
import time
import urllib.parse
from pathlib import Path

import pytest

from dialer.engine.commands import Originate
from dialer.engine.events import (
    Arrived,
    Bridged,
    Disposed,
    HungUp,
    Intended,
    LoggedIn,
    LoggedOut,
    MessageEnded,
    MessageStarted,
    OptedOut,
    Reconciled,
    Ringing,
    WentReady,
)
from dialer.journal.book import Book
from dialer.journal.people import People
from dialer.leads.hopper import Lead
from tests.asterisk.ear import heard
from tests.asterisk.house import HOUSE, house
from tests.asterisk.pair import AGENT_HZ, MESSAGE_HZ, OURS, PERSON_HZ, Pair, number, regretter
from tests.asterisk.shift import cdr_of, log_in, shift
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.asterisk

TONES = (MESSAGE_HZ, AGENT_HZ, PERSON_HZ)


def settled(home: Path, digits: str, *, callback: bool) -> Lead:
    """The caller's lead, once what was ordered is on disk."""
    end = time.monotonic() + PATIENCE_S
    while True:
        [lead] = People(home / "journal.sqlite").having(digits, "us")
        if lead.callback == callback or time.monotonic() > end:
            return lead
        time.sleep(0.05)


def in_call_records(pair: Pair, digits: str) -> bool:
    """Asterisk's own records, which are in the clear, tell who called."""
    return digits in (pair.ours.home / "log/cdr-csv/Master.csv").read_text()


def blocked(home: Path, digits: str) -> bool:
    with Book(home / "journal.sqlite") as book:
        return book.is_blocked(digits)


def test_who_calls_back_reaches_the_agent_who_spoke_last(pair: Pair, tmp_path: Path):
    person = number(61, ring_s=0.3)
    with shift(pair, tmp_path, person) as the:
        log_in(the, "ann", "agent1")
        called = the.until(Intended)
        the.until(Bridged, call=called.call, agent="ann")
        log_in(the, "bob", "agent2")
        time.sleep(0.5)
        the.order(Disposed("ann", called.call, "callback", at=0.0))
        the.until(HungUp, call=called.call)
        the.order(WentReady("ann", at=0.0))
        pair.call_in(person, file="back")
        arrived = the.until(Arrived)
        assert (arrived.campaign, arrived.agent, arrived.lead) == ("spring", "ann", called.lead)
        assert arrived.masked == called.masked
        assert person not in str(the.said)
        joined = the.until(Bridged, call=arrived.call)
        assert (joined.agent, joined.at - arrived.at < HOUSE.last_agent_s / 2) == ("ann", True)
        time.sleep(1.5)
        a_moment = time.time() + 2.0
        promise = {"callback_at": a_moment, "callback_for": "team:east"}
        the.order(Disposed("ann", arrived.call, "callback", **promise, at=0.0))
        the.until(HungUp, call=arrived.call)
        record = cdr_of(the, arrived.call)
        assert (record.direction, record.outcome, record.ended_by) == ("in", "taken", "agent")
        the.order(LoggedIn("bob", "sales", "PJSIP/agent2", teams=("east",), at=0.0))
        owed = the.until(Intended, agent="bob")
        assert (owed.mode, owed.lead, owed.at >= a_moment) == ("callback", called.lead, True)
        the.until(Bridged, call=owed.call, agent="bob")
        a_moment = time.time() + 2.0
        promise = {"callback_at": a_moment, "callback_for": "ann"}
        the.order(Disposed("bob", owed.call, "callback", **promise, at=0.0))
        the.until(HungUp, call=owed.call)
        hers = the.until(Intended, agent="ann")
        assert (hers.mode, hers.lead, hers.at >= a_moment) == ("callback", called.lead, True)
    assert pair.noted() == []
    assert not in_call_records(pair, person)
    ear = heard(pair.heard / "back-ear.wav", TONES)
    assert ear.seconds_of(AGENT_HZ) > 1.2
    assert ear.seconds_of(MESSAGE_HZ) == 0


def test_with_nobody_there_he_hears_the_message_and_is_owed_a_call(pair: Pair, tmp_path: Path):
    caller = "15557770001"
    with shift(pair, tmp_path) as the:
        pair.call_in(caller)
        arrived = the.until(Arrived)
        told = the.until(MessageStarted, call=arrived.call)
        assert told.at - arrived.at < HOUSE.wait_s - 1.0, "he waits for nobody"
        the.until(HungUp, call=arrived.call)
        assert cdr_of(the, arrived.call).outcome == "told"
        ear = heard(pair.heard / f"{caller}-ear.wav", TONES)
        assert ear.seconds_of(MESSAGE_HZ) > 2.7
        lead = settled(tmp_path, caller, callback=True)
        assert (lead.list, lead.callback, lead.state) == ("inbound", True, "open")
        log_in(the, "ann", "agent1")
        owed = the.until(Intended)
        assert (owed.number_key, owed.list) == (arrived.number_key, "inbound")
        assert (owed.mode, owed.agent) == ("callback", "ann"), "she is there for him"
        the.order(LoggedOut("ann", at=0.0))
        time.sleep(1.0)
    assert not in_call_records(pair, caller)


def test_the_key_in_the_message_puts_him_on_the_list_at_once(pair: Pair, tmp_path: Path):
    caller = "15557770002"
    with shift(pair, tmp_path) as the:
        pair.call_in(caller, presses="59", after_s=0.8)
        arrived = the.until(Arrived)
        assert the.until(OptedOut).call == arrived.call
        the.until(MessageEnded, call=arrived.call)
        the.until(HungUp, call=arrived.call)
        cdr_of(the, arrived.call)
        lead = settled(tmp_path, caller, callback=False)
        assert (blocked(tmp_path, caller), lead.callback, lead.state) == (True, False, "done")
    assert pair.noted() == []
    assert not in_call_records(pair, caller)


def noted(pair: Pair, count: int) -> list[str]:
    """Of what kind the notes are that wait for a dialer, once there are so many."""
    end = time.monotonic() + PATIENCE_S
    while len(pair.noted()) < count and time.monotonic() < end:
        time.sleep(0.1)
    return [key.split("/")[0] for key in pair.noted()]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_the_key_counts_while_the_dialer_is_dead_or_hangs(pair: Pair, tmp_path: Path, how: int):
    caller = f"1555777001{int(how) % 10}"
    with shift(pair, tmp_path) as the:
        os.kill(the.process.pid, how)
        time.sleep(2.6)
        pair.call_in(caller, presses="9", after_s=0.8)
        assert noted(pair, 2) == ["dialer-arrived", "dialer-optout"]
        time.sleep(3.5)
        if how == signal.SIGKILL:  # who was stopped may hold the file, and writes nothing anyway
            assert blocked(tmp_path, caller) is False
    with house(pair, tmp_path) as the:
        the.until(Reconciled, whole=True)
        assert blocked(tmp_path, caller)
        log = [type(one).__name__ for one in the.said]
        assert log.index("Arrived") < log.index("OptedOut") < log.index("Reconciled")
        assert not [one for one in the.said if isinstance(one, Originate)]
        arrived = the.until(Arrived)
        record = cdr_of(the, arrived.call)
        assert (record.outcome, record.witness) == ("told", "switch_cdr")
        assert pair.noted() == []
    assert not in_call_records(pair, caller)
    ear = heard(pair.heard / f"{caller}-ear.wav", TONES)
    first = ear.first(MESSAGE_HZ)
    assert first is not None
    assert first < 0.5


def test_whom_we_called_may_press_the_key_while_the_dialer_is_dead(pair: Pair, tmp_path: Path):
    person = regretter(64, ring_s=1.0)
    with shift(pair, tmp_path, person) as the:
        log_in(the, "ann", "agent1")
        called = the.until(Intended)
        the.until(Ringing, call=called.call)
        the.kill()
        assert noted(pair, 1) == ["dialer-optout"]
        assert blocked(tmp_path, person) is False
    with house(pair, tmp_path) as the:
        the.until(Reconciled, whole=True)
        assert blocked(tmp_path, person)
        assert the.until(OptedOut).call == called.call
        assert cdr_of(the, called.call).outcome == "abandoned"
        log_in(the, "ann", "agent1")
        time.sleep(1.5)
        assert not [one for one in the.said if isinstance(one, Originate)]
        the.order(LoggedOut("ann", at=0.0))
        time.sleep(0.5)
    assert pair.noted() == []


def test_nobody_who_calls_in_gets_out_again(pair: Pair, tmp_path: Path):
    """By another number than ours, by one with a prefix or a command in it, or by a key."""
    outside = number(66, ring_s=0.1)
    before = len(pair.carriers_records())
    with shift(pair, tmp_path) as the:
        for called in (outside, f"00{outside}", f"{OURS}{outside}", f"9#{outside}", "agent1", "s",
                       "harbour", f"{OURS};phone-context=x"):  # fmt: skip
            pair.call_in("15557770031", called=urllib.parse.quote(called))
        time.sleep(1.0)
        assert not [one for one in the.said if isinstance(one, Arrived)]
        for caller in (f"{outside}&PJSIP", "+".join(("1555777", "0032"))):
            pair.call_in(caller, presses=f"{outside}#", after_s=0.5)
        the.until(Arrived)
        time.sleep(4.0)
        channels = pair.cli("core show channels concise").splitlines()
        assert all("!dialer-inbound-lab!" in one or "!dialer-out!" in one for one in channels)
        assert not [one for one in channels if outside in one.split("!")[0]]
        the.until(HungUp)
    rang = [row for row in pair.carriers_records()[before:] if outside in row[2]]
    assert rang == []
