"""The service: one per home, orders checked at its door, drained by a signal."""

import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import msgspec
import pytest

from dialer import campaign, client, live, serve
from dialer.alerts import alerts, seen
from dialer.campaign import Campaign
from dialer.client import AsyncConnection
from dialer.engine.commands import (
    Bridge,
    CallAgent,
    Cdr,
    DispositionSet,
    Originate,
    Reconcile,
    SwitchCommand,
)
from dialer.engine.events import (
    AgentHungUp,
    Answered,
    Bridged,
    CampaignOpened,
    CampaignPaused,
    Heard,
    HungUp,
    LegUp,
    LoggedIn,
    Placed,
    Reconciled,
    Ringing,
    SwitchUp,
    TransferWanted,
    WentReady,
)
from dialer.errors import AlreadyServed, NoServer, OrderRefused, Unfit
from dialer.journal.book import Book
from dialer.journal.sqlite import SqliteJournal
from dialer.leads.normalise import NewLead, normal
from dialer.live import Dialer, Inbox
from dialer.logs import leaves
from dialer.ports import Clock
from dialer.settings import Settings
from dialer.world import Way, World

pytestmark = pytest.mark.anyio

SPRING = Campaign(name="spring", lists=("vip",), law="lab", retry="lab")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class QuietSwitch:
    """A switch with no telephones: agents' legs stand at once, and nothing else happens."""

    def __init__(self, inbox: Inbox, clock: Clock) -> None:
        self.inbox, self.clock = inbox, clock
        self.orders: list[SwitchCommand] = []
        inbox.put(SwitchUp(at=clock()))

    def execute(self, command: SwitchCommand) -> None:
        self.orders.append(command)
        match command:
            case Reconcile():
                self.inbox.put(Reconciled(at=self.clock()))
            case CallAgent(agent=agent):
                self.inbox.put(LegUp(agent=agent, at=self.clock()))


@asynccontextmanager
async def quiet(journal: SqliteJournal, inbox: Inbox, clock: Clock) -> AsyncIterator[QuietSwitch]:
    yield QuietSwitch(inbox, clock)


WORLD = World(switch=quiet, trunks={"lab": Way(source="lab", lines=50), "sip1": Way(source="live")})


@pytest.fixture
async def dialer(tmp_path: Path) -> AsyncIterator[Dialer]:
    async with anyio.create_task_group() as tasks:
        settings = Settings(home=tmp_path)

        async def start(*, task_status: Any) -> None:
            await serve.serve(settings, WORLD, task_status=task_status)

        yield await tasks.start(start)
        tasks.cancel_scope.cancel()


async def until(holds: Callable[[], bool]) -> None:
    with anyio.fail_after(60):
        while not holds():  # noqa: ASYNC110 - the state has no events of its own
            await anyio.sleep(0.005)


async def opened(door: AsyncConnection, spring: Campaign = SPRING) -> dict[str, Any]:
    """Open a campaign as `dialer run` does."""
    return await door.ask(
        "open",
        opened=campaign.opened(spring, version=0, at=0.0, user="ann"),
        rules=campaign.lead_rules(spring),
    )


async def test_a_campaign_comes_into_force_with_its_version(dialer: Dialer, tmp_path: Path) -> None:
    async with client.connected_async(tmp_path / "door.sock") as door:
        assert await opened(door) == {"ok": True, "version": 1, "source": "lab"}
        assert await opened(door) == {"ok": True, "version": 1, "source": "lab"}
        changed = msgspec.structs.replace(SPRING, lines=99)
        assert (await opened(door, changed))["version"] == 2
        assert (await opened(door, changed))["version"] == 2
        status = await door.status()
    assert status["campaigns"]["spring"]["state"] == "dialling"
    in_force = dialer.engine.state.campaigns["spring"].opened
    assert (in_force.lines, in_force.source, in_force.user) == (50, "lab", "ann")


def test_a_trunk_shows_only_what_it_may() -> None:
    sip1 = Way(source="lab", caller_ids=("12125550100",), ring_timeout_s=20.0)
    strange = campaign.opened(
        msgspec.structs.replace(SPRING, caller_ids=("12125550100", "12025550199")),
        version=0, at=0.0, user="",
    )  # fmt: skip
    rules = campaign.lead_rules(SPRING).calling
    with pytest.raises(Unfit, match="may not show 12025550199; it may show 12125550100"):
        sip1.admitted(strange, rules)
    plain = msgspec.structs.replace(strange, caller_ids=("12125550100",))
    assert sip1.admitted(plain, rules).ring_timeout_s == 20.0


