"""API keys: shown once, limited, ending."""

import pytest

from dialer.access.keys import DAY_S
from dialer.access.rules import Thing, may
from dialer.errors import AccessError, AccessRefused
from tests.access.conftest import MACHINE, NINE, House

SEE = frozenset({"campaign.see", "report.see"})


def made(house: House, owner: str = "eva", scopes: frozenset[str] = SEE) -> str:
    return house.keys.make(house.by("ben"), owner, "crm sync", scopes, days=30, at=NINE)


def test_who_comes_with_a_key_is_its_owner_with_less(house: House) -> None:
    user = house.keys.user_of(made(house), NINE + 60)
    assert user is not None
    assert (user.name, user.only) == ("eva", SEE)
    assert may(user, "campaign.see", Thing(campaign="spring"))
    assert not may(user, "campaign.steer", Thing(campaign="spring"))


def test_a_key_is_recognised_by_its_prefix_and_its_last_use(house: House) -> None:
    key = made(house)
    house.keys.user_of(key, NINE + 3600)
    (seen,) = house.keys.of("eva")
    assert key.startswith(f"dk_{seen.prefix}_")
    assert (seen.label, seen.scopes, seen.expires_at, seen.used_at, seen.revoked_at) == (
        "crm sync", SEE, NINE + 30 * DAY_S, NINE + 3600, None,
    )  # fmt: skip


def test_a_key_ends_in_time_or_before_it(house: House) -> None:
    key, other = made(house), made(house)
    assert house.keys.user_of(key, NINE + 30 * DAY_S) is None
    house.keys.revoke(house.by("eva"), key.split("_")[1], at=NINE)
    assert house.keys.user_of(key, NINE) is None
    assert house.keys.user_of(other, NINE) is not None


def test_a_key_follows_what_becomes_of_its_owner(house: House) -> None:
    key = made(house)
    house.set_role(MACHINE, "eva", "agent", at=NINE)
    user = house.keys.user_of(key, NINE)
    assert user is not None
    assert not may(user, "report.see", Thing(campaign="spring"))
    house.disable(MACHINE, "eva", at=NINE)
    assert house.keys.user_of(key, NINE) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda key: key[:-1] + ("A" if key[-1] != "A" else "B"),
        lambda key: key.replace("dk_", "sk_"),
        lambda key: key.replace(key.split("_")[1], "00000000"),
        lambda key: key.rpartition("_")[0],
        lambda key: "",
        lambda key: "dk_' OR 1=1_x",
        lambda key: "dk_\udcff_x",
        lambda key: key.partition("_")[2],
    ],
)
def test_what_is_not_quite_the_key_is_none(house: House, change) -> None:
    assert house.keys.user_of(change(made(house)), NINE) is None


def test_nobody_makes_a_key_for_more_than_he_holds_or_for_an_account_above_his(
    house: House,
) -> None:
    with pytest.raises(AccessRefused, match=r"eva does not hold setting.edit"):
        made(house, scopes=frozenset({"setting.edit"}))
    with pytest.raises(AccessRefused, match=r"ben may not do this to ada: key.make"):
        made(house, "ada")
    with pytest.raises(AccessRefused, match=r"eva may not do this to eva: key.make"):
        house.keys.make(house.by("eva"), "eva", "mine", SEE, days=1, at=NINE)
    assert house.keys.of("eva") == house.keys.of("ada") == []


@pytest.mark.parametrize(
    ("label", "scopes", "days", "complaint"),
    [
        ("crm", SEE, 0, "1 to 366 days"), ("crm", SEE, 367, "1 to 366 days"),
        ("", SEE, 9, "needs a label"), ("<b>", SEE, 9, "needs a label"),
        ("crm", frozenset(), 9, "for something"),
        ("crm", frozenset({"moon.see"}), 9, "no permission moon.see"),
    ],
)  # fmt: skip
def test_a_key_that_makes_no_sense_is_not_made(
    house: House, label: str, scopes: frozenset[str], days: int, complaint: str
) -> None:
    with pytest.raises(AccessError, match=complaint):
        house.keys.make(MACHINE, "eva", label, scopes, days=days, at=NINE)


def test_keys_are_told_without_their_secret(house: House) -> None:
    key = made(house)
    prefix = key.split("_")[1]
    house.keys.revoke(MACHINE, prefix, at=NINE)
    assert house.told("key.make", "key.revoke") == [
        ("ben", "key.make", f"key:{prefix}", "{}",
         '{"days":30,"label":"crm sync","may":["campaign.see","report.see"],"owner":"eva"}'),
        ("machine:root", "key.revoke", f"key:{prefix}", "{}", "{}"),
    ]  # fmt: skip
    with pytest.raises(AccessError, match="there is no key 00000000"):
        house.keys.revoke(MACHINE, "00000000", at=NINE)
