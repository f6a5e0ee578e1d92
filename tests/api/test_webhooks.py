"""Webhooks: signed, tried again, kept on disk; told once to who asks, in his own form."""

import hmac
import json
from base64 import b64decode
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import anyio
import pytest
from aiohttp import web as web_server

from dialer.access.rules import Thing
from dialer.api import outbox as boxes
from dialer.api.alerting import Alerting
from dialer.api.delivery import sent
from dialer.api.forms import FORMS, OFFERED, Letter, Told, signature
from dialer.api.house import Clerk, House
from dialer.api.newsroom import Newsroom, shown
from dialer.api.outbox import LETTERS_MAX, WAITS_S, Outbox
from dialer.api.postman import Postman
from dialer.engine.events import CampaignPaused, Ringing
from tests.access.conftest import NINE
from tests.api.conftest import Web, another

URL = "https://hooks.example/x"
PAUSED = {"campaign": "spring", "user": "eva", "why": "lunch"}
TOLD = Told(id="0a", kind="CampaignPaused", what=PAUSED)


class Receiver:
    """Whoever is told; `takes` says whether he is there."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.takes = True

    async def __call__(self, letter: Letter) -> bool:
        self.letters.append(letter)
        return self.takes


class Round:
    """A postman's round: his outbox, whom he meets, and a clock that is set by hand."""

    def __init__(self, web: Web) -> None:
        self.now = NINE
        self.outbox = Outbox(web.home)
        self.receiver = Receiver()
        self.clerk = Clerk(another(web.home))
        self.house = house = House(
            web.home, access=self.clerk, passwords=self.clerk, knock=web.dialer.knock,
            clock=lambda: self.now,
        )  # fmt: skip
        self.newsroom = Newsroom(house)
        self.postman = Postman(self.outbox, self.newsroom, self.receiver, lambda: self.now)

    def close(self) -> None:
        self.outbox.close()
        self.clerk.close()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def round_(web: Web) -> Any:
    made = Round(web)
    yield made
    made.close()


def test_who_has_the_secret_can_tell_that_we_sent_it_and_when() -> None:
    letter = FORMS["plain"](URL, "secret", TOLD, 1_795_000_000)
    assert letter.headers["x-dialer-timestamp"] == "1795000000"
    expected = hmac.new(b"secret", b"1795000000." + letter.body, "sha256").hexdigest()
    assert letter.headers["x-dialer-signature"] == f"v1={expected}"
    assert signature("secret", 1_795_000_001, letter.body) != f"v1={expected}"
    assert json.loads(letter.body) == {"id": "0a", "kind": "CampaignPaused", "what": PAUSED}


def test_a_robot_of_dingtalk_is_told_in_a_sentence_and_its_address_is_signed() -> None:
    letter = FORMS["dingtalk"](f"{URL}?access_token=t", "SEC1", TOLD, 1_795_000_000)
    asked = parse_qs(urlsplit(letter.url).query)
    assert (asked["access_token"], asked["timestamp"]) == (["t"], ["1795000000000"])
    right = hmac.digest(b"SEC1", b"1795000000000\nSEC1", "sha256")
    assert b64decode(asked["sign"][0]) == right
    assert json.loads(letter.body) == {
        "msgtype": "text",
        "text": {"content": "Campaign spring is paused by eva. lunch"},
    }


def test_a_robot_of_wecom_is_told_in_the_same_sentence() -> None:
    letter = FORMS["wecom"](URL, "", TOLD, 1)
    assert (letter.url, "lunch" in letter.body.decode()) == (URL, True)


@pytest.mark.parametrize("kind", OFFERED)
def test_every_event_that_is_offered_has_its_sentence(kind: str) -> None:
    letter = FORMS["wecom"](URL, "", Told(id="1", kind=kind, what={}), 1)
    assert len(json.loads(letter.body)["text"]["content"]) > 10


@pytest.mark.anyio
async def test_what_is_not_taken_comes_again_later_each_time_and_then_no_more(
    round_: Round,
) -> None:
    round_.outbox.add(URL, "plain", ["CampaignPaused"], "s", by="ada", at=NINE)
    assert round_.outbox.post("CampaignPaused", PAUSED, NINE) == 1
    round_.receiver.takes = False
    for wait_s in WAITS_S:
        assert await round_.postman.deliver() == 0
        round_.now += wait_s - 0.1
        before = len(round_.receiver.letters)
        await round_.postman.deliver()
        assert len(round_.receiver.letters) == before
        round_.now += 0.1
    await round_.postman.deliver()
    assert len(round_.receiver.letters) == len(WAITS_S) + 1
    [webhook] = round_.outbox.webhooks()
    assert (webhook.lost, webhook.waiting) == (1, 0)
    assert len({json.loads(one.body)["id"] for one in round_.receiver.letters}) == 1


@pytest.mark.anyio
async def test_what_was_not_delivered_outlives_the_process(web: Web) -> None:
    first = Round(web)
    first.outbox.add(URL, "plain", ["CampaignPaused"], "s", by="ada", at=NINE)
    first.outbox.post("CampaignPaused", PAUSED, NINE)
    first.close()
    second = Round(web)
    assert await second.postman.deliver() == 1
    assert await second.postman.deliver() == 0
    second.close()


