"""Mode `preview`: an agent looks at a lead before it is called. Mode `manual`: nobody is shown."""

import msgspec

from dialer.engine.commands import AgentWas, Bridge, Cdr, Claim, Decided, GiveBack, Originate
from dialer.engine.engine import Engine
from dialer.engine.events import (
    Answered,
    Bridged,
    CallWanted,
    CampaignPaused,
    CampaignStopped,
    Disposed,
    HungUp,
    LeadOffered,
    LeadSkipped,
    LegDown,
    LoggedOut,
    Paused,
    Refused,
    Started,
    Tick,
    WentReady,
)
from dialer.engine.previews import LOOK_S
from tests.engine.script import SPRING, Script, agent, intended, key, open_for_business

LOOKED_AT = msgspec.structs.replace(SPRING, pacing="preview")
ASKED = Claim("spring", 1, "preview", 1, agent="anna")


def looking(*others: str) -> Script:
    """Anna looks at L7 since 1.0; the others are ready."""
    script = open_for_business("anna", *others, campaign=LOOKED_AT)
    script.tell(LeadOffered("anna", "spring", "L7", at=1.0))
    return script


def claims(script: Script) -> list[Claim]:
    return [order for order in script.orders if isinstance(order, Claim)]


def test_whoever_is_free_is_shown_a_lead_and_nothing_is_called():
    script = open_for_business("anna", campaign=LOOKED_AT)
    assert claims(script) == [ASKED]
    script.tell(LeadOffered("anna", "spring", "L7", at=1.0), Tick(at=5.0))
    anna = script.engine.state.agents["anna"]
    assert (anna.state, anna.lead, anna.campaign) == ("PREVIEW", "L7", "spring")
    assert not [order for order in script.orders if isinstance(order, Originate)]
    assert not script.facts(Decided)


def test_who_is_called_is_joined_with_that_agent_at_the_answer():
    script = looking("ben")
    orders = script.tell(CallWanted("anna", "spring", "L7", at=9.0))
    assert Claim("spring", 1, "preview", 1, lead="L7", agent="anna") in orders
    orders = script.tell(intended(7, 9.1, mode="preview", agent="anna"))
    assert [one.agent for one in orders if isinstance(one, Originate)] == ["anna"]
    assert Bridge(key(7), "anna") in script.tell(Answered(key(7), at=15.0))
    script.tell(Bridged(key(7), "anna", at=15.1), HungUp(key(7), at=60.0))
    script.tell(Disposed("anna", key(7), "sale", at=65.0))
    (cdr,) = script.facts(Cdr)
    assert (cdr.mode, cdr.outcome, cdr.legs[0].agent) == ("preview", "connected", "anna")
    assert script.engine.state.campaigns["spring"].ledger.today(66.0) == (0, 0)
    assert agent(script, "anna") == "PREVIEW", "and the next lead is asked for"
    assert claims(script)[-1] == ASKED


def test_a_customer_whom_the_switch_joined_late_comes_before_the_lead_that_is_looked_at():
    """The order to join them was given up: the switch had been away, or is slow."""
    script = looking()
    script.tell(intended(1, 2.0), Answered(key(1), at=3.0), Bridged(key(1), "anna", at=5.0))
    anna = script.engine.state.agents["anna"]
    assert (anna.state, anna.call, anna.lead) == ("TALKING", key(1), "L1")
    script.tell(HungUp(key(1), at=20.0))
    assert agent(script, "anna") == "WRAP_UP"


def test_a_lead_that_is_skipped_makes_room_for_the_next():
    script = looking()
    assert ASKED in script.tell(LeadSkipped("anna", "L7", at=9.0))
    script.tell(LeadOffered("anna", "spring", "L8", at=9.1))
    assert not script.tell(LeadSkipped("anna", "L7", at=9.2)), "that one is gone already"
    assert script.engine.state.agents["anna"].lead == "L8"


def test_each_agent_who_is_free_is_asked_for_where_there_are_leads():
    script = open_for_business("anna", "ben", campaign=LOOKED_AT)
    assert [one.agent for one in claims(script)] == ["anna", "ben"]
    script = open_for_business("anna", campaign=LOOKED_AT, leads=0)
    assert not claims(script)
    assert agent(script, "anna") == "READY"


def test_where_the_journal_has_nobody_it_is_asked_again_after_a_while():
    script = open_for_business("anna", campaign=LOOKED_AT)
    script.tell(Refused("spring", 1, 0, "no_leads", agent="anna", at=1.0))
    assert agent(script, "anna") == "READY"
    assert script.engine.state.campaigns["spring"].bound == "no_leads"
    assert not [one for one in script.tell(Tick(at=2.0)) if isinstance(one, Claim)]
    assert ASKED in script.tell(Tick(at=4.5))


