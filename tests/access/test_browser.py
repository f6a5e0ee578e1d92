"""What a browser is told and what is believed of it; numbers are masked unless revealed."""

import pytest
from msgspec.structs import replace

from dialer.access.browser import (
    cookie,
    csrf_of,
    has_csrf,
    headers,
    is_loopback,
    is_our_origin,
    may_listen,
)
from dialer.access.changes import with_more
from dialer.access.numbers import reveal
from dialer.access.rules import Thing
from dialer.errors import AccessRefused
from tests.access.conftest import GOOD, MACHINE, NINE, House

TOKEN, OTHER = "q" * 43, "r" * 43

# ---- origin -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "host", "tls"),
    [
        ("https://dialer.example", "dialer.example", True),
        ("https://dialer.example:443", "dialer.example", True),
        ("https://DIALER.example", "dialer.EXAMPLE", True),
        ("https://dialer.example:8443", "dialer.example:8443", True),
        ("http://127.0.0.1:8080", "127.0.0.1:8080", False),
        ("http://[::1]:8080", "[::1]:8080", False),
        ("https://board.example", "dialer.example", True),
    ],
)
def test_a_page_of_ours_is_known(origin: str, host: str, tls: bool) -> None:
    assert is_our_origin(origin, host, ["https://board.example"], tls=tls)


@pytest.mark.parametrize(
    "origin",
    [
        None, "", "null", "https://evil.example", "http://dialer.example", "dialer.example",
        "https://dialer.example:8443", "https://dialer.example.evil.example",
        "https://evil.example/dialer.example", "https://dialer.example@evil.example",
        "https://evil@dialer.example", "https://dialer.example/", "https://dialer.example:99999",
        "https://[dialer.example", "file://", "javascript:alert(1)", "https://", "wss://dialer.example",
    ],
)  # fmt: skip
def test_no_other_page_passes_for_ours(origin: str | None) -> None:
    assert not is_our_origin(origin, "dialer.example", ["https://board.example"], tls=True)


@pytest.mark.parametrize("host", ["", "evil example", "dialer.example/x", "a@b"])
def test_a_host_that_is_none_lets_nobody_in(host: str) -> None:
    assert not is_our_origin("https://evil.example", host, tls=True)
    assert not is_our_origin(None, host, tls=True)


# ---- the session's word and cookie --------------------------------------------------------------


def test_a_sessions_word_is_its_own_and_does_not_tell_the_token() -> None:
    assert has_csrf(TOKEN, csrf_of(TOKEN))
    assert csrf_of(TOKEN) == csrf_of(TOKEN) != csrf_of(OTHER)
    assert TOKEN not in csrf_of(TOKEN)


@pytest.mark.parametrize("given", [None, "", TOKEN, csrf_of(OTHER), csrf_of(TOKEN)[:-1], "é\udcff"])
def test_any_other_word_is_refused(given: str | None) -> None:
    assert not has_csrf(TOKEN, given)


def test_who_has_no_session_has_no_word() -> None:
    assert not has_csrf("", csrf_of(""))


def test_the_word_does_not_find_the_session(house: House) -> None:
    came = house.log_in("bob", GOOD, source="192.0.2.7", at=NINE)
    token: str = getattr(came, "token")  # noqa: B009
    assert house.user_of(csrf_of(token), at=NINE) is None


def test_a_cookie_is_for_this_host_and_no_script() -> None:
    assert cookie(TOKEN, tls=True) == (
        f"__Host-dialer-session={TOKEN}; Path=/; HttpOnly; SameSite=Strict; Secure"
    )
    assert cookie("", tls=False) == (
        "dialer-session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"
    )


# ---- headers ------------------------------------------------------------------------------------


def policy(told: dict[str, str]) -> dict[str, str]:
    lines = told["content-security-policy"].split("; ")
    return {what: of for what, _, of in (line.partition(" ") for line in lines)}


