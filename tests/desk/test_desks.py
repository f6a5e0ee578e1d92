"""What each desk is told, and when: told by the dialer's news, and by looks at the floor."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest

from dialer.access.rules import User
from dialer.access.store import Access
from dialer.api.house import Clerk, House
from dialer.api.newsroom import Newsroom
from dialer.client import News
from dialer.desk import lately
from dialer.desk.desks import Desks
from dialer.desk.lately import Calls
from dialer.desk.seat import Seat
from dialer.engine.commands import Cdr
from dialer.engine.events import (
    Bridged,
    Event,
    Heard,
    HungUp,
    Intended,
    LeadOffered,
    LoggedIn,
    RecordingPaused,
    Refused,
    Withdrawn,
)
from dialer.errors import NoServer
from tests.access.conftest import opened_house
from tests.engine.script import intended, key, open_for_business

pytestmark = pytest.mark.anyio
ANNA = User(name="anna", role="agent", campaigns=frozenset({"spring"}))
BEN = User(name="ben", role="agent", campaigns=frozenset({"*"}))
SPRING = {"pool": "sales", "state": "dialling", "why": ""}
TALKS = {
    "agent": "anna", "at": 5.0, "state": "TALKING", "call": key(1), "lead": "L1", "desk": "one",
    "campaign": "spring", "pool": "sales", "endpoint": "PJSIP/anna", "wants": "ready",
}  # fmt: skip


@pytest.fixture
def anyio_backend() -> str:
    return "trio"


class Dialer:
    """Says how agents stand; silent while it is away."""

    def __init__(self) -> None:
        self.is_away = False
        self.seats: dict[str, dict[str, Any]] = {}
        self.campaigns: dict[str, dict[str, Any]] = {"spring": SPRING}
        self.orders: list[Event] = []

    @asynccontextmanager
    async def knock(self) -> AsyncIterator["Dialer"]:
        yield self

    async def ask(self, what: str, **fields: Any) -> dict[str, Any]:
        if self.is_away:
            raise NoServer("away")
        return {"at": 9.0, "seat": self.seats.get(fields["agent"])}

    async def order(self, order: Event) -> int:
        self.orders.append(order)
        if isinstance(order, LoggedIn):
            self.seats[order.agent] = {**self.seats[order.agent], "desk": order.desk}
        return 1

    async def status(self) -> dict[str, Any]:
        return {"campaigns": self.campaigns, "pools": {"sales": {}}, "agents": [], "outside": []}

    async def watch(self, begun: Callable[[], None] = lambda: None) -> AsyncIterator[News]:
        begun()
        for order in self.orders:
            yield order


class Floor:
    """Desks before a dialer, on a home of their own."""

    def __init__(self, home: Path, accounts: Access) -> None:
        self.dialer = Dialer()
        house = House(home, access=Clerk(accounts), passwords=Clerk(accounts),
                      knock=self.dialer.knock, clock=lambda: 9.0)  # fmt: skip
        self.desks = Desks(house, Newsroom(house))


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    with opened_house(tmp_path) as accounts:
        yield Floor(tmp_path, accounts)


def over(n: int) -> Cdr:
    """The record of call n."""
    script = open_for_business("anna")
    script.tell(intended(n, 1.0), HungUp(key(n), at=2.0, cause=17))
    (record,) = script.facts(Cdr)
    assert isinstance(record, Cdr)
    return record


async def told(floor: Floor, seat: Seat) -> dict[str, Any]:
    """What the page would read now."""
    await floor.desks.refresh(seat)
    return seat.parts()


async def test_a_pool_whose_campaign_is_opened_later_is_offered_to_who_waits(floor: Floor) -> None:
    floor.dialer.campaigns = {}
    with floor.desks.seated(ANNA, "one") as seat:
        await floor.desks.furnish(seat)
        assert (await told(floor, seat))["pools"] == []
        await floor.desks.look()
        assert "pools" not in seat.parts()
        floor.dialer.campaigns = {"spring": SPRING, "autumn": {**SPRING, "pool": "east"}}
        await floor.desks.look()
        assert seat.parts()["pools"] == ["sales"]  # autumn is none of hers
        await floor.desks.look()
        assert "pools" not in seat.parts()


async def test_to_whom_a_call_can_be_handed_over_comes_with_the_call(floor: Floor) -> None:
    floor.dialer.seats["anna"] = {**TALKS, "call": ""}
    with floor.desks.seated(ANNA, "one") as seat:
        await floor.desks.look()
        assert "targets" not in await told(floor, seat)
        floor.dialer.seats["anna"] = TALKS
        floor.desks.hear(Bridged(key(1), "anna", at=5.0))
        with_the_call = {"pools": ["sales"], "agents": [], "outside": []}
        assert (await told(floor, seat))["targets"] == with_the_call


async def test_an_agent_of_whom_the_dialer_said_nothing_is_asked_for_again(floor: Floor) -> None:
    with floor.desks.seated(ANNA, "one") as seat:
        await floor.desks.look()
        floor.dialer.is_away, floor.dialer.seats["anna"] = True, {**TALKS, "call": ""}
        assert "me" not in await told(floor, seat)
        floor.dialer.is_away = False
        await seat.changed()
        await floor.desks.look()
        with anyio.fail_after(60):
            await seat.changed()
        assert (await told(floor, seat))["me"]["state"] == "TALKING"


async def test_who_opens_another_page_goes_on_working_at_that_one(floor: Floor) -> None:
    floor.dialer.seats["anna"] = {**TALKS, "call": ""}
    with floor.desks.seated(ANNA, "one") as before, floor.desks.seated(ANNA, "two") as seat:
        assert before.taken_over
        assert (await told(floor, seat))["me"]["desk"] == "two"
        assert floor.dialer.orders == [
            LoggedIn(agent="anna", pool="sales", endpoint="PJSIP/anna", desk="two", at=0.0)
        ]
        await told(floor, before)  # the page that was left takes nothing back
        await told(floor, seat)
        assert len(floor.dialer.orders) == 1


async def test_whoever_is_not_at_work_is_not_logged_in_by_a_page(floor: Floor) -> None:
    with floor.desks.seated(ANNA, "one") as seat:
        assert (await told(floor, seat))["me"] == {"state": "LOGGED_OUT", "at": 9.0}
    assert floor.dialer.orders == []


async def test_news_of_an_agent_reach_the_agents_page_and_no_other(floor: Floor) -> None:
    with floor.desks.seated(ANNA, "one") as anna, floor.desks.seated(BEN, "two") as ben:
        await told(floor, anna)
        await told(floor, ben)
        floor.desks.hear(Bridged(key(1), "anna", at=5.0))
        assert (anna.stale, ben.stale) == (True, False)


async def test_what_was_heard_is_on_the_desk_still_when_the_call_is_over(floor: Floor) -> None:
    floor.dialer.seats["anna"] = TALKS
    verdict = Heard(key(1), "human", "answer", sample=12_000, confidence=0.9, at=3.0)
    for news in (intended(1, 1.0), verdict):
        floor.desks.hear(news)
    with floor.desks.seated(ANNA, "one") as seat:
        pop = (await told(floor, seat))["pop"]
        assert [(one.sound, one.after_s) for one in pop.heard] == [("human", 1.5)]
        floor.dialer.seats["anna"] = {**TALKS, "call": ""}
        seat.touch()
        assert (await told(floor, seat))["pop"] is None
        floor.desks.hear(over(1))
        floor.dialer.seats["anna"] = {**TALKS, "state": "WRAP_UP"}  # it was taken back
        seat.touch()
        again = (await told(floor, seat))["pop"]
        assert (again.heard, again.attempt) == (pop.heard, 1)


async def test_whom_an_agent_looks_at_is_on_the_desk_before_there_is_a_call(floor: Floor) -> None:
    floor.dialer.seats["anna"] = {**TALKS, "state": "PREVIEW", "call": ""}
    with floor.desks.seated(ANNA, "one") as seat:
        pop = (await told(floor, seat))["pop"]
        assert (pop.call, pop.lead, pop.heard) == ("", "L1", ())
        floor.dialer.seats["anna"] = {**TALKS, "state": "RESERVED"}
        floor.desks.hear(intended(1, 5.5, mode="preview", agent="anna"))
        assert (await told(floor, seat))["pop"].call == key(1)
        floor.dialer.seats["anna"] = {**TALKS, "state": "PREVIEW", "call": "", "lead": "L2"}
        floor.desks.hear(LeadOffered("anna", "spring", "L2", at=6.0))
        assert (await told(floor, seat))["pop"].lead == "L2"


async def test_who_wants_to_call_somebody_is_told_why_that_may_not_be(floor: Floor) -> None:
    with floor.desks.seated(ANNA, "one") as anna, floor.desks.seated(BEN, "two") as ben:
        await told(floor, anna)
        await told(floor, ben)
        floor.desks.hear(Refused("spring", 1, 0, "dnc", agent="anna", lead="L7", at=6.0))
        trouble = {"what": "refused", "why": "dnc", "at": 6.0}
        assert (await told(floor, anna))["trouble"] == trouble
        floor.desks.hear(Refused("spring", 1, 0, "no_leads", agent="ben", at=6.0))
        assert "trouble" not in await told(floor, ben), "nobody to look at is no trouble"


async def test_a_recording_that_goes_on_although_it_should_not_is_told_at_its_desk(
    floor: Floor,
) -> None:
    floor.dialer.seats["anna"] = TALKS
    with floor.desks.seated(ANNA, "one") as anna, floor.desks.seated(BEN, "two") as ben:
        await told(floor, anna)
        await told(floor, ben)
        floor.desks.hear(RecordingPaused(key(1), done=False, why="no", at=6.0))
        assert (await told(floor, anna))["trouble"] == {"what": "recording", "at": 6.0}
        assert (anna.stale, ben.stale, ben.parts()) == (False, False, {})
        floor.desks.hear(RecordingPaused(key(1), at=7.0))
        assert anna.stale
        assert "trouble" not in await told(floor, anna)


async def test_a_page_that_reads_slowly_is_told_the_newest_of_each_part() -> None:
    seat = Seat(ANNA, "one")
    seat.put(away=True, floor={"agents": 1})
    seat.put(away=False)
    await seat.changed()
    assert (seat.parts(), seat.parts()) == ({"away": False, "floor": {"agents": 1}}, {})


def test_of_calls_long_over_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lately, "KEPT", 2)
    calls = Calls()
    for n in range(1, 6):
        calls.hear(intended(n, 1.0))
        calls.hear(Heard(key(n), "human", "answer", at=2.0))
    for n in (1, 2, 3):
        calls.hear(over(n))
    calls.hear(Withdrawn(key(4), at=3.0))
    known = [n for n in range(1, 6) if calls.heard(key(n)) and calls.intent(key(n))]
    assert known == [2, 3, 5]
    open_: dict[str, Intended] = {}
    calls.learn(open_)  # the news of the fifth's end were missed
    assert [n for n in range(1, 6) if calls.intent(key(n))] == [3, 5]
