"""A whole campaign put up in one folder: lab, dialer, agents, list; played, taken down again."""

import os
import random
import shutil
import signal
import time
import webbrowser
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import anyio
import msgspec
from anyio import to_thread
from rich.progress import Progress, TextColumn

from dialer import campaign as campaigns
from dialer.asterisk.instance import cli
from dialer.asterisk.world import own_instance
from dialer.client import connected, connected_async
from dialer.clock import SteadyClock
from dialer.commands import aside
from dialer.commands.run import put_in_force
from dialer.commands.status import news
from dialer.detection.library import Shelf
from dialer.engine.commands import Cdr, Fact, RecordingKept
from dialer.engine.events import AgentHungUp, CampaignStopped
from dialer.engine.outcomes import OUTCOMES
from dialer.errors import DialerError, NoServer
from dialer.journal.book import Book
from dialer.journal.reader import Reader
from dialer.settings import Settings
from dialer.supervise import Supervisor, python
from dialer.warehouse.process import loader_state
from dialer.warehouse.summary import summary
from sim import props
from sim.carrier.judge import Comparison, compare
from sim.carrier.lab import DEFAULT_PORTS, Lab, Ports
from sim.carrier.log import CarrierCall, agent_legs, call_backs, records
from sim.carrier.plugs import plug_in
from sim.carrier.returning import Returning, call_in
from sim.desk import Desks, lab_brains
from sim.twin_demo import simulate_demo

CAMPAIGN = "demo"
LEADS_PER_MINUTE = 120
CALM_S = 40.0
"How long conversations may go on when the time is up; then the agents say good-bye."

STARTED_WITHIN_S = 180
"The first start of all compiles what listeners reckon with: half a minute of a core."
LOADED_WITHIN_S = 60
RECORDED_WITHIN_S = 15
LOOK_S = 1.0
"How often those whom we missed look at their telephones."

RTP_SHIFT = 24_000
"Where a second demo's audio goes."


def shifted(settings: Settings, by: int) -> Settings:
    """The same dialer on other ports."""
    audio = RTP_SHIFT if by else 0
    ours = settings.asterisk
    return msgspec.structs.replace(
        settings,
        asterisk=msgspec.structs.replace(
            ours,
            sip_port=ours.sip_port + by,
            http_port=ours.http_port + by,
            rtp_first=ours.rtp_first + audio,
            rtp_last=ours.rtp_last + audio,
        ),
        board=msgspec.structs.replace(settings.board, port=settings.board.port + by),
        web=msgspec.structs.replace(settings.web, port=settings.web.port + by),
        metrics=msgspec.structs.replace(settings.metrics, port=settings.metrics.port + by),
    )


def lab_ports(by: int) -> Ports:
    """The lab's, likewise."""
    usual = DEFAULT_PORTS
    first, last = usual.rtp
    audio = RTP_SHIFT if by else 0
    return Ports(
        usual.sip + by, usual.http + by, usual.responder + by, (first + audio, last + audio)
    )


