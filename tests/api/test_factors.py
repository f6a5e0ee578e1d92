"""The second factor over the net: set up by oneself, asked for at the door, needed by a role."""

from typing import Any

import pytest
from litestar.exceptions import WebSocketDisconnect
from pyotp import TOTP

from dialer.settings import Settings
from dialer.settings.web import Web as WebSettings
from tests.access.conftest import GOOD
from tests.api.conftest import Web, logged_in

STEP_S = 30
ENDED = 4401


def with_code(client: Any, name: str, code: str) -> Any:
    return client.post("/login", json={"name": name, "password": GOOD, "code": code})


def set_up(web: Web, browser: Any) -> TOTP:
    told = browser.post("/me/factor").json()
    authenticator = TOTP(told["secret"])
    assert told["uri"] == (
        f"otpauth://totp/Predictive%20dialer:bob?secret={told['secret']}&issuer=Predictive%20dialer"
    )
    assert {len(row) for row in told["qr"]} == {len(told["qr"])}
    assert {*"".join(told["qr"])} == {"0", "1"}
    said = browser.post("/me/factor/confirm", json={"code": authenticator.at(web.now)})
    assert (said.status_code, len(said.json()["recovery"])) == (200, 10)
    return authenticator


def test_it_is_set_up_and_then_asked_for_at_the_door(web: Web) -> None:
    bob = web.browser("bob")
    assert bob.get("/me/factor").json() == {"on": False, "left": 0, "needed": False}
    authenticator = set_up(web, bob)
    assert bob.get("/me/factor").json() == {"on": True, "left": 10, "needed": False}
    door = web.anybody()
    said = logged_in(door, "bob")
    assert (said.status_code, said.json()["reason"], said.json()["setup"]) == (401, "code", None)
    assert "set-cookie" not in said.headers
    web.now += STEP_S
    assert with_code(door, "bob", authenticator.at(web.now)).json()["name"] == "bob"
    said = bob.post("/me/factor/off", json={"code": "000000"})
    assert said.status_code == 401
    web.now += STEP_S
    said = bob.post("/me/factor/off", json={"code": authenticator.at(web.now)})
    assert said.json() == {"on": False, "left": 0, "needed": False}
    assert logged_in(door, "bob").status_code == 200


def test_a_wrong_first_code_begins_nothing(web: Web) -> None:
    bob = web.browser("bob")
    bob.post("/me/factor")
    assert bob.post("/me/factor/confirm", json={"code": "000000"}).status_code == 409
    assert logged_in(web.anybody(), "bob").status_code == 200


def test_a_role_that_needs_one_sets_it_up_at_the_door_and_keeps_it(web: Web) -> None:
    web.settings = Settings(home=web.home, web=WebSettings(second_factor=("agent",)))
    door = web.anybody()
    said = logged_in(door, "bob").json()
    assert (said["reason"], said["status"]) == ("setup", 401)
    authenticator = TOTP(said["setup"]["secret"])
    said = with_code(door, "bob", authenticator.at(web.now))
    assert (said.status_code, len(said.json()["recovery"])) == (200, 10)
    door.headers["origin"] = "http://dialer.example"
    door.headers["x-csrf-token"] = said.json()["csrf"]
    assert door.get("/me/factor").json() == {"on": True, "left": 10, "needed": True}
    web.now += STEP_S
    said = door.post("/me/factor/off", json={"code": authenticator.at(web.now)})
    assert said.status_code == 403
    assert logged_in(web.anybody(), "ada").status_code == 200


def begins_to_need(browser: Any, *roles: Any) -> None:
    """What a start with other settings does, to sessions that last longer than the process."""
    house = browser.app.state.house
    house.settings = Settings(home=house.home, web=WebSettings(second_factor=roles))


def test_a_role_that_begins_to_need_one_is_led_to_it_by_the_next_request(web: Web) -> None:
    bob, proven, eva = web.browser("bob"), web.browser("bob"), web.browser("eva")
    set_up(web, proven)
    program = web.program("bob", "campaign.see")
    for one in (bob, proven, eva, program):
        begins_to_need(one, "agent")
    assert proven.get("/me").status_code == 200
    assert eva.get("/me").status_code == 200
    assert program.get("/me").status_code == 200
    assert bob.get("/me").status_code == 401
    page = bob.get("/desk", follow_redirects=False)
    assert (page.status_code, page.headers["location"].split("?")[0]) == (303, "/login")
    with pytest.raises(WebSocketDisconnect), bob.websocket_connect("/desk/live"):
        pass
    assert logged_in(bob, "bob").json()["reason"] == "code"


def heard_out(socket: Any) -> None:
    """Until it closes."""
    while True:
        socket.receive_json(timeout=60)


@pytest.mark.parametrize("path", ["/desk/live", "/supervisor/live", "/api/v1/live"])
def test_a_socket_that_is_open_ends_too(busy: Web, path: str) -> None:
    name = "bob" if path == "/desk/live" else "eva"
    busy.look_again_s = 0.1
    browser = busy.browser(name)
    with browser.websocket_connect(path) as socket:
        if path == "/desk/live":
            socket.send_json({"tab": "one"})
        socket.receive_json(timeout=60)
        begins_to_need(browser, "agent", "supervisor")
        with pytest.raises(WebSocketDisconnect) as over:
            heard_out(socket)
        assert over.value.code == ENDED
    assert logged_in(browser, name).json()["reason"] == "setup"


def test_a_supervisor_ends_that_of_her_team_and_sees_who_has_one(web: Web) -> None:
    set_up(web, web.browser("bob"))
    eva = web.browser("eva")
    assert eva.get("/api/v1/users/bob").json()["factor"] is True
    assert eva.post("/api/v1/users/bob/factor-off").json() == {"was_on": True}
    assert eva.get("/api/v1/users/bob").json()["factor"] is False
    assert [one[0] for one in web.accounts.told("factor.off")] == ["eva"]
    assert logged_in(web.anybody(), "bob").status_code == 200


@pytest.mark.parametrize("what", ["", "/confirm", "/off"])
def test_a_key_has_no_factor_of_its_own(web: Web, what: str) -> None:
    program = web.program("ada", "user.see")
    said = program.post(f"/me/factor{what}", json={"code": "000000"})
    assert said.status_code == 403
