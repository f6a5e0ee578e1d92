"""Coming in: the first account, log-in, log-out, lock-out, cookies, CSRF, keys, headers."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from dialer.access import browser as browsers
from dialer.access.store import Access
from dialer.api import server
from dialer.errors import SettingsError
from dialer.settings import Settings
from dialer.settings.web import Web
from tests.access.conftest import ANOTHER, GOOD, MACHINE, NINE, opened_house
from tests.api.conftest import Web as House
from tests.api.conftest import logged_in


def test_the_token_of_the_first_start_makes_one_superuser_and_no_second(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with ExitStack() as stack:
        web = House(tmp_path, stack)
        assert server.first_token(settings, web.accounts, NINE)
        assert settings.first_token.stat().st_mode & 0o777 == 0o600
        token = settings.first_token.read_text().strip()
        client = web.anybody()
        first = {"token": token, "name": "ada", "password": GOOD}
        assert client.post("/setup", json={**first, "token": "x" * 43}).status_code == 403
        made = client.post("/setup", json=first)
        assert (made.status_code, made.json()) == (201, {"name": "ada"})
        again = client.post("/setup", json={**first, "name": "eve"})
        assert (again.status_code, again.json()["title"]) == (403, "Forbidden")
        assert logged_in(client, "ada").json()["role"] == "superuser"
        assert not server.first_token(settings, web.accounts, NINE)
        assert not settings.first_token.exists()


def test_a_session_lives_in_a_cookie_that_no_script_reads_and_no_other_site_sends(
    web: House,
) -> None:
    said = logged_in(web.anybody(), "eva")
    name, _, attributes = said.headers["set-cookie"].partition(";")
    assert name.startswith("dialer-session=")
    assert set(attributes.strip().split("; ")) == {"HttpOnly", "Path=/", "SameSite=strict"}
    secure = logged_in(web.anybody(secure=True), "eva")
    name, _, attributes = secure.headers["set-cookie"].partition(";")
    assert name.startswith("__Host-dialer-session=")
    assert "Secure" in attributes
    assert "max-age" in secure.headers["strict-transport-security"]


def test_me_tells_role_scope_permissions_and_how_far_they_reach(web: House) -> None:
    told = web.browser("eva").get("/me").json()
    assert (told["name"], told["role"], told["campaigns"]) == ("eva", "supervisor", ["spring"])
    assert told["permissions"]["campaign.steer"] == "scope"
    assert told["permissions"]["user.password"] == "own"
    assert "lead.reveal" not in told["permissions"]


def test_after_log_out_the_cookie_is_worth_nothing(web: House) -> None:
    browser = web.browser("eva")
    token = browser.cookies["dialer-session"]
    assert browser.post("/logout").status_code == 200
    browser.cookies.set("dialer-session", token)
    assert browser.get("/me").status_code == 401


def test_a_session_ends_when_nobody_uses_it(web: House) -> None:
    browser = web.browser("eva")
    web.now += 1801
    assert browser.get("/me").status_code == 401


def test_who_guesses_waits_and_is_not_told_which_names_exist(web: House) -> None:
    client = web.anybody()
    told = {
        name: [logged_in(client, name, "no such password") for _ in range(6)]
        for name in ("eva", "nobody")
    }
    eva, nobody = (
        [(one.status_code, one.text, one.headers.get("retry-after")) for one in told[name]]
        for name in ("eva", "nobody")
    )
    assert eva == nobody
    assert [status for status, _, _ in eva] == [401] * 5 + [429]
    assert eva[-1][2] == "3"
    assert logged_in(client, "eva").status_code == 429
    web.now += 3
    assert logged_in(client, "eva").status_code == 200


def test_a_write_needs_the_word_that_only_our_own_page_can_read(web: House) -> None:
    browser = web.browser("eva")
    word = browser.headers.pop("x-csrf-token")
    for wrong in ({}, {"x-csrf-token": word[::-1]}, {"x-csrf-token": b"\xe9"}):
        refused = browser.post("/logout", headers=wrong)
        assert (refused.status_code, "x-csrf-token" in refused.json()["detail"]) == (403, True)
    assert browser.post("/logout", headers={"x-csrf-token": word}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://dialer.example.evil.example"},
        {"origin": "https://dialer.example"},
        {"origin": "http://dialer.example:8501"},
    ],
)
def test_what_a_page_of_another_site_asks_is_refused(web: House, headers: dict[str, str]) -> None:
    browser = web.browser("eva")
    assert browser.post("/logout", headers=headers).status_code == 403
    body = {"name": "eva", "password": GOOD}
    assert browser.post("/login", headers=headers, json=body).status_code == 403
    del browser.headers["origin"]
    assert browser.post("/logout").status_code == 403
    at_home = {"origin": "http://dialer.example"}
    assert browser.post("/logout", headers=at_home).status_code == 200


def test_a_key_comes_with_what_it_was_made_for_and_needs_no_word(web: House) -> None:
    program = web.program("ada", "campaign.see")
    told = program.get("/me").json()
    assert (told["name"], told["permissions"], told["csrf"]) == (
        "ada", {"campaign.see": "all"}, "",
    )  # fmt: skip
    assert program.post("/logout").status_code == 200
    web.now += 86_401
    assert program.get("/me").status_code == 401


def test_a_key_that_is_none_is_refused_even_beside_a_good_cookie(web: House) -> None:
    browser = web.browser("eva")
    assert browser.get("/me", headers={"authorization": "Bearer dk_00000000_x"}).status_code == 401


def test_who_was_given_a_password_changes_it_before_anything_else(web: House) -> None:
    web.accounts.reset_password(MACHINE, "eva", ANOTHER, at=NINE)
    client = web.anybody()
    said = logged_in(client, "eva", ANOTHER).json()
    assert said["must_change"] is True
    client.headers.update({"x-csrf-token": said["csrf"], "origin": "http://dialer.example"})
    assert client.get("/me").status_code == 200
    new = {"old": ANOTHER, "new": "nine tall lighthouses"}
    assert client.post("/me/password", json={**new, "old": "wrong"}).status_code == 401
    weak = client.post("/me/password", json={**new, "new": "short"})
    assert (weak.status_code, "shorter than 12" in weak.json()["detail"]) == (403, True)
    assert client.post("/me/password", json=new).status_code == 200
    assert client.get("/me").status_code == 401
    assert logged_in(client, "eva", "nine tall lighthouses").json()["must_change"] is False


def test_every_answer_bears_the_headers_that_keep_a_browser_in_bounds(web: House) -> None:
    client = web.anybody()
    for said in (
        client.get("/me"), client.get("/nowhere"), logged_in(client, "eva"),
        client.get("/api/v1/schema/openapi.json"), client.get("/setup"),
    ):  # fmt: skip
        told = browsers.headers(tls=False)
        assert {name: said.headers[name] for name in told} == told, said.url


def test_problems_say_what_is_wrong_and_nothing_of_what_was_sent(web: House) -> None:
    client = web.anybody()
    wrong = client.post("/login", json={"name": "+1 555 123 4567"})
    assert wrong.headers["content-type"] == "application/problem+json"
    assert wrong.json() == {
        "type": "about:blank", "title": "Bad Request", "status": 400, "instance": "/login",
        "detail": "The request is not as the API describes it; `errors` names what is wrong.",
        "errors": [{"key": "data", "message": "Object missing required field `password`",
                    "source": "body"}],
        "reason": "fields", "values": {"fields": "password"},
    }  # fmt: skip
    lost = client.get("/leads/+15551234567?name=Ada")
    assert (lost.status_code, lost.json()["instance"]) == (404, "")
    assert "555" not in lost.text
    assert "Ada" not in lost.text


def test_a_mistake_of_ours_is_told_as_one_and_shows_no_traceback(
    web: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret detail")

    browser = web.browser("eva")
    monkeypatch.setattr(Access, "user_of", broken)
    said = browser.get("/me")
    assert (said.status_code, said.json()["title"]) == (500, "Internal Server Error")
    assert "secret detail" not in said.text
    assert "Traceback" not in said.text


def test_nobody_reaches_it_from_outside_without_tls(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"Set web.certificate and web.key, or listen on"):
        server.must_be_safe(Web(address="0.0.0.0"))
    with pytest.raises(SettingsError, match=r"web.certificate = .*: there is no such file"):
        server.must_be_safe(Web(address="0.0.0.0", certificate=tmp_path / "a", key=tmp_path / "b"))
    for name in ("a", "b"):
        (tmp_path / name).touch()
    server.must_be_safe(Web(address="0.0.0.0", certificate=tmp_path / "a", key=tmp_path / "b"))
    server.must_be_safe(Web(address="::1"))
    with pytest.raises(SettingsError):
        server.must_be_safe(Web(address="0.0.0.0", behind_proxy=True))


def test_accounts_of_the_house_are_those_of_the_web(web: House) -> None:
    with opened_house(web.home) as machine:
        machine.disable(MACHINE, "eva", at=NINE)
    assert logged_in(web.anybody(), "eva").status_code == 401
