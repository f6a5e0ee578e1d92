"""One scene on the real thing: the lab's carrier, a dialer of its own, agents, and the books after.

Everything is in one folder and on ports of its own, so that it runs beside a demo. Each scene has
a new dialer with an empty journal; the lab stays up for all of them.
"""

import os
import random
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import anyio
import msgspec
from anyio import to_thread

from dialer import settings as settings_module
from dialer.asterisk import instance
from dialer.asterisk.world import own_instance
from dialer.client import connected_async
from dialer.clock import SteadyClock
from dialer.engine.commands import Cdr
from dialer.engine.compliance import Rules
from dialer.engine.events import (
    CampaignOpened,
    CampaignPaused,
    CampaignStopped,
    LoggedIn,
    LoggedOut,
    WentReady,
)
from dialer.errors import DialerError, NoServer
from dialer.journal.book import Book
from dialer.journal.reader import Reader
from dialer.leads.normalise import NewLead, Normal
from dialer.leads.rules import LeadRules
from dialer.settings import Settings
from dialer.supervise import Supervisor, python
from sim.bench.machine import Usage, descendants, together, usage
from sim.bench.probe import VIRTUAL, Reading
from sim.bench.scenes import Scene
from sim.brain import Brain
from sim.carrier import behaviours, log
from sim.carrier.lab import Lab, Ports
from sim.carrier.log import CarrierCall
from sim.desk import Desks
from sim.scenario import Shift, fixed

RTP, LAB_RTP = (10000, 14999), (24000, 29999)
LAB_AGENTS = 10
CAMPAIGN = POOL = LIST = "bench"
CALM_S = 40.0
TAIL_BYTES = 65536
"Many of the probe's lines."
_FOLDER = Path(__file__).with_name("carrier")
_SHIFT = Shift(wrap_up=fixed(0.5))


def lab(folder: Path, prefix: Path, seed: int, hold_s: float, offset: int = 0) -> Lab:
    """The telephone network, whose soaking calls last so long; `offset` is added to its ports."""
    ours = folder / "carrier"
    ours.mkdir(parents=True, exist_ok=True)
    text = (_FOLDER / behaviours.FILE).read_text()
    known = "soak_s = { uniform = [3, 9] }"
    assert known in text, "the soak's length is written over"
    length = f"soak_s = {{ uniform = [{0.5 * hold_s:.2f}, {1.5 * hold_s:.2f}] }}"
    (ours / behaviours.FILE).write_text(text.replace(known, length))
    ports = Ports(sip=15170 + offset, http=18189 + offset, responder=15190 + offset, rtp=LAB_RTP)
    return Lab(folder / "lab", prefix, seed, ours, ports, agents=LAB_AGENTS)


