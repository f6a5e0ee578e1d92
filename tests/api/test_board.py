"""The board behind the log-in: what passes, for whom, and what is taken off on the way."""

import stat

import pytest
from litestar.exceptions import WebSocketDisconnect

from dialer.access import passage
from tests.api.conftest import Web
from tests.api.upstream import PAGE, Upstream

HTML = {"accept": "text/html,*/*"}


@pytest.fixture
def house(web: Web, upstream: Upstream) -> Web:
    upstream.asked.clear()
    web.board = upstream.url
    return web


def test_who_is_not_logged_in_is_led_to_the_log_in_and_the_board_hears_nothing(
    house: Web, upstream: Upstream
) -> None:
    client = house.anybody()
    said = client.get("/board/calls", headers=HTML, follow_redirects=False)
    assert (said.status_code, said.headers["location"]) == (303, "/login?to=/board/calls")
    said = client.get("/board/media/x.png", follow_redirects=False)
    assert said.status_code == 303
    assert upstream.asked == []


def test_programs_of_its_pages_are_no_secret_and_ask_without_our_word(
    house: Web, upstream: Upstream
) -> None:
    assert house.anybody().get("/board/static/js/x.js", headers={"cookie": "a=b"}).is_success
    [(method, path, headers, _)] = upstream.asked
    assert (method, path) == ("GET", "/board/static/js/x.js")
    assert not {passage.HEADER, passage.SOURCE, "cookie"} & headers.keys()


@pytest.mark.parametrize("way", ["../_stcore/host-config", "..%2Fcalls", "%2e%2e/calls"])
def test_no_way_leads_from_the_programs_to_the_pages(
    house: Web, upstream: Upstream, way: str
) -> None:
    house.anybody().get(f"/board/static/{way}", follow_redirects=False)
    assert all(passage.HEADER not in headers for _, _, headers, _ in upstream.asked)


def test_a_page_passes_with_its_own_scripts_allowed_and_no_others(house: Web) -> None:
    said = house.browser("eva").get("/board/", headers=HTML)
    assert (said.status_code, said.content) == (200, PAGE)
    policy = said.headers["content-security-policy"]
    assert "script-src 'self' 'sha256-5KYv+PUboo5h+0+YAtGRPbwv5d/QxzHslP4YGnUaxRw='" in policy
    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert said.headers["x-frame-options"] == "DENY"


def test_a_page_seen_before_comes_whole_again_and_its_programs_do_not(house: Web) -> None:
    browser = house.browser("eva")
    seen = {"if-none-match": browser.get("/board/", headers=HTML).headers["etag"]}
    again = browser.get("/board/", headers={**HTML, **seen})
    assert (again.status_code, again.content) == (200, PAGE)
    assert "script-src 'self'" in again.headers["content-security-policy"]
    assert browser.get("/board/static/js/x.js", headers=seen).status_code == 200
    assert browser.get("/board/media/x.js", headers=seen).status_code == 304


def test_the_address_without_its_slash_leads_to_the_one_with_it(house: Web) -> None:
    said = house.browser("eva").get("/board", headers=HTML, follow_redirects=False)
    assert (said.status_code, said.headers["location"]) == (303, "/board/")


@pytest.mark.parametrize("asked", ["/board/live", "/board/live/"])
def test_the_first_page_is_found_by_its_name(house: Web, upstream: Upstream, asked: str) -> None:
    browser = house.browser("eva")
    said = browser.get(f"{asked}?campaign=a%26b", headers=HTML, follow_redirects=False)
    assert (said.status_code, said.headers["location"]) == (303, "/board/?campaign=a%26b")
    assert not upstream.asked


def test_what_only_we_may_say_is_said_by_us(house: Web, upstream: Upstream) -> None:
    browser = house.browser("eva")
    forged = {passage.HEADER: "mine", passage.SOURCE: "10.9.9.9", "x-forwarded-for": "10.9.9.9"}
    said = browser.get("/board/media/a%2Fb.png?x=1", headers=forged)
    assert said.headers["cache-control"] == "public, immutable"
    [(method, path, headers, _)] = upstream.asked
    assert (method, path) == ("GET", "/board/media/a%2Fb.png?x=1")
    word = (house.home / "board-key").read_text()
    assert (headers[passage.HEADER], headers[passage.SOURCE]) == (word, "testclient")
    assert "x-forwarded-for" not in headers
    assert "dialer-session=" in headers["cookie"]
    assert stat.S_IMODE((house.home / "board-key").stat().st_mode) == 0o600


def test_a_file_goes_up_from_a_page_of_ours_only(house: Web, upstream: Upstream) -> None:
    browser = house.browser("eva")
    assert browser.put("/board/_stcore/upload_file/s/f", content=b"a,b").status_code == 200
    assert upstream.asked[-1][3] == b"a,b"
    browser.headers["origin"] = "http://elsewhere.example"
    assert browser.put("/board/_stcore/upload_file/s/f", content=b"a,b").status_code == 403
    assert len(upstream.asked) == 1


def test_its_websocket_asks_for_the_log_in_and_the_origin(house: Web) -> None:
    address = "/board/_stcore/stream"
    for browser, origin in (
        (house.anybody(), "http://dialer.example"),
        (house.browser("eva"), "http://elsewhere.example"),
        (house.browser("eva"), "http://dialer.example:8501"),
    ):
        with (
            pytest.raises(WebSocketDisconnect),
            browser.websocket_connect(address, headers={"origin": origin}),
        ):
            pass


def test_a_board_that_is_not_there_yet_is_asked_for_again(web: Web) -> None:
    web.board = "http://127.0.0.1:9"
    said = web.browser("eva").get("/board/", headers=HTML)
    assert (said.status_code, said.headers["refresh"]) == (503, "2")


def test_a_house_without_a_board_says_so(web: Web) -> None:
    assert web.browser("eva").get("/board/").status_code == 404


def test_the_word_is_the_same_for_both_sides(house: Web) -> None:
    word = passage.word(house.home)
    assert passage.word(house.home) == word
    assert passage.is_word(house.home, word)
    assert not any(passage.is_word(house.home, wrong) for wrong in ("", None, word[:-1], "\ud800"))


@pytest.mark.parametrize("path", ["media/mine/", "%6dedia/mine/", "component/x/", "app/static/"])
def test_markup_that_people_brought_is_no_page(house: Web, path: str) -> None:
    said = house.browser("eva").get(f"/board/{path}", headers=HTML)
    assert said.status_code == 200
    assert said.headers["content-security-policy"].startswith("default-src 'none'")
