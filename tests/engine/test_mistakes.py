"""People whom the detector took for machines: bounded by agents' words, kept under the cap."""

import msgspec
import pytest

from dialer.campaign import Campaign, again, lead_rules, opened
from dialer.engine import mistakes as audit
from dialer.engine.commands import Bridge, Cdr, HangUp
from dialer.engine.detection import understood
from dialer.engine.engine import Engine
from dialer.engine.events import (
    Answered,
    Bridged,
    Disposed,
    DispositionCorrected,
    DispositionUndone,
    Heard,
    HungUp,
    LeadsCounted,
    Placed,
    Tick,
)
from dialer.engine.mistakes import mistakes
from dialer.picture import picture
from models.intervals import anytime_upper
from tests.engine.script import SPRING, Script, intended, key, open_for_business

AUDITED = msgspec.structs.replace(SPRING, detection="careful, audited")


@pytest.fixture(autouse=True)
def _each_fourth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "AUDIT_EVERY", 4)


def machine(script: Script, n: int, at: float, sound: str = "machine") -> list:
    """A call that is answered and sounds like one; the orders at the verdict."""
    script.tell(intended(n, at), Placed(key(n), at=at), Answered(key(n), at=at + 0.1))
    return script.tell(Heard(key(n), sound, "answer", at=at + 0.3, cause="long greeting"))


def let_through(script: Script, n: int, at: float, word: str) -> None:
    """It goes to anna, who says what it is."""
    assert Bridge(key(n), "anna") in machine(script, n, at)
    script.tell(Bridged(key(n), "anna", at=at + 0.4), Disposed("anna", key(n), word, at=at + 0.5))
    script.tell(HungUp(key(n), at=at + 0.6, by_us=True))


def hung_up(script: Script, n: int, at: float) -> None:
    assert HangUp(key(n), "machine") in machine(script, n, at)
    script.tell(HungUp(key(n), at=at + 0.4, by_us=True))


def known(script: Script):
    campaign = script.engine.state.campaigns["spring"]
    at = script.engine.state.at
    return mistakes(campaign, campaign.ledger.today(at)[0], at)


def with_people(script: Script, persons: int) -> Script:
    ledger = script.engine.state.campaigns["spring"].ledger
    for _ in range(persons):
        ledger.count(at=1.0, person=True, abandoned=False)
    return script


def audited(*words: str, persons: int = 0, campaign=AUDITED) -> Script:
    """Three are hung up on, then one is heard, as often as there are words."""
    script = with_people(open_for_business("anna", campaign=campaign), persons)
    for turn, word in enumerate(words):
        for n in range(4 * turn, 4 * turn + 3):
            hung_up(script, n, 1.0 + n)
        let_through(script, 4 * turn + 3, 4.0 + 4 * turn, word)
    return script


def test_without_an_audit_nobody_knows_and_all_machines_are_hung_up_on():
    script = open_for_business("anna")
    for n in range(9):
        hung_up(script, n, 1.0 + n)
    seen = known(script)
    assert (seen.verdicts, seen.hung_up, seen.audited, seen.bound) == (9, 9, 0, None)
    assert not seen.binds


def test_every_fourth_is_heard_by_an_agent_and_bounds_the_others():
    script = audited("machine", persons=1000)
    seen = known(script)
    assert (seen.verdicts, seen.hung_up, seen.audited, seen.people) == (4, 3, 1, 0)
    mistaken = 3 * float(anytime_upper(0, 1))
    assert seen.bound == pytest.approx(mistaken / (1000 + mistaken))
    assert not seen.binds
    assert [cdr.outcome for cdr in script.facts(Cdr)] == ["machine"] * 4


def test_beyond_the_cap_nobody_is_hung_up_on_until_agents_have_heard_enough():
    script = audited("sale", persons=60)
    assert known(script).binds
    for n in range(4, 60):
        let_through(script, n, 1.0 + n, "machine")
        script.engine.state.campaigns["spring"].ledger.count(at=1.0 + n, person=True,
                                                             abandoned=False)  # fmt: skip
        for _ in range(40):
            script.engine.state.campaigns["spring"].ledger.count(at=1.0, person=True,
                                                                 abandoned=False)  # fmt: skip
        if not known(script).binds:
            break
    assert known(script).people == 1
    assert 5 < n < 59
    hung_up(script, 70, 80.0)