class Stage:
    """A dialer that serves one scene."""

    def __init__(self, scene: Scene, network: Lab, settings: Settings, keeper: Supervisor) -> None:
        self.scene, self.network, self.settings = scene, network, settings
        self.folder = settings.home.parent
        self.readings = self.folder / "readings.jsonl"
        "What the probe writes."
        self.clock = SteadyClock()
        self._keeper = keeper

    @property
    def door(self) -> Path:
        """Where orders go in."""
        return self.settings.socket

    @property
    def pid(self) -> int:
        """The dialer's."""
        kept = self._keeper.kept.get("dialer")
        if kept is None:
            return 0
        if kept.why:
            raise DialerError(f"the dialer ended ({kept.why}): see {self.folder}")
        return kept.pid

    # ---- the play ----
    async def until_served(self) -> None:
        """The dialer has its switch, and that its carrier."""
        for _ in range(600):
            assert self.pid >= 0, "it raises when the dialer has ended"
            with suppress(NoServer):
                state = await self.status()
                trunk = state["trunks"].get(self.scene.trunk, {})
                if state["switch"] == "up" and trunk.get("reachable"):
                    return
            await anyio.sleep(0.1)
        raise DialerError(f"the dialer did not start within a minute: see {self.folder}")

    async def status(self) -> dict[str, Any]:
        """What the dialer says of itself."""
        async with connected_async(self.door) as dialer:
            return await dialer.status()

    async def seat(self) -> None:
        """Virtual agents, one a line, who are ready and stay so."""
        async with connected_async(self.door) as orders:
            for n in range(self.scene.lines):
                name = f"virtual{n}"
                await orders.order(LoggedIn(name, POOL, f"{VIRTUAL}{n}", at=0.0))
                await orders.order(WentReady(name, at=0.0))

    def desks(self) -> Desks:
        """Lab agents, who talk."""
        brains = (
            Brain(f"agent{n}", POOL, f"PJSIP/agent{n}", _SHIFT, random.Random(n))
            for n in range(1, self.scene.agents + 1)
        )
        return Desks(tuple(brains), self.clock)

    async def open(self) -> None:
        """Dialling begins."""
        scene = self.scene
        opened = CampaignOpened(
            campaign=CAMPAIGN, pool=POOL, version=0, pacing="progressive", lines=scene.lines,
            calls_per_s=scene.calls_per_s, trunk=scene.trunk, caller_ids=("12125550100",),
            ring_timeout_s=scene.ring_timeout_s, wrap_up_s=30.0, at=0.0,
        )  # fmt: skip
        rules = LeadRules(lists=(LIST,), calling=Rules(hours="lab"), retry="once")
        async with connected_async(self.door) as dialer:
            await dialer.ask("open", opened=opened, rules=rules)

    async def until(self, holds: Callable[[dict[str, Any]], bool], within_s: float) -> bool:
        """The dialer's state is so; whether it was in time."""
        with anyio.move_on_after(within_s):
            while not holds(await self.status()):  # noqa: ASYNC110 - nobody tells us
                await anyio.sleep(0.2)
            return True
        return False

    async def wind_down(self) -> int:
        """Nothing new, all end, agents go home; how many calls did not end.

        What would ring for ever is cancelled. Other calls end by themselves: a cancel that meets
        the network's own release leaves two truths about one call.
        """
        kind = CampaignStopped if self.scene.full else CampaignPaused
        async with connected_async(self.door) as dialer:
            await dialer.order(kind(campaign=CAMPAIGN, at=0.0))
            await self.until(lambda state: not _calls(state), CALM_S)
            state = await dialer.status()
            for agent in state["agents"]:
                await dialer.order(LoggedOut(agent["agent"], at=0.0))
            await anyio.sleep(2.0)
            await dialer.ask("flush")
        return _calls(state)

    # ---- readings ----
    def usage(self) -> dict[str, Usage]:
        """What each part has used so far."""
        ours = own_instance(self.settings)
        below = descendants(self.pid)
        asterisk = instance.pid_of(ours) or 0
        loader = [pid for pid, words in below.items() if "dialer.warehouse.loader" in words]
        listeners = [pid for pid in below if pid not in (asterisk, *loader)]
        return {
            "dialer": usage(self.pid),
            "listeners": together(listeners),
            "asterisk": usage(asterisk),
            "lab": together(self.network.pids),
            "loader": together(loader),
            "bench": usage(os.getpid()),
        }

    def reading(self) -> Reading:
        """The probe's newest whole line."""
        with self.readings.open("rb") as file:
            file.seek(max(0, self.readings.stat().st_size - TAIL_BYTES))
            lines = file.read().split(b"\n")
        return msgspec.json.decode(lines[-2], type=Reading) if len(lines) > 2 else Reading()

    def leftovers(self) -> list[str]:
        """Channels and bridges that stand in our Asterisk."""
        ours = own_instance(self.settings)
        channels = instance.cli(ours, "core show channels concise").splitlines()
        bridges = instance.cli(ours, "bridge show all").splitlines()[1:]
        return [line.strip() for line in (*channels, *bridges) if line.strip()]

    # ---- the books ----
    def cdrs(self) -> list[Cdr]:
        """All of them."""
        facts = Reader(self.settings.journal).facts(0)
        return [fact for _, fact in facts if isinstance(fact, Cdr)]

    def carrier_calls(self) -> list[CarrierCall]:
        """What the carrier saw of this scene: its numbers are nobody else's."""
        codes = tuple(code for code, _ in self.scene.codes)
        return [call for call in log.records(self.network.home) if call.number.startswith(codes)]

    def numbers(self, cdrs: list[Cdr]) -> dict[str, str]:
        """Which number each call dialled."""
        with Book(self.settings.journal) as book:
            return book.numbers_of(cdr.call for cdr in cdrs)


