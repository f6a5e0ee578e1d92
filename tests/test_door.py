"""Orders come in through a real socket, news go out, and nonsense gets an answer."""

import json
import socket
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from threading import Barrier

import anyio
import anyio.to_thread
import pytest

from dialer import client, door
from dialer.client import Lost
from dialer.door import Door
from dialer.engine.commands import DispositionSet
from dialer.engine.events import (
    Answered,
    CampaignPaused,
    Disposed,
    Event,
    GreetingWanted,
    NumberBlocked,
    Ringing,
    Tick,
    WentReady,
)
from dialer.errors import DialerError, NoServer, NotTaken, OrderRefused
from dialer.wire import listening

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class House:
    """A dialer as the door sees it: it takes orders, and its disk can be slow."""

    def __init__(self, home: Path) -> None:
        self.taken: list[Event] = []
        self.durable = 0
        self.disk_is_quick = True
        self.refuses = ""
        self.path = home / "door.sock"
        self.door = Door(
            submit=self.submit,
            durable=lambda: self.durable,
            state=lambda: {"calls": {"TALKING": 3}, "taken": len(self.taken)},
            clock=lambda: 1_790_000_000.25,
            answers={"call": self.call},
        )

    def submit(self, order: Event) -> int:
        if self.refuses:
            raise DialerError(self.refuses)
        self.taken.append(order)
        if self.disk_is_quick:
            self.durable = len(self.taken)
        return len(self.taken)

    async def call(self, body: object) -> dict[str, object]:
        assert isinstance(body, dict)
        return {"called": body["number"]}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    async with door.opened(house.door, house.path):
        yield house


