"""The judge, on evidence written by hand."""

from pathlib import Path

import msgspec
import pytest

from dialer.engine.commands import AgentWas, Cdr
from dialer.engine.events import (
    AgentHeard,
    Answered,
    Bridged,
    CampaignStopped,
    Disposed,
    Event,
    Heard,
    HungUp,
    LeadsCounted,
    LegUp,
    LoggedIn,
    LoggedOut,
    NumberBlocked,
    Placed,
    Reconciled,
    Ringing,
    Started,
    SwitchUp,
    Tick,
    WentReady,
)
from sim.judge import RULES, Case, Outage, judge
from sim.truth import Lived, Stay
from tests.engine.script import SPRING, Script, intended, key

CALL = key(1)
MORNING: tuple[Event, ...] = (
    Started(epoch=1, at=0.0),
    SPRING,
    LeadsCounted("spring", 5, 5, at=0.0),
    SwitchUp(at=0.0),
    Reconciled(at=0.0),
    LoggedIn("anna", "sales", "PJSIP/anna", at=0.0),
    WentReady("anna", at=0.0),
    LegUp("anna", at=0.5),
    intended(1, 1.0),
    Placed(CALL, at=1.02),
    Ringing(CALL, at=2.0),
    Answered(CALL, at=8.0),
    Heard(CALL, "human", "answer", greeting_end_s=0.5, at=9.0),
    Bridged(CALL, "anna", at=9.01),
    AgentHeard(CALL, at=9.03),
    HungUp(CALL, 16, at=60.0),
    Disposed("anna", CALL, "sale", then="pause", at=65.0),
    CampaignStopped("spring", at=66.0),
    LoggedOut("anna", at=70.0),
)
TALKED = Lived(
    call=CALL, number="15550100001", kind="person", placed_at=1.01, answered_at=8.0,
    greeting_end_at=8.5, stays=[Stay("anna", 9.01, 9.03, 60.0)], ended_at=60.0,
    ended_by="customer",
)  # fmt: skip


def lived(**other: object) -> Lived:
    return msgspec.structs.replace(TALKED, **other)


def case(*events: Event, truth: tuple[Lived, ...] = (TALKED,), **other: object) -> Case:
    """The morning as it was, or another one; with what an engine makes of it."""
    script = Script()
    script.tell(*(events or MORNING))
    facts = [order.fact for order in script.orders if hasattr(order, "fact")]
    given: dict = {
        "events": enumerate(events or MORNING, 1), "facts": facts, "open_intents": (),
        "truth": truth, "state": script.engine.checkpoint(),
    }  # fmt: skip
    return Case(**{**given, **other})


def found(evidence: Case, *rules: str) -> list[str]:
    return [f"{violation.rule} {violation.what}" for violation in judge(evidence, *rules)]


def test_a_good_morning_is_not_blamed():
    assert found(case()) == []


def test_every_rule_says_which_promise_it_watches_over_and_the_page_knows_it():
    page = (Path(__file__).parents[2] / "docs/invariants.md").read_text()
    rows = {row.split("**")[1]: row for row in page.splitlines() if row.startswith("| **I")}
    for name, rule in RULES.items():
        watched = (rule.__doc__ or "").partition(":")[0]
        assert f"`{name}`" in rows[watched]


@pytest.mark.parametrize(
    ("rule", "truth", "what"),
    [
        ("records", (), None),
        ("records", (TALKED, TALKED), "I1 one promise, placed more than once"),
        ("records", (TALKED, lived(call=key(9))), "I1 placed without a promise"),
        ("agreement", (lived(answered_at=None),), "I14 answered at another time than"),
        ("agreement", (lived(ended_at=30.0),), "I14 ended at another time than"),
        ("numbers", (lived(ended_at=None), lived(call="x", placed_at=50.0)), None),
        ("silence", (lived(stays=[], ended_at=14.0),), "I4 a person in silence"),
        ("silence", (lived(stays=[], message_at=10.6),), None),
        ("silence", (lived(stays=[], message_at=11.0),), "I4 a person in silence"),
        ("counted", (lived(stays=[], message_at=10.4),), "I4 counted as connected, and never was"),
        ("gate", (lived(placed_at=0.9),), "I3 placed before it was promised"),
        ("leftovers", (lived(ended_at=None),), "I5 never ended"),
        ("leftovers", (lived(ended_at=9e6),), "I5 stood too long"),
        ("agents", (lived(stays=[]),), "I6 anna: talked with nobody"),
        (
            "agents",
            (TALKED, lived(call=key(2), stays=[Stay("anna", 30.0, 30.1, 40.0)])),
            "I6 anna: two customers at once",
        ),
    ],
)
def test_what_the_network_knows_is_held_against_the_journal(rule, truth, what):
    told = found(case(truth=truth), rule)
    assert told == [] if what is None else any(one.startswith(what) for one in told), told