def test_who_may_not_be_called_after_all_gives_the_agent_back():
    script = looking()
    script.tell(CallWanted("anna", "spring", "L7", at=9.0))
    orders = script.tell(Refused("spring", 1, 0, "dnc", agent="anna", at=9.1))
    assert ASKED in orders, "the next one, at once"


def test_a_break_a_lost_leg_and_the_end_of_the_shift_end_the_look():
    for event, state in (
        (Paused("anna", "lunch", at=9.0), "PAUSED"),
        (LegDown("anna", at=9.0), "PAUSED"),
        (CampaignStopped("spring", at=9.0), "READY"),
    ):
        script = looking()
        assert script.tell(event)[-1] == GiveBack("L7", 1.0), "after all facts of the turn"
        anna = script.engine.state.agents["anna"]
        assert (anna.state, anna.lead, anna.campaign) == (state, "", "")
    script = looking()
    assert script.tell(LoggedOut("anna", at=9.0))[-1] == GiveBack("L7", 1.0)
    assert "anna" not in script.engine.state.agents


def test_who_looks_for_ten_minutes_is_not_there():
    script = looking()
    script.tell(Tick(at=LOOK_S))
    assert agent(script, "anna") == "PREVIEW"
    assert script.tell(Tick(at=1.0 + LOOK_S))[-1] == GiveBack("L7", 1.0)
    anna = script.engine.state.agents["anna"]
    assert (anna.state, anna.reason) == ("PAUSED", "preview")
    script.tell(WentReady("anna", at=LOOK_S + 60.0))
    assert agent(script, "anna") == "PREVIEW"


def test_a_paused_campaign_shows_nobody_but_who_is_shown_may_be_called():
    script = looking("ben")
    script.tell(CampaignPaused("spring", at=8.0))
    script.tell(LeadSkipped("anna", "L7", at=9.0))
    assert agent(script, "anna") == "READY"
    script = looking()
    script.tell(CampaignPaused("spring", at=8.0), CallWanted("anna", "spring", "L7", at=9.0))
    assert agent(script, "anna") == "RESERVED"


def test_a_dialer_that_comes_back_remembers_who_is_looked_at_and_asks_anew_where_it_only_asked():
    script = looking("ben")
    assert agent(script, "ben") == "PREVIEW"
    script.engine = Engine.restore(script.engine.checkpoint())
    script.tell(Started(epoch=2, at=10.0))
    agents = script.engine.state.agents
    assert (agents["anna"].state, agents["anna"].lead) == ("PREVIEW", "L7")
    assert agents["ben"].state == "READY"


def test_agents_whom_ringing_calls_may_need_are_shown_nobody():
    ahead = msgspec.structs.replace(SPRING, campaign="summer", pacing="ratio", ratio=1.0)
    script = open_for_business("anna", campaign=ahead, leads=0)
    script.tell(LOOKED_AT, intended(1, 1.0, campaign="summer", mode="ratio"))
    assert agent(script, "anna") == "READY"


def test_by_hand_nobody_is_shown_and_nobody_is_called_by_itself():
    script = open_for_business("anna", campaign=msgspec.structs.replace(SPRING, pacing="manual"))
    script.tell(Tick(at=5.0))
    assert not claims(script)
    script.tell(CallWanted("anna", "spring", "L7", at=9.0))
    assert [one.mode for one in claims(script)] == ["manual"]


def test_the_look_is_in_the_agents_time():
    script = looking()
    script.tell(LeadSkipped("anna", "L7", at=9.0))
    looks = [one for one in script.facts(AgentWas) if one.state == "PREVIEW"]
    assert [(one.campaign, one.from_at, one.to_at) for one in looks] == [("spring", 0.5, 9.0)]


def test_who_calls_or_puts_off_gives_nothing_back():
    script = looking()
    script.tell(LeadSkipped("anna", "L7", at=9.0), LeadOffered("anna", "spring", "L8", at=9.1))
    script.tell(CallWanted("anna", "spring", "L8", at=10.0), Paused("anna", "lunch", at=10.5))
    assert not [one for one in script.orders if isinstance(one, GiveBack)]


def test_what_was_offered_when_is_remembered_over_a_restart():
    script = looking("ben")
    script.engine = Engine.restore(script.engine.checkpoint())
    assert script.tell(Paused("anna", "lunch", at=9.0))[-1] == GiveBack("L7", 1.0)
