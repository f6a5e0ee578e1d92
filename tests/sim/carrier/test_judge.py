from collections import Counter

import pytest
from msgspec.structs import replace

from dialer.engine.commands import Cdr, Leg
from sim.carrier.behaviours import load
from sim.carrier.fitting import fitting
from sim.carrier.judge import compare
from sim.carrier.log import AgentLeg, CarrierCall

LAB = load()

TALKED = CarrierCall(
    channel="17.1",
    number="12025550123",
    behaviour="person",
    call_id="x",
    started_at=100.0,
    ringing_at=101.0,
    answered_at=106.0,
    greeted_at=107.0,
    heard_agent=True,
    heard_agent_at=108.1,
    ended_at=130.0,
    ended_by="carrier",
    why="talked",
)
BUSY = CarrierCall(
    channel="17.2",
    number="12135550123",
    behaviour="busy",
    call_id="y",
    started_at=100.0,
    ended_at=101.0,
    ended_by="carrier",
    why="486 17",
    sip=486,
    cause=17,
)
WAITED = replace(
    TALKED, heard_agent=False, heard_agent_at=None, heard_message_at=109.2, ended_at=114.0,
    why="listened",
)  # fmt: skip
LEFT = replace(WAITED, heard_message_at=None, ended_at=107.6, why="impatient")
MACHINE = replace(
    WAITED, behaviour="machine", greeted_at=None, heard_message_at=None, ended_by="dialer", why=""
)
RANG = replace(
    BUSY, behaviour="no_answer", ringing_at=101.0, ended_at=126.0, ended_by="dialer", why="",
    sip=None, cause=0,
)  # fmt: skip


def cdr(outcome, call="d1-1", **instants):
    return Cdr(
        call=call, lead="l1", list="spring", campaign="demo", version=1, pool="p", attempt=1,
        number_key="k", masked="+1202•••0123", region="US", trunk="lab", caller_id="12025550100",
        mode="progressive", source="lab", epoch=1, intended_at=99.9,
        **{"placed_at": 99.95, "ended_at": 130.0} | instants, outcome=outcome,
    )  # fmt: skip


CONNECTED = cdr("connected", ringing_at=101.0, answered_at=106.0, bridged_at=108.0)
SAYS = {
    "talked": (CONNECTED, TALKED),
    "busy": (cdr("busy", ended_at=101.0), BUSY),
    "message": (cdr("abandoned", answered_at=106.0, message_at=109.0, ended_at=114.0), WAITED),
    "left": (cdr("hung_up_waiting", answered_at=106.0, ended_at=107.6), LEFT),
    "machine": (cdr("machine", answered_at=106.0, ended_at=114.0), MACHINE),
    "rang out": (cdr("no_answer", ringing_at=101.0, ended_at=126.0), RANG),
}


def judged(*pairs):
    """Compare CDRs with calls; the number of a CDR is that of the call beside it."""
    cdrs = [replace(told, call=f"d1-{n}") for n, (told, _) in enumerate(pairs) if told]
    numbers = {f"d1-{n}": seen.number if seen else "1999" for n, (_, seen) in enumerate(pairs)}
    return compare(cdrs, numbers, [seen for _, seen in pairs if seen], LAB)


@pytest.mark.parametrize("name", SAYS)
def test_a_true_cdr_is_believed(name):
    assert judged(SAYS[name]).mismatches == ()


def test_both_sides_count_the_same_day():
    pairs = [
        (told, replace(seen, number=f"1202555{n:04}"))
        for n, (told, seen) in enumerate(list(SAYS.values()) * 3)
    ]
    both = judged(*pairs)
    assert both.counts == both.told
    assert (both.counts.placed, both.counts.answered) == (18, 12)
    assert (both.counts.connected, both.counts.abandoned) == (3, 3)
    assert both.counts.by_outcome == dict.fromkeys(
        ["connected", "busy", "abandoned", "hung_up_waiting", "machine", "no_answer"], 3
    )


