"""Whom a claim would promise a call, told lead by lead, and whom it does promise one: the same."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.engine.compliance import Rules
from dialer.engine.events import Intended

from ..conformance.worlds import LONDON, NEW_YORK, World, person

ANYWHERE = "XX "
MIDNIGHT = "US America/New_York,America/Los_Angeles"
PAST = st.lists(
    st.sampled_from(["block", "block here", "busy", "vacant", "carrier_failure", "claim"]),
    max_size=3,
)


@given(
    people=st.lists(
        st.tuples(st.sampled_from([LONDON, NEW_YORK, ANYWHERE, MIDNIGHT]), st.integers(1, 2), PAST),
        min_size=1, max_size=8,
    ),
    hours=st.sampled_from(["strict", "us", "lab"]),
    attempts=st.integers(1, 2),
    per_day=st.integers(1, 2),
    later_s=st.sampled_from([0, 60, 900, 8 * 3600, 86400]),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_whoever_stands_with_nothing_against_is_promised_and_nobody_else(
    people, hours, attempts, per_day, later_s
):
    world = World("memory", Path(tempfile.gettempdir()))
    digits = [str(447_700_900_000 + 10 * k) for k in range(len(people))]
    world.lists(
        people=[
            person(*(str(int(first) + n) for n in range(numbers)), place=place)
            for first, (place, numbers, _) in zip(digits, people, strict=True)
        ]
    )
    world.open("past", attempts_per_lead=9, ring_timeout_s=30.0)
    for first, (_, _, past) in zip(digits, people, strict=True):
        for what in past:
            if what.startswith("block"):
                world.block(first, "spring" if "here" in what else "")
                continue
            for call in world.promised(1, "past"):
                if what != "claim":
                    world.ended(call, what)
    rules = Rules(hours=hours, attempts_per_lead=attempts, calls_per_number_per_day=per_day)
    world.open(calling=rules)
    world.at += later_s
    standings, store = world.journal.ledger.standings, world.journal._store
    campaign = store.campaign("spring")
    leads = [store.lead(str(k + 1)) for k in range(len(people))]
    stands = {one.id: standings.standing(one, campaign, world.at) for one in leads}
    called = {
        one.lead for _ in range(3) for one in world.claim(len(people)) if isinstance(one, Intended)
    }
    assert called == {id for id, one in stands.items() if not one.why}
    assert all(one.until == world.at for one in stands.values() if not one.why)
    world.close()
