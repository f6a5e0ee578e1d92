"""Listening, whispering and barging in over the API: by grant and scope, on one's own phone."""

import json
from functools import partial

import pytest
from msgspec.structs import replace

from dialer.access.audit import Asked
from dialer.engine.events import (
    MonitorUnwanted,
    MonitorWanted,
    RecordingPauseWanted,
    RecordingResumeWanted,
)
from tests.access.conftest import MACHINE, NINE
from tests.api.conftest import RED, SPRING, Web
from tests.api.door import agent

SEATS = """\
[seats.glass]
contact = "sip:glass@127.0.0.1"
[seats.eva]
password = "pw-of-eva"
webrtc = true
"""
EVERY = ("monitor.listen", "monitor.whisper", "monitor.barge")


@pytest.fixture
def floor(busy: Web) -> Web:
    """Eva may listen; she has a softphone, and there is a phone in the glass room."""
    (busy.home / "lab-seats.toml").write_text(SEATS)
    granted(busy, "eva", *EVERY)
    return busy


def granted(web: Web, name: str, *grants: str) -> None:
    changed = partial(replace, grants=frozenset(grants))
    web.accounts.accounts.change(MACHINE, name, changed, at=NINE)


@pytest.mark.parametrize("how", ["listen", "whisper", "barge"])
def test_a_supervisor_hears_an_agent_of_hers_on_her_own_softphone(floor: Web, how: str) -> None:
    said = floor.browser("eva").post(f"/api/v1/agents/bob/{how}", json={})
    assert said.json() == {"seq": 1}
    assert floor.dialer.orders == [MonitorWanted("eva", "bob", how, "PJSIP/eva", at=0.0)]  # type: ignore[arg-type]
    (noted,) = floor.accounts.audit.entries(Asked(action=f"monitor.{how}"))
    assert (noted.who, noted.object) == ("eva", "agent:bob")
    call = floor.ringing["spring"]
    assert json.loads(noted.after) == {"call": call, "campaign": "spring", "phone": "", "seq": 1}


def test_she_may_choose_a_phone_on_a_desk_but_not_somebodys_softphone(floor: Web) -> None:
    eva = floor.browser("eva")
    assert eva.post("/api/v1/agents/bob/listen", json={"phone": "glass"}).status_code == 200
    assert floor.dialer.orders[0] == MonitorWanted("eva", "bob", "listen", "PJSIP/glass", at=0.0)
    for phone in ("eva", "nowhere", "x;y"):
        assert eva.post("/api/v1/agents/bob/listen", json={"phone": phone}).status_code == 409
    assert len(floor.dialer.orders) == 1


def test_each_way_needs_its_own_grant(floor: Web) -> None:
    granted(floor, "eva", "monitor.listen")
    eva = floor.browser("eva")
    said = [eva.post(f"/api/v1/agents/bob/{how}", json={}).status_code
            for how in ("listen", "whisper", "barge")]  # fmt: skip
    assert said == [200, 403, 403]
    assert floor.browser("bob").post("/api/v1/agents/bob/listen", json={}).status_code == 403


def test_who_is_in_another_team_is_not_there_and_another_campaigns_call_is_not_heard(
    floor: Web,
) -> None:
    eva = floor.browser("eva")
    assert eva.post("/api/v1/agents/chen/listen", json={}).status_code == 404
    # Bob helps out: the call is autumn's, whose manager eva is not.
    floor.dialer.picture["agents"] = [agent("bob", "TALKING", floor.ringing["autumn"])]
    assert eva.post("/api/v1/agents/bob/listen", json={}).status_code == 404
    assert floor.dialer.orders == []


def test_there_is_nothing_to_hear_without_a_call(floor: Web) -> None:
    floor.dialer.picture["agents"] = [agent("bob")]
    assert floor.browser("eva").post("/api/v1/agents/bob/listen", json={}).status_code == 409


def test_who_sits_at_a_desk_herself_needs_another_phone(floor: Web) -> None:
    floor.dialer.picture["agents"] += [agent("eva")]
    eva = floor.browser("eva")
    assert eva.post("/api/v1/agents/bob/listen", json={}).status_code == 409
    assert eva.post("/api/v1/agents/bob/listen", json={"phone": "glass"}).status_code == 200


def test_she_ends_her_own_listening(floor: Web) -> None:
    assert floor.browser("eva").post("/api/v1/monitor/stop").status_code == 200
    assert floor.dialer.orders == [MonitorUnwanted("eva", at=0.0)]


def test_she_is_told_which_phones_there_are(floor: Web) -> None:
    told = floor.browser("eva").get("/api/v1/monitor").json()
    assert (told["softphone"]["name"], told["phones"]) == ("eva", ["glass"])
    assert floor.browser("ada").get("/api/v1/monitor").json()["softphone"] is None


def test_the_recording_of_a_call_is_paused_for_an_agent(floor: Web) -> None:
    eva, call = floor.browser("eva"), floor.ringing["spring"]
    assert eva.post("/api/v1/agents/bob/recording/pause").status_code == 200
    assert floor.browser("bob").post("/api/v1/agents/bob/recording/resume").status_code == 200
    assert floor.dialer.orders == [
        RecordingPauseWanted("bob", call, at=0.0), RecordingResumeWanted("bob", call, at=0.0),
    ]  # fmt: skip
    floor.hire("ida", "inspector", campaigns=SPRING, teams=RED)
    assert floor.browser("ida").post("/api/v1/agents/bob/recording/pause").status_code == 403