LIES = {
    "a call nobody made": ("missing", (CONNECTED, None)),
    "a call nobody tells of": ("missing", (None, TALKED)),
    "connected, but nobody heard an agent": (
        "connected", (CONNECTED, replace(WAITED, ended_at=130.0)),
    ),
    "abandoned, but they talked": ("connected", (cdr("abandoned", answered_at=106.0), TALKED)),
    "patient, but they hung up at once": (
        "abandoned", (cdr("abandoned", answered_at=106.0, ended_at=107.6), LEFT),
    ),
    "hung up waiting, but they heard the message": (
        "abandoned", (cdr("hung_up_waiting", answered_at=106.0, ended_at=114.0), WAITED),
    ),
    "a machine, but somebody said hello": (
        "verdict", (cdr("machine", answered_at=106.0, ended_at=114.0), WAITED),
    ),
    "a person, but it was a machine": (
        "verdict", (cdr("abandoned", answered_at=106.0, ended_at=114.0), MACHINE),
    ),
    "no answer, but it was answered": ("answered", (cdr("no_answer"), TALKED)),
    "answered, but it only rang": (
        "answered", (cdr("machine", answered_at=104.0, ended_at=126.0), RANG),
    ),
    "no answer, but it was busy": ("outcome", (cdr("no_answer", ended_at=101.0), BUSY)),
    "busy, but it rang": ("outcome", (cdr("busy", ended_at=126.0), RANG)),
    "answered a second too early": ("instant", (replace(CONNECTED, answered_at=105.0), TALKED)),
    "over a second too late": ("instant", (replace(CONNECTED, ended_at=131.0), TALKED)),
    "bridged two seconds too early": ("instant", (replace(CONNECTED, bridged_at=106.0), TALKED)),
    "bridged after the agent was heard": (
        "instant", (replace(CONNECTED, bridged_at=109.0), TALKED),
    ),
    "rang a second too late": ("instant", (replace(CONNECTED, ringing_at=102.0), TALKED)),
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
def test_a_false_cdr_is_caught(name):
    kind, pair = LIES[name]
    assert [found.kind for found in judged(pair).mismatches] == [kind]


def test_a_late_connection_is_abandoned_as_well():
    late = replace(TALKED, heard_agent_at=112.0)
    told = replace(CONNECTED, outcome="late_connect", bridged_at=111.9)
    assert judged((told, late)).mismatches == ()
    assert judged((told, late)).counts.abandoned == 1
    (found,) = judged((replace(told, outcome="connected"), late)).mismatches
    assert found.kind == "abandoned"


def test_at_the_limit_itself_either_word_is_right():
    edge = replace(TALKED, heard_agent_at=109.3)
    told = replace(CONNECTED, bridged_at=109.0)
    for outcome in ("connected", "late_connect"):
        both = judged((replace(told, outcome=outcome), edge))
        assert both.mismatches == ()
        assert both.counts == both.told


@pytest.mark.parametrize(
    ("waited_s", "fits"),
    [(1.4, "hung_up_waiting"), (1.8, "hung_up_waiting abandoned"), (2.6, "abandoned")],
)
def test_who_hangs_up_was_abandoned_if_it_took_too_long(waited_s, fits):
    assert fitting(replace(LEFT, ended_at=107.0 + waited_s), LAB) == tuple(fits.split())


def test_an_agent_who_was_there_for_a_moment_need_not_have_been_heard():
    gone = replace(LEFT, ended_at=108.4)
    told = cdr("connected", answered_at=106.0, bridged_at=108.0, ended_at=108.4)
    assert judged((told, gone)).mismatches == ()
    assert judged((replace(told, bridged_at=106.5), gone)).mismatches[0].kind == "connected"


def test_a_hang_up_that_meets_the_answer_may_be_told_either_way():
    met = replace(WAITED, answered_at=126.1, greeted_at=None, heard_message_at=None, ended_at=126.2,
                  ended_by="dialer")  # fmt: skip
    told = cdr("no_answer", ringing_at=101.0, hang_up_at=126.0, ended_at=126.2)
    assert judged((told, met)).mismatches == ()
    late = replace(met, answered_at=122.0)
    assert [found.kind for found in judged((told, late)).mismatches] == ["answered"]


def test_a_crossing_is_right_however_it_is_told():
    crossing = replace(WAITED, behaviour="crossing", greeted_at=None, heard_message_at=None,
                       answered_at=126.0, ended_at=126.3, ended_by="dialer")  # fmt: skip
    unanswered = cdr("no_answer", ringing_at=101.0, ended_at=126.1)
    answered = cdr("abandoned", ringing_at=101.0, answered_at=126.0, ended_at=126.2)
    assert judged((unanswered, crossing)).mismatches == ()
    assert judged((answered, crossing)).mismatches == ()


def test_two_attempts_at_one_number_are_told_apart_by_time():
    again = replace(TALKED, started_at=3700.0, ringing_at=3701.0, answered_at=3706.0,
                    greeted_at=3707.0, heard_agent_at=3708.1, ended_at=3730.0)  # fmt: skip
    first = replace(BUSY, number=TALKED.number)
    told = replace(CONNECTED, placed_at=3699.95, intended_at=3699.9, ringing_at=3701.0,
                   answered_at=3706.0, bridged_at=3708.0, ended_at=3730.0)  # fmt: skip
    assert judged((cdr("busy", ended_at=101.0), first), (told, again)).mismatches == ()
    assert judged((told, first), (cdr("busy", ended_at=101.0), again)).mismatches == ()
    lost = judged((None, first), (told, again)).mismatches
    assert [(found.kind, found.number) for found in lost] == [("missing", TALKED.number)]


def test_a_call_that_was_cancelled_before_it_began_may_only_be_cancelled():
    early = replace(BUSY, behaviour="", ended_by="dialer", why="", sip=None, cause=0)
    assert judged((cdr("cancelled", ended_at=101.0), early)).mismatches == ()
    assert len(judged((cdr("busy", ended_at=101.0), early)).mismatches) == 1


def test_what_was_never_placed_is_missed_by_nobody():
    assert judged((cdr("failed", placed_at=None, ended_at=100.0), None)).mismatches == ()
    assert judged((cdr("failed", ended_at=100.0), None)).mismatches == ()


def test_after_a_crash_only_the_call_itself_is_asked_for():
    assert judged((cdr("crashed", ended_at=131.0), TALKED)).mismatches == ()
    found = judged((None, TALKED)).mismatches
    assert [f.kind for f in found] == ["missing"]


def test_a_record_of_whole_seconds_is_allowed_a_second():
    told = replace(CONNECTED, answered_at=105.0, witness="switch_cdr")
    assert judged((told, TALKED)).mismatches == ()


@pytest.mark.parametrize("name", [n for n, b in LAB.behaviours.items() if b.who and not b.races])
def test_everybody_who_answers_fits_some_outcome(name):
    call = replace(MACHINE, behaviour=name)
    ended = Counter(fitting(replace(call, ended_by=by), LAB)[0] for by in ("carrier", "dialer"))
    assert sum(ended.values()) == 2
    assert fitting(replace(call, heard_agent=True), LAB)[0] == "connected"


@pytest.mark.parametrize(
    ("talk_s", "heard_at", "kinds"),
    [
        (22.0, (109.0, 110.0), []),
        (22.0, (90.0, 140.0), ["one_way"]),
        (22.0, (), ["one_way"]),
        (0.9, (), []),
    ],
)
def test_an_agent_must_have_heard_the_customer(talk_s, heard_at, kinds):
    told = replace(CONNECTED, legs=(Leg("agent3", 108.0, 108.0 + talk_s),))
    legs = [
        AgentLeg(agent="agent3", up_at=0.0, heard_at=heard_at),
        AgentLeg(agent="agent4", up_at=0.0, heard_at=(110.0,)),
    ]
    both = compare([told], {"d1-1": TALKED.number}, [TALKED], LAB, legs=legs)
    assert [found.kind for found in both.mismatches] == kinds


def test_a_mismatch_names_the_call_and_says_why():
    (found,) = judged((cdr("no_answer", ended_at=101.0), BUSY)).mismatches
    assert (found.call, found.number) == ("d1-0", "12135550123")
    assert found.why == "busy: no_answer, but it was busy"
