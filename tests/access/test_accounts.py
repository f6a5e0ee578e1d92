"""Who is there, what he holds, and who may change it; every change is told."""

import stat
from contextlib import suppress
from pathlib import Path
from threading import Barrier, Thread

import pytest
from msgspec.structs import replace

from dialer.access.changes import with_less, with_more
from dialer.access.database import VERSION, file_in, opened
from dialer.access.rules import User
from dialer.errors import AccessError, AccessRefused
from tests.access.conftest import ANOTHER, GOOD, MACHINE, NINE, House, opened_house

LISTEN = frozenset({"recording.listen"})


def test_a_user_is_found_as_he_was_added_also_by_the_next_process(
    house: House, tmp_path: Path
) -> None:
    ines = User(
        name="ines", role="inspector", campaigns=frozenset({"*"}), teams=frozenset({"red"}),
        grants=LISTEN,
    )  # fmt: skip
    house.accounts.add(MACHINE, ines, GOOD, at=NINE)
    with opened_house(tmp_path) as other:
        assert other.accounts.user("ines") == ines
        assert [one.name for one in other.accounts.users()] == ["ada", "ben", "bob", "eva", "ines"]
        assert other.accounts.user("nobody") is None


@pytest.mark.parametrize(
    ("new", "password", "complaint"),
    [
        (User(name="Ines", role="agent"), GOOD, "'Ines' is no user name"),
        (User(name="ines;--", role="agent"), GOOD, "is no user name"),
        (User(name="machine:root", role="agent"), GOOD, "is no user name"),
        (User(name="bob", role="agent"), GOOD, "there is a user bob already"),
        (User(name="ines", role="boss"), GOOD, "there is no role boss"),  # type: ignore[arg-type]
        (User(name="ines", role="agent", teams=frozenset({"rde"})), GOOD, "there is no team rde"),
        (User(name="ines", role="agent", grants=frozenset({"x.y"})), GOOD, "no permission x.y"),
        (User(name="ines", role="agent", grants=frozenset({"setting.edit"})), GOOD,
         "setting.edit cannot be granted to the role agent"),
        (User(name="ines", role="agent"), "short", "shorter than 12 characters"),
        (User(name="ines", role="agent"), "Password12345", "among those that are tried first"),
    ],
)  # fmt: skip
def test_an_account_that_makes_no_sense_is_not_made(
    house: House, new: User, password: str, complaint: str
) -> None:
    before = house.accounts.users(), house.audit.head()
    with pytest.raises(AccessError, match=complaint):
        house.accounts.add(MACHINE, new, password, at=NINE)
    assert (house.accounts.users(), house.audit.head()) == before


def test_only_hashes_of_secrets_are_in_the_file_and_only_its_owner_reads_it(
    house: House, tmp_path: Path
) -> None:
    begun = house.log_in("bob", GOOD, source="192.0.2.7", at=NINE)
    key = house.keys.make(MACHINE, "eva", "crm", frozenset({"user.see"}), days=9, at=NINE)
    house.close()
    raw = b"".join(one.read_bytes() for one in tmp_path.glob("access.sqlite*"))
    assert b"$argon2id$" in raw
    for secret in (GOOD, getattr(begun, "token", "?"), key.rsplit("_", 1)[1]):
        assert secret.encode() not in raw
    assert stat.S_IMODE(file_in(tmp_path).stat().st_mode) == 0o600


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    opened_house(tmp_path).close()
    file_in(tmp_path).chmod(0o644)
    opened_house(tmp_path).close()
    assert stat.S_IMODE(file_in(tmp_path).stat().st_mode) == 0o600


def test_a_file_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    with opened_house(tmp_path) as house:
        house._db.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(AccessError, match="use the newer program"):
        opened(file_in(tmp_path))


def test_what_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    file_in(tmp_path).write_bytes(b"dear diary, " * 400)
    with pytest.raises(AccessError, match=r"access.sqlite cannot be used: file is not a database"):
        opened(file_in(tmp_path))


# ---- changing -----------------------------------------------------------------------------------


def test_a_promotion_is_told_with_what_was_before_and_after(house: House) -> None:
    house.set_role(house.by("ben"), "bob", "supervisor", at=NINE)
    assert house.accounts.known("bob").role == "supervisor"
    assert house.told("user.role") == [
        ("ben", "user.role", "user:bob", '{"role":"agent"}', '{"role":"supervisor"}')
    ]


def test_a_change_that_changes_nothing_is_not_told(house: House) -> None:
    house.set_role(MACHINE, "bob", "agent", at=NINE)
    assert house.told("user.role") == []


def test_grants_that_mean_nothing_to_the_new_role_are_gone(house: House) -> None:
    both = with_more(grants=["recording.listen", "monitor.barge"])
    house.accounts.change(MACHINE, "eva", both, at=NINE)
    assert house.set_role(MACHINE, "eva", "inspector", at=NINE).grants == LISTEN


