"""Log-in by an identity provider that runs beside: who comes in, as what, and who does not."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey
from litestar.testing import TestClient

from dialer.access.actor import at_the_machine
from dialer.errors import SettingsError
from dialer.settings import Settings
from dialer.settings.web import Oidc
from dialer.tomlfile import build
from tests.access.conftest import MACHINE
from tests.api.conftest import Web
from tests.api.idp import SECRET, Idp

pytestmark = pytest.mark.usefixtures("idp")


@pytest.fixture(scope="module")
def running() -> Iterator[Idp]:
    with Idp() as idp:
        yield idp


@pytest.fixture
def idp(running: Idp, web: Web, tmp_path: Path) -> Idp:
    running.person = {"sub": "u-17", "preferred_username": "Dora", "groups": ["floor"]}
    running.spoilt, running.signs_with = {}, running.key
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    web.now = time.time()
    web.settings = Settings(
        home=tmp_path,
        oidc=Oidc(
            issuer=running.issuer, address="http://dialer.example", secret_file=tmp_path / "secret",
            roles=("chiefs=supervisor", "floor=agent"),
        ),
    )  # fmt: skip
    return running


def away(browser: TestClient[Any]) -> str:
    """To the provider, and what it sends the browser back with."""
    sent = browser.get("/oidc/begin", follow_redirects=False)
    assert sent.status_code == 303
    back = httpx.get(sent.headers["location"], follow_redirects=False).headers["location"]
    assert back.startswith("http://dialer.example/oidc/end?")
    return back


def arrived(browser: TestClient[Any]) -> httpx.Response:
    return browser.get(away(browser), follow_redirects=False)


def refused(said: httpx.Response, why: str = "refused") -> bool:
    kept = [one for one in said.headers.get_list("set-cookie") if "dialer-session=" in one]
    return (said.status_code, said.headers.get("location"), kept) == (303, f"/login?why={why}", [])


def test_who_is_new_gets_the_account_that_his_groups_are_worth(web: Web) -> None:
    browser = web.anybody()
    said = arrived(browser)
    assert said.status_code == 200
    assert 'data-page="arrived"' in said.text
    me = browser.get("/me").json()
    assert (me["name"], me["role"], me["campaigns"]) == ("dora", "agent", [])
    assert not me["must_change"]
    told = web.accounts.told("user.add", "user.link", "session.begin")
    assert [one[:3] for one in told[-3:]] == [
        ("oidc", "user.add", "user:dora"), ("oidc", "user.link", "user:dora"),
        ("dora", "session.begin", "user:dora"),
    ]  # fmt: skip
    cookie = next(c for c in said.headers.get_list("set-cookie") if "dialer-session=" in c)
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


def test_the_role_follows_the_groups_and_ends_with_them(web: Web, idp: Idp) -> None:
    arrived(web.anybody())
    idp.person = {**idp.person, "preferred_username": "renamed", "groups": ["chiefs", "floor"]}
    browser = web.anybody()
    arrived(browser)
    assert (browser.get("/me").json()["name"], browser.get("/me").json()["role"]) == (
        "dora", "supervisor",
    )  # fmt: skip
    idp.person = {**idp.person, "groups": "gardeners"}
    assert refused(arrived(web.anybody()))


def test_a_name_that_is_taken_stays_its_holders_until_somebody_at_the_machine_ties_it(
    web: Web, idp: Idp
) -> None:
    idp.person = {**idp.person, "preferred_username": "ada"}
    assert refused(arrived(web.anybody()))
    web.accounts.links.tie(at_the_machine("root"), "bob", idp.issuer, "u-17", at=web.now)
    browser = web.anybody()
    arrived(browser)
    assert browser.get("/me").json()["name"] == "bob"


def test_the_last_superuser_is_not_made_less_by_a_group(web: Web, idp: Idp) -> None:
    web.accounts.links.tie(MACHINE, "ada", idp.issuer, "u-17", at=web.now)
    assert refused(arrived(web.anybody()))
    assert web.accounts.accounts.known("ada").role == "superuser"


def test_a_closed_account_does_not_come_in(web: Web) -> None:
    arrived(web.anybody())
    web.accounts.disable(MACHINE, "dora", at=web.now)
    assert refused(arrived(web.anybody()))


def test_without_roles_only_those_who_are_tied_come_in(web: Web, idp: Idp) -> None:
    oidc = web.settings.oidc
    web.settings = Settings(
        home=web.home,
        oidc=Oidc(issuer=oidc.issuer, address=oidc.address, secret_file=oidc.secret_file),
    )
    assert refused(arrived(web.anybody()))
    web.accounts.links.tie(MACHINE, "eva", idp.issuer, "u-17", at=web.now)
    browser = web.anybody()
    arrived(browser)
    assert browser.get("/me").json()["role"] == "supervisor"


def test_a_link_that_another_browser_began_logs_nobody_in(web: Web) -> None:
    mallory, victim = web.anybody(), web.anybody()
    link = away(mallory)
    victim.get("/oidc/begin", follow_redirects=False)
    assert refused(victim.get(link, follow_redirects=False))
    assert refused(web.anybody().get(link, follow_redirects=False))


def test_a_code_comes_back_once_and_in_time(web: Web) -> None:
    browser = web.anybody()
    link = away(browser)
    assert browser.get(link, follow_redirects=False).status_code == 200
    assert refused(browser.get(link, follow_redirects=False))
    late = away(browser)
    web.now += 700
    assert refused(browser.get(late, follow_redirects=False))


@pytest.mark.parametrize(
    ("spoilt", "why"),
    [
        ({"nonce": "another"}, "failed"),
        ({"iss": "https://elsewhere.example"}, "failed"),
        ({"aud": "another"}, "failed"),
        ({"aud": ["dialer", "another"]}, "failed"),
        ({"azp": "another"}, "failed"),
        ({"exp": 1}, "failed"),
        ({"sub": ""}, "failed"),
        ({"sub": 17}, "failed"),
        ({"preferred_username": "Dr. No <script>"}, "refused"),
        ({"preferred_username": None}, "refused"),
        ({"groups": {"floor": 1}}, "refused"),
    ],
)
def test_a_token_that_is_not_meant_for_us_is_worth_nothing(
    web: Web, idp: Idp, spoilt: dict[str, Any], why: str
) -> None:
    idp.spoilt = spoilt
    assert refused(arrived(web.anybody()), why)
    assert [one.name for one in web.accounts.accounts.users() if one.name not in NAMES] == []


NAMES = {"ada", "eva", "sam", "bob", "chen"}


def test_a_token_that_somebody_else_signed_is_worth_nothing(web: Web, idp: Idp) -> None:
    idp.signs_with = RSAKey.generate_key(2048, {"kid": "k1"})
    assert refused(arrived(web.anybody()), "failed")


def test_the_way_back_names_our_issuer(web: Web) -> None:
    browser = web.anybody()
    link = away(browser)
    asked = parse_qs(urlsplit(link).query)
    said = browser.get("/oidc/end", follow_redirects=False, params={
        "code": asked["code"][0], "state": asked["state"][0], "iss": "https://elsewhere.example",
    })  # fmt: skip
    assert refused(said)


def test_a_provider_that_is_away_is_told_as_such(web: Web) -> None:
    web.settings = Settings(
        home=web.home, oidc=Oidc(issuer="http://127.0.0.1:9", address="http://dialer.example")
    )
    assert refused(web.anybody().get("/oidc/begin", follow_redirects=False), "failed")


def test_without_a_provider_there_is_no_such_way(web: Web) -> None:
    web.settings = None
    assert web.anybody().get("/oidc/begin", follow_redirects=False).status_code == 404
    assert "/oidc/begin" not in web.anybody().get("/login").text


def test_the_log_in_page_shows_the_way(web: Web) -> None:
    assert 'href="/oidc/begin"' in web.anybody().get("/login").text


@pytest.mark.parametrize(
    "table",
    [
        {"issuer": "http://id.example", "address": "https://dialer.example"},
        {"issuer": "https://id.example"},
        {"issuer": "https://id.example", "address": "https://d.example", "roles": ["x=king"]},
    ],
)
def test_settings_that_would_not_do_are_refused(table: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        build({"oidc": table}, Settings, Path("dialer.toml"))
