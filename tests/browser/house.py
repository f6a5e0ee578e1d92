"""A whole house for browsers: lab, `dialer serve` with its web process, accounts, a campaign.

    with house(tmp_path_factory.mktemp("house")) as house:      # once per module, half a minute
        page = house.page(chromium, "anna")                      # logged in, at the desk

The lab's people answer at once and talk for some seconds; an agent of a browser speaks with the
lab agents' voice (`--use-file-for-fake-audio-capture`), so that they know whom they hear.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest
import soundfile
from playwright.sync_api import Browser, BrowserContext, Page, Playwright
from scipy.signal import resample_poly

from dialer import campaign as campaigns
from dialer import settings as settings_file
from dialer.access.actor import at_the_machine
from dialer.access.permissions import Role
from dialer.access.rules import User
from dialer.access.store import Access
from dialer.asterisk import instance
from dialer.asterisk.world import own_instance
from dialer.client import connected
from dialer.commands.run import put_in_force
from dialer.errors import NoServer
from dialer.journal.book import Book
from dialer.leads.importer import import_list
from dialer.settings import Settings
from sim.carrier.behaviours import LAB
from sim.carrier.lab import Lab
from sim.carrier.log import CarrierCall, records
from sim.carrier.plugs import plug_in
from sim.stage import lab_ports, shifted
from tests.patience import PATIENCE_S

PREFIX = Path(os.environ.get("DIALER_ASTERISK", "var/asterisk")).absolute()
OFFSET = 2600
"Added to every port."
PASSWORD = "seven quiet engines"
CAMPAIGN = "spring"
POOL = "sales"
MEDIA = (
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection", "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip
LEVELS = """async (hz) => {
  const context = new AudioContext();
  await context.resume();
  const ear = new AnalyserNode(context, { fftSize: 2048, smoothingTimeConstant: 0 });
  context.createMediaStreamSource(document.querySelector("#voice").srcObject).connect(ear);
  const bins = new Float32Array(ear.frequencyBinCount);
  const at = Math.round(hz * 2048 / context.sampleRate);
  const levels = [];
  for (let n = 0; n < 130; n++) {
    await new Promise((r) => setTimeout(r, 20));
    ear.getFloatFrequencyData(bins);
    const near = Math.max(...bins.slice(at - 1, at + 2));
    const beside = Math.max(bins[at - 8], bins[at + 8]);
    levels.push(near - beside > 15 ? near : -200);
  }
  await context.close();
  return levels;
}"""
"How loud a tone is in what a softphone hears, every 20 ms, dB; -200 where it does not stand out."
HELD_DB = -60.0
LATE = "1226555"
"Numbers that begin so are people, too, who lift after a quarter of a minute."
BANK = "12275550147"
"""A party outside to whom calls are handed over, `bank`. It speaks with the pilot of the message,
which a customer who has heard an agent notes; it notes when it hears the customer."""

T = TypeVar("T")


class House:
    """All of it, on ports of its own, in one folder."""

    program: Sequence[str] = ("-m", "dialer")
    "What Python runs as the command `dialer`."

    def __init__(
        self, folder: Path, softphones: Sequence[str], offset: int = OFFSET, *,
        board: bool = False, everybody: str = "person", talk_s: float = 25.0, more: str = "",
    ) -> None:  # fmt: skip
        """`everybody`: what all numbers of the network do; `more`: settings besides the usual."""
        self.folder, self.softphones, self.board, self.more = folder, softphones, board, more
        base = Settings(home=folder / "dialer")
        base = msgspec.structs.replace(
            base, asterisk=msgspec.structs.replace(base.asterisk, prefix=PREFIX)
        )
        self.settings = shifted(base, offset)
        self.lab = Lab(
            folder / "lab", PREFIX, carrier_dir=_network(folder / "network", everybody, talk_s),
            ports=lab_ports(offset), agents=4,
        )  # fmt: skip
        self.url = f"http://127.0.0.1:{self.settings.web.port}"
        self._process: subprocess.Popen[bytes] | None = None

    # ---- putting it up --------------------------------------------------------------------------
    def up(self) -> None:
        """Everything, until the web process answers and the switch is up."""
        self.settings.home.mkdir(parents=True, exist_ok=True)
        self.lab.up()
        plug_in(self.lab, self.settings)
        trunks = self.settings.lab_file("trunks.toml")
        named = f'[trunks.lab]\noutside = {{ bank = "{BANK}" }}'
        trunks.write_text(trunks.read_text().replace("[trunks.lab]", named))
        with self.settings.lab_file("seats.toml").open("a") as seats:
            for name in self.softphones:
                seats.write(f'[seats.{name}]\npassword = "pw-{name}-1"\nwebrtc = true\n')
        self.start()
        self.hire("ada", "superuser")

    def start(self) -> None:
        """`dialer serve`; waits until it serves."""
        file = self.folder / "dialer.toml"
        file.write_text(
            _SETTINGS.format(of=self.settings, board=str(self.board).lower()) + self.more
        )
        self.settings = settings_file.load(file)
        with (self.folder / "serve.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *self.program, "--settings", str(file), "serve", "--drain-s", "0"],
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        until(self._serves, 150, f"see {self.folder}/serve.log")

    def stop(self) -> None:
        """The service ends; calls are not waited for."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)
        self._process = None

    def down(self) -> None:
        """Nothing stays."""
        try:
            self.stop()
        finally:
            instance.stop(own_instance(self.settings))
            self.lab.down()

    def _serves(self) -> bool:
        with suppress(NoServer), connected(self.settings.socket) as dialer:
            status = dialer.status()
            trunks = all(one["reachable"] for one in status["trunks"].values())
            return status["switch"] == "up" and trunks and self._web_serves()
        return False

    def _web_serves(self) -> bool:
        from urllib.request import urlopen

        with suppress(OSError), urlopen(f"{self.url}/login", timeout=2) as said:
            return bool(said.status == 200)
        return False

    # ---- who and what is there ------------------------------------------------------------------
    def hire(self, name: str, role: Role, *, must_change: bool = False, **more: Any) -> None:
        """An account; every password is the same."""
        by, at = at_the_machine("test"), time.time()
        with Access.at(self.settings.home) as access:
            for team in sorted(set(more.get("teams", ())) - set(access.accounts.teams())):
                access.accounts.add_team(by, team, at=at)
            access.accounts.add(
                by, User(name=name, role=role, **more), PASSWORD, at=at, must_change=must_change
            )

    def leads(self, n: int, name: str = "people") -> None:
        """A list of people with stories."""
        file = self.folder / f"{name}.csv"
        rows = ["name,phone,city,company,notes"]
        for i in range(n):
            first, last = _FIRST[i % len(_FIRST)], _LAST[i % len(_LAST)]
            company = f"{_LAST[(i + 3) % len(_LAST)]} & Co"
            rows.append(f"{first} {last},+1212{3000000 + 7 * i},New York,{company},likes spring")
        file.write_text("\n".join(rows) + "\n")
        import_list(self.settings.journal, file, name, country="US")

    def open(self, name: str = CAMPAIGN, **changed: Any) -> None:
        """Put a campaign in force, or a new version of it."""
        usual: dict[str, Any] = {
            "name": name, "lists": ("people",), "pool": POOL, "law": "lab", "hours": "lab",
            "retry": "lab", "lines": 4, "calls_per_s": 5.0, "wrap_up_s": 30.0,
            "caller_ids": ("12125550100",),
        }  # fmt: skip
        with connected(self.settings.socket) as dialer:
            put_in_force(dialer, campaigns.Campaign(**{**usual, **changed}))

    def order(self, order: Any) -> None:
        with connected(self.settings.socket) as dialer:
            dialer.order(order)

    def status(self) -> dict[str, Any]:
        with connected(self.settings.socket) as dialer:
            return dialer.status()

    def agent(self, name: str) -> dict[str, Any]:
        """An agent as the dialer has it; LOGGED_OUT where it has none."""
        found = (one for one in self.status()["agents"] if one["agent"] == name)
        return next(found, {"state": "LOGGED_OUT", "call": ""})

    def calls(self) -> list[CarrierCall]:
        """What the carrier wrote of each call."""
        return list(records(self.lab.home))

    def number_of(self, call: str) -> str:
        with Book(self.settings.journal) as book:
            return book.numbers_of([call])[call]

    def cli(self, command: str) -> str:
        """Our Asterisk's console."""
        return instance.cli(own_instance(self.settings), command)

    @property
    def voice(self) -> Path:
        """An agent's voice as a browser's microphone takes it: 48 kHz, with the lab's pilot."""
        file = self.folder / "agent-voice.wav"
        if not file.exists():
            sound, rate = soundfile.read(
                self.lab.home / "audio/agent/agent.alaw", samplerate=8000, channels=1,
                format="RAW", subtype="ALAW",
            )  # fmt: skip
            soundfile.write(file, resample_poly(sound, 48000, rate), 48000, subtype="PCM_16")
        return file


