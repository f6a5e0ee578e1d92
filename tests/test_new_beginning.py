"""One dialer follows another in the same service, by the right clock: what lives on around both."""

import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import msgspec
import pytest

from dialer import client, live, serve
from dialer.engine.commands import Bridge, Cdr, Originate, Reconcile, SwitchCommand
from dialer.engine.events import (
    Answered,
    Bridged,
    CampaignPaused,
    Heard,
    HungUp,
    LoggedIn,
    Placed,
    Reconciled,
    Ringing,
    WentReady,
    Witness,
)
from dialer.journal.book import Book
from dialer.journal.sqlite import SqliteJournal
from dialer.leads.normalise import NewLead, normal
from dialer.live import Dialer, Inbox
from dialer.ports import Clock
from dialer.settings import Settings
from dialer.supervise import Child, Supervisor
from dialer.world import Way, World
from tests.test_serve import QuietSwitch, opened, until

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class TalkingSwitch(QuietSwitch):
    """Where a call talks, its successor finds it talking still."""

    talks: tuple[Witness, ...] = ()

    def execute(self, command: SwitchCommand) -> None:
        if isinstance(command, Reconcile) and self.talks:
            self.orders.append(command)
            up = tuple(one.bridged_to for one in self.talks)
            self.inbox.put(Reconciled(witnesses=self.talks, agents_up=up, at=self.clock()))
        else:
            super().execute(command)


