"""Pre-flight promises who is called; then the hopper claims: exactly those."""

import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.engine.compliance import Rules
from dialer.engine.events import CampaignOpened, Intended
from dialer.journal import database
from dialer.journal.lookover import looked_over
from dialer.leads.plan import Plan, read
from dialer.leads.rules import Campaign, LeadRules

from ..conformance.worlds import LONDON, NEW_YORK, World, person

ANYWHERE = "XX "
BOTH = "US America/New_York,America/Los_Angeles"
PAST = st.lists(
    st.sampled_from(
        [
            "block",
            "block here",
            "range",
            "range here",
            "busy",
            "vacant",
            "connected",
            "claim",
            "abandoned",
        ]
    ),
    max_size=3,
)
HOUR = 3600.0


PLANS: list[tuple[str, ...]] = [
    (),
    (),
    ("people: weight 2", "more: oldest"),
    ("people: random, at most 2 calls", "more: priority 3, newest"),
    ("people: where attempts < 1 and region = GB", "more: at most 1 calls per region a day"),
    ("people: best chance, at most 1 calls per zone", "more: rank, where zone != 'Europe/London'"),
    ("people: at most 1 answers", "more: weight 3, where name = ada and number_attempts = 0"),
]


def supposed(
    name: str = "spring", lists: tuple[str, ...] = ("people",), plans: tuple[Plan, ...] = (),
    **calling,
) -> Campaign:  # fmt: skip
    return Campaign(
        opened=CampaignOpened(at=0.0, campaign=name, pool="main", version=0),
        rules=LeadRules(lists=lists, plans=plans, calling=Rules(**{"hours": "lab", **calling})),
    )


@given(
    people=st.lists(
        st.tuples(
            st.sampled_from([LONDON, NEW_YORK, ANYWHERE, BOTH]), st.integers(1, 2),
            st.sampled_from(["people", "more", "both"]), PAST,
        ),
        min_size=1, max_size=7,
    ),
    hours=st.sampled_from(["strict", "us", "lab"]),
    attempts=st.integers(1, 2),
    per_day=st.integers(1, 2),
    was_open=st.booleans(),
    later_s=st.sampled_from([0, 60, 900, 8 * 3600, 86400]),
    said=st.sampled_from(PLANS),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_exactly_the_promised_leads_are_claimed_and_the_counts_add_up(
    people, hours, attempts, per_day, was_open, later_s, said
):
    with tempfile.TemporaryDirectory() as folder:
        world = World("sqlite", Path(folder))
        digits = [str(447_700_900_000 + 1000 * k) for k in range(len(people))]
        for name in ("people", "more"):
            world.lists(**{name: [
                person(*(str(int(first) + n) for n in range(numbers)), place=place)
                for first, (place, numbers, on, _) in zip(digits, people, strict=True)
                if on in (name, "both")
            ]})  # fmt: skip
        world.open("past", lists=("people", "more"), ring_timeout_s=30.0)
        calling = {"hours": hours, "attempts_per_lead": attempts,
                   "calls_per_number_per_day": per_day, "after_abandoned_s": 7200.0}  # fmt: skip
        if was_open:
            world.open(lists=("people",), calling=Rules(**{**calling, "attempts_per_lead": 1}))
        for first, (_, _, _, past) in zip(digits, people, strict=True):
            for what in past:
                if what.startswith("block"):
                    world.block(first, "spring" if "here" in what else "")
                    continue
                if what.startswith("range"):
                    world.forbid(first[:9], "spring" if "here" in what else "")
                    continue
                for call in world.promised(1, "past"):
                    if what != "claim":
                        world.ended(call, what)
        world.at += later_s
        plans = tuple(map(read, said))
        campaign = supposed(lists=("people", "more"), plans=plans, **calling)
        looked = looked_over(world.path, campaign, world.at)
        leads = sum(2 if on == "both" else 1 for _, _, on, _ in people)
        assert looked.rows == leads == looked.called + sum(looked.kept.values())
        world.open(lists=("people", "more"), plans=plans, calling=Rules(**calling))
        called = [one.lead for _ in range(4) for one in world.claim(9) if isinstance(one, Intended)]
        assert set(called) == set(looked.leads)
        assert len(called) == looked.called == sum(group.n for group in looked.now)
        world.close()


def rejected(world: World, *reasons: str) -> None:
    """As an import leaves them."""
    with closing(database.opened(world.path)) as db:
        rows = [("people", n, reason, 0.0) for n, reason in enumerate(reasons)]
        db.executemany("INSERT INTO rejects VALUES (?, ?, ?, ?)", rows)


@pytest.fixture
def world(tmp_path):
    world = World("sqlite", tmp_path)
    yield world
    world.close()


def test_each_reason_is_counted_with_the_time_from_which_it_is_none(world):
    world.lists(people=[
        person("447700900000"), person("447700900001"), person("447700900002"),
        person("12125550123", place=NEW_YORK), person("447700900003"),
    ])  # fmt: skip
    world.block("447700900001")
    world.open(retry="lab", calling=Rules(hours="lab", attempts_per_lead=1))
    called = world.promised(2)
    world.ended(called[0], "connected")
    looked = looked_over(world.path, supposed(hours="us"), world.at)
    assert (looked.rows, looked.called, looked.kept) == (
        5, 1, {"talked": 1, "dnc": 1, "open": 1, "hours": 1},
    )  # fmt: skip
    assert looked.until == {"hours": world.at + 3 * HOUR}
    assert [(one.n, one.place) for one in looked.now] == [(1, LONDON)]
    assert [(one.n, one.place) for one in looked.later] == [(1, NEW_YORK)]


def test_rows_that_were_rejected_count_and_lists_that_are_missing_are_named(world):
    world.lists(people=[person("447700900000")])
    rejected(world, "not_a_number", "duplicate", "emergency")
    looked = looked_over(world.path, supposed(lists=("people", "none")), world.at)
    assert (looked.rows, looked.called) == (4, 1)
    assert looked.kept == {"invalid": 2, "duplicate": 1}
    assert looked.missing == ("none",)


def test_a_higher_cap_lets_in_again_whom_the_one_in_force_keeps_out(world):
    world.lists(people=[person("447700900000")])
    world.open(retry="lab", calling=Rules(hours="lab", attempts_per_lead=1))
    world.ended(world.promised(1)[0], "busy")
    world.at += 120
    kept = looked_over(world.path, supposed(attempts_per_lead=1), world.at)
    assert kept.kept == {"caps": 1}
    assert looked_over(world.path, supposed(attempts_per_lead=2), world.at).called == 1
