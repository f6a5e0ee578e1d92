"""Stored text stays text: a hundred payloads in every field, on every page, in a real browser."""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect

from dialer.access.actor import at_the_machine
from dialer.engine.commands import AgentWas, DispositionSet, RecordingKept
from dialer.engine.events import Heard
from dialer.erasure.work import Proof
from dialer.journal.book import Book
from dialer.leads.normalise import NewLead, normal
from tests.access.conftest import MACHINE
from tests.api import shift
from tests.api.door import FakeDialer, agent
from tests.browser.payloads import PAYLOADS
from tests.browser.test_administration import Site, entered
from tests.warehouse.day import FACTS, T0, cdr, loader
from tests.warehouse.day import Book as Monday

pytestmark = pytest.mark.browser
N = len(PAYLOADS)
FIRST = 1 + len(shift.NUMBERS)
"The first lead with a payload."


class Hostile(FakeDialer):
    """A dialer in whose news all texts are payloads."""

    seat: Mapping[str, Any] | None = None

    async def ask(self, what: str, **fields: Any) -> dict[str, Any]:
        return {"seat": self.seat, "at": time.time()}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("xss")
    ringing = shift.made(home)
    with Book(home / "journal.sqlite") as book:
        for i, payload in enumerate(PAYLOADS):
            number = normal(f"1212555{2000 + i}", "us", lab=True)
            assert not isinstance(number, str)
            person = {"name": f"#{i} {payload}", payload: payload, "notes": payload}
            book.add_leads(payload, [NewLead(numbers=(number,), person=person)], at=5.0)
    loader(home, Monday([*FACTS, *facts()])).step()
    (home / "scripts").mkdir()
    (home / "scripts/spring.txt").write_text("\n\n".join(["{name}", "{notes}", *PAYLOADS]))
    with ExitStack() as stack:
        site = Site(home, stack)
        site.web.dialer, site.web.ringing = Hostile(), ringing
        filled(site)
        with site:
            yield site


def facts() -> Iterator[Any]:
    """A call with a recording for each payload, which is its list, its region and its outcome."""
    for i, payload in enumerate(PAYLOADS):
        call = f"x{i:02}" if i < 100 else f"y{i}"
        yield cdr(
            call, "connected", 6000 + i, lead="1", list=payload, region=payload, ended_by=payload,
            placed_at=0.1, answered_at=4, bridged_at=5, agent_heard_at=5.1, ended_at=65,
            legs=[("bob", 5, 65)],
        )  # fmt: skip
        yield DispositionSet(call=call, lead="1", campaign="spring", agent=payload,
                             disposition=payload, at=T0 + 6100 + i)  # fmt: skip
        yield RecordingKept(
            call=call, campaign="spring", path=f"2026-11-23/{call}.flac", why=payload,
            at=T0 + 6200 + i, seconds=60.0, talk_s=60.0, size=9, customer_db=-20.0, agent_db=-20.0,
        )  # fmt: skip


def filled(site: Site) -> None:
    accounts = site.web.accounts
    for i, payload in enumerate(PAYLOADS):
        made = accounts.keys.make(MACHINE, "ada", f"k{i}", frozenset({"user.password"}), days=1,
                                  at=site.web.now)  # fmt: skip
        written = (payload, made[3:11])  # no door takes it: it is as if an older program had
        accounts.keys._db.execute("UPDATE keys SET label = ? WHERE prefix = ?", written)
        by = at_the_machine(payload)
        accounts.audit.append(by, "user.see", payload, at=site.web.now, before={payload: payload},
                              after={"why": payload, "n": i})  # fmt: skip
    figures = {"state": "paused", "pool": "sales", "placed": 3, "persons": 4, "connected": 3,
               "abandoned": 1, "cap": 0.03, "mode": "progressive", "account": "day",
               "zone": "UTC"}  # fmt: skip
    call = site.web.ringing["spring"]
    site.web.dialer.picture |= {
        "campaigns": {"spring": {**figures, "why": PAYLOADS[6], "bound": PAYLOADS[7]},
                      **{one: {**figures, "why": one, "account": one, "zone": one}
                         for one in PAYLOADS}},
        "pools": {"sales": {"agents": {one: 1 for one in PAYLOADS}, "calls": {}}},
        "agents": [agent("bob", "TALKING", call)
                   | {"reason": PAYLOADS[6], "recording": PAYLOADS[7]},
                   *({**agent(one, "PAUSED"), "reason": one, "pool": one} for one in PAYLOADS)],
        "monitors": [
            {"user": one, "agent": "bob", "how": "listen", "up": True} for one in PAYLOADS
        ],
        "recording_room": True,
    }  # fmt: skip
    site.web.dialer.news += [
        Heard(call=call, sound="human", phase="answer", cause=one, kind=one, at=time.time())
        for one in PAYLOADS
    ]


def watched(chromium: Browser, site: Site, name: str, page: Page | None = None) -> Page:
    if page is None:
        page = entered(chromium, site, name)
        page.wait_for_load_state("networkidle")
    page.on("dialog", lambda dialog: (_ for _ in ()).throw(AssertionError(dialog.message)))
    return page


