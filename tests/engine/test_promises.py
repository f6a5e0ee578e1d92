"""Callbacks: whom an agent is kept for, who makes those of a team or of nobody, and when."""

from dialer.engine.commands import Claim
from dialer.engine.events import (
    Answered,
    Bridged,
    CallbackDue,
    CampaignPaused,
    CampaignResumed,
    Disposed,
    Heard,
    HungUp,
    LeadsCounted,
    LegDown,
    LoggedIn,
    LoggedOut,
    Paused,
    Refused,
    Started,
    Tick,
    VoiceLost,
    WentReady,
)
from tests.engine.script import HUMAN, Script, agent, intended, key, open_for_business, talking


def test_a_promised_callback_waits_for_its_agent():
    script = open_for_business("anna")
    script.tell(Paused("anna", "lunch", at=4.0))
    due = CallbackDue("anna", "spring", "L7", at=5.0)
    assert not [o for o in script.tell(due) if isinstance(o, Claim)]
    script.tell(WentReady("anna", at=6.0))
    claim = Claim("spring", 1, "callback", 1, lead="L7", agent="anna")
    assert claim in script.tell(due)


def told(due_at: float, *at: float) -> list[CallbackDue]:
    return [CallbackDue("anna", "spring", "L7", due_at, at=one) for one in at]


CALLBACK = Claim("spring", 1, "callback", 1, lead="L7", agent="anna")


def test_an_agent_is_kept_for_a_callback_from_before_its_time():
    script = open_for_business("anna", "ben")
    script.tell(*told(25.0, 5.0))
    assert (agent(script, "anna"), agent(script, "ben")) == ("RESERVED", "READY")
    script.tell(intended(1, 6.0), Answered(key(1), at=7.0), Heard(key(1), at=8.0, **HUMAN))
    assert script.engine.state.calls[key(1)].agent == "ben"
    script.tell(*told(25.0, 10.0, 15.0, 20.0), Tick(at=24.9))
    assert CALLBACK not in script.orders
    assert CALLBACK in script.tell(Tick(at=25.0))


def test_an_agent_who_talks_makes_the_callback_before_anybody_else_is_joined():
    script = talking()
    script.tell(*told(25.0, 21.0, 26.0), HungUp(key(1), at=30.0), *told(25.0, 31.0))
    script.tell(intended(2, 31.1), Answered(key(2), at=31.5), Heard(key(2), at=32.5, **HUMAN))
    orders = script.tell(Disposed("anna", key(1), "sale", at=33.0))
    assert CALLBACK in orders
    assert script.engine.state.calls[key(2)].agent == ""


def test_a_callback_that_is_not_told_any_more_keeps_nobody():
    script = open_for_business("anna")
    script.tell(*told(25.0, 5.0), Tick(at=25.0))
    assert (agent(script, "anna"), CALLBACK in script.orders) == ("READY", False)
    busy = talking()
    busy.tell(*told(25.0, 21.0), HungUp(key(1), at=60.0), Disposed("anna", key(1), "sale", at=61.0))
    assert (agent(busy, "anna"), CALLBACK in busy.orders) == ("READY", False)


def test_who_is_kept_may_go_on_a_break_or_home():
    for event in (Paused("anna", "lunch", at=8.0), LoggedOut("anna", at=8.0)):
        script = open_for_business("anna")
        script.tell(*told(25.0, 5.0), event, Tick(at=25.0))
        left = script.engine.state.agents.get("anna")
        assert left is None or left.state == "PAUSED"
        assert CALLBACK not in script.orders


def test_who_is_kept_and_cannot_be_reached_is_kept_no_longer():
    gone = LegDown("anna", at=8.0)
    for lost, desk in ((gone, ""), (gone, "page"), (VoiceLost("anna", at=8.0), "")):
        script = open_for_business("anna")
        script.engine.state.agents["anna"].desk = desk  # a page is called back, a phone is not
        script.tell(*told(25.0, 5.0), lost)
        assert agent(script, "anna") == "PAUSED"
        script.tell(Tick(at=25.0))
        assert CALLBACK not in script.orders


def test_after_a_restart_nobody_is_kept_until_it_is_told_again():
    script = open_for_business("anna")
    script.tell(*told(25.0, 5.0), Started(epoch=2, at=6.0))
    assert agent(script, "anna") == "READY"


# ---- callbacks that are nobody's in particular ---
def anybodys(*at: float, team: str = "", due_at: float = 25.0) -> list[CallbackDue]:
    return [CallbackDue("", "spring", "L7", due_at, team, at=one) for one in at]


def makers(script: Script) -> list[str]:
    """For whom a callback was claimed."""
    return [o.agent for o in script.orders if isinstance(o, Claim) and o.mode == "callback"]


def nobody_left(*agents: str) -> Script:
    """They are ready, and no lead is but for callbacks."""
    script = open_for_business(*agents)
    script.tell(LeadsCounted("spring", now=0, left=9, at=1.0))
    script.tell(Refused("spring", len(agents), 0, "no_leads", at=1.0))
    return script