@contextmanager
def house(
    folder: Path, softphones: Sequence[str] = ("anna", "ben", "carl"), *,
    board: bool = False, everybody: str = "person", talk_s: float = 25.0, more: str = "",
) -> Iterator[House]:  # fmt: skip
    """Up for as long as the block lasts."""
    if not (PREFIX / "asterisk").exists():
        pytest.skip(f"no Asterisk in {PREFIX}: ./run setup unpacks one")
    made = House(
        folder, softphones, board=board, everybody=everybody, talk_s=talk_s, more=more
    )  # fmt: skip
    try:
        made.up()
        yield made
    finally:
        made.down()


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a module wants of its house: its `HOUSE`, for the fixtures `site` and `voices`."""

    softphones: tuple[str, ...] = ("anna", "ben", "carl")
    "Of agents of these names, who may work for all campaigns."
    supervisor: tuple[str, ...] | None = None
    "What is granted to sue, where there is one."
    leads: int
    campaign: Mapping[str, Any] | None = {}
    "Changes to the usual one; None: the test makes its own."
    board: bool = False
    talk_s: float = 25.0


@contextmanager
def planned(folder: Path, plan: Plan) -> Iterator[House]:
    """A house with people and work, as planned."""
    with house(folder, plan.softphones, board=plan.board, talk_s=plan.talk_s) as made:
        red = frozenset({"red"})
        for name in plan.softphones:
            if name != "sue":
                made.hire(name, "agent", campaigns=frozenset({"*"}), teams=red)
        if plan.supervisor is not None:
            made.hire("sue", "supervisor", campaigns=frozenset({CAMPAIGN}), teams=red,
                      grants=frozenset(plan.supervisor))  # fmt: skip
        made.leads(plan.leads)
        if plan.campaign is not None:
            made.open(**plan.campaign)
        yield made


def until(true: Callable[[], T], within_s: float = PATIENCE_S, why: str = "") -> T:
    """What becomes true, as soon as it is."""
    end = time.monotonic() + within_s
    while not (found := true()):
        assert time.monotonic() < end, f"not within {within_s} s: {why or true}"
        time.sleep(0.05)
    return found


# ---- browsers -----------------------------------------------------------------------------------
def browser_with_a_voice(
    playwright: Playwright, program: str, flags: Sequence[str], house: House
) -> Browser:
    """A Chromium whose microphone hears an agent of the lab speak."""
    return playwright.chromium.launch(
        executable_path=program,
        args=[*flags, *MEDIA, f"--use-file-for-fake-audio-capture={house.voice}"],
    )


def context(browser: Browser, house: House, language: str = "en-US", **more: Any) -> BrowserContext:
    """A person's own browser: cookies, storage, the microphone allowed."""
    usual = {"viewport": {"width": 1280, "height": 720}, "locale": language, "base_url": house.url}
    made = browser.new_context(**{**usual, **more})
    made.grant_permissions(["microphone"], origin=house.url)
    made.set_default_timeout(1000 * PATIENCE_S)
    return made