class Stage:
    """A service whose wall clock is an hour slow, and whose second switch comes when it may."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home)
        self.off_s, self.is_slow_to_close = -3600.0, False
        self.switches: list[TalkingSwitch] = []
        self.talks: tuple[Witness, ...] = ()
        self.in_the_gap, self.may_go_on = anyio.Event(), anyio.Event()
        self.keeper = Supervisor(os.environ, time.monotonic)
        self.children = (Child("web", (sys.executable, "-c", "import time; time.sleep(600)")),)

    @asynccontextmanager
    async def switch(
        self, journal: SqliteJournal, inbox: Inbox, clock: Clock
    ) -> AsyncIterator[QuietSwitch]:
        if self.switches:
            self.in_the_gap.set()
            await self.may_go_on.wait()
        made = TalkingSwitch(inbox, clock)
        made.talks = self.talks
        self.switches.append(made)
        yield made
        if self.is_slow_to_close:
            self.in_the_gap.set()
            await self.may_go_on.wait()

    async def served(self, *, task_status: Any = anyio.TASK_STATUS_IGNORED) -> None:
        await serve.serve(
            self.settings, World(switch=self.switch, trunks={"lab": Way(source="lab")}),
            self.keeper, children=self.children, wall=lambda: time.time() + self.off_s,
            task_status=task_status,
        )  # fmt: skip

    async def clock_put_right(self) -> None:
        self.off_s = 0.0
        with anyio.fail_after(60):
            await self.in_the_gap.wait()

    async def talk(self, dialer: Dialer) -> str:
        """A call that a person answered and that is with its agent."""
        home = normal("+12125550123", "us")
        assert not isinstance(home, str)
        with Book(self.settings.journal) as book:
            book.add_leads("vip", [NewLead(numbers=(home,))])
        async with client.connected_async(self.settings.socket) as door:
            await opened(door)
            await door.order(LoggedIn(agent="li", pool="main", endpoint="PJSIP/li", at=0.0))
            await door.order(WentReady(agent="li", at=0.0))
        switch = self.switches[-1]
        await until(lambda: Originate in map(type, switch.orders))
        (call,) = (one.call for one in switch.orders if isinstance(one, Originate))
        for event in (Placed, Ringing, Answered):
            switch.inbox.put(event(call=call, at=switch.clock()))
        switch.inbox.put(Heard(call=call, sound="human", phase="answer", at=switch.clock()))
        await until(lambda: Bridge(call, "li") in switch.orders)
        switch.inbox.put(Bridged(call=call, agent="li", at=switch.clock()))
        await until(lambda: dialer.engine.state.agents["li"].state == "TALKING")
        self.talks = (Witness(call=call, channel="up", bridged_to="li"),)
        return call


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(live, "SETTLED_S", 0.1)
    return Stage(tmp_path)


async def test_the_children_live_on_and_whoever_comes_to_the_door_meanwhile_is_served(
    stage: Stage,
) -> None:
    told: list[dict[str, Any]] = []

    async def pause() -> None:
        async with client.connected_async(stage.settings.socket) as door:
            await door.order(CampaignPaused(campaign="spring", why="lunch", at=0.0))
            told.append(await door.status())

    async with anyio.create_task_group() as tasks:
        await tasks.start(stage.served)
        async with client.connected_async(stage.settings.socket) as door:
            await opened(door)
        await until(lambda: "web" in stage.keeper.kept and stage.keeper.kept["web"].pid > 0)
        web = msgspec.structs.astuple(stage.keeper.kept["web"])
        await stage.clock_put_right()
        assert stage.settings.socket.exists()
        tasks.start_soon(pause)
        await anyio.wait_all_tasks_blocked()
        assert told == []
        stage.may_go_on.set()
        await until(lambda: bool(told))
        assert msgspec.structs.astuple(stage.keeper.kept["web"]) == web
        tasks.cancel_scope.cancel()
    (status,) = told
    spring = status["campaigns"]["spring"]
    assert (status["epoch"], spring["state"], spring["why"]) == (2, "paused", "lunch")
    assert not stage.settings.socket.exists()


async def test_a_signal_between_two_dialers_ends_the_service_where_nobody_is_on_the_line(
    stage: Stage,
) -> None:
    async with anyio.create_task_group() as tasks:
        await tasks.start(stage.served)
        async with client.connected_async(stage.settings.socket) as door:
            await opened(door)
        await stage.clock_put_right()
        os.kill(os.getpid(), signal.SIGTERM)
        stage.may_go_on.set()
    assert len(stage.switches) == 2
    assert stage.keeper.kept["web"].pid == 0
    assert (stage.settings.home / "serve.pid").read_text() == ""


async def test_a_signal_before_the_next_dialer_begins_begins_none_for_nobody(stage: Stage) -> None:
    stage.is_slow_to_close = True
    async with anyio.create_task_group() as tasks:
        await tasks.start(stage.served)
        await stage.clock_put_right()
        os.kill(os.getpid(), signal.SIGTERM)
        await anyio.sleep(0.05)  # the loop hears of it in its next turn
        stage.may_go_on.set()
    assert len(stage.switches) == 1
    assert (stage.settings.home / "serve.pid").read_text() == ""


async def test_a_signal_between_two_dialers_lets_the_next_one_end_a_talk_in_its_own_time(
    stage: Stage,
) -> None:
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            call = await stage.talk(await tasks.start(stage.served))
            await stage.clock_put_right()
            os.kill(os.getpid(), signal.SIGTERM)
            stage.may_go_on.set()
            await until(lambda: len(stage.switches) == 2)
            now = stage.switches[1]
            await until(lambda: any(isinstance(one, Reconcile) for one in now.orders))
            async with client.connected_async(stage.settings.socket) as door:
                status = await door.status()
            assert status["campaigns"]["spring"]["why"] == "shutting down"
            assert [one["call"] for one in status["agents"]] == [call]
            now.inbox.put(HungUp(call=call, cause=16, at=now.clock()))
    journal = SqliteJournal(stage.settings.journal, lambda _: None, lambda: 0.0)
    assert [fact.outcome for _, fact in journal.facts(0) if isinstance(fact, Cdr)] == ["connected"]
    journal.close()


async def test_the_second_signal_ends_at_once_also_between_two_dialers(stage: Stage) -> None:
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            await tasks.start(stage.served)
            await stage.clock_put_right()
            for _ in range(2):
                os.kill(os.getpid(), signal.SIGINT)
                await anyio.sleep(0.05)
    assert len(stage.switches) == 1
    assert not stage.settings.socket.exists()


async def test_a_signal_while_the_first_dialer_is_not_up_yet_ends_the_service_in_good_order(
    stage: Stage,
) -> None:
    begun = anyio.Event()

    @asynccontextmanager
    async def service() -> AsyncIterator[None]:
        yield
        begun.set()

    async def start() -> None:
        world = World(switch=stage.switch, trunks={}, service=service)
        await serve.serve(stage.settings, world)

    stage.switches.append(TalkingSwitch(Inbox(), lambda: 0.0))  # the first one waits, too
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(start)
            await stage.in_the_gap.wait()
            os.kill(os.getpid(), signal.SIGTERM)
            stage.may_go_on.set()
    assert begun.is_set()
