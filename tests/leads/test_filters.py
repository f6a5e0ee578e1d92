"""Filters as people write them: what passes, and what is said of what nobody understands."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.errors import Misread
from dialer.leads.filters import parsed

MONDAY = date(2026, 9, 21)
ADA = {
    "region": "US", "zone": ("America/Chicago", "America/New_York"), "attempts": 2, "city": "Paris",
    "renewal": "2026-10-01", "score": "1,250.5", "notes": "wants a Call back", "公司": "上海",
    "account_type": "Gold",
}  # fmt: skip


def passes(text, lead=ADA):
    return parsed(text).passes(lambda field: lead.get(field, ""), MONDAY)


@pytest.mark.parametrize("text", [
    "region = US", "region = 'us'", "region != CN", "attempts < 3 and attempts >= 2",
    "zone = America/New_York", "zone in ('America/New_York', 'America/Denver')",
    "not region = CN and (city = London or city = paris)", "score > 1000", "score <= 1250.5",
    "renewal = 2026-10-01", "renewal <= today + 10", "renewal > today", "renewal > today - 5",
    "renewal > today-5", "notes contains 'CALL BACK'", "city starts pa", "city not starts L",
    "phone_2 is empty", "city is not empty", "[Account Type] = gold", "公司 = 上海", "城市 = Paris",
    "region = CN or region = US and attempts = 2", "nothing != gold", "nothing not in (a, b)",
])  # fmt: skip
def test_who_is_meant_passes(text):
    assert passes(text)
    assert not passes(f"not ({text})")


@pytest.mark.parametrize("text", [
    "region = CN", "attempts > 2", "nothing = gold", "nothing < 5", "city > 5", "city < 2026-01-01",
    "renewal < today", "zone = Europe/London", "notes is empty", "city in (London, Berlin)",
    "(region = CN or region = US) and attempts = 3",
])  # fmt: skip
def test_who_is_not_meant_does_not(text):
    assert not passes(text)


@pytest.mark.parametrize(("text", "said"), [
    ("", "the name of a field must stand at character 1"),
    ("region =", "a value must stand at character 9: after `region =`"),
    ("region = US and", "the name of a field must stand at character 16: after `region = US and`"),
    ("region US", "`=`, `<`, `in`, `is` or the like must stand at character 8"),
    ("region = US attempts", "`and`, `or` or the end must stand at character 13"),
    ("(region = US", "`)` must stand at character 13"),
    ("city in Paris", "`(` must stand at character 9"),
    ("city = 'Paris", "this quote or bracket never closes at character 8"),
    ("renewal < 2026-02-30", "a day that there is must stand at character 11"),
    ("region = US; drop table", "this is no word at character 12"),
    ("city not = Paris", "`in`, `contains` or `starts` must stand at character 10"),
    ("a = today + b", "a number of days must stand at character 13"),
    ("a" * 501, "at most 500 characters; these are 501"),
])  # fmt: skip
def test_what_nobody_understands_is_told_with_its_place(text, said):
    with pytest.raises(Misread, match=r"^where: ") as refused:
        parsed(text)
    assert said in str(refused.value)


@given(st.text(alphabet="ab =<>!()[],'\"1-+and or in today.城", max_size=40))
def test_any_text_is_a_filter_or_is_refused_in_words(text):
    try:
        found = parsed(text)
    except Misread:
        return
    assert found.passes(lambda _: "1", MONDAY) in (True, False)