def log_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """By the form."""
    page.goto("/login")
    page.fill("#login [name=name]", name)
    page.fill("#login [name=password]", password)
    page.press("#login [name=password]", "Enter")
    page.wait_for_url(re.compile(r"://[^/]+/(?!login)"))


def loudest(page: Page, hz: float) -> float:
    """A tone in the page's voice, dB."""
    return float(max(page.evaluate(LEVELS, hz)))


def held_share(page: Page, hz: float) -> float:
    """For how much of the time it is held: a gap in another tone makes no such tone."""
    levels = page.evaluate(LEVELS, hz)
    return sum(level > HELD_DB for level in levels) / len(levels)


def start_shift(page: Page) -> None:
    """From the desk's first screen into the shift; a page of before may not quite have gone."""
    here, elsewhere = page.locator("#start-form button.main"), page.locator("#cover-go")
    here.or_(elsewhere).filter(visible=True).first.wait_for()
    if elsewhere.is_visible():
        elsewhere.click()
    here.click()
    page.wait_for_selector("#work:not([hidden])")


def _network(folder: Path, everybody: str, talk_s: float) -> Path:
    """The lab's network, in which all do the same; people answer soon and talk for some seconds."""
    folder.mkdir(parents=True)
    text = (LAB / "carrier.toml").read_text()
    for name, value in {
        "pdd_s": "{ fixed = 0.1 }", "ring_s": "{ uniform = [0.4, 0.8] }",
        "lift_s": "{ fixed = 0.2 }", "patience_s": "{ fixed = 20 }",
        "talk_s": f"{{ fixed = {talk_s} }}",
    }.items():  # fmt: skip
        text = re.sub(rf"(?m)^{name} = .*$", f"{name} = {value}", text)
    text = re.sub(r"(?ms)^\[mix\]\n.*?(?=^\[)", f"[mix]\n{everybody} = 1\n\n", text)
    fixed = f'[numbers]\n{LATE} = "person_late"\n{BANK} = "bank"\n'
    text = re.sub(r"(?m)^\[numbers\]\n", fixed, text)
    (folder / "carrier.toml").write_text(text + _MORE_PEOPLE)
    return folder


_MORE_PEOPLE = """
[audio.voice_bank]
speech = 13
seconds = 30
pilot = "message"

[behaviours.bank]
steps = ["wait pdd_s", "180", "wait ring_s", "200", "colleague voice_bank"]

[behaviours.person_late]
who = "person"
steps = ["wait pdd_s", "180", "wait 15", "200", "wait lift_s",
  "person hello_anne voice_anne patience_s talk_s"]
"""
_FIRST = ("Grace", "Alan", "Ada", "Edsger", "Barbara", "Donald", "Radia", "Ken")
_LAST = ("Hopper", "Turing", "Lovelace", "Dijkstra", "Liskov", "Knuth", "Perlman", "Thompson")
_SETTINGS = """\
home = "{of.home}"
[asterisk]
prefix = "{of.asterisk.prefix}"
sip_port = {of.asterisk.sip_port}
http_port = {of.asterisk.http_port}
rtp_first = {of.asterisk.rtp_first}
rtp_last = {of.asterisk.rtp_last}
[board]
on = {board}
port = {of.board.port}
[web]
port = {of.web.port}
[metrics]
on = false
port = {of.metrics.port}
"""