class Stage:
    """Everything the demo puts up, in one folder that is made anew each time."""

    def __init__(
        self,
        base: Settings,
        *,
        minutes: float,
        agents: int,
        seed: int,
        ports: Ports = DEFAULT_PORTS,
        pacing: str = "ratio",
        folder: str = "demo",
    ) -> None:
        self.minutes, self.agents, self.seed, self.pacing = minutes, agents, seed, pacing
        self.folder = (base.home.parent / folder).absolute()
        self.settings = msgspec.structs.replace(
            base,
            home=self.folder / "dialer",
            asterisk=msgspec.structs.replace(base.asterisk, prefix=base.asterisk.prefix.absolute()),
        )
        self.lab = Lab(
            self.folder / "lab", self.settings.asterisk.prefix, seed, ports=ports, agents=agents
        )
        self.clock = SteadyClock()
        self.keeper: Supervisor | None = None
        "Keeps `dialer serve` alive while the play lasts."
        self.channels_left: list[str] = []
        "What Asterisk still had when everybody had gone home: nothing, if all is well."
        self._stop = anyio.Event()

    # ---- setting the stage ----
    def write(self) -> None:
        """Settings, trunks, seats, campaign and the list."""
        shutil.rmtree(self.folder / "dialer", ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "campaign.toml").write_text(
            props.campaign(lines=4 * self.agents, pacing=self.pacing)
        )
        (self.folder / "dialer.toml").write_text(props.settings(self.settings))
        leads = max(500, int(self.minutes * LEADS_PER_MINUTE * self.agents / 10))
        props.write_list(self.folder / "list.csv", leads, random.Random(self.seed))

    # ---- the play ----
    async def play(self, headless: bool) -> dict[str, Any]:
        """The whole evening."""
        self.write()
        words = (self.folder / "serve.log").open("wb")
        self.keeper = keeper = Supervisor(os.environ, time.monotonic, words)
        serve = python("serve", "dialer", "--settings", str(self.folder / "dialer.toml"), "serve")
        try:
            with aside.status("starting the lab carrier ..."):
                await to_thread.run_sync(self.lab.up)
                plug_in(self.lab, self.settings)
                shelf = Shelf(self.settings.prompts_folder)
                await to_thread.run_sync(props.teach, self.lab, shelf, self.clock())
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._obey_signals)
                tasks.start_soon(keeper.keep, serve)
                await self.until_served()
                await self._dial(headless)
                tasks.cancel_scope.cancel()
        finally:
            words.close()
            with anyio.CancelScope(shield=True):
                await to_thread.run_sync(self.lab.down)
        return self.result()

    async def _obey_signals(self) -> None:
        with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
            async for number in signals:
                if self._stop.is_set():
                    raise KeyboardInterrupt
                aside.print(f"{signal.Signals(number).name}: ending in good order; again: at once")
                self._stop.set()

    async def until_served(self) -> None:
        """The dialer answers at its door, and its Asterisk is there."""
        with aside.status("starting the dialer ..."):
            for _ in range(10 * STARTED_WITHIN_S):
                with suppress(NoServer):
                    async with connected_async(self.settings.socket) as dialer:
                        if (await dialer.status())["switch"] == "up":
                            return
                await anyio.sleep(0.1)
        log = self.folder / "serve.log"
        raise DialerError(f"the dialer did not start within {STARTED_WITHIN_S} s: see {log}")

    async def _dial(self, headless: bool) -> None:
        door = self.settings.socket
        await to_thread.run_sync(self._open_campaign)
        desks = Desks(lab_brains(self.agents, CAMPAIGN, self.seed), self.clock)
        page = self.settings.web.board
        password = await to_thread.run_sync(props.guest, self.settings.home, self.clock())
        aside.print(
            f"board: [link={page}]{page}[/link]  log in as [bold]{props.GUEST}[/] with the "
            f"password [bold]{password}[/]", highlight=False,
        )  # fmt: skip
        if not headless:
            webbrowser.open(page)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(desks.stay, door)
            async with anyio.create_task_group() as people:
                people.start_soon(self._people_call_back)
                await self.follow()
                people.cancel_scope.cancel()
            await self._wind_down()
            await desks.go_home(door)
            tasks.cancel_scope.cancel()
        await self._until_recorded()
        await self._until_loaded()
        self.channels_left = await self._until_quiet()

    async def _people_call_back(self) -> None:
        """Some of those who met no agent, after a while, as long as the play lasts."""
        people, port = Returning(self.seed), self.settings.asterisk.sip_port
        while True:
            await anyio.sleep(LOOK_S)
            missed = await to_thread.run_sync(self.carrier_calls)
            for one in people.due(missed, self.clock()):
                await to_thread.run_sync(call_in, self.lab.asterisk, one, port)

    def _open_campaign(self) -> None:
        from dialer.leads.importer import import_list

        report = import_list(self.settings.journal, self.folder / "list.csv", "demo", country="US")
        aside.print(
            f"list: {report.imported} of {report.rows} rows; rejected in {report.reject_file}"
        )
        props.set_prices(self.settings.home, self.clock())
        with connected(self.settings.socket) as dialer:
            put_in_force(dialer, campaigns.load(self.folder / "campaign.toml"))

    async def follow(self) -> None:
        """Let it dial until the time is over or somebody has had enough."""
        columns = (TextColumn("{task.fields[left]}"), TextColumn("{task.fields[news]}"))
        end = time.monotonic() + 60 * self.minutes
        with Progress(*columns, console=aside, transient=True) as progress:
            task = progress.add_task("demo", left="", news="")
            while time.monotonic() < end and not self._stop.is_set():
                figures = (await self._status())["campaigns"].get(CAMPAIGN)
                if figures:
                    left = int(end - time.monotonic())
                    progress.update(
                        task, left=f"{left // 60}:{left % 60:02d} left", news=news(figures)
                    )
                with anyio.move_on_after(1.0):
                    await self._stop.wait()

    async def _wind_down(self) -> None:
        """Nothing new; conversations end by themselves or, after a while, by the agents."""
        async with connected_async(self.settings.socket) as dialer:
            await dialer.order(CampaignStopped(campaign=CAMPAIGN, at=0.0))
            with aside.status("waiting for the last conversations ..."):
                calm_until = time.monotonic() + CALM_S
                while calls := _calls(state := await dialer.status()):
                    if time.monotonic() > calm_until + 30.0:
                        aside.print(f"[yellow]{calls} calls did not end[/]")
                        return
                    if time.monotonic() > calm_until:
                        for agent in state["agents"]:
                            if agent["state"] == "TALKING":
                                order = AgentHungUp(agent["agent"], agent["call"], at=0.0)
                                await dialer.order(order)
                    await anyio.sleep(0.5)

    async def _until_quiet(self) -> list[str]:
        """The channels that are left once the last ones had time to go."""
        ours = own_instance(self.settings)
        for _ in range(50):
            words = await to_thread.run_sync(cli, ours, "core show channels concise")
            channels = [line.split("!")[0] for line in words.splitlines() if "!" in line]
            if not channels:
                break
            await anyio.sleep(0.2)
        return channels

    async def _status(self) -> dict[str, Any]:
        with suppress(NoServer):
            async with connected_async(self.settings.socket) as dialer:
                return await dialer.status()
        return {"campaigns": {}}  # it is being started again

    async def _until_recorded(self) -> None:
        """A recording is put in its place some time after its call has ended."""
        for _ in range(RECORDED_WITHIN_S * 5):
            talked = sum(OUTCOMES[cdr.outcome].connected for cdr in self.cdrs())
            if self.recorded() == talked:
                return
            await anyio.sleep(0.2)
        aside.print(f"[yellow]not every talk has a recording after {RECORDED_WITHIN_S} s[/]")

    async def _until_loaded(self) -> None:
        async with connected_async(self.settings.socket) as dialer:
            await dialer.ask("flush")
        newest = Reader(self.settings.journal).last_fact()
        for _ in range(LOADED_WITHIN_S * 5):
            state = loader_state(self.settings.home)
            if state and state.seq >= newest:
                return
            await anyio.sleep(0.2)
        aside.print(f"[yellow]the warehouse is not up to date after {LOADED_WITHIN_S} s[/]")

    # ---- the notices ----
    def result(self) -> dict[str, Any]:
        """Our summary, the lab's, and where they disagree."""
        compared = self.compared()
        return {
            "world": "asterisk",
            **summary(self.settings.home, "lab"),
            "lab": msgspec.to_builtins(compared.counts),
            "channels_left": len(self.channels_left),
            "recorded": self.recorded(),
            "callers": msgspec.to_builtins(compared.told_callers),
            "lab_callers": msgspec.to_builtins(compared.callers),
            "mismatches": len(compared.mismatches),
            "mismatch_reasons": [msgspec.to_builtins(one) for one in compared.mismatches[:20]],
        }

    def compared(self) -> Comparison:
        """Each CDR against what the carrier wrote of the same call."""
        legs = list(agent_legs(self.lab.home))
        return compare(
            self.cdrs(), self.numbers(), self.carrier_calls(), self.lab.carrier, legs=legs,
            callers=call_backs(self.lab.home),
        )  # fmt: skip

    def cdrs(self) -> list[Cdr]:
        """Our records."""
        return [fact for fact in self._facts() if isinstance(fact, Cdr)]

    def recorded(self) -> int:
        """How many of the connected calls have a recording with nothing wrong."""
        facts, folder = self._facts(), self.settings.recordings_folder
        kept = {
            one.call
            for one in facts
            if isinstance(one, RecordingKept) and not one.why and (folder / one.path).is_file()
        }
        return sum(
            one.call in kept and OUTCOMES[one.outcome].connected
            for one in facts
            if isinstance(one, Cdr)
        )

    def _facts(self) -> list[Fact]:
        return [fact for _, fact in Reader(self.settings.journal).facts(0)]

    def numbers(self) -> dict[str, str]:
        """Which number each of our calls was for."""
        with Book(self.settings.journal) as book:
            return book.numbers_of(cdr.call for cdr in self.cdrs())

    def carrier_calls(self) -> list[CarrierCall]:
        """The carrier's own log."""
        return list(records(self.lab.home))

    def simulated(self) -> dict[str, Any]:
        """The same evening in SimPy, plainly labelled."""
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self.settings.home, ignore_errors=True)
        self.settings.home.mkdir()
        return simulate_demo(
            self.settings, minutes=self.minutes, agents=self.agents, seed=self.seed
        )


def _calls(state: Mapping[str, Any]) -> int:
    return sum(sum(pool["calls"].values()) for pool in state["pools"].values())
