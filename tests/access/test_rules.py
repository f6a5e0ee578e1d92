"""Who may do what: every role, action and kind of thing, against a list written by hand."""

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dialer.access.page import page
from dialer.access.permissions import ROLES, TABLE, Role
from dialer.access.rules import EVERYWHERE, Thing, User, covers, may, may_be_granted

ROOT = Path(__file__).parents[2]

AGENT = {
    "all": "dnc.see",
    "scope": "campaign.see call.place callback.see team.see",
    "own": """lead.see lead.edit agent.see agent.steer call.see call.steer dnc.add recording.see
        recording.pause score.see disposition.see disposition.set callback.set report.see live.see
        desk.use user.see user.password user.log_out""",
    "own if granted": "lead.reveal recording.listen",
}
ANALYST = {
    "scope": """campaign.see list.see agent.see call.see limit.see score.see
        disposition.see report.see live.see board.see team.see""",
    "own": "user.password user.log_out key.see key.revoke",
    "scope if granted": "call.export report.export",
    "own if granted": "key.make",
    "all if granted": "report.query tariff.see tariff.edit tariff.export",
}
INSPECTOR = {
    "scope": """campaign.see lead.see agent.see call.see limit.see recording.see score.see score.set
        floor.see disposition.see report.see live.see board.see team.see user.see""",
    "own": "user.password user.log_out",
    "scope if granted": "recording.listen recording.export monitor.listen report.export",
}
SUPERVISOR = {
    "all": "campaign.create dnc.see dnc.add consent.see consent.add consent.revoke",
    "scope": """campaign.see campaign.edit campaign.steer list.see list.import list.edit lead.see
        lead.edit agent.see agent.steer agent.assign call.see call.place call.steer limit.see
        recording.see recording.pause score.see score.set disposition.see disposition.set
        disposition.edit callback.see callback.set report.see live.see board.see team.see user.see
        user.reset user.log_out audit.see floor.see""",
    "own": "desk.use user.password key.see key.revoke",
    "scope if granted": """list.export lead.reveal lead.export call.export recording.listen
        recording.export monitor.listen monitor.whisper monitor.barge report.export""",
    "own if granted": "key.make",
}
EXPECTED: dict[str, dict[str, str]] = {
    "supervisor": SUPERVISOR, "inspector": INSPECTOR, "analyst": ANALYST, "agent": AGENT,
}  # fmt: skip
NOT_FOR_ADMINISTRATORS = {"user.superuser"}
ONLY_ONES_OWN = {"desk.use", "user.password"}

THINGS: dict[str, Thing] = {
    "his own": Thing(owner="eva"),
    "his own in a foreign campaign": Thing(owner="eva", campaign="winter"),
    "of his campaign": Thing(campaign="spring", owner="bob"),
    "of his campaign, a foreign team": Thing(campaign="spring", team="blue", owner="bob"),
    "of his team": Thing(team="red", owner="bob"),
    "of his team, a foreign campaign": Thing(campaign="winter", team="red", owner="bob"),
    "of a foreign campaign": Thing(campaign="winter", owner="bob"),
    "of a foreign team": Thing(team="blue", owner="bob"),
    "nobody's": Thing(),
}
OWN = {"his own", "his own in a foreign campaign"}
SCOPE = OWN | {"of his campaign", "of his campaign, a foreign team", "of his team"}
REACHED = {"all": set(THINGS), "scope": SCOPE, "own": OWN}


def expected(role: str, action: str, thing: str, granted: bool) -> bool:
    if role in ("superuser", "administrator"):
        if action in NOT_FOR_ADMINISTRATORS and role == "administrator":
            return False
        return thing in OWN or action not in ONLY_ONES_OWN
    for how, actions in EXPECTED[role].items():
        if action in actions.split():
            far, _, by_grant = how.partition(" if ")
            return thing in REACHED[far] and (granted or not by_grant)
    return False


def somebody(role: Role, *grants: str) -> User:
    return User(
        name="eva", role=role, campaigns=frozenset({"spring"}), teams=frozenset({"red"}),
        grants=frozenset(grants),
    )  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_every_role_may_what_the_list_says_and_nothing_else(role: Role) -> None:
    wrong = [
        (action, name, granted)
        for action, (name, thing), granted in product(TABLE, THINGS.items(), (False, True))
        if may(somebody(role, *[action] * granted), action, thing)
        is not expected(role, action, name, granted)
    ]
    assert wrong == []


def test_the_list_names_no_action_that_does_not_exist() -> None:
    named = {
        word for roles in EXPECTED.values() for line in roles.values() for word in line.split()
    }
    assert named - set(TABLE) == set()


@pytest.mark.parametrize("action", TABLE)
def test_whoever_is_no_longer_active_may_nothing(action: str) -> None:
    gone = replace(somebody("superuser"), active=False)
    assert not may(gone, action, Thing(owner="eva"))


def test_an_action_that_nobody_wrote_down_is_a_bug() -> None:
    with pytest.raises(KeyError):
        may(somebody("superuser"), "world.end")


def test_hearing_people_seeing_numbers_and_taking_data_away_come_with_no_role_below() -> None:
    delicate = {name for name in TABLE if name.endswith(".export") or name.startswith("monitor.")}
    delicate |= {"lead.reveal", "recording.listen"}
    for name, role in product(delicate, ("supervisor", "inspector", "analyst", "agent")):
        assert not any(may(somebody(role), name, thing) for thing in THINGS.values()), (name, role)


