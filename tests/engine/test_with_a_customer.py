"""What an agent does with a customer: hold, hand over, mute; and calls made by hand."""

from dialer.engine.commands import (
    AgentWas,
    Bridge,
    Cdr,
    Claim,
    DispositionSet,
    HangUp,
    Hold,
    Listen,
    Mute,
    Originate,
    Play,
    Record,
    Resume,
    Withdraw,
)
from dialer.engine.events import (
    AgentHungUp,
    Answered,
    Bridged,
    CallWanted,
    CampaignPaused,
    Disposed,
    DispositionCorrected,
    DispositionUndone,
    Heard,
    Held,
    HoldWanted,
    HungUp,
    LegUp,
    LoggedIn,
    MuteWanted,
    NotBridged,
    Paused,
    Reconciled,
    Refused,
    Resumed,
    ResumeWanted,
    Started,
    SwitchUp,
    Tick,
    TransferWanted,
    WentReady,
    Withdrawn,
    Witness,
)
from tests.engine.script import HUMAN, Script, agent, intended, key, open_for_business, talking


def states(script: Script, agent: str) -> list[tuple[str, float, float]]:
    return [(w.state, w.from_at, w.to_at) for w in script.facts(AgentWas) if w.agent == agent]


# ---- hold ----------------------------------------------------------------------------------------
def test_a_hold_is_part_of_the_talk_and_shows_in_call_and_shift():
    script = talking()
    assert script.tell(HoldWanted("anna", key(1), at=10.0)) == [Hold(key(1), "anna")]
    script.tell(Held(key(1), "anna", at=10.1))
    assert script.engine.state.agents["anna"].state == "HELD"
    assert Resume(key(1), "anna") in script.tell(ResumeWanted("anna", key(1), at=20.0))
    script.tell(Resumed(key(1), "anna", at=20.1), HungUp(key(1), at=30.0))
    (cdr,) = script.facts(Cdr)
    (leg,) = cdr.legs
    assert (leg.bridged_at, leg.holds, leg.ended_at) == (3.1, ((10.1, 20.1),), 30.0)
    assert states(script, "anna")[-3:] == [
        ("TALKING", 3.1, 10.1), ("HELD", 10.1, 20.1), ("TALKING", 20.1, 30.0),
    ]  # fmt: skip


def test_a_customer_who_hangs_up_on_hold_ends_it():
    script = talking()
    script.tell(HoldWanted("anna", key(1), at=10.0), Held(key(1), "anna", at=10.1))
    script.tell(HungUp(key(1), at=15.0))
    (cdr,) = script.facts(Cdr)
    assert (cdr.outcome, cdr.ended_by, cdr.legs[0].holds) == (
        "connected", "customer", ((10.1, 15.0),),
    )  # fmt: skip
    assert agent(script, "anna") == "WRAP_UP"


def test_news_of_a_hold_in_any_order_ends_as_the_last_of_it():
    script = talking()
    script.tell(Resumed(key(1), "anna", at=12.0), Held(key(1), "anna", at=11.0))
    assert agent(script, "anna") == "TALKING"


def test_only_who_talks_can_hold_and_only_who_holds_can_go_on():
    script = talking("ben")
    assert not script.tell(HoldWanted("ben", key(1), at=10.0))
    assert not script.tell(ResumeWanted("anna", key(1), at=10.0))


def test_mute_is_for_who_has_a_customer():
    script = talking("ben")
    wanted = MuteWanted("anna", key(1), True, at=10.0)
    assert script.tell(wanted) == [Mute(key(1), "anna", True)]
    assert not script.tell(MuteWanted("ben", key(1), True, at=10.0))


def test_after_a_restart_a_hold_whose_news_was_lost_is_found_and_hears_music_again():
    script = talking()
    script.tell(Started(epoch=2, at=20.0), SwitchUp(at=20.1))
    up = Witness(key(1), "up", answered_at=2.0)
    orders = script.tell(Reconciled((up,), ("anna",), at=21.0))
    assert Hold(key(1), "anna") in orders
    assert agent(script, "anna") == "HELD"


