"""What a campaign says of a list, read and written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.campaign import load
from dialer.errors import SettingsError
from dialer.leads.plan import Order, Plan, Quota, read, written

QUOTAS = st.builds(
    Quota, st.integers(0, 999_999_999), st.sampled_from(["calls", "answers", "sale"]),
    st.sampled_from(["", "region", "account_type"]), st.booleans(),
)  # fmt: skip
PLANS = st.builds(
    Plan, list=st.sampled_from(["a", "spring-2", "x_1"]), priority=st.integers(0, 100),
    weight=st.integers(1, 100), order=st.from_type(Order),
    quotas=st.lists(QUOTAS, max_size=3).map(tuple),
    where=st.sampled_from(["", "attempts < 3", "city in (a, b) and where_from = x"]),
)  # fmt: skip


@given(PLANS)
def test_what_is_written_reads_so(plan):
    assert read(written(plan)) == plan


@pytest.mark.parametrize(("said", "why"), [
    ("Spring", "'Spring': a list's name has small letters"),
    ("spring:", "nothing stands after the colon"),
    ("spring: weight 0", "`weight 0` is none of"),
    ("spring: fastest", "`fastest` is none of: priority 0 to 100; weight"),
    ("spring: at most 5 sails", "at most 5 of what? One of calls, answers, sale"),
    ("spring: where region == US", "spring: where: a value must stand at character 9"),
    ("spring', 'spring", "spring is there twice"),
])  # fmt: skip
def test_a_campaign_file_is_refused_with_what_is_wrong_of_its_list(tmp_path, said, why):
    file = tmp_path / "spring.toml"
    file.write_text(f"name = 'spring'\nlists = ['{said}']\n")
    with pytest.raises(SettingsError, match="lists: ") as refused:
        load(file)
    assert why in str(refused.value)
