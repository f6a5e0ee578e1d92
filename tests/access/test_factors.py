"""A second factor: codes good once, recovery codes, who needs one, what is written down."""

from collections.abc import Collection
from pathlib import Path

import pytest
from pyotp import TOTP

from dialer.access.lockout import FREE
from dialer.access.store import Arrived, LoggedIn, NotLoggedIn
from dialer.errors import AccessError, AccessRefused
from tests.access.conftest import GOOD, MACHINE, NINE, House

HERE = "192.0.2.7"
STEP_S = 30


def begun(house: House, name: str = "bob") -> tuple[TOTP, tuple[str, ...]]:
    """His authenticator and his recovery codes; the code of nine o'clock is used."""
    authenticator = TOTP(house.factors.begin(name).secret)
    codes = house.factors.confirm(house.by(name), authenticator.at(NINE), at=NINE)
    return authenticator, codes


def came(
    house: House, code: str, at: float = NINE, *, name: str = "bob", password: str = GOOD,
    needed: Collection[str] = (),
) -> LoggedIn | NotLoggedIn:  # fmt: skip
    return house.log_in(name, password, source=HERE, at=at, code=code, needed=needed)


def test_the_password_alone_is_not_enough_any_more(house: House) -> None:
    assert isinstance(came(house, ""), LoggedIn)
    authenticator, _ = begun(house)
    assert came(house, "") == NotLoggedIn(wants="code")
    assert isinstance(came(house, authenticator.at(NINE + STEP_S), NINE + STEP_S), LoggedIn)


def test_a_wrong_password_tells_nothing_of_a_factor(house: House) -> None:
    authenticator, _ = begun(house)
    code = authenticator.at(NINE + STEP_S)
    assert came(house, code, NINE + STEP_S, password="wrong") == NotLoggedIn()


def test_a_code_is_good_once(house: House) -> None:
    authenticator, _ = begun(house)
    at, code = NINE + STEP_S, authenticator.at(NINE + STEP_S)
    assert came(house, authenticator.at(NINE), at) == NotLoggedIn(wants="code")  # confirmed with it
    assert isinstance(came(house, code, at), LoggedIn)
    assert came(house, code, at + 1) == NotLoggedIn(wants="code")
    assert isinstance(came(house, authenticator.at(at + STEP_S), at + STEP_S), LoggedIn)


