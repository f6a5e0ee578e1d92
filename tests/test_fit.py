"""What a campaign lacks for its trunk is told in both languages, one sentence each."""

import msgspec
import pytest

from dialer.asterisk.trunks import Trunk
from dialer.engine.compliance import MISSING, Rules
from dialer.engine.events import CampaignOpened
from dialer.fit import away, lacks
from dialer.i18n import LANGUAGES, words
from dialer.preflight_words import objected

LIVE = Trunk(
    name="sip", kind="live", country="us", hosts=("192.0.2.1",), caller_ids=("12125550100",)
)
SPRING = CampaignOpened(campaign="spring", pool="", version=1, at=0.0, trunk="sip")
COMPLETE = Rules(hours="us", dnc="own", seller="ACME", safe_harbour="message.wav")


def test_a_trunk_that_reaches_people_asks_for_everything_that_is_missing():
    found = lacks(SPRING, Rules(hours="lab", calls_per_number_per_day=0), {"sip": LIVE})
    assert [one.reason for one in found] == [f"lacks_{what}" for what in MISSING]


def test_numbers_that_are_not_the_trunks_are_named():
    shows = msgspec.structs.replace(SPRING, caller_ids=("12125550100", "12125550199"))
    (found,) = lacks(shows, COMPLETE, {"sip": LIVE})
    assert (found.reason, found.values["numbers"]) == ("foreign", "12125550199")


def test_the_lab_asks_for_nothing():
    lab = msgspec.structs.replace(LIVE, kind="lab", caller_ids=())
    assert lacks(SPRING, Rules(hours="lab"), {"sip": lab}) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_in_the_readers_language(language: str):
    whys = lacks(SPRING, Rules(hours="lab"), {"sip": LIVE}) + lacks(SPRING, COMPLETE, {})
    said = [objected(one, words(language)) for one in whys]
    assert len(set(said)) == len(said) > 4
    assert "{" not in "".join(said)


def test_a_trunk_that_fails_and_one_that_is_well():
    told = {"switch": "up", "trunks": {"sip": {"reachable": True, "breaker": True}}}
    assert [one.reason for one in away(SPRING, told)] == ["trunk_breaks"]
    assert list(away(SPRING, {"trunks": {"sip": {"reachable": True, "breaker": False}}})) == []