@pytest.mark.parametrize("page", [True, False])
def test_every_answer_forbids_frames_sniffing_and_caches(page: bool) -> None:
    told = headers(tls=True, page=page)
    assert told["x-content-type-options"] == "nosniff"
    assert told["cache-control"] == "no-store"
    assert told["referrer-policy"] == "no-referrer"
    assert policy(told)["frame-ancestors"] == policy(told)["base-uri"] == "'none'"
    assert told["strict-transport-security"] == "max-age=31536000"
    assert "strict-transport-security" not in headers(tls=False, page=page)


def test_nothing_inline_runs_and_nothing_is_loaded_from_elsewhere() -> None:
    told = policy(headers(tls=True, page=True))
    assert told["default-src"] == "'none'"
    assert not [of for of in told.values() if "unsafe" in of or "*" in of or "http" in of]


def test_a_page_may_use_the_microphone_and_reach_its_telephone_data_may_not() -> None:
    page = headers(tls=True, page=True, softphone=["wss://pbx.example:8089"])
    assert policy(page)["connect-src"] == "'self' wss://pbx.example:8089"
    assert "microphone=(self)" in page["permissions-policy"]
    assert "camera=()" in page["permissions-policy"]
    data = headers(tls=True)
    assert "microphone=()" in data["permissions-policy"]
    assert policy(data)["default-src"] == "'none'"


# ---- listening ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "127.8.9.10", "::1", "[::1]", "::ffff:127.0.0.1", "localhost"]
)
def test_without_tls_it_listens_on_loopback(address: str) -> None:
    assert is_loopback(address)
    assert may_listen(address, tls=False)


@pytest.mark.parametrize(
    "address",
    ["0.0.0.0", "::", "", "192.0.2.10", "10.0.0.1", "fe80::1%eth0", "::ffff:10.0.0.1",
     "dialer.example", "localhost.evil.example", "127.0.0.1.evil.example", "*"],
)  # fmt: skip
def test_anywhere_else_it_does_not_without_tls(address: str) -> None:
    assert not may_listen(address, tls=False)
    assert may_listen(address, tls=True)


# ---- numbers ------------------------------------------------------------------------------------

SPRING = Thing(campaign="spring")


def test_to_reveal_a_number_is_recorded_without_it(house: House) -> None:
    house.accounts.change(MACHINE, "eva", with_more(grants=["lead.reveal"]), at=NINE)
    shown = reveal(house.audit, house.by("eva"), "4711", "15551234567", SPRING, at=NINE)
    assert shown == "+15551234567"
    assert house.told("lead.reveal") == [
        ("eva", "lead.reveal", "lead:4711", "{}", '{"number":"+1555•••4567"}')
    ]


@pytest.mark.parametrize(
    ("who", "thing"),
    [("eva", SPRING), ("bob", Thing(owner="bob")), ("bob", SPRING)],
)
def test_without_the_grant_nobody_below_an_administrator_sees_one(
    house: House, who: str, thing: Thing
) -> None:
    with pytest.raises(AccessRefused, match=f"{who} may not see this number"):
        reveal(house.audit, house.by(who), "4711", "15551234567", thing, at=NINE)
    assert house.told("lead.reveal") == []


def test_a_grant_reaches_as_far_as_the_role_and_no_further(house: House) -> None:
    for who in ("eva", "bob"):
        house.accounts.change(MACHINE, who, with_more(grants=["lead.reveal"]), at=NINE)
    seen = [
        _may_see(house, who, thing)
        for who in ("eva", "bob")
        for thing in (Thing(owner="bob"), SPRING, Thing(campaign="winter"))
    ]
    assert seen == [False, True, False, True, False, False]


def _may_see(house: House, who: str, thing: Thing) -> bool:
    try:
        return bool(reveal(house.audit, house.by(who), "1", "15551234567", thing, at=NINE))
    except AccessRefused:
        return False


def test_a_key_that_was_not_made_for_it_reveals_nothing(house: House) -> None:
    ada = house.by("ada")
    key = replace(ada, user=replace(house.accounts.known("ada"), only=frozenset({"lead.see"})))
    with pytest.raises(AccessRefused):
        reveal(house.audit, key, "1", "15551234567", SPRING, at=NINE)