@asynccontextmanager
async def on_stage(scene: Scene, network: Lab, folder: Path) -> AsyncIterator[Stage]:
    """A dialer that serves it and has its leads; it is stopped afterwards."""
    settings = _write(scene, network, folder)
    with (folder / "said.log").open("wb") as output:
        keeper = Supervisor(dict(os.environ), time.monotonic, output)
        stage = Stage(scene, network, settings, keeper)
        await to_thread.run_sync(_add_leads, stage)
        args = (str(folder / "dialer.toml"), str(stage.readings))
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(keeper.keep, python("dialer", "sim.bench.probe", *args))
                await stage.until_served()
                yield stage
                tasks.cancel_scope.cancel()
        finally:  # a dialer that was killed has left its Asterisk behind
            with anyio.CancelScope(shield=True):
                await to_thread.run_sync(instance.stop, own_instance(settings))


def _add_leads(stage: Stage) -> None:
    rng = random.Random(stage.network.made.seed)
    codes, shares = zip(*stage.scene.codes, strict=True)
    tails = rng.sample(range(2_000_000, 10_000_000), stage.scene.leads)
    leads = [
        NewLead(numbers=(Normal(f"{code}{tail}", "US America/New_York", "lab"),))
        for code, tail in zip(rng.choices(codes, shares, k=len(tails)), tails, strict=True)
    ]
    stage.settings.home.mkdir(parents=True, exist_ok=True)
    with Book(stage.settings.journal) as book:
        book.add_leads(LIST, leads, at=stage.clock())


def _write(scene: Scene, network: Lab, folder: Path) -> Settings:
    """Settings, trunks and seats, in an empty folder."""
    if (folder / "dialer.toml").exists():  # of a run that was killed
        instance.stop(own_instance(settings_module.load(folder / "dialer.toml")))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    ports = network.made.ports
    (folder / "trunks.toml").write_text(_TRUNKS.format(ports.sip, ports.responder))
    seats = (
        f'[seats.agent{n}]\ncontact = "{network.agent(n)}"\n' for n in range(1, LAB_AGENTS + 1)
    )
    (folder / "seats.toml").write_text("\n".join(seats))
    path = folder / "dialer.toml"
    path.write_text(
        _SETTINGS.format(
            folder=folder,
            prefix=network.prefix,
            safe_harbour=network.safe_harbour,
            sip_port=ports.sip - 10,
            http_port=ports.http - 1,
            rtp=RTP,
        )
    )
    return settings_module.load(path)


def _calls(state: dict[str, Any]) -> int:
    return sum(sum(pool["calls"].values()) for pool in state["pools"].values())


_TRUNKS = """\
[trunks.lab]
kind = "lab"
country = "us"
hosts = ["127.0.0.1:{0}"]
caller_ids = ["12125550100"]
lines = 1000
calls_per_s = 100.0
ring_timeout_s = 180.0
qualify_s = 2

[trunks.lab-quirks]
kind = "lab"
country = "us"
hosts = ["127.0.0.1:{1}"]
caller_ids = ["12125550100"]
lines = 1000
calls_per_s = 100.0
qualify_s = 2
"""

_SETTINGS = """\
home = "{folder}/dialer"
trunks = "{folder}/trunks.toml"
seats = "{folder}/seats.toml"

[asterisk]
prefix = "{prefix}"
sip_port = {sip_port}
http_port = {http_port}
rtp_first = {rtp[0]}
rtp_last = {rtp[1]}
safe_harbour = "{safe_harbour}"

[logs]
file = "{folder}/dialer.jsonl"
level = "info"
"""
