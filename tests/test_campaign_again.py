"""What is in force can be edited as a file again, and comes out the same."""

import msgspec
import pytest

from dialer.campaign import Campaign, again, lead_rules, opened
from dialer.laws import LAWS

USUAL = Campaign(name="spring", lists=("people", "more"), law="us_ftc", pool="sales")


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize(
    "changed",
    [
        {},
        {
            "hours": "mon-fri 09:00-20:00, sat 10:00-14:00",
            "holidays": ("2026-12-25", "CN 2026-10-01"),
        },
        {"abandon_cap": "0, 2 h, group both, wait"},
        {"abandon_cap": "group both"},
        {"ring_timeout_s": 45.0},
        {"ring_timeout_s": "20 to 30"},
        {"ring_timeout_s": "30 to 30"},
        {"lists": ("people: weight 2, where attempts < 3", "more")},
        {"pacing": "ratio", "ratio": 1.5, "caller_ids": ("12125550100",), "recording": "must"},
        {
            "abandon_cap": 0.0,
            "retry": "lab, absent=move",
            "attempts_per_lead": 3,
            "wrap_up_s": 5.0,
            "seller": "Acme",
        },
    ],
)
def test_a_campaign_goes_round(law: str, changed: dict[str, object]):
    campaign = msgspec.structs.replace(USUAL, law=law, **changed)
    before, rules = opened(campaign, 3, 10.0, "ada"), lead_rules(campaign)
    once_more = again(before, rules)
    assert opened(once_more, 3, 10.0, "ada") == before
    assert lead_rules(once_more) == rules


@pytest.mark.parametrize(
    ("most_s", "least_s", "said"),
    [(30.0, 0.0, 30.0), (30.0, 15.0, 30.0), (30.0, 20.0, "20 to 30"), (30.0, 30.0, "30 to 30"),
     (15.0, 15.0, 15.0), (30.0, 5.0, 30.0)],
)  # fmt: skip
def test_how_long_it_rings_is_written_the_shortest_way_and_as_usual_where_nobody_said(
    most_s: float, least_s: float, said: float | str
):
    before = msgspec.structs.replace(
        opened(USUAL, 3, 10.0, "ada"), ring_timeout_s=most_s, ring_least_s=least_s
    )
    assert again(before, lead_rules(USUAL)).ring_timeout_s == said
