"""Logging in, staying in, being put out; the first superuser."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from argon2 import PasswordHasher

from dialer.access import lockout
from dialer.access.passwords import Passwords, weakness
from dialer.access.store import FIRST_TOKEN_S, Access, LoggedIn, NotLoggedIn
from dialer.errors import AccessRefused
from tests.access.conftest import ANOTHER, CHEAP, GOOD, MACHINE, NINE, House, opened_house

HERE = "192.0.2.7"


def begun(house: House, name: str = "bob", password: str = GOOD, at: float = NINE) -> LoggedIn:
    came = house.log_in(name, password, source=HERE, at=at)
    assert isinstance(came, LoggedIn)
    return came


def test_the_right_password_begins_a_session_and_says_whose(house: House) -> None:
    came = begun(house, " Bob ")
    assert (came.user.name, came.must_change) == ("bob", False)
    found = house.user_of(came.token, at=NINE + 60)
    assert found is not None
    assert (found[0].name, found[1].source) == ("bob", HERE)
    assert house.told("session.begin") == [("bob", "session.begin", "user:bob", "{}", "{}")]


@pytest.mark.parametrize(
    ("name", "password"),
    [("bob", "wrong"), ("zoe", GOOD), ("", ""), ("bob", "x" * 5000), ("bob\ud800", GOOD),
     ("bob", "\ud800"), ("bob' --", GOOD)],
)  # fmt: skip
def test_whatever_else_is_answered_all_the_same(house: House, name: str, password: str) -> None:
    assert house.log_in(name, password, source=HERE, at=NINE) == NotLoggedIn(wait_s=0.0)


def test_a_closed_account_is_answered_like_a_wrong_password(house: House) -> None:
    house.disable(MACHINE, "bob", at=NINE)
    assert house.log_in("bob", GOOD, source=HERE, at=NINE) == NotLoggedIn()


class Counting(PasswordHasher):
    """Counts the work."""

    verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        Counting.verified += str(hash).startswith("$argon2id$v=19$m=8,t=1,p=1$")
        return super().verify(hash, password)


def test_a_name_that_nobody_has_costs_the_same_work(house: House) -> None:
    house._passwords = Passwords(Counting(time_cost=1, memory_cost=8, parallelism=1))
    for name in ("bob", "zoe"):
        Counting.verified = 0
        house.log_in(name, "wrong", source=HERE, at=NINE)
        assert Counting.verified == 1, name


def test_what_was_typed_for_a_name_that_nobody_has_is_not_told(house: House) -> None:
    house.log_in("hunter2secret", "bob", source=HERE, at=NINE)
    house.log_in("bob", "wrong", source=HERE, at=NINE)
    assert [(who, thing) for who, _, thing, *_ in house.told("session.refused")] == [
        ("(unknown)", "user:(unknown)"), ("bob", "user:bob"),
    ]  # fmt: skip


def test_characters_that_look_the_same_are_the_same_password(house: House) -> None:
    house.reset_password(MACHINE, "bob", "caf\u00e9 au lait s'il", at=NINE)
    assert begun(house, password="cafe\u0301 au lait s'il").must_change


def test_a_hash_of_yesterday_is_renewed_at_the_next_log_in(house: House) -> None:
    house._passwords = Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    begun(house)
    assert "t=2" in (house.accounts.password_hash("bob") or "")
    begun(house)


def test_a_password_that_was_changed_while_it_was_checked_begins_nothing(house: House) -> None:
    bob = house.accounts.known("bob")
    assert house._begun(bob, "the hash of before", HERE, NINE) == NotLoggedIn()


# ---- staying ------------------------------------------------------------------------------------


def test_a_session_that_is_used_lasts_one_that_is_not_ends(house: House) -> None:
    token = begun(house).token
    for minutes in (29, 58, 87):
        assert house.user_of(token, at=NINE + 60 * minutes)
    assert house.user_of(token, at=NINE + 60 * 118) is None


def test_a_session_that_is_used_all_day_ends_after_twelve_hours(house: House) -> None:
    token = begun(house).token
    used = [house.user_of(token, at=NINE + 1200 * turn) is not None for turn in range(40)]
    assert used == [True] * 37 + [False] * 3


def test_a_use_is_written_down_once_a_minute(house: House) -> None:
    token = begun(house).token
    before = house._db.total_changes
    for second in range(60):
        house.user_of(token, at=NINE + second)
    assert house._db.total_changes == before
    house.user_of(token, at=NINE + 60)
    assert house._db.total_changes == before + 1


def test_nobody_comes_with_a_token_that_was_made_up(house: House) -> None:
    begun(house)
    for made_up in ("", "x" * 43, "' OR 1=1 --", "\udcff"):
        assert house.user_of(made_up, at=NINE) is None


def test_who_logs_out_is_out_here_and_only_here(house: House) -> None:
    desk, phone = begun(house).token, begun(house).token
    house.log_out(desk, at=NINE)
    assert house.user_of(desk, at=NINE) is None
    assert house.user_of(phone, at=NINE) is not None
    assert [who for who, *_ in house.told("session.end")] == ["bob"]


@pytest.mark.parametrize(
    "what",
    [
        lambda house: house.set_role(MACHINE, "bob", "analyst", at=NINE),
        lambda house: house.disable(MACHINE, "bob", at=NINE),
        lambda house: house.reset_password(MACHINE, "bob", ANOTHER, at=NINE),
        lambda house: house.change_password(house.by("bob"), GOOD, ANOTHER, at=NINE),
        lambda house: house.end_sessions(house.by("eva"), "bob", at=NINE),
    ],
    ids=["another role", "closed", "reset", "new password", "put out"],
)
def test_what_ends_all_sessions_ends_those_of_nobody_else(house: House, what) -> None:
    desk, phone, ada = begun(house).token, begun(house).token, begun(house, "ada").token
    what(house)
    assert house.user_of(desk, at=NINE) is None
    assert house.user_of(phone, at=NINE) is None
    assert house.user_of(ada, at=NINE) is not None
    assert house.sessions.open_of("bob", NINE) == []


def test_a_session_that_began_while_its_account_was_closed_lets_nobody_in(house: House) -> None:
    token = begun(house).token
    house._db.execute("UPDATE users SET active = 0 WHERE name = 'bob'")
    assert house.user_of(token, at=NINE) is None


def test_a_closed_account_that_is_opened_again_does_not_bring_its_sessions_back(
    house: House,
) -> None:
    token = begun(house).token
    house.disable(MACHINE, "bob", at=NINE)
    house.enable(MACHINE, "bob", at=NINE)
    assert house.user_of(token, at=NINE) is None
    assert begun(house)


# ---- passwords ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "why"),
    [
        (GOOD, ""), ("春天的花园里有三只猫在睡觉", ""), ("green harv", "short"),
        ("ab " * 90, "long"),
        ("aaaaaaaaaaab", "uniform"), ("13800138000138", "digits"), ("BOB and the boat", "name"),
        ("Password12345!", "common"), ("letmein-letmein", "common"), ("qwertyuiop12", "common"),
        ("my password is my password", "common"), ("1q2w3e4r5t1q2w3e4r5t", "common"),
    ],
)  # fmt: skip
def test_weak_passwords_are_told_from_good_ones(password: str, why: str) -> None:
    assert weakness(password, "bob") == why


def test_a_password_that_was_given_has_to_be_changed_by_who_knows_it(house: House) -> None:
    house.reset_password(house.by("eva"), "bob", ANOTHER, at=NINE)
    assert begun(house, password=ANOTHER).must_change
    bob = house.by("bob")
    assert house.change_password(bob, "wrong", GOOD, at=NINE) == NotLoggedIn()
    assert house.change_password(bob, ANOTHER, GOOD, at=NINE) is None
    assert not begun(house).must_change
    assert [entry[:3] for entry in house.told("user.reset", "user.password")] == [
        ("eva", "user.reset", "user:bob"), ("bob", "user.password", "user:bob"),
    ]  # fmt: skip


# ---- lock-out -----------------------------------------------------------------------------------


def failing(house: House, name: str, at: float, source: str = HERE) -> float:
    came = house.log_in(name, "wrong", source=source, at=at)
    assert isinstance(came, NotLoggedIn)
    return came.wait_s


@pytest.mark.parametrize("name", ["bob", "zoe"])
def test_after_five_failures_each_costs_twice_the_wait_whether_the_name_exists_or_not(
    house: House, name: str
) -> None:
    assert [failing(house, name, NINE) for _ in range(5)] == [0.0] * 5
    assert failing(house, name, NINE + 0.5) == 1.5
    assert failing(house, name, NINE + 2) == 0.0
    assert failing(house, name, NINE + 2) == 4.0
    assert failing(house, name, NINE + 5) == 1.0


def test_while_locked_out_the_right_password_is_not_looked_at_and_afterwards_it_is(
    house: House,
) -> None:
    for _ in range(5):
        failing(house, "bob", NINE)
    assert house.log_in("bob", GOOD, source=HERE, at=NINE + 1) == NotLoggedIn(wait_s=1.0)
    begun(house, at=NINE + 2)
    assert failing(house, "bob", NINE + 2) == 0.0


def test_others_are_not_locked_out_by_bobs_failures_until_the_source_has_too_many(
    house: House,
) -> None:
    for turn in range(30):
        failing(house, f"guess{turn}", NINE)
    assert failing(house, "ada", NINE) == 2.0
    assert failing(house, "ada", NINE, source="198.51.100.1") == 0.0


def test_the_addresses_of_one_ipv6_customer_are_one_source(house: House) -> None:
    for turn in range(30):
        failing(house, f"guess{turn}", NINE, source=f"2001:db8::{turn:x}")
    assert failing(house, "ada", NINE, source="2001:db8::ffff") == 2.0
    assert failing(house, "ada", NINE, source="2001:db8:0:1::1") == 0.0


def test_a_right_log_in_of_ones_own_does_not_wipe_out_what_the_source_did(house: House) -> None:
    for turn in range(29):
        failing(house, f"guess{turn}", NINE)
    begun(house)
    assert failing(house, "guess", NINE) == 0.0
    assert failing(house, "guess", NINE) == 2.0


def test_nobody_is_locked_out_for_longer_than_a_quarter_of_an_hour_or_by_a_clock_set_back(
    house: House,
) -> None:
    at = NINE
    for turn in range(40):
        at += failing(house, "bob", at, source=f"198.51.100.{turn}")
    failing(house, "bob", at, source="203.0.113.8")
    assert 60 < failing(house, "bob", at, source="203.0.113.9") <= lockout.MOST_S
    assert failing(house, "bob", at - 86400, source="203.0.113.9") <= lockout.MOST_S
    tomorrow = at + lockout.FORGOTTEN_S + 1
    forgotten = [failing(house, "bob", tomorrow, source="203.0.113.9") for _ in range(6)]
    assert forgotten == [0.0, 0.0, 0.0, 0.0, 0.0, 2.0]


def test_of_many_guesses_at_once_no_more_are_looked_at_than_one_after_the_other(
    house: House, tmp_path: Path
) -> None:
    came: list[LoggedIn | NotLoggedIn] = []

    def guess() -> None:
        with opened_house(tmp_path) as mine:
            came.append(mine.log_in("bob", "wrong", source=HERE, at=NINE))

    threads = [Thread(target=guess) for _ in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert came.count(NotLoggedIn()) == 5
    assert came.count(NotLoggedIn(wait_s=2.0)) == 7


def test_a_new_password_ends_the_lock_out(house: House) -> None:
    for _ in range(5):
        failing(house, "bob", NINE)
    house.reset_password(MACHINE, "bob", ANOTHER, at=NINE)
    begun(house, password=ANOTHER)


def test_what_was_typed_for_a_name_is_kept_as_a_hash_only(house: House, tmp_path: Path) -> None:
    failing(house, "hunter2secret", NINE)
    house.close()
    raw = b"".join(one.read_bytes() for one in tmp_path.glob("access.sqlite*"))
    assert b"hunter2secret" not in raw


# ---- the first one ------------------------------------------------------------------------------


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[House]:
    with opened_house(tmp_path / "empty") as house:
        yield house


def test_the_first_start_makes_a_token_that_makes_one_superuser_once(empty: House) -> None:
    assert empty.accounts.users() == []
    token = empty.first_token(at=NINE)
    assert token is not None
    made = empty.redeem(token, "ada", GOOD, source=HERE, at=NINE + 60)
    assert (made.name, made.role) == ("ada", "superuser")
    assert not begun(empty, "ada").must_change
    with pytest.raises(AccessRefused, match="not, or no longer, good"):
        empty.redeem(token, "eve", GOOD, source=HERE, at=NINE + 61)
    assert empty.first_token(at=NINE + 62) is None
    assert empty.told("user.add")[0][0] == "first-start"


def test_a_token_is_gone_when_it_was_used_and_worth_nothing_when_there_is_somebody(
    empty: House,
) -> None:
    token = empty.first_token(at=NINE) or ""
    empty.hire("ada", "superuser")
    with pytest.raises(AccessRefused):
        empty.redeem(token, "eve", GOOD, source=HERE, at=NINE)
    empty._db.execute("DELETE FROM users")
    assert empty.redeem(token, "eve", GOOD, source=HERE, at=NINE)
    assert empty._db.execute("SELECT * FROM first_token").fetchall() == []


def test_the_next_start_makes_another_token_and_ends_the_last(empty: House) -> None:
    first, second = empty.first_token(at=NINE), empty.first_token(at=NINE)
    assert first is not None
    assert second is not None
    with pytest.raises(AccessRefused):
        empty.redeem(first, "ada", GOOD, source=HERE, at=NINE)
    assert empty.redeem(second, "ada", GOOD, source=HERE, at=NINE)


def test_a_token_of_yesterday_or_of_nobody_makes_no_superuser(empty: House) -> None:
    with pytest.raises(AccessRefused):
        empty.redeem("x" * 43, "eve", GOOD, source=HERE, at=NINE)
    token = empty.first_token(at=NINE) or ""
    with pytest.raises(AccessRefused):
        empty.redeem(token, "ada", GOOD, source=HERE, at=NINE + FIRST_TOKEN_S)
    assert empty.accounts.users() == []


def test_a_weak_password_does_not_use_up_the_token(empty: House) -> None:
    token = empty.first_token(at=NINE) or ""
    with pytest.raises(AccessRefused, match="shorter than"):
        empty.redeem(token, "ada", "short", source=HERE, at=NINE)
    assert empty.redeem(token, "ada", GOOD, source=HERE, at=NINE)


def test_real_passwords_are_hashed_with_argon2id_and_64_megabytes(tmp_path: Path) -> None:
    with Access.at(tmp_path) as house:
        token = house.first_token(at=NINE) or ""
        house.redeem(token, "ada", GOOD, source=HERE, at=NINE)
        hashed = house.accounts.password_hash("ada") or ""
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert not CHEAP.is_right("wrong", hashed)