# ---- transfer ------------------------------------------------------------------------------------
def test_a_call_handed_to_a_free_agent_goes_there_at_once():
    script = talking("ben", "cleo")
    orders = script.tell(TransferWanted("anna", key(1), "cleo", at=10.0))
    given = [order for order in orders if isinstance(order, Hold | Bridge)]
    assert given == [Hold(key(1), "anna"), Bridge(key(1), "cleo")]
    assert (agent(script, "anna"), agent(script, "cleo")) == ("WRAP_UP", "RESERVED")
    script.tell(Bridged(key(1), "cleo", at=10.1), HungUp(key(1), at=20.0))
    (cdr,) = script.facts(Cdr)
    assert [(leg.agent, leg.bridged_at, leg.ended_at) for leg in cdr.legs] == [
        ("anna", 3.1, 10.0), ("cleo", 10.1, 20.0),
    ]  # fmt: skip
    assert cdr.outcome == "connected"


def test_a_call_handed_to_a_busy_agent_waits_with_music_for_whoever_is_free():
    script = talking("ben")
    script.tell(Paused("ben", "lunch", at=9.0))
    assert Hold(key(1), "anna") in script.tell(TransferWanted("anna", key(1), "ben", at=10.0))
    assert not [o for o in script.tell(Tick(at=40.0)) if isinstance(o, Play)]
    assert Bridge(key(1), "ben") in script.tell(WentReady("ben", at=45.0))


def test_a_target_that_refuses_leaves_the_customer_in_the_queue():
    script = talking("ben", "cleo")
    script.tell(TransferWanted("anna", key(1), "ben", at=10.0))
    orders = script.tell(NotBridged(key(1), "ben", "no leg", at=10.2))
    assert Bridge(key(1), "cleo") in orders


def test_whoever_is_handed_over_and_found_by_nobody_is_told_who_called():
    script = talking()
    script.tell(
        TransferWanted("anna", key(1), "pool:sales", at=10.0), Held(key(1), "anna", at=10.1)
    )
    script.tell(Paused("anna", "break", at=11.0))
    assert Play(key(1), "safe_harbour") in script.tell(Tick(at=70.0))
    script.tell(HungUp(key(1), at=80.0, by_us=True))
    assert [cdr.outcome for cdr in script.facts(Cdr)] == ["connected"]


def test_a_call_goes_to_another_pool():
    script = talking()
    script.tell(LoggedIn("dora", "billing", "PJSIP/dora", at=5.0), WentReady("dora", at=5.0))
    script.tell(LegUp("dora", at=5.5))
    orders = script.tell(TransferWanted("anna", key(1), "pool:billing", at=10.0))
    assert Bridge(key(1), "dora") in orders


def test_nobody_hands_over_to_himself_or_to_who_is_not_there():
    script = talking("ben")
    for to in ("anna", "zoe", "pool:none"):
        assert not script.tell(TransferWanted("anna", key(1), to, at=10.0))
    assert not script.tell(TransferWanted("ben", key(1), "anna", at=10.0))


# ---- by hand -------------------------------------------------------------------------------------
def called(script: Script, at: float = 5.0) -> None:
    """Anna's call by hand to L7 is promised as call 7."""
    script.tell(CallWanted("anna", "spring", "L7", at=at))
    script.tell(intended(7, at + 0.1, mode="manual", agent="anna"))


def test_a_call_by_hand_is_placed_for_its_agent_who_is_joined_at_the_answer():
    script = open_for_business("anna")
    script.tell(Paused("anna", "by hand", at=4.0))
    claim = Claim("spring", 1, "manual", 1, lead="L7", agent="anna")
    assert claim in script.tell(CallWanted("anna", "spring", "L7", at=5.0))
    orders = script.tell(intended(7, 5.1, mode="manual", agent="anna"))
    (placed,) = [order for order in orders if isinstance(order, Originate)]
    assert (placed.call, placed.agent) == (key(7), "anna")
    orders = script.tell(Answered(key(7), at=9.0))
    assert [o for o in orders if isinstance(o, Bridge | Listen)] == [
        Listen(key(7), "answer"), Bridge(key(7), "anna"),
    ]  # fmt: skip
    script.tell(Bridged(key(7), "anna", at=9.02), HungUp(key(7), at=30.0))
    (cdr,) = script.facts(Cdr)
    assert (cdr.mode, cdr.outcome, cdr.waiting_at) == ("manual", "connected", 9.0)
    assert script.engine.state.campaigns["spring"].ledger.today(31.0) == (0, 0)
    assert agent(script, "anna") == "WRAP_UP"


def test_a_call_by_hand_that_nobody_answers_gives_its_agent_back():
    script = open_for_business("anna")
    called(script)
    assert agent(script, "anna") == "RESERVED"
    script.tell(HungUp(key(7), at=20.0, cause=17, sip=486))
    assert agent(script, "anna") == "READY"