def test_a_scope_of_everywhere_takes_in_campaigns_to_come_but_not_what_has_none() -> None:
    chief = replace(somebody("supervisor"), campaigns=frozenset({EVERYWHERE}))
    assert may(chief, "campaign.steer", Thing(campaign="autumn"))
    assert not may(chief, "campaign.steer", Thing())


def test_a_key_does_what_it_was_made_for_and_never_more_than_its_owner() -> None:
    key = replace(somebody("supervisor"), only=frozenset({"campaign.see", "setting.edit"}))
    spring = Thing(campaign="spring")
    assert may(key, "campaign.see", spring)
    assert not may(key, "campaign.steer", spring)
    assert not may(key, "setting.edit")


# ---- accounts -----------------------------------------------------------------------------------

ROOT_USER = User(name="ada", role="superuser")
ADMIN = User(name="ben", role="administrator")
EVA = somebody("supervisor")
BOB = User(
    name="bob", role="agent", campaigns=frozenset({"spring"}), teams=frozenset({"red"})
)  # fmt: skip
ACCOUNT_ACTIONS = [name for name in TABLE if name.startswith("user.") and name != "user.see"]


@pytest.mark.parametrize("action", ACCOUNT_ACTIONS)
def test_an_administrator_does_nothing_to_a_superuser(action: str) -> None:
    assert not may(ADMIN, action, Thing(account=ROOT_USER))
    assert not may(ADMIN, action, Thing(account=replace(ROOT_USER, active=False)))
    assert may(ADMIN, "user.see", Thing(account=ROOT_USER))


def test_an_administrator_makes_administrators_but_no_superuser() -> None:
    for role in ROLES:
        new = User(name="new", role=role)
        assert may(ADMIN, "user.add", Thing(account=new)) is (role != "superuser")


def test_a_supervisor_resets_the_passwords_of_agents_of_his_team_who_may_no_more_than_he() -> None:
    def may_reset(agent: User) -> bool:
        return may(EVA, "user.reset", Thing(account=agent))

    assert may_reset(BOB)
    assert not may_reset(replace(BOB, teams=frozenset({"blue"})))
    assert not may_reset(replace(BOB, teams=frozenset({"red", "blue"})))
    assert not may_reset(replace(BOB, teams=frozenset()))
    assert not may_reset(replace(BOB, campaigns=frozenset({"spring", "winter"})))
    assert not may_reset(replace(BOB, role="administrator"))
    assert not may_reset(replace(BOB, grants=frozenset({"lead.reveal"})))


def test_who_covers_another_has_his_campaigns_and_his_teams() -> None:
    assert covers(EVA, BOB)
    assert not covers(EVA, replace(BOB, campaigns=frozenset({"winter"})))
    assert not covers(EVA, replace(BOB, teams=frozenset({"blue"})))
    assert covers(ADMIN, replace(BOB, teams=frozenset({"blue"})))


def test_a_key_without_all_of_its_owners_rights_cannot_change_his_password() -> None:
    key = replace(BOB, only=frozenset({"user.password", "user.log_out"}))
    assert not may(key, "user.password", Thing(account=BOB))
    assert may(BOB, "user.password", Thing(account=BOB))


def test_nobody_but_the_user_himself_uses_his_desk_or_old_password() -> None:
    for action in ONLY_ONES_OWN:
        assert not may(ROOT_USER, action, Thing(owner="bob"))
    assert not may(ROOT_USER, "user.password", Thing(account=BOB))


names = st.sampled_from(["spring", "summer", "winter", EVERYWHERE])
users = st.builds(
    User,
    name=st.just("x"),
    role=st.sampled_from(ROLES),
    campaigns=st.frozensets(names),
    teams=st.frozensets(names),
    grants=st.frozensets(st.sampled_from(sorted(TABLE)), max_size=6),
    active=st.booleans(),
)  # fmt: skip


@given(users, users)
def test_who_covers_another_may_everything_that_the_other_may(one: User, other: User) -> None:
    if not covers(one, other):
        return
    for action in TABLE:
        for thing in (Thing(campaign="spring"), Thing(team="summer"), Thing(owner="x"), Thing()):
            assert may(one, action, thing) or not may(other, action, thing), (action, thing)


@given(users)
def test_everybody_who_is_active_covers_himself_and_a_superuser_covers_all(one: User) -> None:
    assert covers(one, one) is one.active
    assert covers(ROOT_USER, one)


# ---- grants and the page ------------------------------------------------------------------------


def _grantable() -> Iterator[tuple[str, str]]:
    for role, lines in EXPECTED.items():
        for how, actions in lines.items():
            if "if granted" in how:
                yield from ((role, action) for action in actions.split())


def test_what_may_be_granted_is_what_the_list_says() -> None:
    found = {(role, name) for role in ROLES for name in TABLE if may_be_granted(name, role)}
    assert found == set(_grantable())


def test_the_page_is_what_the_table_says() -> None:
    written = (ROOT / "docs/permissions.md").read_text("utf-8")
    assert written == page(), "run `python -m dialer.access.page > docs/permissions.md`"


def test_the_page_explains_every_permission() -> None:
    rows = re.findall(r"^\| `([a-z_.]+)` \|(?: .+? \|){6} .{10,} \|$", page(), re.MULTILINE)
    assert rows == list(TABLE)