def test_what_was_granted_is_held_until_it_is_revoked(house: House) -> None:
    more = with_more(grants=LISTEN, campaigns=["summer"], teams=["blue"])
    house.accounts.change(house.by("ben"), "eva", more, at=NINE)
    eva = house.accounts.known("eva")
    assert (eva.grants, eva.campaigns, eva.teams) == (LISTEN, {"spring", "summer"}, {"red", "blue"})
    less = with_less(grants=LISTEN, campaigns=["spring"], teams=["red"])
    house.accounts.change(house.by("ben"), "eva", less, at=NINE)
    eva = house.accounts.known("eva")
    assert (eva.grants, eva.campaigns, eva.teams) == (frozenset(), {"summer"}, {"blue"})
    assert house.told("user.grant")[0][3:] == (
        '{"campaigns":["spring"],"grants":[],"teams":["red"]}',
        '{"campaigns":["spring","summer"],"grants":["recording.listen"],"teams":["blue","red"]}',
    )


def test_an_administrator_can_neither_make_nor_touch_a_superuser(house: House) -> None:
    ben = house.by("ben")
    with pytest.raises(AccessRefused, match=r"ben may not do this to ada: user.role"):
        house.set_role(ben, "ada", "agent", at=NINE)
    with pytest.raises(AccessRefused, match=r"ben may not do this to bob: user.role"):
        house.set_role(ben, "bob", "superuser", at=NINE)
    with pytest.raises(AccessRefused, match=r"ben may not do this to ben: user.role"):
        house.set_role(ben, "ben", "superuser", at=NINE)
    with pytest.raises(AccessRefused, match=r"user.disable"):
        house.disable(ben, "ada", at=NINE)
    with pytest.raises(AccessRefused, match=r"user.reset"):
        house.reset_password(ben, "ada", ANOTHER, at=NINE)
    with pytest.raises(AccessRefused, match=r"user.log_out"):
        house.end_sessions(ben, "ada", at=NINE)
    with pytest.raises(AccessRefused, match=r"key.make"):
        house.keys.make(ben, "ada", "mine", frozenset({"user.see"}), days=1, at=NINE)
    assert house.accounts.known("ada") == User(name="ada", role="superuser")


def test_the_last_superuser_stays_even_for_whoever_sits_at_the_machine(house: House) -> None:
    with pytest.raises(AccessRefused, match="ada is the last superuser"):
        house.disable(MACHINE, "ada", at=NINE)
    with pytest.raises(AccessRefused, match="ada is the last superuser"):
        house.set_role(house.by("ada"), "ada", "administrator", at=NINE)
    house.set_role(MACHINE, "ben", "superuser", at=NINE)
    assert not house.disable(house.by("ben"), "ada", at=NINE).active
    with pytest.raises(AccessRefused, match="ben is the last superuser"):
        house.disable(MACHINE, "ben", at=NINE)


def test_a_supervisor_gives_nobody_anything_and_makes_no_team(house: House) -> None:
    eva = house.by("eva")
    with pytest.raises(AccessRefused):
        house.accounts.change(eva, "bob", with_more(grants=LISTEN), at=NINE)
    with pytest.raises(AccessRefused, match=r"eva may not do this: team.edit"):
        house.accounts.add_team(eva, "green", at=NINE)
    with pytest.raises(AccessRefused, match=r"user.add"):
        house.accounts.add(eva, User(name="new", role="agent"), GOOD, at=NINE)


def test_who_was_an_administrator_when_he_came_is_asked_anew_about_each_account(
    house: House,
) -> None:
    key = replace(house.by("ben"), user=replace(house.accounts.known("ben"), only=LISTEN))
    with pytest.raises(AccessRefused):
        house.disable(key, "bob", at=NINE)


def test_the_first_account_is_a_superusers(tmp_path: Path) -> None:
    with opened_house(tmp_path) as house:
        with pytest.raises(AccessError, match="the first account must be a superuser's"):
            house.hire("bob")
        house.hire("ada", "superuser")
        assert house.hire("bob").name == "bob"


def test_nobody_learns_by_a_change_that_changes_nothing_whom_he_may_not_see(house: House) -> None:
    with pytest.raises(AccessRefused, match=r"bob may not do this to eva: user.see"):
        house.set_role(house.by("bob"), "eva", "supervisor", at=NINE)


def test_nobody_is_changed_whom_nobody_knows(house: House) -> None:
    with pytest.raises(AccessError, match="there is no user zoe"):
        house.disable(MACHINE, "zoe", at=NINE)
    with pytest.raises(AccessError, match="there is no user zoe"):
        house.reset_password(MACHINE, "zoe", ANOTHER, at=NINE)


def test_a_team_is_made_once_and_has_a_plain_name(house: House) -> None:
    assert house.accounts.teams() == ["blue", "red"]
    with pytest.raises(AccessError, match="there is a team red already"):
        house.accounts.add_team(MACHINE, "red", at=NINE)
    with pytest.raises(AccessError, match="is no name of a team"):
        house.accounts.add_team(MACHINE, "*", at=NINE)


def test_processes_that_make_the_file_at_once_make_one(tmp_path: Path) -> None:
    def come(name: str, begun: Barrier) -> None:
        begun.wait()
        with suppress(AccessError), opened_house(tmp_path) as house:
            house.hire(name, "superuser")
            came.append(name)

    came: list[str] = []
    begun = Barrier(6)
    threads = [Thread(target=come, args=(name, begun)) for name in "abcdef"]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with opened_house(tmp_path) as house:
        assert [one.name for one in house.accounts.users()] == sorted(came) == list("abcdef")
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_an_empty_file_in_its_place_is_left_alone(tmp_path: Path) -> None:
    file_in(tmp_path).touch()
    with pytest.raises(AccessError, match="is not the accounts' file of any dialer: move it away"):
        opened(file_in(tmp_path))
