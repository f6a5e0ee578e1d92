"""To an agent at the answer, and taken away again: what `detection` makes of a call."""

import msgspec
import pytest

from dialer.engine.commands import Bridge, Cdr, HangUp, StopListening
from dialer.engine.detection import Detection, parsed, understood
from dialer.engine.events import Answered, Bridged, Event, Heard, HungUp, Placed, Tick
from tests.engine.script import SPRING, Script, intended, key, open_for_business

CALL = key(1)
MACHINE = Heard(CALL, "machine", "answer", confidence=0.8, cause="speech for 3.5 s", at=12.0)
BEEP = Heard(CALL, "machine", "answer", confidence=0.97, cause="beep after human", at=14.0)


def answered(detection: str, *more: Event) -> Script:
    """Anna and Ben are ready, the first call is answered at 8.0."""
    campaign = msgspec.structs.replace(SPRING, detection=detection)
    script = open_for_business("anna", "ben", campaign=campaign)
    script.tell(intended(1, 1.0), Placed(CALL, at=1.1), Answered(CALL, at=8.0), *more)
    return script


def given(script: Script, kind: type) -> list[object]:
    return [order for order in script.orders if isinstance(order, kind)]


def test_with_connect_first_an_agent_is_joined_at_the_answer():
    assert given(answered("balanced, connect_first"), Bridge) == [Bridge(CALL, "anna")]
    assert given(answered("balanced"), Bridge) == []


def test_a_machine_is_taken_away_again_and_its_agent_is_free_after_a_glance():
    script = answered("careful, connect_first", Bridged(CALL, "anna", at=8.1))
    assert given(script, StopListening) == []
    script.tell(MACHINE)
    assert given(script, HangUp) == [HangUp(CALL, "machine")]
    script.tell(HungUp(CALL, at=12.1, by_us=True))
    agent = script.engine.state.agents["anna"]
    assert agent.state == "WRAP_UP"
    (cdr,) = script.facts(Cdr)
    assert (cdr.outcome, cdr.ended_by, cdr.verdict_cause) == (
        "machine", "dialer", "speech for 3.5 s",
    )  # fmt: skip
    script.tell(Tick(at=15.2))
    assert agent.state == "READY"


def test_a_person_stays_with_the_agent_and_is_listened_to_for_a_while():
    human = Heard(CALL, "human", "answer", confidence=0.9, greeting_end_s=1.0, at=9.8)
    script = answered("careful, connect_first", Bridged(CALL, "anna", at=8.1), human)
    assert given(script, StopListening) == given(script, HangUp) == []
    script.tell(Tick(at=20.1))
    assert given(script, StopListening) == [StopListening(CALL)]
    assert script.engine.state.agents["anna"].state == "TALKING"
    script.tell(Tick(at=500.0))
    assert given(script, HangUp) == []


@pytest.mark.parametrize(
    ("revision", "ends"), [(MACHINE, False), (BEEP, True)], ids=["talks on", "beep"]
)
def test_who_was_given_as_a_person_is_taken_away_only_where_it_is_beyond_doubt(revision, ends):
    human = Heard(CALL, "human", "answer", confidence=0.9, greeting_end_s=0.8, at=9.6)
    script = answered("careful", human, Bridged(CALL, "anna", at=9.7), revision)
    assert [order.why for order in given(script, HangUp)] == (["machine"] if ends else [])


@pytest.mark.parametrize("detection", ["careful", "careful, connect_first"])
def test_a_person_who_talks_on_with_an_agent_stays_a_person_on_the_record(detection):
    human = Heard(CALL, "human", "answer", confidence=0.9, greeting_end_s=0.8, at=9.6)
    script = answered(detection, human, Bridged(CALL, "anna", at=9.7), MACHINE)
    script.tell(HungUp(CALL, at=60.0))
    (cdr,) = script.facts(Cdr)
    assert (cdr.outcome, cdr.verdict, given(script, HangUp)) == ("connected", "human", [])


@pytest.mark.parametrize(
    ("joined_at", "outcome"), [(9.3, "connected"), (12.1, "machine")], ids=["before", "after"]
)
def test_who_was_given_before_anything_was_heard_is_judged_by_what_he_said_until_then(
    joined_at, outcome
):
    speech = Heard(CALL, "speech", "answer", at=8.6)  # its news come late: the listener lags
    script = answered("careful", Tick(at=9.2), Bridged(CALL, "anna", at=joined_at), speech, MACHINE)
    script.tell(HungUp(CALL, at=60.0))
    (cdr,) = script.facts(Cdr)
    assert (cdr.outcome, given(script, HangUp)) == (outcome, [])


def test_a_machine_that_nobody_has_taken_yet_is_hung_up_on_as_ever():
    script = answered("balanced, connect_first", MACHINE)
    assert given(script, HangUp) == [HangUp(CALL, "machine")]


def test_a_dead_line_can_be_hung_up_on_instead_of_being_connected():
    silence = Heard(CALL, "silence", "answer", confidence=0.8, at=9.4)
    script = answered("balanced, silence=hang_up", Tick(at=9.3), silence)
    assert (given(script, Bridge), given(script, HangUp)) == ([], [HangUp(CALL, "silence")])
    script.tell(HungUp(CALL, at=9.5, by_us=True))
    assert [cdr.outcome for cdr in script.facts(Cdr)] == ["silence"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("balanced, bold", "'bold': allowed are a preset's name, `connect_first`"),
        ("balanced, pause_s=9", "pause_s=9: must be a number from 0.3 to 1.15"),
        ("careful, deadline_s=soon", "deadline_s=soon: must be a number"),
        ("careful, silence=sing", "'silence=sing': allowed are"),
    ],
)
def test_words_that_mean_nothing_are_refused_with_what_is_allowed(words, why):
    with pytest.raises(ValueError, match=why):
        parsed(words)
    assert understood(words) == Detection()
