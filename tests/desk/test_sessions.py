"""A desk is its agent's for as long as the session lasts, also where a page waited at its door."""

import pytest
from litestar.exceptions import WebSocketDisconnect

from tests.access.conftest import MACHINE
from tests.api.conftest import Web

PATH = "/desk/live"
ENDED = 4401


@pytest.fixture
def at_the_door(busy: Web) -> Web:
    async def ask(what: str, **_: object) -> dict[str, object]:
        return {"seat": None, "at": 1.0}

    busy.dialer.ask = ask  # type: ignore[method-assign]
    return busy


def test_a_page_that_waited_too_long_takes_no_desk_over(at_the_door: Web) -> None:
    bob = at_the_door.browser("bob")
    with bob.websocket_connect(PATH) as sitting, bob.websocket_connect(PATH) as waiting:
        sitting.send_json({"tab": "one"})
        sitting.receive_json(timeout=60)
        waiting.send_json({"tab": "two"})
        assert waiting.receive_json(timeout=60) == {"elsewhere": True}
        at_the_door.accounts.disable(MACHINE, "bob", at=at_the_door.now)
        waiting.send_json({"tab": "two", "take_over": True})
        with pytest.raises(WebSocketDisconnect) as over:
            waiting.receive_json(timeout=60)
        assert over.value.code == ENDED


@pytest.mark.parametrize("path", [PATH, "/desk/sip", "/supervisor/live", "/api/v1/live"])
@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", None])
def test_no_other_site_opens_a_socket_with_somebodys_cookie(
    busy: Web, path: str, origin: str | None
) -> None:
    browser = busy.browser("ada")
    del browser.headers["origin"]
    headers = {"origin": origin} if origin else {}
    with pytest.raises(WebSocketDisconnect), browser.websocket_connect(path, headers=headers):
        pass


@pytest.mark.parametrize("path", [PATH, "/desk/sip"])
def test_who_has_no_desk_gets_no_telephone(busy: Web, path: str) -> None:
    busy.hire("ina", "inspector")
    with pytest.raises(WebSocketDisconnect), busy.browser("ina").websocket_connect(path):
        pass