def test_whoever_has_been_ready_longest_makes_one_at_its_time():
    script = nobody_left("anna", "ben")
    script.tell(*anybodys(10.0, 15.0, 20.0))
    assert (agent(script, "anna"), makers(script)) == ("READY", [])
    script.tell(*anybodys(25.0))
    assert (agent(script, "anna"), makers(script)) == ("RESERVED", ["anna"])
    script.tell(*anybodys(30.0))
    assert makers(script) == ["anna"], "it is being made"


def test_a_teams_is_made_by_the_team_or_by_nobody():
    script = nobody_left("anna", "ben")
    script.tell(*anybodys(25.0, 100.0, team="east"))
    assert makers(script) == []
    script.tell(LoggedIn("ben", "sales", "PJSIP/ben", teams=("east", "west"), at=101.0))
    script.tell(*anybodys(105.0, team="east"))
    assert makers(script) == ["ben"]


def test_calls_that_ring_keep_their_agents_and_who_talks_makes_it_next():
    script = talking("ben")
    script.tell(intended(2, 21.0))
    script.tell(*anybodys(25.0))
    assert (agent(script, "ben"), makers(script)) == ("READY", [])
    script.tell(Answered(key(2), at=25.5), Heard(key(2), at=26.0, **HUMAN))
    assert script.engine.state.calls[key(2)].agent == "ben"
    script.tell(HungUp(key(1), at=27.0), *anybodys(30.0))
    orders = script.tell(Disposed("anna", key(1), "sale", at=31.0))
    assert CALLBACK in orders


def test_no_pacer_counts_on_who_makes_one_next():
    script = talking()
    before = leaving(script)
    script.tell(*anybodys(25.0))
    assert (before, leaving(script)) == ([False], [True])
    script.tell(Tick(at=60.0))
    script.tell(HungUp(key(1), at=61.0), Disposed("anna", key(1), "sale", at=62.0))
    assert (agent(script, "anna"), makers(script)) == ("READY", []), "it was not told again"


def leaving(script: Script) -> list[bool]:
    """Of the busy agents, by name."""
    return [goes for _, (_, goes) in sorted(script.engine.index.phases("sales").items())]


def test_who_is_free_earlier_makes_it_instead_of_who_still_talks():
    script = talking("ben")
    script.tell(intended(2, 21.0), *anybodys(25.0))
    assert leaving(script) == [True]
    script.tell(HungUp(key(2), at=26.0), Refused("spring", 1, 0, "no_leads", at=26.1))
    script.tell(*anybodys(30.0))
    assert (makers(script), leaving(script)) == (["ben"], [False, False])


def test_where_nobody_talks_the_next_call_is_not_placed_and_who_is_free_makes_it():
    script = open_for_business("anna")
    script.tell(intended(1, 5.0), *anybodys(25.0))
    assert (agent(script, "anna"), makers(script)) == ("READY", [])
    orders = script.tell(HungUp(key(1), at=27.0))
    assert not [one for one in orders if isinstance(one, Claim)]
    assert CALLBACK in script.tell(*anybodys(30.0))


def test_who_is_spoken_for_is_there_for_calls_that_ring_and_for_all_when_it_is_not_told_again():
    script = open_for_business("anna")
    script.tell(intended(1, 5.0), *anybodys(25.0))
    script.tell(Answered(key(1), at=26.0), Heard(key(1), at=27.0, **HUMAN))
    assert script.engine.state.calls[key(1)].agent == "anna"
    script = open_for_business("anna")
    script.tell(intended(1, 5.0), *anybodys(25.0), HungUp(key(1), at=27.0))
    assert [one for one in script.tell(Tick(at=39.0)) if isinstance(one, Claim)]


def test_who_wraps_up_makes_it_before_who_talks():
    script = talking("ben")
    script.tell(intended(2, 5.0), Answered(key(2), at=6.0), Heard(key(2), at=7.0, **HUMAN))
    script.tell(Bridged(key(2), "ben", at=7.1), *anybodys(25.0))
    assert leaving(script) == [False, True], "ben, who began last"
    script.tell(HungUp(key(1), at=28.0), *anybodys(30.0))
    assert leaving(script) == [True, False]
    assert CALLBACK in script.tell(Disposed("anna", key(1), "sale", at=33.0))


def test_minutes_late_whoever_is_free_makes_it_whatever_rings():
    script = open_for_business("anna")
    script.tell(intended(1, 5.0), *anybodys(25.0, 30.0, 320.0))
    assert makers(script) == []
    script.tell(*anybodys(325.0))
    assert makers(script) == ["anna"]


def test_nobody_makes_one_while_its_campaign_rests_or_after_a_pause_was_asked_for():
    script = open_for_business("anna")
    script.tell(CampaignPaused("spring", at=20.0), *anybodys(25.0))
    assert makers(script) == []
    script.tell(CampaignResumed("spring", at=26.0), Paused("anna", "lunch", at=27.0))
    script.tell(*anybodys(30.0))
    assert makers(script) == []
