"""Recordings over the API: seen in a scope, played by a link, taken, deleted; each on record."""

import json
from functools import partial

from msgspec.structs import replace

from dialer.access.audit import Asked
from dialer.engine.events import RecordingDeleteWanted
from tests.access.conftest import MACHINE, NINE
from tests.api.conftest import RED, SPRING, Web
from tests.api.shift import SOUND


def granted(busy: Web, name: str, *grants: str) -> None:
    changed = partial(replace, grants=frozenset(grants))
    busy.accounts.accounts.change(MACHINE, name, changed, at=NINE)


def audited(busy: Web, action: str) -> list[tuple[str, str, str]]:
    """Who did that, to what, and what was noted."""
    found = busy.accounts.audit.entries(Asked(action=action))
    return [(one.who, one.object, one.after) for one in found]


def test_the_list_is_of_ones_campaigns_or_ones_own_calls_and_tells_what_is_wrong(busy: Web) -> None:
    def seen(name: str) -> list[tuple[str, str, bool, str]]:
        told = busy.browser(name).get("/api/v1/recordings").json()
        return [(one["call"], one["why"], one["is_there"], one["gone_why"]) for one in told]

    of_spring = [
        ("c09", "", False, "order"),
        ("c08", "no room", False, ""),
        ("c01", "", True, ""),
        ("c02", "too short: 12.0 s of 60.0 s", True, ""),
    ]
    assert sorted(seen("eva")) == sorted(of_spring)
    assert seen("ada")[0] == ("c12", "", True, "")
    assert sorted(seen("ada")[1:]) == sorted(of_spring)
    assert [one[0] for one in seen("bob")] == ["c09", "c02"]
    assert [one[0] for one in seen("sam")] == ["c12"]


def test_one_recording_tells_how_long_and_how_loud_it_is(busy: Web) -> None:
    told = busy.browser("eva").get("/api/v1/recordings/c01").json()
    assert (told["seconds"], told["talk_s"], told["customer_db"]) == (60.1, 60.0, -21.0)
    assert (told["agents"], told["masked"], told["disposition"]) == (
        ["anna"], "+1202•••0142", "sale",
    )  # fmt: skip
    assert (
        told["zone"] == busy.browser("ada").get("/api/v1/campaigns/spring").json()["opened"]["zone"]
    )
    assert busy.browser("eva").get("/api/v1/recordings/c05").status_code == 404


def test_a_link_plays_for_whom_it_was_made_until_it_is_too_old(busy: Web) -> None:
    granted(busy, "eva", "recording.listen")
    eva, ada = busy.browser("eva"), busy.browser("ada")
    link = eva.post("/api/v1/recordings/c01/link").json()
    assert link["until"] == NINE + 300
    said = eva.get(link["url"])
    assert (said.status_code, said.headers["content-type"]) == (200, "audio/flac")
    assert said.content == SOUND
    assert ada.get(link["url"]).status_code == 403
    assert eva.get(link["url"].replace("c01", "c02")).status_code == 403
    assert eva.get("/api/v1/recordings/c01/audio").status_code == 403
    busy.now = link["until"] - 0.5
    assert eva.get(link["url"]).status_code == 200
    busy.now = link["until"]
    assert eva.get(link["url"]).status_code == 403
    assert busy.anybody().get(link["url"]).status_code == 401


def test_a_link_does_not_outlive_the_grant(busy: Web) -> None:
    granted(busy, "eva", "recording.listen")
    eva = busy.browser("eva")
    url = eva.post("/api/v1/recordings/c01/link").json()["url"]
    granted(busy, "eva")
    assert eva.get(url).status_code == 403


def test_who_was_not_granted_listening_gets_no_link(busy: Web) -> None:
    assert busy.browser("eva").post("/api/v1/recordings/c01/link").status_code == 403
    assert busy.browser("bob").post("/api/v1/recordings/c02/link").status_code == 403
    granted(busy, "bob", "recording.listen")
    assert busy.browser("bob").post("/api/v1/recordings/c02/link").status_code == 200
    assert busy.browser("bob").post("/api/v1/recordings/c01/link").status_code == 404


def test_a_player_gets_the_part_it_asks_for(busy: Web) -> None:
    ada = busy.browser("ada")
    url = ada.post("/api/v1/recordings/c01/link").json()["url"]

    def part(asked: str) -> tuple[int, str, bytes]:
        said = ada.get(url, headers={"range": asked})
        return said.status_code, said.headers.get("content-range", ""), said.content

    size = len(SOUND)
    assert part("bytes=0-99") == (206, f"bytes 0-99/{size}", SOUND[:100])
    assert part(f"bytes={size - 7}-") == (206, f"bytes {size - 7}-{size - 1}/{size}", SOUND[-7:])
    assert part("bytes=0-") == (206, f"bytes 0-{2**20 - 1}/{size}", SOUND[: 2**20])
    assert part(f"bytes={size}-") == (416, f"bytes */{size}", b"")
    assert part("lines=1-2")[0] == 200


def test_every_listening_is_on_record(busy: Web) -> None:
    granted(busy, "eva", "recording.listen")
    eva = busy.browser("eva")
    url = eva.post("/api/v1/recordings/c01/link").json()["url"]
    eva.get(url, headers={"range": "bytes=0-"})
    eva.get(url, headers={"range": "bytes=500-"})
    assert audited(busy, "recording.listen") == [("eva", "call:c01", '{"lasts_s":300}')]
    assert [one[:2] for one in audited(busy, "recording.play")] == [("eva", "call:c01")]


def test_a_recording_is_taken_away_by_who_was_granted_it(busy: Web) -> None:
    busy.hire("ida", "inspector", campaigns=SPRING, teams=RED)
    ida = busy.browser("ida")
    assert ida.get("/api/v1/recordings/c01/file").status_code == 403
    granted(busy, "ida", "recording.export")
    said = ida.get("/api/v1/recordings/c01/file")
    assert said.content == SOUND
    assert said.headers["content-disposition"] == 'attachment; filename="c01.flac"'
    assert [one[:2] for one in audited(busy, "recording.export")] == [("ida", "call:c01")]


def test_a_recording_is_deleted_by_an_order_to_the_dialer(busy: Web) -> None:
    ada = busy.browser("ada")
    assert ada.delete("/api/v1/recordings/c01").json() == {"seq": 1}
    path = "2026-11-23/c01.flac"
    wanted = RecordingDeleteWanted("c01", "spring", path, "ada", at=0.0)
    assert busy.dialer.orders == [wanted]
    ((who, thing, after),) = audited(busy, "recording.delete")
    assert (who, thing, json.loads(after)) == ("ada", "call:c01", {"seq": 1})
    assert busy.browser("eva").delete("/api/v1/recordings/c01").status_code == 403


def test_what_is_gone_or_never_was_cannot_be_played(busy: Web) -> None:
    ada = busy.browser("ada")
    for call in ("c09", "c08"):
        assert ada.post(f"/api/v1/recordings/{call}/link").status_code == 409
    assert ada.delete("/api/v1/recordings/c09").status_code == 409
    (busy.home / "recordings/2026-11-23/c01.flac").unlink()
    assert ada.post("/api/v1/recordings/c01/link").status_code == 409