def test_a_fax_is_never_let_through():
    script = audited("sale")
    assert known(script).binds
    assert HangUp(key(50), "fax") in machine(script, 50, 60.0, "fax")


def test_what_is_hung_up_on_already_is_not_let_through_by_what_is_heard_then():
    script = open_for_business("anna", campaign=AUDITED)
    for n in range(3):
        hung_up(script, n, 1.0 + n)
    machine(script, 3, 4.0)
    script.tell(Bridged(key(3), "anna", at=4.4), HungUp(key(3), at=4.6))
    assert HangUp(key(4), "machine") in machine(script, 4, 5.0)
    for _ in range(8):
        again = Heard(key(4), "machine", "answer", at=5.4, cause="beep")
        assert not [one for one in script.tell(again) if isinstance(one, Bridge)]
    script.tell(HungUp(key(4), at=6.0, by_us=True))
    assert script.facts(Cdr)[-1].outcome == "machine"


def test_what_is_taken_back_or_put_right_counts_as_it_is_said_last():
    script = audited("sale", persons=1000)
    said = DispositionCorrected(
        user="ben", call=key(3), lead="L3", campaign="spring", agent="anna",
        disposition="machine", at=20.0,
    )  # fmt: skip
    assert (known(script).audited, known(script).people) == (1, 1)
    script.tell(said)
    assert (known(script).audited, known(script).people) == (1, 0)
    script.tell(msgspec.structs.replace(said, disposition="nobody_there", at=21.0))
    assert (known(script).audited, known(script).bound) == (0, None)


def test_a_word_taken_back_within_its_five_seconds_was_never_said():
    script = with_people(open_for_business("anna", campaign=AUDITED), 100)
    for n in range(3):
        hung_up(script, n, 1.0 + n)
    let_through(script, 3, 4.0, "sale")
    assert known(script).audited == 1
    script.tell(DispositionUndone("anna", key(3), at=5.0))
    assert known(script).audited == 0


def test_whoever_was_let_through_and_found_no_agent_is_abandoned():
    script = open_for_business(campaign=AUDITED)
    for n in range(4):
        machine(script, n, 1.0 + n)
        script.tell(Tick(at=1.3 + n + 2.0), HungUp(key(n), at=9.0 + n, by_us=True))
    outcomes = [cdr.outcome for cdr in script.facts(Cdr)]
    assert outcomes == ["machine", "machine", "machine", "abandoned"]


def test_a_restart_goes_on_with_the_audit():
    script = audited("machine", "sale", persons=500)
    before = known(script)
    script.engine = Engine.restore(script.engine.checkpoint())
    assert known(script) == before
    assert before.people == 1


def test_the_board_is_told_each_figure_apart_and_which_of_them_binds():
    script = audited("sale", persons=100)
    campaigns = picture(script.engine.state, script.engine.index, at=20.0)["campaigns"]
    told = campaigns["spring"]
    assert (told["persons"], told["abandoned"], told["left"], told["owed"]) == (100, 0, 3, 0)
    assert told["vendor_rate"] == 0.0
    assert told["binds"] == "mistakes"
    assert told["detector"]["hung_up"] == 3
    poor = with_people(open_for_business("anna"), 10)
    for _ in range(2):
        poor.engine.state.campaigns["spring"].ledger.count(at=1.0, person=True, abandoned=True)
    poor.tell(LeadsCounted("spring", 9, 9, at=2.0))
    told = picture(poor.engine.state, poor.engine.index, at=2.0)["campaigns"]["spring"]
    assert (told["left"], told["binds"]) == (-2, "")


def test_a_campaign_says_that_its_detector_is_audited():
    campaign = Campaign(name="spring", lists=("vip",), detection="balanced, audited")
    before = opened(campaign, version=1, at=0.0, user="")
    assert understood(before.detection).audited
    assert again(before, lead_rules(campaign)).detection == "balanced, audited"
