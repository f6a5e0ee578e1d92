"""The supervisors' pages in a real browser: the floor live, orders on keys, recordings played."""

import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Browser, Page, expect

from dialer.engine.events import (
    LoggedOut,
    MonitorEnded,
    MonitorUnwanted,
    MonitorWanted,
    Paused,
    RecordingPauseWanted,
    WentReady,
)
from tests.api import shift
from tests.api.conftest import Web
from tests.api.door import agent
from tests.api.test_monitors import EVERY, SEATS, granted
from tests.browser.test_administration import Site, entered
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.browser
TONES_HZ = (440, 880)


@pytest.fixture(scope="module")
def monday(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    home = tmp_path_factory.mktemp("shift")
    ringing = shift.made(home)
    t = np.arange(8000 * 3) / 8000
    both = np.stack([0.3 * np.sin(2 * np.pi * hz * t) for hz in TONES_HZ], axis=1)
    soundfile.write(home / "recordings/2026-11-23/c01.flac", both, 8000)
    return home, ringing


@pytest.fixture
def floor(tmp_path: Path, monday: tuple[Path, dict[str, str]]) -> Iterator[Site]:
    """Bob talks for spring, anna is ready; eva may hear them, ada everybody."""
    home, ringing = monday
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    (tmp_path / "lab-seats.toml").write_text(SEATS)
    with ExitStack() as stack, Site(tmp_path, stack) as site:
        put_to_work(site.web, ringing)
        yield site


def put_to_work(web: Web, ringing: dict[str, str]) -> None:
    web.ringing = ringing
    granted(web, "eva", *EVERY, "recording.listen")
    web.hire("anna", "agent", campaigns=frozenset({"spring"}), teams=frozenset({"red"}))
    figures = {
        "state": "dialling", "why": "", "pool": "sales", "placed": 90, "persons": 40,
        "connected": 39, "abandoned": 1, "cap": 0.03, "mode": "progressive",
        "account": "8 h", "zone": "UTC",
    }  # fmt: skip
    now = time.time()
    told = [agent("bob", "TALKING", ringing["spring"]) | {"recording": "on"}, agent("anna")]
    web.dialer.picture |= {
        "at": now,
        "campaigns": {"spring": figures, "autumn": {**figures, "state": "paused"}},
        "agents": [{**one, "since": now - 75, "leg_up": True} for one in told],
        "recording_room": True, "monitors": [],
    }  # fmt: skip


def listening(site: Site, how: str, *, up: bool = True) -> None:
    site.web.dialer.picture["monitors"] = [
        {"user": "eva", "agent": "bob", "how": how, "up": up, "stays": False, "since": 1.0}
    ]


def watched(
    chromium: Browser, site: Site, name: str, path: str = "/supervisor", **given: str
) -> tuple[Page, list[str]]:
    page = entered(chromium, site, name, **given)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda told: faults.append(told.text) if told.type == "error" else None)
    page.wait_for_selector("#log-out:not([hidden])")
    page.goto(path)
    return page, faults


def until(true: Callable[[], bool], within_s: float = PATIENCE_S) -> None:
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def orders(site: Site, n: int) -> list[object]:
    """The first so many orders, once they are there."""
    until(lambda: len(site.web.dialer.orders) >= n)
    return list(site.web.dialer.orders)


def test_a_supervisor_works_by_the_keyboard_alone(chromium: Browser, floor: Site) -> None:
    page, faults = watched(chromium, floor, "eva")
    expect(page.locator("#agents tr")).to_have_count(2)
    expect(page.locator("#campaigns article")).to_have_count(1)
    connected, abandoned = page.locator("#campaigns p").all()[-2:]
    expect(connected).to_contain_text("39 / 90")
    expect(abandoned).to_contain_text("2.5 % / 3.0 %")
    expect(abandoned).to_have_attribute("title", re.compile("1 abandoned of 40 .* last 8 h"))
    bob = page.locator("tr[data-agent=bob]")
    expect(bob).to_contain_text("Talking")
    expect(bob).to_contain_text("01:1")
    expect(bob).to_contain_text("+1212•••0123")
    expect(bob).to_contain_text("recorded")

    page.locator("#phone").select_option("glass")
    page.locator("#phone").blur()
    page.keyboard.press("ArrowDown")
    expect(bob).to_have_attribute("aria-selected", "true")
    call = floor.web.ringing["spring"]
    wanted = []
    for key, how in (("l", "listen"), ("w", "whisper"), ("b", "barge")):
        page.keyboard.press(key)
        wanted.append(MonitorWanted("eva", "bob", how, "PJSIP/glass", at=0.0))  # type: ignore[arg-type]
        assert orders(floor, len(wanted)) == wanted
        listening(floor, how)
        expect(page.locator(f"[data-how={how}]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#ear-says")).to_have_text("You are in the call of bob. Both hear you.")
    page.keyboard.press("s")
    page.keyboard.press("e")
    page.keyboard.press("p")
    page.keyboard.press("r")
    rest = [
        MonitorUnwanted("eva", at=0.0), RecordingPauseWanted("bob", call, at=0.0),
        Paused("bob", "supervisor", at=0.0), WentReady("bob", at=0.0),
    ]  # fmt: skip
    assert sorted(orders(floor, 7)[3:], key=repr) == sorted(rest, key=repr)
    page.keyboard.press("o")
    expect(page.locator("#sure-title")).to_have_text("Log bob out?")
    page.locator("#sure-go").press("Enter")
    assert orders(floor, 8)[7] == LoggedOut("bob", at=0.0)

    floor.web.dialer.picture["monitors"] = []
    floor.web.dialer.news += [MonitorEnded("eva", "bob", "nobody took the call", at=1.0)]
    expect(page.locator("#toasts")).to_contain_text("Your phone rang, and nobody took the call.")
    page.keyboard.press("/")
    page.keyboard.type("anna")
    expect(page.locator("#agents tr:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#who-name")).to_have_text("anna")
    expect(page.locator("[data-how=listen]")).to_be_disabled()
    expect(page.locator("#why-not")).to_have_text("In no call now.")
    assert faults == []