def must_be_unharmed(page: Page, least: int) -> None:
    """The texts are shown as texts, and nothing of them is anything else."""
    found = page.evaluate(
        """() => ({
            pwned: window.pwned,
            texts: document.body.innerText.split("pwned").length - 1,
            elements: [...document.querySelectorAll("main *, #toasts *")].filter((one) =>
                ["SCRIPT", "IFRAME", "OBJECT", "EMBED", "BASE", "MATH", "ANIMATE"]
                    .includes(one.tagName.toUpperCase())
                || [...one.attributes].some(({ name, value }) => name.startsWith("on")
                    || (["href", "src", "action"].includes(name)
                        && /^\\s*javascript:/i.test(value)))
                || (one.tagName === "IMG" && one.getAttribute("src") === "x"),
            ).map((one) => one.outerHTML.slice(0, 80)),
        })"""
    )
    assert (found["pwned"], found["elements"]) == (None, [])
    assert found["texts"] >= least, page.locator("main").inner_text()[:500]


@pytest.mark.parametrize("payload", PAYLOADS[:96:16])
def test_the_examiner_would_see_harm(chromium: Browser, payload: str) -> None:
    page = chromium.new_page()
    page.goto("data:text/html,<main><p>pwned</p></main>")
    must_be_unharmed(page, 1)
    page.evaluate("text => { document.querySelector('main').innerHTML = text; }", payload)
    with pytest.raises(AssertionError):
        must_be_unharmed(page, 1)


@pytest.mark.parametrize("tab", ["users", "teams", "keys", "audit"])
def test_administration(chromium: Browser, site: Site, tab: str) -> None:
    page = watched(chromium, site, "ada")
    page.locator(f"[role=tab][aria-controls={tab}]").click()
    page.wait_for_load_state("networkidle")
    least = {"keys": N, "audit": N}.get(tab, 0)
    page.wait_for_function(  # the network may be idle because nothing was asked yet
        "least => document.body.innerText.split('pwned').length > least", arg=least
    )
    must_be_unharmed(page, least)


def test_the_supervisors_floor(chromium: Browser, site: Site) -> None:
    page = watched(chromium, site, "ada")
    page.goto("/supervisor")
    expect(page.locator("#agents tr").first).to_be_visible()
    page.wait_for_timeout(1500)
    must_be_unharmed(page, N)


def test_the_recordings(chromium: Browser, site: Site) -> None:
    page = watched(chromium, site, "ada")
    page.goto("/recordings")
    page.wait_for_load_state("networkidle")
    must_be_unharmed(page, 1)


def test_the_lists_and_one_person(chromium: Browser, site: Site) -> None:
    folder = site.web.home / "erasures"
    folder.mkdir()
    for i, payload in enumerate(PAYLOADS):
        (folder / f"{i}-x.json").write_bytes(msgspec.json.encode(Proof(
            id=f"{i}-x", by=payload, ordered_at=float(i), done_at=9.0, program="x", tokens=(),
            leads=(), calls=0, journal={}, letters=0, packed={}, warehouse="", files=(),
            searched_files=0, searched_bytes=0, left=(payload,),
        )))  # fmt: skip
    page = watched(chromium, site, "ada")
    page.goto("/lists")
    expect(page.locator("#erasures tr")).to_have_count(N)
    for i in range(0, N, 20):
        page.get_by_label("Telephone number").fill(f"1212555{2000 + i}")
        page.get_by_role("button", name="Find").click()
        expect(page.locator("#leads tr")).to_have_attribute("data-lead", str(FIRST + i))
        must_be_unharmed(page, N + 1)


def test_the_desk(chromium: Browser, site: Site) -> None:
    """Bob talks to a hundred people, one after the other."""
    page = chromium.new_context(base_url=site.address).new_page()
    watched(chromium, site, "bob", page)
    page.goto("/login")
    page.get_by_label("User name").fill("bob")
    page.locator("input[name=password]").first.fill("green harvest lantern")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    dialer = site.web.dialer
    assert isinstance(dialer, Hostile)
    call = site.web.ringing["spring"]
    for i, payload in enumerate(PAYLOADS):
        dialer.seat = {
            "at": time.time(), "agent": "bob", "pool": payload, "state": "TALKING",
            "since": time.time(), "reason": payload, "wants": "", "why": payload,
            "leg_up": True, "endpoint": "PJSIP/bob", "call": f"{call[:-3]}{i:03}",
            "lead": str(FIRST + i), "campaign": "spring", "wrap_up_until": None,
        }  # fmt: skip
        dialer.news += [
            Heard(call=dialer.seat["call"], sound="human", phase="answer", cause=payload, at=1.0),
            AgentWas(agent="bob", pool="sales", state="READY", from_at=1.0, to_at=2.0),
        ]
        expect(page.locator("#who")).to_contain_text(f"#{i} ")
        if i % 10 == 0 or i == N - 1:
            must_be_unharmed(page, 3)
    must_be_unharmed(page, 3)