def raw(path: Path, *sent: bytes) -> list[dict[str, object]]:
    """What a client gets that sends these bytes and closes its side."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect(str(path))
        for piece in sent:
            connection.sendall(piece)
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as replies:
            return [json.loads(line) for line in replies]


async def ask_raw(house: House, *sent: bytes) -> list[dict[str, object]]:
    return await anyio.to_thread.run_sync(raw, house.path, *sent)


async def test_an_order_is_stamped_with_our_clock_and_the_sockets_owner(house: House) -> None:
    async with client.connected_async(house.path) as dialer:
        assert await dialer.order(CampaignPaused(campaign="spring", why="lunch", at=0.0)) == 1
    (order,) = house.taken
    assert isinstance(order, CampaignPaused)
    assert (order.at, order.campaign, order.why) == (1_790_000_000.25, "spring", "lunch")
    assert order.user != ""


async def test_an_agent_is_named_by_the_order_itself(house: House) -> None:
    async with client.connected_async(house.path) as dialer:
        await dialer.order(Disposed(agent="li", call="d1-0", disposition="sale", at=0.0))
    assert house.taken == [
        Disposed(agent="li", call="d1-0", disposition="sale", at=1_790_000_000.25)
    ]


async def test_an_agent_asks_for_the_greeting_of_the_customer_by_name(house: House) -> None:
    async with client.connected_async(house.path) as dialer:
        await dialer.order(GreetingWanted(agent="li", call="d1-0", at=0.0))
    assert house.taken == [GreetingWanted(agent="li", call="d1-0", at=1_790_000_000.25)]


async def test_an_order_is_acknowledged_only_when_it_is_on_disk(house: House) -> None:
    house.disk_is_quick = False
    acknowledged = anyio.Event()

    async def order() -> None:
        async with client.connected_async(house.path) as dialer:
            await dialer.order(NumberBlocked(number_key="k1", at=0.0))
            acknowledged.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(order)
        await anyio.sleep(0.1)
        assert len(house.taken) == 1
        assert not acknowledged.is_set()
        house.durable = 1
        with anyio.fail_after(60):
            await acknowledged.wait()


async def test_a_full_disk_is_told_not_hidden(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "DURABLE_WITHIN_S", 0.05)
    house.disk_is_quick = False
    async with client.connected_async(house.path) as dialer:
        with pytest.raises(OrderRefused, match="order 1 is not on disk"):
            await dialer.order(WentReady(agent="li", at=0.0))


async def test_orders_of_many_people_at_once_are_all_taken(house: House) -> None:
    async def agent(name: str) -> None:
        async with client.connected_async(house.path) as dialer:
            for _ in range(20):
                await dialer.order(WentReady(agent=name, at=0.0))

    async with anyio.create_task_group() as tasks:
        for number in range(10):
            tasks.start_soon(agent, f"agent{number}")
    assert len(house.taken) == 200


@pytest.mark.parametrize(
    "event",
    [
        b'{"event":"Tick","at":1}',
        b'{"event":"Answered","at":1,"call":"d1-0"}',
        b'{"event":"Intended","at":1,"call":"d1-0"}',
        b'{"event":"Started","at":1,"epoch":9}',
        b'{"event":"HungUp","at":1,"call":"d1-0"}',
    ],
)
async def test_only_the_world_can_cause_what_the_world_causes(house: House, event: bytes) -> None:
    (reply,) = await ask_raw(house, event + b"\n")
    assert "an order is one of: AgentHungUp, BudgetSet, CallWanted" in str(reply["error"])
    assert house.taken == []


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b"hello", "JSON is malformed"),
        (b"\xff\xfe", "JSON is malformed"),
        (b"[1,2]", "Expected `object`, got `array`"),
        (b"{}", "ask one of: alive, attend, call, flush, leave, status, watch"),
        (b'{"ask":"secrets"}', "ask one of: alive, attend, call, flush, leave, status, watch"),
        (b'{"event":"CampaignPaused","at":0}', "missing required field `campaign`"),
        (b'{"event":"CampaignPaused","at":0,"campaign":7}', "got `int` - at `$.campaign`"),
    ],
)
async def test_nonsense_gets_a_line_and_the_conversation_goes_on(
    house: House, line: bytes, complaint: str
) -> None:
    wrong, right = await ask_raw(house, line + b"\n" + b'{"ask":"status"}\n')
    assert complaint in str(wrong["error"])
    assert right["ok"] is True
    assert house.taken == []


async def test_a_line_without_end_is_cut_off(house: House) -> None:
    (reply,) = await ask_raw(house, b"x" * (door.LINE_MAX + 4096))
    assert reply == {"error": "a line may have 65536 bytes"}


async def test_a_line_may_come_in_pieces_and_many_at_once(house: House) -> None:
    replies = await ask_raw(house, b'{"ask":"st', b'atus"}\n{"ask":"flush"}\n')
    assert replies == [
        {"ok": True, "status": {"calls": {"TALKING": 3}, "taken": 0}},
        {"ok": True, "durable": 0},
    ]


async def test_replies_keep_the_order_of_the_lines(house: House) -> None:
    replies = await ask_raw(
        house,
        b'{"event":"WentReady","at":0,"agent":"li"}\n'
        b"nonsense\n"
        b'{"event":"WentReady","at":0,"agent":"wu"}\n',
    )
    assert [reply.get("seq", "error") for reply in replies] == [1, "error", 2]


async def test_what_the_dialer_refuses_is_said_in_its_words(house: House) -> None:
    house.refuses = "campaign `spring` is not open"
    async with client.connected_async(house.path) as dialer:
        with pytest.raises(OrderRefused, match="campaign `spring` is not open"):
            await dialer.order(CampaignPaused(campaign="spring", at=0.0))


async def test_a_request_of_the_dialers_own_gets_its_fields(house: House) -> None:
    async with client.connected_async(house.path) as dialer:
        assert await dialer.ask("call", number="15551234567") == {
            "ok": True,
            "called": "15551234567",
        }


DISPOSED = DispositionSet(
    call="d1-0", lead="7", campaign="spring", agent="li", disposition="sale", at=9.0
)


async def test_a_watcher_sees_events_and_facts_as_they_happen(house: House) -> None:
    told = [Ringing(call="d1-0", at=1.0), Answered(call="d1-0", at=2.0), DISPOSED]
    async with client.connected_async(house.path) as dialer:
        begun = anyio.Event()
        seen = dialer.watch(begun.set)
        async with anyio.create_task_group() as tasks:

            async def happen() -> None:
                await begun.wait()
                for item in told:
                    house.door.publish(item)

            tasks.start_soon(happen)
            assert [await anext(seen) for _ in told] == told


async def test_a_watcher_who_sleeps_loses_news_and_is_told_how_many(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "BACKLOG_MAX", 3)
    async with client.connected_async(house.path) as dialer:
        begun = anyio.Event()
        seen = dialer.watch(begun.set)
        house.door.publish(Tick(at=0.0))  # nobody watches yet: costs nothing
        async with anyio.create_task_group() as tasks:

            async def happen() -> None:
                await begun.wait()
                for second in range(10):
                    house.door.publish(Tick(at=float(second)))
                await anyio.sleep(0.05)
                house.door.publish(Tick(at=99.0))

            tasks.start_soon(happen)
            got = [await anext(seen) for _ in range(6)]
    assert got == [*(Tick(at=float(second)) for second in range(4)), Lost(6), Tick(at=99.0)]


async def test_a_thread_can_speak_too(house: House) -> None:
    def conversation() -> tuple[int, dict[str, object]]:
        with client.connected(house.path) as dialer:
            return dialer.order(WentReady(agent="li", at=0.0)), dialer.status()

    assert await anyio.to_thread.run_sync(conversation) == (
        1,
        {"calls": {"TALKING": 3}, "taken": 1},
    )


async def test_a_watching_thread_ends_with_the_dialer(tmp_path: Path) -> None:
    house = House(tmp_path)
    seen: list[object] = []

    def watch() -> None:
        with client.connected(house.path) as dialer:
            seen.extend(dialer.watch())

    async with anyio.create_task_group() as tasks, door.opened(house.door, house.path):
        tasks.start_soon(anyio.to_thread.run_sync, watch)
        while Tick(at=1.0) not in seen:
            house.door.publish(Tick(at=1.0))
            await anyio.sleep(0.01)
    assert set(seen) == {Tick(at=1.0)}


async def test_only_the_owner_may_come_in(house: House) -> None:
    assert stat.S_IMODE(house.path.stat().st_mode) == 0o600


async def test_too_many_clients_are_sent_away(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "CLIENTS_MAX", 1)
    async with client.connected_async(house.path) as first:
        await first.status()
        async with client.connected_async(house.path) as second:
            with pytest.raises(OrderRefused, match="1 clients are the most"):
                await second.status()


async def test_a_deep_home_is_no_obstacle(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a-rather-long-folder-name"] * 6)
    deep.mkdir(parents=True)
    house = House(deep)
    assert len(str(house.path)) > 107
    async with door.opened(house.door, house.path), client.connected_async(house.path) as dialer:
        assert (await dialer.status())["taken"] == 0


async def test_no_dialer_is_said_in_one_line_with_the_mend(tmp_path: Path) -> None:
    with (
        pytest.raises(NoServer, match=r"no dialer serves .*: start one with `dialer serve`"),
        client.connected(tmp_path / "door.sock"),
    ):
        pass
    with pytest.raises(NoServer):
        async with client.connected_async(tmp_path / "door.sock"):
            pass


async def test_a_door_that_closes_answers_what_it_was_told_and_the_next_one_who_comes_then(
    tmp_path: Path,
) -> None:
    first, second = House(tmp_path), House(tmp_path)
    first.disk_is_quick = False
    told: list[int] = []

    async def order(agent: str) -> None:
        async with client.connected_async(first.path) as dialer:
            told.append(await dialer.order(WentReady(agent=agent, at=0.0)))

    with listening(first.path) as listener:
        async with (
            anyio.create_task_group() as tasks,
            client.connected_async(first.path) as late,
        ):
            tasks.start_soon(first.door.serve, listener)
            await late.status()
            tasks.start_soon(order, "li")
            while not first.taken:  # noqa: ASYNC110 - it has no events
                await anyio.sleep(0.005)
            tasks.start_soon(first.door.close)
            await anyio.wait_all_tasks_blocked()
            with pytest.raises(NotTaken):
                await late.order(WentReady(agent="late", at=0.0))
            tasks.start_soon(order, "mo")
            first.durable = 1
            with anyio.fail_after(60):
                while told != [1]:  # noqa: ASYNC110
                    await anyio.sleep(0.005)
                tasks.start_soon(second.door.serve, listener)
                while len(told) < 2:  # noqa: ASYNC110
                    await anyio.sleep(0.005)
            tasks.cancel_scope.cancel()
    assert [[one.agent for one in its.taken] for its in (first, second)] == [["li"], ["mo"]]  # type: ignore[attr-defined]


async def test_an_order_for_which_nobody_waits_any_more_is_not_carried_out(tmp_path: Path) -> None:
    house = House(tmp_path)
    with listening(house.path) as listener:
        with pytest.raises(NoServer, match="did not answer within 0 s"):
            async with client.connected_async(house.path, 0.01) as dialer:
                await dialer.order(WentReady(agent="li", at=0.0))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(house.door.serve, listener)
            async with client.connected_async(house.path) as dialer:
                assert (await dialer.status())["taken"] == 0
            tasks.cancel_scope.cancel()


async def test_a_thread_that_speaks_on_is_heard_by_the_dialer_that_follows(tmp_path: Path) -> None:
    houses = [House(tmp_path), House(tmp_path)]
    said: list[int] = []
    first_is_over, is_first = Barrier(2), houses[0].door

    def conversation() -> None:
        with client.connected(houses[0].path) as dialer:
            said.append(dialer.order(WentReady(agent="li", at=0.0)))
            first_is_over.wait(60)
            said.append(dialer.order(WentReady(agent="mo", at=0.0)))

    with listening(houses[0].path) as listener:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(is_first.serve, listener)
            tasks.start_soon(anyio.to_thread.run_sync, conversation)
            while not said:  # noqa: ASYNC110
                await anyio.sleep(0.005)
            await is_first.close()
            await anyio.to_thread.run_sync(first_is_over.wait, 60)
            tasks.start_soon(houses[1].door.serve, listener)
            while len(said) < 2:  # noqa: ASYNC110
                await anyio.sleep(0.005)
            tasks.cancel_scope.cancel()
    assert [len(one.taken) for one in houses] == [1, 1]


async def test_the_socket_of_a_dead_dialer_is_taken_over(tmp_path: Path) -> None:
    stale = socket.socket(socket.AF_UNIX)
    stale.bind(str(tmp_path / "door.sock"))
    stale.close()
    house = House(tmp_path)
    async with door.opened(house.door, house.path), client.connected_async(house.path) as dialer:
        assert await dialer.order(WentReady(agent="li", at=0.0)) == 1