def test_what_changes_is_seen_at_once_and_in_chinese(chromium: Browser, floor: Site) -> None:
    page, faults = watched(chromium, floor, "eva", locale="zh")
    anna = page.locator("tr[data-agent=anna]")
    expect(anna).to_contain_text("空闲")
    anna.click()
    expect(page.locator("#pause")).to_contain_text("小休")
    told = floor.web.dialer.picture
    told["agents"] = [
        told["agents"][0],
        {**told["agents"][1], "state": "PAUSED", "reason": "supervisor"},
    ]
    told["recording_room"] = False
    expect(anna).to_contain_text("小休 · 主管要求小休")
    expect(page.locator("#no-room")).to_contain_text("磁盘空间不足")
    told["agents"] = told["agents"][:1]
    expect(anna).to_have_count(0)
    page.get_by_label("语言").select_option("en")
    expect(page.locator("tr[data-agent=bob]")).to_contain_text("Talking")
    assert faults == []


def test_an_inspector_without_a_grant_watches_and_hears_nothing(
    chromium: Browser, floor: Site
) -> None:
    floor.web.hire("ida", "inspector", campaigns=frozenset({"spring"}), teams=frozenset({"red"}))
    page, _ = watched(chromium, floor, "ida")
    page.locator("tr[data-agent=bob]").click()
    for name in ("[data-how=listen]", "#ready", "#pause", "#log-agent-out"):
        expect(page.locator(name)).to_be_disabled()
    expect(page.locator("#why-not")).to_have_text("Listening to this call was not granted to you.")


def test_a_recording_is_played_by_the_keyboard(chromium: Browser, floor: Site) -> None:
    page, faults = watched(chromium, floor, "eva", "/recordings")
    expect(page.locator("#rows tr")).to_have_count(4)
    expect(page.locator("tr[data-call=c02]")).to_contain_text("too short")
    expect(page.locator("tr[data-call=c08]")).to_contain_text("no room on the disk")
    expect(page.locator("tr[data-call=c09]")).to_contain_text("deleted")
    page.fill("input[name=agent]", "anna")
    page.keyboard.press("Enter")
    expect(page.locator("#rows tr")).to_have_count(3)
    page.locator("h1").click(force=True)
    page.keyboard.press("ArrowDown")
    expect(page.locator("tr[data-call=c01] [data-play]")).to_be_focused()
    page.keyboard.press("Enter")
    until(lambda: page.evaluate("document.getElementById('sound').currentTime") > 0.2)
    assert page.evaluate("document.getElementById('sound').duration") == pytest.approx(
        3.0, abs=0.05
    )
    heard = page.evaluate(_SIDES)
    assert heard == pytest.approx(TONES_HZ, abs=12)
    page.keyboard.press("k")
    assert page.evaluate("document.getElementById('sound').paused")
    page.goto("/recordings?call=c08")  # as the board's tables lead to it
    expect(page.locator("#rows tr")).to_have_count(1)
    expect(page.locator("tr[data-call=c08]")).to_contain_text("no room on the disk")
    assert faults == []


def test_an_opening_is_heard_and_corrected(chromium: Browser, floor: Site) -> None:
    folder = floor.web.home / "openings"
    folder.mkdir()
    for call in ("c01", "c12"):
        soundfile.write(folder / f"{call}.wav", 0.1 * np.sin(np.arange(16000) / 3.0), 8000)
    page, faults = watched(chromium, floor, "eva", "/recordings")
    expect(page.locator("#openings-rows tr")).to_have_count(1)
    expect(page.locator("#openings-off")).to_be_visible()
    expect(page.locator("#openings-take")).to_be_hidden()
    line = page.locator("tr[data-opening=c01]")
    expect(line).to_contain_text("spring")
    sound = line.locator("audio")
    sound.evaluate("one => one.play()")
    until(lambda: sound.evaluate("one => one.currentTime") > 0.1)
    line.get_by_label("It was").select_option("machine")
    expect(line.locator(".pill")).to_have_text("a machine")
    told = json.loads((folder / "told/c01.json").read_text())
    assert (told["label"], told["by"], told["campaign"]) == ("machine", "eva", "spring")
    page.reload()
    expect(line.locator(".pill")).to_have_text("a machine")
    assert faults == []


_SIDES = """async () => {
  const sound = await (await fetch(document.getElementById("sound").src)).arrayBuffer();
  const context = new OfflineAudioContext(2, 24000, 8000);
  const buffer = await context.decodeAudioData(sound);
  return [0, 1].map((side) => {
    const samples = buffer.getChannelData(side);
    let crossings = 0;
    for (let i = 1; i < samples.length; i++) crossings += (samples[i - 1] < 0) !== (samples[i] < 0);
    return crossings / 2 / buffer.duration;
  });
}"""
"""How high the voice in each channel is, left first."""