def test_a_number_that_may_not_be_called_frees_the_agent():
    script = open_for_business("anna")
    script.tell(CallWanted("anna", "spring", "L7", at=5.0))
    script.tell(Refused("spring", 1, 0, "dnc", agent="anna", at=5.1))
    assert agent(script, "anna") == "READY"


def test_an_agent_can_think_better_of_a_call_by_hand():
    script = open_for_business("anna")
    called(script)
    assert HangUp(key(7), "agent") in script.tell(AgentHungUp("anna", key(7), at=8.0))
    script.tell(HungUp(key(7), at=8.1, by_us=True))
    assert [cdr.outcome for cdr in script.facts(Cdr)] == ["cancelled"]


def test_a_paused_campaign_is_called_for_by_hand_a_machine_does_not_end_it():
    script = open_for_business("anna")
    script.tell(CampaignPaused("spring", at=4.0))
    called(script)
    script.tell(Answered(key(7), at=9.0))
    orders = script.tell(Heard(key(7), "machine", "answer", at=9.01))
    assert not [order for order in orders if isinstance(order, HangUp)]


def test_no_pacer_hears_of_a_call_by_hand():
    script = open_for_business("anna", "ben")
    before = [c for c in script.orders if isinstance(c, Claim) and not c.lead]
    called(script)
    pool = script.engine.index.pool("sales")
    assert (len(pool.ringing), len(pool.pending)) == (0, 0)
    assert [c for c in script.orders if isinstance(c, Claim) and not c.lead] == before


def test_a_promise_whose_agent_has_gone_is_taken_back():
    script = open_for_business("anna", "ben")
    script.tell(CallWanted("anna", "spring", "L7", at=5.0))
    script.tell(Refused("spring", 1, 0, "epoch", agent="anna", at=5.1))
    orders = script.tell(intended(7, 5.2, mode="manual", agent="anna"))
    assert Withdraw(key(7), "agent") in orders
    script.tell(Withdrawn(key(7), at=5.3))
    assert key(7) not in script.engine.state.calls


def test_after_a_crash_nobody_waits_for_an_answer_that_will_not_come():
    script = open_for_business("anna")
    script.tell(CallWanted("anna", "spring", "L7", at=5.0))
    script.tell(Started(epoch=2, at=20.0))
    assert agent(script, "anna") == "READY"


# ---- words ---------------------------------------------------------------------------------------
def words(script: Script) -> list[tuple[str, str]]:
    return [(said.call, said.disposition) for said in script.facts(DispositionSet)]


def test_a_disposition_is_taken_back_within_seconds():
    script = talking()
    script.tell(HungUp(key(1), at=30.0), Disposed("anna", key(1), "sale", at=40.0))
    script.tell(DispositionUndone("anna", key(1), at=44.0))
    assert (agent(script, "anna"), script.engine.state.agents["anna"].call) == ("WRAP_UP", key(1))
    script.tell(Disposed("anna", key(1), "not_interested", at=50.0))
    assert words(script) == [(key(1), "sale"), (key(1), ""), (key(1), "not_interested")]


def test_not_later():
    script = talking()
    script.tell(HungUp(key(1), at=30.0), Disposed("anna", key(1), "sale", at=40.0))
    script.tell(DispositionUndone("anna", key(1), at=47.0))
    assert (agent(script, "anna"), words(script)) == ("READY", [(key(1), "sale")])


def test_with_the_next_customer_there_only_the_word_is_taken_back():
    script = talking()
    script.tell(HungUp(key(1), at=30.0), Disposed("anna", key(1), "sale", at=40.0))
    script.tell(intended(2, 40.1), Answered(key(2), at=40.2), Heard(key(2), at=41.0, **HUMAN))
    script.tell(DispositionUndone("anna", key(1), at=42.0))
    assert (agent(script, "anna"), words(script)[-1]) == ("RESERVED", (key(1), ""))


def test_a_callback_names_its_time_and_its_person():
    script = talking()
    script.tell(HungUp(key(1), at=30.0))
    script.tell(
        Disposed(
            "anna", key(1), "callback", callback_at=1_790_000_000.0, callback_for="anna", at=40.0
        )
    )
    (said,) = script.facts(DispositionSet)
    assert (said.disposition, said.callback_for) == ("callback@1790000000", "anna")


def test_a_word_about_a_call_that_is_over_is_corrected():
    script = open_for_business("anna")
    (order,) = script.tell(
        DispositionCorrected("eva", key(1), "L1", "spring", "anna", "sale", at=90.0)
    )[:1]
    assert isinstance(order, Record)
    assert words(script) == [(key(1), "sale")]