@pytest.mark.parametrize(
    ("steps", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_clock_may_be_a_step_off(house: House, steps: int, fits: bool) -> None:
    authenticator, _ = begun(house)
    at = NINE + 10 * STEP_S
    assert isinstance(came(house, authenticator.at(at + steps * STEP_S), at), LoggedIn) is fits


def test_ten_recovery_codes_are_good_once_each_and_kept_as_hashes(house: House) -> None:
    _, codes = begun(house)
    assert len(set(codes)) == 10
    assert isinstance(came(house, codes[3].upper().replace("-", " ")), LoggedIn)
    assert came(house, codes[3]) == NotLoggedIn(wants="code")
    assert isinstance(came(house, codes[4]), LoggedIn)
    assert house.factors.left("bob") == 8
    dump = "\n".join(house._db.iterdump())
    assert not any(one.replace("-", "") in dump for one in codes)
    assert [one[4] for one in house.told("factor.recovered")] == ['{"left":9}', '{"left":8}']


def test_whoever_guesses_codes_is_locked_out(house: House) -> None:
    authenticator, _ = begun(house)
    for n in range(FREE["name"]):
        assert came(house, f"{n:06}", NINE + n) == NotLoggedIn(wants="code")
    at = NINE + STEP_S
    assert came(house, authenticator.at(NINE + 5), NINE + 5).wait_s > 0  # type: ignore[union-attr]
    assert isinstance(came(house, authenticator.at(at), at), LoggedIn)
    assert len(house.told("session.refused")) == FREE["name"]


def test_a_role_that_needs_one_gets_it_at_the_log_in(house: House) -> None:
    wanted = came(house, "", name="ada", needed=("superuser",))
    assert isinstance(wanted, NotLoggedIn)
    assert (wanted.wants, wanted.setup is not None) == ("setup", True)
    authenticator = TOTP(wanted.setup.secret)  # type: ignore[union-attr]
    assert came(house, "000000", name="ada", needed=("superuser",)) == NotLoggedIn(wants="code")
    inside = came(house, authenticator.at(NINE), name="ada", needed=("superuser",))
    assert isinstance(inside, LoggedIn)
    assert len(inside.recovery) == 10
    assert came(house, "", name="ada") == NotLoggedIn(wants="code")  # also if it is needed no more
    assert isinstance(came(house, "", name="bob", needed=("superuser",)), LoggedIn)


def test_what_was_never_confirmed_is_never_asked_for(house: House) -> None:
    house.factors.begin("bob")
    assert isinstance(came(house, ""), LoggedIn)


def test_there_is_no_second_one(house: House) -> None:
    begun(house)
    with pytest.raises(AccessError, match="already"):
        house.factors.begin("bob")


def test_who_has_a_code_switches_it_off(house: House) -> None:
    authenticator, _ = begun(house)
    by, at = house.by("bob"), NINE + STEP_S
    assert house.own_factor_off(by, "000000", at=at) == NotLoggedIn(wants="code")
    assert house.own_factor_off(by, authenticator.at(at), at=at) is None
    assert isinstance(came(house, "", at), LoggedIn)
    assert house.factors.left("bob") == 0


def test_who_resets_passwords_ends_the_factor_of_whom_he_may(house: House) -> None:
    begun(house, "bob")
    begun(house, "ben")
    with pytest.raises(AccessRefused):
        house.factor_off(house.by("eva"), "ben", at=NINE)
    assert house.factor_off(house.by("eva"), "bob", at=NINE)
    assert house.factor_off(MACHINE, "ben", at=NINE)
    assert not house.factor_off(MACHINE, "ada", at=NINE)
    told = [(one[0], one[1], one[2]) for one in house.told("factor.on", "factor.off")]
    assert told == [
        ("bob", "factor.on", "user:bob"), ("ben", "factor.on", "user:ben"),
        ("eva", "factor.off", "user:bob"), ("machine:root", "factor.off", "user:ben"),
    ]  # fmt: skip


def test_the_secret_lies_sealed_and_its_key_beside_the_file(house: House, tmp_path: Path) -> None:
    secret = house.factors.begin("bob").secret
    files = [*tmp_path.glob("access.sqlite*")]
    assert not any(secret.encode() in file.read_bytes() for file in files)
    key = tmp_path / "access.sqlite.key"
    assert key.stat().st_mode & 0o777 == 0o600


def password_only(house: House, name: str = "bob") -> str:
    found = house.log_in(name, GOOD, source=HERE, at=NINE)
    assert isinstance(found, LoggedIn)
    return found.token


def test_a_role_that_begins_to_need_one_ends_what_began_without(house: House) -> None:
    bob, eva = password_only(house), password_only(house, "eva")
    for _ in range(2):
        assert house.user_of(bob, at=NINE, needed=("agent",)) is None
    assert house.user_of(bob, at=NINE) is None
    assert house.user_of(eva, at=NINE, needed=("agent",)) is not None
    assert house.told("session.end") == [
        ("bob", "session.end", "user:bob", "{}", '{"why":"second factor"}')
    ]


def test_a_session_in_which_a_code_was_shown_goes_on(house: House) -> None:
    here, elsewhere = password_only(house), password_only(house)
    authenticator = TOTP(house.factors.begin("bob").secret)
    by = house.by("bob")
    assert house.confirm_factor(by, "000000", here, at=NINE) == ()
    house.confirm_factor(by, authenticator.at(NINE), here, at=NINE)
    later = came(house, authenticator.at(NINE + STEP_S), NINE + STEP_S)
    assert isinstance(later, LoggedIn)
    for token, stays in [(here, True), (elsewhere, False), (later.token, True)]:
        assert (house.user_of(token, at=NINE, needed=("agent",)) is not None) is stays


def test_what_was_shown_counts_no_longer_than_the_factor(house: House) -> None:
    here = password_only(house)
    authenticator = TOTP(house.factors.begin("bob").secret)
    by = house.by("bob")
    house.confirm_factor(by, authenticator.at(NINE), here, at=NINE)
    house.own_factor_off(by, authenticator.at(NINE + STEP_S), at=NINE + STEP_S)
    assert house.user_of(here, at=NINE + STEP_S) is not None
    assert house.user_of(here, at=NINE + STEP_S, needed=("agent",)) is None


def test_whom_a_provider_vouches_for_the_provider_asks(house: House) -> None:
    dora = Arrived(issuer="https://idp.example", subject="7", name="dora", role="agent",
                   follows=True)  # fmt: skip
    found = house.arrive(dora, source=HERE, at=NINE)
    assert isinstance(found, LoggedIn)
    assert house.user_of(found.token, at=NINE, needed=("agent",)) is not None
