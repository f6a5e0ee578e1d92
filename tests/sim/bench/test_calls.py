"""What the bench makes of what it has seen, on books written by hand."""

import msgspec

from dialer.engine.commands import Cdr
from sim.bench.calls import Played, Sample, doubled, lost, most_at_once, rate, soak, voice
from sim.bench.machine import Usage
from sim.bench.probe import Reading
from sim.bench.scenes import RATE
from sim.carrier.log import CarrierCall

CDR = Cdr(
    call="d1-1", lead="1", list="bench", campaign="bench", version=1, pool="bench", attempt=1,
    number_key="k", masked="+1301•••0001", region="US", trunk="lab", caller_id="12125550100",
    mode="progressive", source="lab", epoch=1, intended_at=99.9, placed_at=100.0, ended_at=101.0,
    outcome="busy",
)  # fmt: skip
RANG = CarrierCall(
    channel="c1", number="13010000001", behaviour="busy", call_id="x", started_at=100.01,
    ended_at=100.9, ended_by="carrier",
)  # fmt: skip
CALM = Played(
    scene=RATE,
    samples=[Sample(99.0, {"dialer": Usage(1.0, 90.0, 1)}),
             Sample(109.0, {"dialer": Usage(3.0, 90.0, 1)})],
    reading=Reading(), cdrs=[CDR], numbers={"d1-1": "13010000001"}, calls=[RANG],
    disagreements=[], unended=0, leftovers=[],
)  # fmt: skip
"One call, of which both sides tell."

replace = msgspec.structs.replace


def test_a_call_of_which_both_tell_is_neither_lost_nor_double():
    assert (lost(CALM), doubled(CALM)) == (0, 0)


def test_a_call_that_never_arrived_is_lost():
    assert lost(replace(CALM, calls=[])) == 1


def test_a_call_of_which_no_cdr_tells_is_lost():
    stranger = replace(RANG, channel="c2", number="13010000002")
    assert lost(replace(CALM, calls=[RANG, stranger])) == 1


def test_what_was_taken_back_or_never_left_need_not_arrive():
    for outcome in ("failed", "cancelled", "crashed"):
        cdr = replace(CDR, outcome=outcome)
        assert lost(replace(CALM, cdrs=[cdr], calls=[])) == 0
    assert lost(replace(CALM, cdrs=[replace(CDR, placed_at=None)], calls=[])) == 0


def test_a_number_that_rang_twice_was_dialled_double():
    again = replace(RANG, channel="c2", started_at=105.0, ended_at=106.0)
    assert doubled(replace(CALM, calls=[RANG, again])) == 1


def test_a_number_that_stands_twice_in_the_books_was_dialled_double():
    again = replace(CDR, call="d1-2")
    numbers = {"d1-1": "13010000001", "d1-2": "13010000001"}
    assert doubled(replace(CALM, cdrs=[CDR, again], numbers=numbers)) == 1


def test_the_agent_s_voice_is_timed_from_the_verdict_to_the_packet_at_the_customer():
    talked = replace(
        CDR, outcome="connected", answered_at=100.0, verdict_at=101.5, verdict="human",
        bridged_at=101.52,
    )  # fmt: skip
    found = voice(replace(CALM, cdrs=[talked], calls=[replace(RANG, loud_at=101.54)]))
    assert (found["connected"], found["agent_not_heard"]) == (1, 0)
    assert abs(found["verdict_to_agent_ms"]["p95"] - 40.0) < 0.1
    assert abs(found["answer_to_agent_ms"]["p50"] - 1540.0) < 0.1
    assert abs(found["verdict_to_bridge_ms"]["p50"] - 20.0) < 0.1


def test_a_customer_who_heard_no_agent_is_counted():
    talked = replace(
        CDR, outcome="connected", answered_at=100.0, waiting_at=101.2, bridged_at=101.3
    )
    found = voice(replace(CALM, cdrs=[talked]))
    assert (found["connected"], found["agent_not_heard"]) == (0, 1)


def test_the_rate_is_what_arrived_while_measuring():
    calls = [replace(RANG, channel=str(k), started_at=99.05 + 0.1 * k) for k in range(120)]
    found = rate(replace(CALM, calls=calls))
    assert (found["asked_per_s"], found["placed_per_s"]) == (60.0, 10.0)
    assert (found["least_in_a_second"], found["most_in_a_second"]) == (10, 10)


def test_memory_that_grows_with_calls_shows_and_the_journal_s_cache_is_told_apart():
    calls = [replace(RANG, channel=str(k), started_at=100.0 + k / 20) for k in range(2000)]
    samples = [
        Sample(100.0 + t, {"dialer": Usage(0.0, 90.0 + 0.1 * t, 1)}, cache_mb=0.06 * t)
        for t in range(101)
    ]
    found = soak(replace(CALM, calls=calls, samples=samples))
    assert found["memory_mb_per_1000_calls"] == {"dialer": 2.0, "journal_cache": 3.0}


def test_calls_that_follow_each_other_are_one_line():
    calls = [replace(RANG, started_at=float(k), ended_at=k + 1.0) for k in range(5)]
    assert most_at_once(calls) == 1
