"""Personal data planted as canaries: after a day of all there is they are in no log or figure."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import anyio
import msgspec
import pytest
from httpx import ASGITransport, AsyncClient
from prometheus_client import CollectorRegistry, generate_latest

from dialer import client, logs
from dialer.api.app import app
from dialer.api.house import Clerk, House
from dialer.engine.events import LoggedIn, WentReady
from dialer.journal.book import Book
from dialer.journal.people import People
from dialer.journal.reader import Reader
from dialer.leads.normalise import NewLead, normal
from dialer.metrics import Fold
from tests.access.conftest import GOOD, NINE
from tests.api.conftest import Web, another, staffed
from tests.test_backup import QUICK, WORLD, ended, lived
from tests.test_serve import opened, until

NUMBERS = ("12125559871", "12125559872", "12125559873")
PERSON = {
    "name": "Quetzalcoatl Canary", "mail": "tweety@birdcage.example",
    "notes": "rings the bell at Kanarienweg 7",
}  # fmt: skip
TYPED = "my password is yellow plumage"
CANARIES = (
    *NUMBERS, *(one[-7:] for one in NUMBERS), "555-987", "555 987", "Quetzalcoatl", "tweety",
    "Kanarienweg", "yellow plumage", GOOD,
)  # fmt: skip
CSV = "phone,name\n(212) 555-9873,Quetzalcoatl Canary\n911,Quetzalcoatl\nx 555-9874,Kanarienweg\n"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """All that anybody writes to a log, at its chattiest."""
    root, level = logging.getLogger(), logging.getLogger().level
    before = root.handlers[:]
    for handler in before:
        root.removeHandler(handler)  # pytest's own must not be closed by us
    stream = io.StringIO()
    logs.install(logs.to_stream(stream), "debug")
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with Book(tmp_path / "journal.sqlite") as book:
        for digits in NUMBERS[:2]:
            number = normal(digits, "us", lab=True)
            assert not isinstance(number, str)
            book.add_leads("vip", [NewLead(numbers=(number,), person=PERSON)])
    return tmp_path


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_no_canary_sings(
    home: Path, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    asked: list[str] = []
    async with anyio.create_task_group() as tasks:

        async def serve(*, task_status: Any) -> None:
            await lived(home, WORLD, task_status=task_status)

        await tasks.start(serve)
        async with client.connected_async(home / "door.sock") as door:
            await opened(door, QUICK)
            for agent in ("bob", "li"):
                await door.order(LoggedIn(agent=agent, pool="main", endpoint="PJSIP/x", at=0.0))
                await door.order(WentReady(agent=agent, at=0.0))
        await until(lambda: len(ended(home)) >= 2)
        await until((home / "state.json").exists)
        with ExitStack() as stack:
            web = staffed(Web(home, stack))
            house = House(
                home, access=Clerk(another(home)), passwords=Clerk(another(home)),
                knock=lambda: client.connected_async(home / "door.sock"), clock=lambda: NINE,
            )  # fmt: skip
            made = app(house)
            transport = ASGITransport(made, raise_app_exceptions=False)
            async with (
                made.lifespan(),
                AsyncClient(transport=transport, base_url="http://dialer.example") as ada,
            ):
                await _day(ada, said, asked, monkeypatch)
            trail = str([vars_of(one) for one in web.accounts.audit.entries()])
        tasks.cancel_scope.cancel()

    reader, registry = Reader(home / "journal.sqlite"), CollectorRegistry()
    events = [event for _, event in reader.since(0)]
    facts = [fact for _, fact in reader.facts(0)]
    fold = Fold(registry)
    for news in (*events, *facts):
        fold.observe(news)
    for handler in logging.getLogger().handlers:
        handler.flush()
    places = {
        "log": written.getvalue(),
        "metrics": generate_latest(registry).decode(),
        "events": msgspec.json.encode(events).decode(),
        "facts": msgspec.json.encode(facts).decode(),
        "state": (home / "state.json").read_text(),
        "audit": trail,
        "refusals": "\n".join(said),
        "urls": "\n".join(asked),
    }
    assert {name: len(text) > 100 for name, text in places.items() if len(text) <= 100} == {}
    assert '"event": "a request failed"' in places["log"]
    found = {
        name: [one for one in CANARIES if one.lower() in text.lower()]
        for name, text in places.items()
    }
    assert {name: sings for name, sings in found.items() if sings} == {}
    assert [one for one in CANARIES if one.encode() in databases(home)] == []


async def _day(
    ada: AsyncClient, said: list[str], asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything that takes in or gives out somebody's data, and what goes wrong with it."""

    async def ask(method: str, path: str, **sent: Any) -> Any:
        answer = await ada.request(method, path, **sent)
        asked.append(str(answer.url))
        if answer.status_code >= 400:
            said.append(f"{answer.status_code} {answer.headers} {answer.text}")
        return answer

    for name in ("Quetzalcoatl", NUMBERS[0], "ada"):
        await ask("POST", "/login", json={"name": name, "password": TYPED})
    entered = await ada.post("/login", json={"name": "ada", "password": GOOD})
    ada.headers["origin"] = "http://dialer.example"
    ada.headers["x-csrf-token"] = entered.json()["csrf"]
    csv = {"content-type": "text/csv"}
    assert (await ask("POST", "/api/v1/lists/fresh/import", content=CSV, headers=csv)).is_success
    await ask("POST", "/api/v1/dnc/import", content=CSV, headers=csv)
    found = await ask("POST", "/api/v1/leads/search", json={"number": NUMBERS[0]})
    lead = found.json()[0]["lead"]
    shown = await ask("GET", f"/api/v1/leads/{lead}")
    assert "Quetzalcoatl" in shown.text  # the canary lives: what is looked for can be found
    revealed = await ask("POST", f"/api/v1/leads/{lead}/reveal")
    assert NUMBERS[0] in revealed.text
    for number in (*NUMBERS, "Quetzalcoatl 555-9871", "+1 (212) 555-9871 Kanarienweg"):
        await ask("POST", "/api/v1/dnc", json={"numbers": [number]})
        await ask("POST", "/api/v1/dnc/check", json={"number": number})
        off = {"number": number, "reason": f"she called from {number}"}
        await ask("POST", "/api/v1/dnc/remove", json=off)
        await ask("POST", "/api/v1/leads/search", json={"number": number, "name": number})
    await ask("GET", "/api/v1/calls")
    await ask("GET", "/api/v1/lists/vip/leads")
    await ask("POST", "/api/v1/campaigns", json={"name": "x", "lists": [], "why": NUMBERS[0]})
    await ask("POST", "/api/v1/users", json={"name": PERSON["name"], "role": NUMBERS[1]})
    await ask("POST", "/me/password", json={"old": TYPED, "new": f"{TYPED} Quetzalcoatl"})

    def broken(self: People, lead: str) -> None:
        person, number = dict(PERSON), NUMBERS[0]
        raise RuntimeError(json.dumps({"number": number, "mail": person["mail"]}))

    monkeypatch.setattr(People, "lead", broken)
    assert (await ask("GET", f"/api/v1/leads/{lead}")).status_code == 500


def databases(home: Path) -> bytes:
    return b"".join(one.read_bytes() for one in home.glob("*.sqlite*") if one.suffix != ".key")


def vars_of(entry: Any) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in entry.__struct_fields__}