def without(*kinds: type[Event]) -> tuple[Event, ...]:
    return tuple(event for event in MORNING if not isinstance(event, kinds))


def test_a_promise_needs_one_end():
    assert found(case(*without(HungUp), facts=()), "records")[0] == "I1 a promise with 0 ends"
    cdr = next(fact for fact in case().facts if isinstance(fact, Cdr))
    assert "I1 a promise with 2 ends" in found(case(facts=[cdr, cdr]), "records")
    assert "I1 a promise still open at the end" in found(
        case(open_intents=[intended(1, 1.0)]), "records"
    )


def test_nothing_may_leave_while_nobody_is_there_or_the_switch_is_not_known():
    assert found(case(*without(LegUp)), "gate") == ["I3 placed while no agent was there"]
    assert found(case(*without(Reconciled)), "gate") == [
        "I3 placed while the dialer finds its bearings"
    ]


def test_a_blocked_number_may_neither_be_called_nor_ring_on():
    before = (*MORNING[:8], NumberBlocked("k1", at=0.6), *MORNING[8:])
    assert found(case(*before), "blocked") == ["I8 called after it was blocked"]
    ringing = (*MORNING[:11], NumberBlocked("k1", at=3.0), *MORNING[11:])
    assert found(case(*ringing), "blocked") == ["I8 rang on after it was blocked"]


def test_silence_is_excused_for_as_long_as_a_dead_dialer_needs_and_no_longer():
    dead = (Outage(8.2, 15.0, "dead"),)
    quiet = lived(stays=[], message_at=10.75)
    assert found(case(truth=(quiet,), outages=dead), "silence") == []
    quiet = lived(stays=[], message_at=11.2)
    assert found(case(truth=(quiet,), outages=dead), "silence") == ["I4 a person in silence"]


def test_the_end_of_a_greeting_that_was_never_told_is_not_asked_of_us_nor_one_told_too_late():
    told, began = (
        Heard(CALL, "speech_end", "answer", at=8.5),
        Heard(CALL, "speech", "answer", at=8.2),
    )
    later = msgspec.structs.replace(told, at=30.0)
    quiet = lived(stays=[Stay("anna", 12.0, 12.02, 60.0)])

    def blamed(*heard: Event) -> list[str]:
        before, after = MORNING[:12], [e for e in MORNING[12:] if not isinstance(e, Heard)]
        events = sorted((*before, *heard, *after), key=lambda event: event.at)
        return found(case(*events, truth=(quiet,)), "silence")

    assert blamed(began, told) == ["I4 a person in silence"]
    assert blamed(began) == blamed(began, later) == []
    assert blamed() == ["I4 a person in silence"]


def test_facts_that_do_not_follow_from_the_events_are_noticed():
    facts = list(case().facts)
    was = next(fact for fact in facts if isinstance(fact, AgentWas))
    facts[facts.index(was)] = msgspec.structs.replace(was, to_at=was.to_at + 1.0)
    assert found(case(facts=facts), "fold") == [
        f"I13 {len(facts)} facts kept, {len(facts)} follow from the events"
    ]
    assert found(case(*MORNING, Tick(at=80.0), state=case().state), "fold") == [
        "I13 another state than the events lead to"
    ]


def test_a_number_in_plain_is_noticed():
    told = msgspec.structs.replace(intended(1, 1.0), masked="+15550100001")
    events = (*MORNING[:8], told, *MORNING[9:])
    assert set(found(case(*events), "privacy")) == {"I12 a number in plain"}


def test_a_violation_says_what_where_and_when():
    (violation,) = judge(case(truth=(lived(stays=[], ended_at=14.0),)), "silence")
    assert str(violation).startswith(f"I4 {CALL} at 8.000: a person in silence ['until 14.0'")
