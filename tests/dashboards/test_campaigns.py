"""The page of campaigns: how long phones ring, in the form and where versions are compared."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from dashboards.views.campaigns.told import in_force
from dialer.campaign import Campaign, lead_rules, opened
from dialer.i18n import words
from dialer.journal.book import Book
from tests.dashboards.conftest import look_at
from tests.dashboards.test_pages import page

RINGS = ("30", "20 to 30", "30 to 30", 45.0)


@pytest.fixture
def ringing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose campaign rang in four ways, one after the other."""
    with Book(tmp_path / "journal.sqlite") as book:
        for said in RINGS:
            one = Campaign(name="spring", lists=("vip",), law="lab", ring_timeout_s=said)
            book.open_campaign(opened(one, 0, 20.0, "mia", "lab"), lead_rules(one))
    look_at(monkeypatch, tmp_path)
    return tmp_path


def test_how_long_phones_ring_is_typed_as_in_a_file(ringing: Path):
    [one] = [one for one in page("campaigns").text_input if one.label == "Ring timeout (s)"]
    assert one.value == "45"
    assert "`20 to 30`" in one.help


def test_a_version_says_both_numbers_once_where_one_of_them_changed(ringing: Path):
    [table] = [
        frame.value for frame in page("campaigns").dataframe if "What changed" in frame.value
    ]  # fmt: skip
    both: Any = table["What changed"].tolist()
    assert both == [
        "Ring timeout (s): 30 → 45, or 15 while no agent is free",
        "Ring timeout (s): 30, or 20 while no agent is free → 30",
        "Ring timeout (s): 30, or 15 while no agent is free → 30, or 20 while no agent is free",
        "the first version",
    ]


def test_what_rings_on_has_one_number_in_both_languages():
    spring = opened(Campaign(name="spring", lists=("vip",)), 1, 0.0, "mia")
    said = {
        least_s: [in_force(words(one), "ring_timeout_s",
                           msgspec.structs.replace(spring, ring_least_s=least_s))
                  for one in ("en", "zh")]
        for least_s in (0.0, 20.0, 30.0)
    }  # fmt: skip
    assert said == {
        0.0: ["30", "30"],
        20.0: ["30, or 20 while no agent is free", "30，没有空闲坐席时 20"],
        30.0: ["30", "30"],
    }