async def test_nobody_is_called_on_a_live_trunk_while_something_is_missing(
    dialer: Dialer, tmp_path: Path
) -> None:
    live = msgspec.structs.replace(SPRING, trunk="sip1", caller_ids=("12125550100",))
    async with client.connected_async(tmp_path / "door.sock") as door:
        with pytest.raises(OrderRefused) as refused:
            await opened(door, live)
    assert "campaign `spring` may not dial people yet: calling hours" in str(refused.value)
    assert "the seller's name" in str(refused.value)
    assert dialer.engine.state.campaigns == {}


async def test_a_campaign_cannot_come_in_by_the_side_door(dialer: Dialer, tmp_path: Path) -> None:
    order = campaign.opened(SPRING, version=7, at=0.0, user="ann")
    assert isinstance(order, CampaignOpened)
    async with client.connected_async(tmp_path / "door.sock") as door:
        with pytest.raises(OrderRefused, match="open a campaign with"):
            await door.order(order)
        with pytest.raises(OrderRefused, match="no trunk `sip9` here; there are: lab, sip1"):
            await opened(door, msgspec.structs.replace(SPRING, trunk="sip9"))
        with pytest.raises(OrderRefused, match="Expected `object`, got `null`"):
            await door.ask("open")


async def test_an_order_for_a_campaign_that_is_not_there_is_refused(
    dialer: Dialer, tmp_path: Path
) -> None:
    async with client.connected_async(tmp_path / "door.sock") as door:
        with pytest.raises(OrderRefused, match="no campaign `autumn` here; there are: none"):
            await door.order(CampaignPaused(campaign="autumn", at=0.0))


async def test_an_agent_logs_in_through_the_door(dialer: Dialer, tmp_path: Path) -> None:
    async with client.connected_async(tmp_path / "door.sock") as door:
        await opened(door)
        await door.order(LoggedIn(agent="li", pool="main", endpoint="PJSIP/li", at=0.0))
        await door.order(WentReady(agent="li", at=0.0))
        await until(lambda: dialer.engine.state.agents["li"].state == "READY")
        status = await door.status()
    assert status["pools"]["main"]["agents"] == {"READY": 1}
    assert status["journal"]["durable"] > 0
    assert (status["pid"], status["epoch"]) == (os.getpid(), 1)


async def test_watchers_see_orders_and_derived_facts_but_no_ticks(
    dialer: Dialer, tmp_path: Path
) -> None:
    async with (
        client.connected_async(tmp_path / "door.sock") as watching,
        client.connected_async(tmp_path / "door.sock") as door,
    ):
        seen: list[object] = []

        async def watch() -> None:
            async for news in watching.watch():
                seen.append(news)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(watch)
            await anyio.sleep(0.05)
            await opened(door)
            await door.order(LoggedIn(agent="li", pool="main", endpoint="PJSIP/li", at=0.0))
            await door.order(WentReady(agent="li", at=0.0))
            await door.order(AgentHungUp(agent="li", call="d1-0", at=0.0))
            await until(lambda: any(isinstance(one, AgentHungUp) for one in seen))
            tasks.cancel_scope.cancel()
    kinds = [type(one).__name__ for one in seen]
    assert kinds.index("CampaignOpened") < kinds.index("LoggedIn") < kinds.index("WentReady")
    assert "AgentWas" in kinds
    assert "Tick" not in kinds
    assert not [one for one in seen if isinstance(one, DispositionSet)]


async def test_a_second_dialer_on_the_same_home_is_told_who_is_there(
    dialer: Dialer, tmp_path: Path
) -> None:
    with pytest.raises(AlreadyServed, match=f"process {os.getpid()} serves {tmp_path}: stop it"):
        await serve.serve(Settings(home=tmp_path), WORLD)
    async with client.connected_async(tmp_path / "door.sock") as door:
        assert (await door.status())["pid"] == os.getpid()


