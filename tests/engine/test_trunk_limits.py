"""Two campaigns, one trunk: together they take no more than it carries."""

import msgspec

from dialer.engine.commands import Cdr, Claim, Originate
from dialer.engine.events import (
    HungUp,
    LeadsCounted,
    LegUp,
    LoggedIn,
    Reconciled,
    Started,
    SwitchUp,
    Tick,
    TrunkOpened,
    WentReady,
    Witness,
)
from dialer.engine.pacing import CampaignView, calm, policy
from tests.engine.script import SPRING, Script, intended, key, open_for_business

AUTUMN = msgspec.structs.replace(SPRING, campaign="autumn")
SIX = ("anna", "ben", "cleo", "dan", "eve", "fay")


def both(*, lines: int = 3, calls_per_s: float = 100.0) -> Script:
    """Nobody is ready yet; the trunk has told what it carries."""
    script = open_for_business()
    script.tell(
        AUTUMN,
        LeadsCounted("autumn", 100, 100, at=0.0),
        TrunkOpened("lab", lines, calls_per_s, at=0.0),
    )
    return script


def launched(script: Script) -> list[str]:
    return [order.call for order in script.orders if isinstance(order, Originate)]


def test_a_trunk_of_three_lines_places_three_calls_of_two_campaigns():
    script = open_for_business(*SIX)
    script.tell(AUTUMN, TrunkOpened("lab", 3, 100.0, at=1.0))
    for n in range(1, 6):
        script.tell(intended(n, 1.0, campaign="autumn" if n % 2 else "spring"))
    for ticks in range(20):
        script.tell(Tick(at=2.0 + 0.05 * ticks))
    assert sorted(launched(script)) == [key(1), key(2), key(3)]
    script.tell(HungUp(key(2), at=4.0, cause=17, sip=486), Tick(at=4.1))
    assert len(launched(script)) == 4


def test_no_more_is_claimed_than_the_trunk_carries():
    script = both()
    before = len(script.orders)
    fed = open_for_business(*SIX)
    assert sum(o.n for o in fed.orders if isinstance(o, Claim)) == 6
    for name in SIX:
        script.tell(LoggedIn(name, "sales", f"PJSIP/{name}", at=1.0), WentReady(name, at=1.0))
        script.tell(LegUp(name, at=1.5))
    claimed = [o.n for o in script.orders[before:] if isinstance(o, Claim)]
    assert sum(claimed) == 3


def test_one_decision_gives_two_campaigns_of_a_trunk_no_line_twice():
    views = tuple(
        CampaignView(
            campaign=name, leads_now=100, lines_left=100, may_place=100, trunk="lab", trunk_left=4
        )
        for name in ("spring", "autumn")
    )
    seen = msgspec.structs.replace(calm(ready=9), campaigns=views)
    shares = policy("progressive").decide(seen).shares
    assert [(share.n, share.bound) for share in shares] == [(4, "lines"), (0, "lines")]


def test_calls_of_both_campaigns_leave_at_the_trunks_pace():
    script = open_for_business(*SIX)
    script.tell(AUTUMN, TrunkOpened("lab", 100, 2.0, at=1.0))
    for n in range(1, 7):
        script.tell(intended(n, 1.0, campaign="autumn" if n % 2 else "spring"))
    counts = []
    for tick in range(1, 31):
        script.tell(Tick(at=1.0 + 0.1 * tick))
        counts.append(len(launched(script)))
    assert counts[-1] == 6
    assert max(after - before for before, after in zip(counts, counts[5:], strict=False)) <= 2


def test_a_trunk_that_never_told_leaves_it_to_the_campaigns():
    script = open_for_business(*SIX)
    for n in range(1, 6):
        script.tell(intended(n, 1.0 + n))
    assert len(launched(script)) == 5


def test_a_call_of_an_earlier_life_holds_a_line_of_its_trunk_and_gives_it_back():
    script = open_for_business(*SIX)
    script.tell(TrunkOpened("lab", 3, 100.0, at=1.0), Started(epoch=2, at=2.0))
    script.tell(intended(9, 1.5, epoch=1), SwitchUp(at=2.1))
    ringing = Witness(key(9), channel="ringing")
    script.tell(Reconciled(at=2.3, witnesses=(ringing,), whole=True))
    assert script.engine.state.trunks["lab"].lines_used == 1
    script.tell(HungUp(key(9), at=9.0, cause=17, sip=486))
    assert script.engine.state.trunks["lab"].lines_used == 0


def test_a_record_of_whole_seconds_puts_nothing_before_the_promise():
    script = open_for_business(*SIX)
    script.tell(Started(epoch=2, at=7.3), intended(9, 7.2, epoch=1), SwitchUp(at=7.4))
    row = Witness(key(9), row=True, answered_at=7.0, ended_at=7.0, cause=16)
    script.tell(Reconciled(at=9.0, witnesses=(row,), whole=True))
    (cdr,) = script.facts(Cdr)
    assert (cdr.intended_at, cdr.placed_at, cdr.answered_at, cdr.ended_at) == (7.2, 7.2, 7.2, 7.2)