@pytest.mark.anyio
async def test_what_happens_is_told_to_who_asks_for_it(round_: Round) -> None:
    round_.outbox.add(URL, "plain", ["CampaignPaused"], "s", by="ada", at=NINE)
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(round_.postman.run)
            await anyio.sleep(0.05)
            round_.newsroom.tell(Ringing(call="d1-1", at=1.0))
            round_.newsroom.tell(CampaignPaused(campaign="spring", user="eva", at=1.0))
            while not round_.receiver.letters:  # noqa: ASYNC110 - a receiver has no events
                await anyio.sleep(0.02)
            tasks.cancel_scope.cancel()
    [letter] = round_.receiver.letters
    told = json.loads(letter.body)
    assert (told["kind"], told["what"]["campaign"]) == ("CampaignPaused", "spring")


@pytest.mark.anyio
async def test_only_what_was_accepted_at_the_very_address_counts_as_taken() -> None:
    async def answer(request: web_server.Request) -> web_server.Response:
        assert request.headers["x-sign"] == "s"
        status = int(request.match_info["status"])
        return web_server.Response(status=status, headers={"location": "/204"})

    server = web_server.Application()
    server.router.add_post("/{status}", answer)
    runner = web_server.AppRunner(server)
    await runner.setup()
    site = web_server.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    at = f"http://127.0.0.1:{runner.addresses[0][1]}"
    taken = {
        status: await sent(Letter(f"{at}/{status}", {"x-sign": "s"}, b"{}"))
        for status in (200, 204, 302, 404, 500)
    }
    await runner.cleanup()
    assert taken == {200: True, 204: True, 302: False, 404: False, 500: False}
    assert not await sent(Letter(at, {}, b"{}"))


def test_a_receiver_who_is_gone_does_not_fill_the_disk(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert LETTERS_MAX >= 1000
    monkeypatch.setattr(boxes, "LETTERS_MAX", 3)
    with Outbox(web.home) as outbox:
        outbox.add(URL, "plain", ["Cdr"], "s", by="ada", at=NINE)
        for _ in range(5):
            outbox.post("Cdr", {}, NINE)
        [webhook] = outbox.webhooks()
    assert (webhook.waiting, webhook.lost) == (3, 2)


def test_a_webhook_is_made_seen_and_ended_by_an_administrator(web: Web) -> None:
    ada = web.browser("ada")
    made = ada.post("/api/v1/webhooks", json={"url": URL, "kinds": ["Cdr"]})
    assert (made.status_code, len(made.json()["secret"])) == (201, 43)
    [seen] = ada.get("/api/v1/webhooks").json()
    assert (seen["url"], seen["kinds"], seen["made_by"]) == (URL, ["Cdr"], "ada")
    assert made.json()["secret"] not in ada.get("/api/v1/webhooks").text
    assert made.json()["secret"].encode() not in Path(web.home / "webhooks.sqlite").read_bytes()
    assert web.browser("eva").get("/api/v1/webhooks").status_code == 403
    path = f"/api/v1/webhooks/{made.json()['webhook']}"
    assert ada.delete(path).json() == {"removed": True}
    assert ada.delete(path).json() == {"removed": False}
    assert [one[2] for one in web.accounts.told("setting.edit")] == ["webhook:1", "webhook:1"]


@pytest.mark.parametrize(
    "body",
    [
        {"url": "http://hooks.example/x"},
        {"url": "file:///etc/passwd"},
        {"url": "https://user:secret@hooks.example/"},
        {"url": "https:///x"},
        {"kinds": ["Heard"]},
        {"kinds": []},
        {"form": "slack"},
    ],
)
def test_a_webhook_that_is_not_safe_or_not_offered_is_refused(
    web: Web, body: dict[str, Any]
) -> None:
    said = web.browser("ada").post("/api/v1/webhooks", json={"url": URL, "kinds": ["Cdr"], **body})
    assert said.status_code in (400, 422)
    local = {"url": "http://127.0.0.1:9/x", "kinds": ["Cdr"]}
    assert web.browser("ada").post("/api/v1/webhooks", json=local).status_code == 201


@pytest.mark.anyio
async def test_what_needs_a_manager_is_told_once_and_once_more_when_it_is_over(
    round_: Round, web: Web
) -> None:
    round_.outbox.add(URL, "plain", ["Alert"], "s", by="ada", at=NINE)
    alerting = Alerting(round_.house, round_.newsroom, round_.postman, lambda: round_.now)
    state = {"state": "dialling", "persons": 80, "abandoned": 4, "cap": 0.03, "leads_left": 9}
    web.dialer.picture |= {"at": NINE, "switch": "up", "campaigns": {"spring": state}}

    async def told(seconds: int) -> list[tuple[str, str]]:
        del round_.receiver.letters[:]
        for _ in range(seconds // 5):
            await alerting.look()
            round_.now += 5.0
        await round_.postman.deliver()
        what = [json.loads(letter.body)["what"] for letter in round_.receiver.letters]
        return [(one["state"], one["text"]) for one in what]

    words = "spring: 4 of 80 people abandoned (5.00 %), cap 3.00 %, in its account's period."
    assert await told(10) == []
    with round_.newsroom.subscribed() as watching:
        assert await told(60) == [("begun", words)]
        notice, things = watching.receive_nowait()
    assert shown(notice) | {"at": 0.0} == {
        "notice": "Alert", "at": 0.0, "kind": "abandonment", "level": "critical",
        "campaign": "spring", "agent": "", "trunk": "", "caller_id": "",
        "state": "begun", "text": words,
    }  # fmt: skip
    assert things == (Thing(campaign="spring"),)
    state["abandoned"] = 1
    assert await told(30) == []
    assert await told(60) == [("over", f"Over: {words}")]
    web.dialer.is_there = False
    assert await told(60) == [("begun", "Nothing is heard of the dialer: no call is placed.")]
