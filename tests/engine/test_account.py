"""The account of abandonment: what a period counts, alone and in a group, whoever restarts."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.engine.account import Ledger, period
from dialer.engine.commands import Claim, Decided, HangUp
from dialer.engine.engine import Engine
from dialer.engine.events import (
    Answered,
    Bridged,
    Event,
    Heard,
    HungUp,
    LeadsCounted,
    LegUp,
    LoggedIn,
    Placed,
    Reconciled,
    Ringing,
    SwitchDown,
    SwitchUp,
    Tick,
    WentReady,
    Witness,
)
from dialer.engine.pacing import POLICIES, calm, policy
from sim.judge import judge
from sim.run import run
from sim.scenario import scenario
from tests.engine.script import SPRING, Script, intended, key, open_for_business

NEW_YORK = ZoneInfo("America/New_York")
MARCH = datetime(2026, 3, 1, tzinfo=NEW_YORK).timestamp()
"The clocks go forward on the 8th, and a period of 30 days ends on the 31st."


@settings(deadline=None, max_examples=60)
@given(
    told=st.lists(st.tuples(st.floats(0, 3e6), st.booleans()), min_size=1, max_size=60),
    later=st.floats(0, 2e5),
)
def test_an_account_is_what_a_count_over_all_calls_would_be(told, later):
    calls = sorted((MARCH + after, gone) for after, gone in told)
    ledger = Ledger("America/New_York")
    for at, gone in calls:
        ledger.count(at=at, person=True, abandoned=gone)
    now = calls[-1][0] + later
    dates = [datetime.fromtimestamp(at, NEW_YORK).date() for at, _ in calls]
    today = datetime.fromtimestamp(now, NEW_YORK).date()
    of_today = [gone for day, (_, gone) in zip(dates, calls, strict=True) if day == today]
    assert ledger.account(period("day"), now) == (len(of_today), sum(of_today))
    nth = (today - dates[0]).days // 30
    here = [gone for day, (_, gone) in zip(dates, calls, strict=True)
            if (day - dates[0]).days // 30 == nth]  # fmt: skip
    assert ledger.account(period("30 days"), now) == (len(here), sum(here))
    assert ledger.days_after(period("30 days"), now) == 29 - (today - dates[0]).days % 30
    month = [gone for day, (_, gone) in zip(dates, calls, strict=True)
             if (day.year, day.month) == (today.year, today.month)]  # fmt: skip
    assert ledger.account(period("month"), now) == (len(month), sum(month))
    lately = [gone for day, (_, gone) in zip(dates, calls, strict=True) if (today - day).days < 30]
    assert ledger.account(period("last 30 days"), now) == (len(lately), sum(lately))
    for hours in (1, 6):
        persons, abandoned = ledger.account(period(f"{hours} h"), now)
        window = [gone for at, gone in calls if at > now - 3600.0 * hours]
        assert abandoned == sum(window)
        assert len(window) - persons <= sum(at <= now - 3600.0 * hours + 60.0 for at, _ in calls)
        assert abandoned <= persons <= sum(at >= now - 3600.0 * hours for at, _ in calls)


def test_of_a_year_the_hours_forget_and_the_days_do_not():
    ledger = Ledger("UTC")
    for hour in range(24 * 90):
        for minute in range(0, 60, 10):
            ledger.count(at=3600.0 * hour + 60.0 * minute, person=True, abandoned=minute == 0)
    assert ledger.account(period("23 h"), 24 * 90 * 3600.0) == (23 * 6, 22)
    assert len(ledger.minutes) <= 2 * 1441 // 10 + 10
    assert len(ledger.days) == 90
    assert ledger.account(period("30 days"), 24 * 90 * 3600.0 - 1.0) == (30 * 144, 30 * 24)


def abandons(n: int = 1, campaign: str = "spring", pool: str = "sales") -> list[Event]:
    """Somebody answers at 5 s, nobody is there, the message plays from 6.85 s."""
    return [
        intended(n, 1.0, campaign=campaign, pool=pool), Placed(key(n), at=1.1),
        Ringing(key(n), at=2.0), Answered(key(n), at=5.0), Tick(at=6.2), Tick(at=6.85),
    ]  # fmt: skip


def ends(n: int = 1) -> Event:
    return HungUp(key(n), at=14.1, by_us=True)


def busy() -> Script:
    """The one agent has a customer since 2.2 s."""
    script = open_for_business("anna")
    script.tell(intended(99, 0.6), Placed(key(99), at=0.7), Answered(key(99), at=1.0))
    script.tell(Tick(at=2.2), Bridged(key(99), "anna", at=2.2))
    return script


def last(script: Script, campaign: str = "spring") -> Decided:
    return [one for one in script.facts(Decided) if one.campaign == campaign][-1]


def view(script: Script, campaign: str = "spring"):
    """What a pacer would see of it."""
    pools, known = script.engine.pools, script.engine.state.campaigns[campaign]
    return pools._view(known, 1, script.engine.state.at)


def test_whoever_hears_the_message_counts_before_the_call_is_over():
    script = busy()
    script.tell(*abandons())
    seen = view(script)
    assert (seen.persons, seen.abandoned, seen.owed) == (0, 0, 1)
    script.tell(ends())
    seen = view(script)
    assert (seen.persons, seen.abandoned, seen.owed) == (1, 1, 0)


def test_a_person_who_was_joined_too_late_counts_while_the_talk_goes_on():
    script = open_for_business("anna")
    script.tell(*abandons()[:4], Tick(at=6.2))
    script.tell(Bridged(key(1), "anna", at=7.5))
    assert view(script).owed == 1
    again = Engine.restore(script.engine.checkpoint())
    assert list(again.index.pool("sales").owed) == [key(1)]
    script.tell(HungUp(key(1), at=60.0))
    assert (view(script).abandoned, view(script).owed) == (1, 0)


def test_a_restart_keeps_the_account_over_days_and_hours():
    script = busy()
    script.tell(*abandons(), ends())
    for engine in (script.engine, Engine.restore(script.engine.checkpoint())):
        ledger = engine.state.campaigns["spring"].ledger
        assert [ledger.account(period(over), 30.0) for over in ("day", "30 days", "1 h")] == [
            (1, 1), (1, 1), (1, 1),
        ]  # fmt: skip
        assert ledger.account(period("30 days"), 20 * 86400.0) == (1, 1)
        assert ledger.account(period("1 h"), 20 * 86400.0) == (0, 0)


WINTER = msgspec.structs.replace(SPRING, campaign="winter", pool="other", group="both")
GROUPED = msgspec.structs.replace(SPRING, group="both")


def in_a_group(persons: int, abandoned: int) -> Script:
    """Spring has nothing in its book; winter, of another pool, has that."""
    script = open_for_business("anna", campaign=GROUPED)
    script.tell(WINTER, LeadsCounted("winter", 100, 100, at=0.0))
    ledger = script.engine.state.campaigns["winter"].ledger
    for n in range(persons):
        ledger.count(at=1.0, person=True, abandoned=n < abandoned)
    return script


def test_a_group_has_one_account_more_and_the_tighter_one_binds():
    poor = view(in_a_group(persons=100, abandoned=4))
    assert (poor.persons, poor.abandoned) == (100, 4)
    rich = view(in_a_group(persons=100, abandoned=0))
    assert (rich.persons, rich.abandoned) == (0, 0)


def test_of_a_group_the_calls_that_another_pool_has_in_flight_are_taken_as_lost():
    script = in_a_group(persons=100, abandoned=2)
    assert view(script).owed == 0
    for n in (1, 2):
        script.tell(intended(n, 1.0, campaign="winter", pool="other"), Placed(key(n), at=1.1))
    assert (view(script).abandoned, view(script).owed) == (2, 2)


def test_campaigns_of_no_group_have_nothing_in_common():
    script = in_a_group(persons=100, abandoned=90)
    script.tell(msgspec.structs.replace(SPRING, version=2))
    assert (view(script).persons, view(script).abandoned) == (0, 0)


@pytest.mark.parametrize("name", POLICIES)
def test_beyond_the_cap_a_campaign_goes_on_progressively_or_waits(name: str):
    spent = calm(ready=7, ratio=3.0, persons=100, abandoned=40)
    (goes,) = policy(name).decide(spent).shares
    (waits,) = policy(name).decide(calm(ready=7, ratio=3.0, persons=100, abandoned=40, waits=True)
                                   ).shares  # fmt: skip
    assert (goes.n, waits.n, waits.bound) == (7, 0, "cap")
    (fresh,) = policy(name).decide(calm(ready=7, waits=True)).shares
    assert fresh.n >= 7


def test_who_waits_claims_nothing_while_the_account_is_spent_and_dials_again_the_next_day():
    waits = msgspec.structs.replace(SPRING, when_spent="wait")
    script = open_for_business(campaign=waits)
    script.engine.state.campaigns["spring"].ledger.count(at=1.0, person=True, abandoned=True)
    script.tell(LoggedIn("anna", "sales", "PJSIP/anna", at=86_390.0))
    script.tell(WentReady("anna", at=86_390.0), LegUp("anna", at=86_391.0), Tick(at=86_392.0))
    assert not [order for order in script.orders if isinstance(order, Claim)]
    assert last(script).bound == "cap"
    script.tell(Tick(at=86_401.0))
    assert [order.n for order in script.orders if isinstance(order, Claim)] == [1]


@pytest.mark.parametrize(
    ("pacing", "account"), [("ratio", "1 h"), ("predictive", "30 days"), ("predictive", "1 h")]
)
def test_a_day_of_the_real_engine_keeps_to_such_an_account(pacing: str, account: str):
    day = scenario("std", agents=8, hours=0.4, p=0.4)
    lived = run(msgspec.structs.replace(day, pacing=pacing, account=account, ratio=2.0), seed=4)
    assert not judge(lived.case)
    assert lived.score.persons > 15


# ---- a campaign whose rules change ---------------------------------------------------------------
def test_calls_to_the_lab_make_no_room_for_abandoned_people():
    script = busy()
    script.engine.state.campaigns["spring"].ledger.count(at=1.0, person=True, abandoned=False)
    assert view(script).persons == 1
    live = msgspec.structs.replace(SPRING, version=2, source="live")
    script.tell(live)
    assert view(script).persons == 0
    script.tell(HungUp(key(99), at=10.0), *abandons(2), ends(2))
    assert (view(script).persons, view(script).abandoned) == (1, 1)
    script.tell(msgspec.structs.replace(SPRING, version=3))
    assert (view(script).persons, view(script).abandoned) == (2, 0)
    again = Engine.restore(script.engine.checkpoint())
    again.handle(live)
    assert again.state.campaigns["spring"].ledger.today(20.0) == (1, 1)


def test_a_group_of_people_counts_no_campaign_that_calls_the_lab():
    script = in_a_group(persons=100, abandoned=4)
    script.tell(msgspec.structs.replace(GROUPED, version=2, source="live"))
    assert (view(script).persons, view(script).abandoned) == (0, 0)


def test_with_another_zone_its_day_has_begun_already_and_nobody_is_lost():
    script = busy()
    script.tell(*abandons(), ends())
    script.tell(msgspec.structs.replace(SPRING, version=2, zone="America/New_York"))
    ledger = script.engine.state.campaigns["spring"].ledger
    assert ledger.days == {"1969-12-31": (1, 1)}
    assert (view(script).persons, view(script).abandoned) == (1, 1)
    assert ledger.closes_at(20.0, ()) == 5 * 3600.0
    script.tell(msgspec.structs.replace(SPRING, version=3, zone="Asia/Shanghai"))
    assert ledger.days == {"1970-01-01": (1, 1)}


@given(
    told=st.lists(st.tuples(st.floats(0, 2e5), st.booleans()), min_size=1, max_size=40),
    zone=st.sampled_from(("Asia/Kathmandu", "America/New_York", "Pacific/Kiritimati", "UTC")),
)
def test_a_move_keeps_all_and_tells_today_as_if_it_had_always_been_there(told, zone):
    calls = sorted((MARCH + after, gone) for after, gone in told)
    moved, always = Ledger("America/Los_Angeles"), Ledger(zone)
    for at, gone in calls:
        moved.count(at=at, person=True, abandoned=gone)
        always.count(at=at, person=True, abandoned=gone)
    moved.move(zone)
    now = calls[-1][0]
    assert moved.today(now) == always.today(now)
    assert moved.since("", now) == (len(calls), sum(gone for _, gone in calls))


def test_who_was_abandoned_before_midnight_is_of_that_day_whenever_we_hear_of_it():
    script = busy()
    script.tell(HungUp(key(99), at=3.0), intended(1, 5.0), Placed(key(1), at=5.1))
    script.tell(Answered(key(1), at=10.0), SwitchDown(at=11.0), SwitchUp(at=90_000.0))
    gone = Witness(key(1), row=True, answered_at=10.0, ended_at=15.0)
    script.tell(Reconciled((gone,), (), at=90_001.0))
    ledger = script.engine.state.campaigns["spring"].ledger
    assert ledger.days == {"1970-01-01": (2, 1)}
    assert (view(script).persons, view(script).abandoned) == (0, 0)


@pytest.mark.parametrize(("voice", "counted"), [("human", (1, 1)), ("no_audio", (0, 0))])
def test_a_busy_tone_after_a_persons_voice_makes_nobody_a_machine(voice, counted):
    """Where a line ends in tones: he heard the message and hung up. Else nobody ever answered."""
    script = busy()
    script.tell(*abandons()[:4], Heard(key(1), voice, "answer", greeting_end_s=0.5, at=6.0))
    script.tell(Tick(at=7.4))
    assert view(script).owed == 1
    script.tell(Heard(key(1), "busy", "answer", at=11.0), HungUp(key(1), by_us=True, at=11.1))
    assert (view(script).persons, view(script).abandoned) == counted


def test_who_talks_on_while_the_message_plays_stays_the_person_whom_we_abandoned():
    script = busy()
    person = Heard(key(1), "human", "answer", greeting_end_s=0.5, at=6.0)
    script.tell(*abandons()[:4], person, Tick(at=7.4))
    talks_on = Heard(key(1), "machine", "answer", confidence=0.8, at=10.0)
    assert not any(isinstance(order, HangUp) for order in script.tell(talks_on))
    script.tell(ends())
    assert (view(script).persons, view(script).abandoned) == (1, 1)