async def test_nothing_is_served_with_what_is_not_fit(tmp_path: Path) -> None:
    async def unfit() -> list[str]:
        return ["module chan_pjsip is missing: load it"]

    world = msgspec.structs.replace(WORLD, unfit=unfit)
    with pytest.raises(ExceptionGroup) as ended:
        await serve.serve(Settings(home=tmp_path), world)
    (cause,) = leaves(ended.value)
    assert isinstance(cause, Unfit)
    assert str(cause) == "module chan_pjsip is missing: load it"
    assert not (tmp_path / "door.sock").exists()


async def test_the_state_is_kept_for_whoever_reads_files(dialer: Dialer, tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    await until(file.exists)
    assert b'"switch"' in file.read_bytes()


async def test_a_signal_drains_and_the_home_is_free_again(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    for epoch in (1, 2):
        async with anyio.create_task_group() as tasks:

            async def start(*, task_status: Any) -> None:
                await serve.serve(settings, WORLD, task_status=task_status)

            dialer: Dialer = await tasks.start(start)
            assert dialer.epoch == epoch
            with anyio.fail_after(60):
                os.kill(os.getpid(), signal.SIGTERM)
                await until(lambda: not (tmp_path / "door.sock").exists())
    assert (tmp_path / "serve.pid").read_text() == ""


async def test_who_rings_when_the_service_is_stopped_still_reaches_an_agent(tmp_path: Path) -> None:
    switches: list[QuietSwitch] = []

    @asynccontextmanager
    async def kept(
        journal: SqliteJournal, inbox: Inbox, clock: Clock
    ) -> AsyncIterator[QuietSwitch]:
        switches.append(QuietSwitch(inbox, clock))
        yield switches[-1]

    world, settings = World(switch=kept, trunks={"lab": Way(source="lab")}), Settings(home=tmp_path)

    async def start(*, task_status: Any) -> None:
        await serve.serve(settings, world, task_status=task_status)

    home = normal("+12125550123", "us")
    assert not isinstance(home, str)
    with Book(settings.journal) as book:
        book.add_leads("vip", [NewLead(numbers=(home,))])
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            dialer: Dialer = await tasks.start(start)
            async with client.connected_async(settings.socket) as door:
                await opened(door)
                await door.order(LoggedIn(agent="li", pool="main", endpoint="PJSIP/li", at=0.0))
                await door.order(WentReady(agent="li", at=0.0))
            quiet = switches[0]
            await until(lambda: Originate in map(type, quiet.orders))
            (call,) = (one.call for one in quiet.orders if isinstance(one, Originate))
            tell = quiet.inbox.put
            for ringing in (Placed, Ringing):
                tell(ringing(call=call, at=quiet.clock()))
            await until(lambda: dialer.engine.state.calls[call].ringing_at is not None)
            os.kill(os.getpid(), signal.SIGTERM)
            await until(lambda: dialer.engine.state.campaigns["spring"].state == "paused")
            tell(Answered(call=call, at=quiet.clock()))
            tell(Heard(call=call, sound="human", phase="answer", at=quiet.clock()))
            await until(lambda: Bridge(call, "li") in quiet.orders)
            tell(Bridged(call=call, agent="li", at=quiet.clock()))
            tell(HungUp(call=call, cause=16, at=quiet.clock()))
        async with anyio.create_task_group() as tasks:
            dialer = await tasks.start(start)
            assert dialer.engine.state.campaigns["spring"].state == "dialling"
            tasks.cancel_scope.cancel()
    journal = SqliteJournal(settings.journal, lambda _: None, lambda: 0.0)
    assert [fact.outcome for _, fact in journal.facts(0) if isinstance(fact, Cdr)] == ["connected"]
    journal.close()


async def test_what_was_in_force_is_in_force_after_a_restart(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)

    async def start(*, task_status: Any) -> None:
        await serve.serve(settings, WORLD, task_status=task_status)

    for known in (False, True):
        async with anyio.create_task_group() as tasks:
            dialer: Dialer = await tasks.start(start)
            assert ("spring" in dialer.engine.state.campaigns) is known
            async with client.connected_async(settings.socket) as door:
                if not known:
                    await opened(door)
                    await door.order(CampaignPaused(campaign="spring", why="lunch", at=0.0))
                assert (await door.status())["campaigns"]["spring"]["state"] == "paused"
            tasks.cancel_scope.cancel()


async def test_the_dialer_hands_nobody_over_to_a_number(dialer: Dialer, tmp_path: Path) -> None:
    numbers = ("+12125550147", "+19005550123", "+447700900123", "911", "PJSIP/900@lab", "pool:911")
    async with client.connected_async(tmp_path / "door.sock") as door:
        await opened(door)
        await door.order(LoggedIn(agent="anna", pool="spring", endpoint="PJSIP/a", at=0.0))
        for number in numbers:
            with pytest.raises(OrderRefused, match="nobody to hand over to"):
                await door.order(TransferWanted(agent="anna", call="c1", to=number, at=0.0))


async def test_the_dialer_hands_over_to_the_outside_by_its_lists_alone(tmp_path: Path) -> None:
    ways = {"lab": Way(source="lab", lines=1, outside=("bank",)), "sip1": Way(source="live")}
    lists = World(switch=quiet, trunks=ways)
    async with anyio.create_task_group() as tasks:

        async def start(*, task_status: Any) -> None:
            await serve.serve(Settings(home=tmp_path), lists, task_status=task_status)

        dialer: Dialer = await tasks.start(start)
        async with client.connected_async(tmp_path / "door.sock") as door:
            await opened(door)
            assert (await door.status())["outside"] == ["bank"]
            await until(lambda: dialer.engine.state.reconciled)
            wanted = TransferWanted(agent="a", call="c", to="outside:bank", trunk="sip1", at=0.0)
            for to in ("outside:friend", "outside:", "outside:+12125550147", "outside:911"):
                with pytest.raises(OrderRefused, match="nobody to hand over to"):
                    await door.order(msgspec.structs.replace(wanted, to=to, trunk="lab"))
            heard: list[object] = []
            dialer.observers.append(lambda event, orders: heard.append(event))
            await door.order(wanted)
            assert [e.trunk for e in heard if isinstance(e, TransferWanted)] == ["lab"]
            dialer.engine.governor.let_out("lab")
            with pytest.raises(OrderRefused, match="nothing can be placed to `bank` now: lines"):
                await door.order(wanted)
        tasks.cancel_scope.cancel()


async def test_where_the_clock_was_put_right_another_dialer_begins_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SETTLED_S", 0.2)
    off_s, ended = [-3600.0], list[str]()

    @asynccontextmanager
    async def service() -> AsyncIterator[None]:
        yield
        ended.append("service")

    async def start(*, task_status: Any) -> None:
        wall = lambda: time.time() + off_s[0]  # noqa: E731
        world = msgspec.structs.replace(WORLD, service=service)
        await serve.serve(Settings(home=tmp_path), world, wall=wall, task_status=task_status)

    async def status() -> dict[str, Any]:
        async with client.connected_async(tmp_path / "door.sock") as door:
            return await door.status()

    async with anyio.create_task_group() as tasks:
        first: Dialer = await tasks.start(start)
        async with client.connected_async(tmp_path / "door.sock") as door:
            await opened(door)
            await door.order(LoggedIn(agent="li", pool="main", endpoint="PJSIP/li", at=0.0))
            await door.order(CampaignPaused(campaign="spring", why="lunch", at=0.0))
        assert (await status())["at"] == pytest.approx(time.time() - 3600.0, abs=60.0)
        off_s[0] = 0.0
        await until(lambda: first.begins_anew)
        assert [one.kind for one in alerts(seen(first.state()))] == ["clock"]
        now: dict[str, Any] = {}
        with anyio.fail_after(60):
            while not now.get("clock", {}).get("put_right", {}).get("on_at"):
                with suppress(NoServer):
                    now = await status()
                await anyio.sleep(0.01)
        assert (now["epoch"], ended) == (2, [])
        assert now["at"] == pytest.approx(time.time(), abs=60.0)
        assert now["clock"]["off_s"] == 0.0
        assert now["clock"]["put_right"]["by_s"] == pytest.approx(3600.0, abs=1.0)
        assert [one.kind for one in alerts(seen(now))] == ["clock_right"]
        (li,) = now["agents"]
        assert (li["agent"], li["since"]) == ("li", pytest.approx(time.time(), abs=60.0))
        spring = now["campaigns"]["spring"]
        assert (spring["state"], spring["why"]) == ("paused", "lunch")
        os.kill(os.getpid(), signal.SIGTERM)
        await until(lambda: ended == ["service"])
    assert (tmp_path / "serve.pid").read_text() == ""
