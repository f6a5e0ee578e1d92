"""The floor as supervisors see it: all of it first, then what changes, each within one's scope."""

from typing import Any

import pytest

from dialer.desk import floor
from dialer.engine.events import MonitorEnded
from dialer.i18n import words
from tests.api.conftest import Web
from tests.api.test_monitors import granted

PATH = "/supervisor/live"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floor, "LOOK_S", 0.01)


def first(web: Web, name: str) -> dict[str, Any]:
    with web.browser(name).websocket_connect(PATH) as socket:
        told: dict[str, Any] = socket.receive_json(timeout=60)
        return told


def test_a_supervisor_sees_her_team_and_her_campaigns(busy: Web) -> None:
    granted(busy, "eva", "monitor.listen")
    told = first(busy, "eva")
    assert (told["switch"], told["room"], list(told["campaigns"])) == ("up", True, ["spring"])
    assert told["campaigns"]["spring"]["calls"] == 1
    account = told["campaigns"]["spring"]["period"]
    assert (account["key"], account["values"]) == ("period.day", {"zone": "America/New_York"})
    assert account["key"] in words("en").texts
    (bob,) = told["agents"].values()
    assert (bob["state"], bob["teams"], bob["campaign"]) == ("TALKING", ["red"], "spring")
    assert (bob["hows"], bob["steer"], bob["ears"]) == (["listen"], True, [])
    assert (bob["call"]["masked"], bob["call"]["lead"]) == ("+1212•••0123", "1")


def test_a_superuser_sees_everybody_also_who_has_no_account(busy: Web) -> None:
    told = first(busy, "ada")
    assert sorted(told["agents"]) == ["bob", "chen", "robot"]
    assert told["agents"]["bob"]["hows"] == ["listen", "whisper", "barge"]
    assert told["agents"]["chen"]["hows"] == []


def test_nobody_listens_to_a_call_that_is_over(busy: Web) -> None:
    busy.dialer.picture["agents"][0]["state"] = "WRAP_UP"
    bob = first(busy, "ada")["agents"]["bob"]
    assert (bob["state"], bob["hows"]) == ("WRAP_UP", [])


def test_another_campaigns_call_is_not_shown_with_ones_own_agent(busy: Web) -> None:
    busy.dialer.picture["agents"][0]["call"] = busy.ringing["autumn"]
    bob = first(busy, "eva")["agents"]["bob"]
    assert (bob["state"], bob["call"], bob["hows"]) == ("TALKING", None, [])


def test_only_what_has_changed_is_told_again_and_who_is_gone_is_null(busy: Web) -> None:
    with busy.browser("ada").websocket_connect(PATH) as socket:
        assert set(socket.receive_json(timeout=60)["agents"]) == {"bob", "chen", "robot"}
        bob, chen, _ = busy.dialer.picture["agents"]
        busy.dialer.picture["agents"] = [bob, {**chen, "state": "PAUSED", "reason": "lunch"}]
        told = socket.receive_json(timeout=60)
    assert set(told) == {"agents", "at"}
    assert told["agents"]["robot"] is None
    assert (told["agents"]["chen"]["state"], set(told["agents"])) == ("PAUSED", {"chen", "robot"})


def test_who_listens_is_shown_with_the_agent_and_told_when_it_is_over(busy: Web) -> None:
    ear = {"user": "eva", "agent": "bob", "how": "whisper", "up": True, "since": 1.0}
    busy.dialer.picture["monitors"] = [ear]
    with busy.browser("eva").websocket_connect(PATH) as socket:
        bob = socket.receive_json(timeout=60)["agents"]["bob"]
        assert bob["ears"] == [{"user": "eva", "how": "whisper", "up": True}]
        busy.dialer.news += [MonitorEnded("ada", "bob", "asked", at=1.0)]
        busy.dialer.news += [MonitorEnded("eva", "bob", "hung up", at=2.0)]
        assert socket.receive_json(timeout=60) == {"ended": {"agent": "bob", "why": "hung up"}}


def test_it_is_not_for_agents(busy: Web) -> None:
    with pytest.raises(Exception, match=r"floor\.see"), busy.browser("bob").websocket_connect(PATH):
        pass
