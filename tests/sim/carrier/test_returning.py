"""People who call back: who does, and whether our records tell the same of it as they do."""

import json

import pytest
from msgspec.structs import replace

from dialer.engine.commands import Cdr
from sim.carrier.behaviours import load
from sim.carrier.judge import compare
from sim.carrier.judge_callers import Came
from sim.carrier.log import CallBack, call_backs, records
from sim.carrier.returning import AFTER_S, GREETED_RATE, PATIENCE_S, RANG_RATE, Returning
from tests.sim.carrier.test_judge import BUSY, LEFT, RANG, TALKED, WAITED, cdr

LAB = load()
OURS = "12025550100"
NUMBER = TALKED.number
VISIT = CallBack(
    channel=f"back-{NUMBER}-{OURS}-1", number=NUMBER, called=OURS, started_at=200.0,
    answered_at=204.0, heard_agent_at=204.3, ended_at=230.0, why="talked",
)  # fmt: skip
TOLD = replace(VISIT, heard_agent_at=None, heard_message_at=205.0, ended_at=212.0, why="listened")
GONE = replace(VISIT, answered_at=None, heard_agent_at=None, ended_at=215.0, why="")


def taken(**changed) -> Cdr:
    """The record that goes with `VISIT`."""
    usual = {"intended_at": 200.1, "placed_at": 200.1, "answered_at": 204.0, "bridged_at": 204.0,
             "ended_at": 230.0}  # fmt: skip
    return replace(cdr("taken", "in-1"), direction="in", **usual | changed)


def judged(record: Cdr | None, *visits: CallBack):
    records_ = [record] if record else []
    return compare(records_, {"in-1": NUMBER}, [], LAB, callers=visits)


def test_a_caller_of_whom_both_tell_the_same_is_no_mismatch_and_no_call_of_ours():
    both = judged(taken(), VISIT)
    assert both.mismatches == ()
    assert both.callers == both.told_callers == Came(came=1, taken=1)
    assert both.told.placed == both.counts.placed == 0


@pytest.mark.parametrize(
    ("outcome", "visit", "instants"),
    [("told", TOLD, {"bridged_at": None, "ended_at": 212.0}),
     ("gave_up", GONE, {"answered_at": None, "bridged_at": None, "ended_at": 215.0})],
)  # fmt: skip
def test_neither_is_who_was_told_or_gave_up(outcome, visit, instants):
    both = judged(replace(taken(**instants), outcome=outcome), visit)
    assert both.mismatches == ()
    assert both.callers == both.told_callers


@pytest.mark.parametrize(
    ("record", "visits", "why"),
    [
        (None, [VISIT], "no record tells of it"),
        (taken(), [], "nobody of the lab called so"),
        (taken(), [replace(VISIT, started_at=300.0, ended_at=330.0)], "nobody of the lab"),
        (replace(taken(), outcome="told"), [VISIT], "an agent was heard"),
        (replace(taken(), outcome="gave_up"), [VISIT], "it was answered"),
        (taken(), [replace(VISIT, heard_agent_at=None)], "no agent was heard"),
        (taken(), [replace(VISIT, heard_agent_at=209.0)], "agent heard +5.00 s"),
        (taken(), [replace(VISIT, called="12125550101")], "it was 12125550101 that was called"),
        (taken(), [replace(VISIT, ended_at=233.0)], "ended +3.00 s"),
    ],
)
def test_whatever_disagrees_is_said(record, visits, why):
    found = judged(record, *visits).mismatches
    assert {one.kind for one in found} == {"caller"}
    assert any(why in one.why for one in found), found


def test_who_met_no_agent_calls_the_number_that_was_shown_and_only_once():
    missed = [
        replace(LEFT, channel=f"17.{n}", number=f"1202555{n:04d}", shown=OURS) for n in range(400)
    ]
    people = Returning(seed=3)
    assert people.due(missed, at=LEFT.ended_at) == []
    came = people.due(missed, at=LEFT.ended_at + AFTER_S[1])
    assert abs(len(came) / 400 - GREETED_RATE) < 0.1
    assert {one.called for one in came} == {OURS}
    assert all(PATIENCE_S[0] <= one.patience_s <= PATIENCE_S[1] for one in came)
    assert people.due(missed, at=1e9) == []
    again = Returning(seed=3).due(missed, at=1e9)
    assert again == came


@pytest.mark.parametrize("call", [TALKED, BUSY, LEFT, replace(WAITED, ended_at=None)])
def test_nobody_calls_who_was_served_or_knows_no_number_of_ours(call):
    shown = "" if call is LEFT else OURS
    calls = [
        replace(call, channel=f"1.{n}", number=f"1202555{n:04d}", shown=shown) for n in range(50)
    ]
    assert Returning(seed=3).due(calls, at=1e9) == []


def test_some_of_those_whose_telephone_only_rang_call():
    calls = [replace(RANG, channel=f"1.{n}", number=f"1{n}", shown=OURS) for n in range(400)]
    assert abs(len(Returning(seed=3).due(calls, at=1e9)) / 400 - RANG_RATE) < 0.1


def test_a_call_back_is_read_from_the_log_and_is_none_of_the_networks_calls(tmp_path):
    def line(event, at, extra="", channel=VISIT.channel):
        return json.dumps({
            "eventtype": event, "eventtime": f"{at}", "uniqueid": channel, "context": "calls",
            "exten": "", "eventextra": json.dumps({"extra": extra}) if extra else "",
        })  # fmt: skip

    log = tmp_path / "carrier.jsonl"
    log.write_text("\n".join([
        line("CHAN_START", 200.0), line("ANSWER", 204.0),
        line("BEGINS", 204.0, f"calls_back {NUMBER} x@y"), line("HEARD_AGENT", 204.3),
        line("LEAVES", 229.9, "talked"), line("HANGUP", 230.0), line("CHAN_END", 230.0), "",
    ]))  # fmt: skip
    assert list(call_backs(log)) == [VISIT]
    assert list(records(log)) == []
