"""Openings over the API: heard in a scope, said who it was, taken away; each on record."""

import io
import zipfile

import pytest
import soundfile

from tests.api.conftest import RED, SPRING, Web
from tests.api.test_recordings import audited, granted
from tests.audio.sounds import voice


@pytest.fixture
def kept(busy: Web) -> Web:
    """c01 was spring's, c12 autumn's; of d1-7 there is no record."""
    folder = busy.home / "openings"
    folder.mkdir()
    for call in ("c01", "c12", "d1-7"):
        soundfile.write(folder / f"{call}.wav", voice(1.6), 8000)
    busy.hire("ida", "inspector", campaigns=SPRING, teams=RED)
    return busy


def test_an_inspector_hears_her_campaign_s_and_says_who_it_was(kept: Web) -> None:
    ida = kept.browser("ida")
    assert ida.get("/api/v1/openings").status_code == 403
    granted(kept, "ida", "recording.listen")
    shown = ida.get("/api/v1/openings").json()
    assert (shown["keeps"], shown["keep_days"]) == (False, 14)
    [one] = shown["openings"]
    assert (one["call"], one["campaign"], one["masked"], one["told"]) == (
        "c01", "spring", "+1202•••0142", "",
    )  # fmt: skip
    sound = ida.get("/api/v1/openings/c01/audio")
    assert (sound.status_code, sound.headers["content-type"]) == (200, "audio/wav")
    told = ida.put("/api/v1/openings/c01", json={"label": "machine"}).json()
    assert (told["told"], told["told_by"]) == ("machine", "ida")
    [one] = ida.get("/api/v1/openings").json()["openings"]
    assert (one["told"], one["told_by"]) == ("machine", "ida")
    assert [entry[:2] for entry in audited(kept, "opening.play")] == [("ida", "call:c01")]
    [(who, what, more)] = audited(kept, "opening.label")
    assert (who, what, '"label":"machine"' in more) == ("ida", "call:c01", True)


def test_nobody_hears_or_judges_what_is_not_his(kept: Web) -> None:
    granted(kept, "ida", "recording.listen")
    ida, eva, bob = (kept.browser(name) for name in ("ida", "eva", "bob"))
    for call in ("c12", "d1-7", "c99"):
        assert ida.get(f"/api/v1/openings/{call}/audio").status_code == 404
        assert ida.put(f"/api/v1/openings/{call}", json={"label": "human"}).status_code == 404
    assert eva.get("/api/v1/openings/c01/audio").status_code == 403
    assert bob.put("/api/v1/openings/c01", json={"label": "human"}).status_code in (403, 404)
    assert ida.put("/api/v1/openings/c01", json={"label": "dog"}).status_code == 400
    assert ida.put("/api/v1/openings/c02", json={"label": "human"}).status_code == 409


def test_what_was_told_is_taken_away_within_ones_campaigns(kept: Web) -> None:
    ada, ida = kept.browser("ada"), kept.browser("ida")
    for call in ("c01", "c12"):
        assert ada.put(f"/api/v1/openings/{call}", json={"label": "human"}).status_code == 200
    assert ida.get("/api/v1/openings/told").status_code == 403
    granted(kept, "ida", "recording.export")

    def taken(browser: object) -> list[str]:
        said = browser.get("/api/v1/openings/told")  # type: ignore[attr-defined]
        with zipfile.ZipFile(io.BytesIO(said.content)) as zipped:
            assert zipped.testzip() is None
            return sorted(zipped.namelist())

    assert taken(ida) == ["c01.wav", "manifest.csv"]
    assert taken(ada) == ["c01.wav", "c12.wav", "manifest.csv"]
    assert [(who, more) for who, _, more in audited(kept, "opening.export")] == [
        ("ada", '{"calls":2}'), ("ida", '{"calls":1}'),
    ]  # fmt: skip


def test_one_is_deleted_before_its_time(kept: Web) -> None:
    ada = kept.browser("ada")
    assert ada.put("/api/v1/openings/c01", json={"label": "human"}).status_code == 200
    assert ada.delete("/api/v1/openings/c01").status_code == 200
    assert ada.delete("/api/v1/openings/c01").status_code == 409
    assert [one["call"] for one in ada.get("/api/v1/openings").json()["openings"]] == ["c12"]
    assert not (kept.home / "openings/told/c01.json").exists()


def test_a_menu_s_recording_is_known_from_the_next_call_on(kept: Web) -> None:
    ada, ida = kept.browser("ada"), kept.browser("ida")
    assert ada.post("/api/v1/openings/c01/prompt").status_code == 409  # nobody has said what it is
    assert ada.put("/api/v1/openings/c01", json={"label": "human"}).status_code == 200
    assert ada.post("/api/v1/openings/c01/prompt").status_code == 409  # a person is no recording
    assert ada.put("/api/v1/openings/c01", json={"label": "ivr"}).status_code == 200
    assert ida.post("/api/v1/openings/c01/prompt").status_code == 403
    card = ada.post("/api/v1/openings/c01/prompt").json()
    assert (card["name"], card["kind"], card["source"]) == ("menu-c01", "menu", "call c01")
    known = {one["call"]: one["prompt"] for one in ada.get("/api/v1/openings").json()["openings"]}
    assert known == {"c01": "menu-c01", "c12": ""}
    shown = ada.get("/api/v1/announcements").json()
    assert [one["name"] for one in shown["known"]] == ["menu-c01"]
    assert shown["answered"] == {"menu": "ivr", "mailbox": "machine"}

    assert ada.put("/api/v1/openings/c12", json={"label": "machine"}).status_code == 200
    again = ada.post("/api/v1/openings/c12/prompt")
    assert (again.status_code, "the same recording as `menu-c01`" in again.text) == (409, True)
    [(who, what, more)] = audited(kept, "opening.enrol")
    assert (who, what, "menu-c01" in more) == ("ada", "call:c01", True)
