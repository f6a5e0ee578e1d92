"""Every route, asked by every role about things of its own and of others, as the table says."""

from decimal import Decimal
from hashlib import sha256
from typing import Any

import msgspec
import pytest
import soundfile
from litestar.handlers import HTTPRouteHandler, WebsocketRouteHandler

from dialer.access.permissions import ROLES, TABLE, Reach, Role
from dialer.api.table import ANY, OPEN, ROUTES, Route
from dialer.erasure.work import Proof
from dialer.journal.book import Book
from dialer.journal.ownership import Proof as Proved
from dialer.journal.store import Consent
from dialer.leads.importer import import_list
from dialer.money.rating import Deck, Rate
from dialer.money.store import Money, file_in
from tests.access.conftest import MACHINE, NINE
from tests.api import shift
from tests.api.conftest import RED, SPRING, Web
from tests.api.door import agent
from tests.api.shift import CALL, LEADS, NUMBERS
from tests.api.upstream import Upstream
from tests.audio.sounds import voice

OWN = {"campaign": "spring", "list": "vip", "import": "1", "lead": LEADS["vip"], "agent": "bob",
       "call": CALL["spring"], "user": "bob", "team": "red",
       "key": "ffffffff", "callback": "4"}  # fmt: skip
FOREIGN = {"campaign": "autumn", "list": "east", "import": "2", "lead": LEADS["east"],
           "agent": "chen", "call": CALL["autumn"], "user": "chen", "team": "blue",
           "callback": "5"}  # fmt: skip
ABSENT = {"campaign": "nowhere", "list": "nowhere", "import": "99", "lead": "99",
          "agent": "nobody", "call": "d1-0", "user": "nobody", "team": "nowhere",
          "key": "00000000", "callback": "99"}  # fmt: skip
CAPTURE = "d1-7"
"A call that said something that nobody knows."
ERASURE = "1-00000000"
"Somebody who was erased."
BODIES: dict[str, Any] = {
    "POST /setup": {"token": "x", "name": "x", "password": "x"},
    "POST /login": {"name": "x", "password": "x"},
    "POST /me/password": {"old": "x", "new": "x"},
    "POST /me/factor/confirm": {"code": "x"},
    "POST /me/factor/off": {"code": "x"},
    "POST /api/v1/campaigns": {"name": "summer", "lists": ["fresh"]},
    "PUT /api/v1/campaigns/{campaign}": {"lists": ["fresh"], "law": "lab"},
    "PUT /api/v1/campaigns/{campaign}/budget": {"amount": None},
    "POST /api/v1/campaigns/{campaign}/pause": {},
    "POST /api/v1/agents/{agent}/pause": {},
    **{
        f"POST /api/v1/agents/{{agent}}/{how}": {"phone": "glass"}
        for how in ("listen", "whisper", "barge")
    },
    "POST /api/v1/uploads/{upload}/preview": {"country": "us"},
    "POST /api/v1/uploads/{upload}/import": {"list": "fresh", "how": {"columns": ["phone"]}},
    "POST /api/v1/leads/search": {"number": "2125550123"},
    "POST /api/v1/consents": {"number": "2125550123", "source": "form", "proof": "page 7"},
    "POST /api/v1/consents/search": {"number": "2125550123"},
    "POST /api/v1/persons/export": {"number": "2125550199"},
    "POST /api/v1/persons/erase": {"number": "2125550199"},
    "PUT /api/v1/callbacks/{callback}": {"at": NINE + 3600},
    "POST /api/v1/calendar/days": {"kind": "closed", "first": "2027-02-05"},
    "POST /api/v1/caller-ids/{number}/rest": {"hours": 2},
    "POST /api/v1/caller-ids/{number}/wake": {},
    "POST /api/v1/caller-ids/{number}/proofs": {"source": "contract", "says": "page 7"},
    "POST /api/v1/dnc": {"numbers": ["2125550123"]},
    "POST /api/v1/dnc/check": {"number": "2125550123"},
    "POST /api/v1/announcements": {"capture": CAPTURE, "kind": "powered_off"},
    "PUT /api/v1/announcements/{announcement}": {"kind": "powered_off"},
    "PUT /api/v1/openings/{call}": {"label": "machine"},
    "POST /api/v1/webhooks": {"url": "http://127.0.0.1:9/x", "kinds": ["Cdr"]},
    "POST /api/v1/dnc/remove": {"number": "2125550123", "reason": "asked to be called"},
    "POST /api/v1/users": {"name": "zoe"},
    "PUT /api/v1/users/{user}/role": {"role": "agent"},
    "PUT /api/v1/users/{user}/scope": {"campaigns": ["spring"], "teams": ["red"]},
    "PUT /api/v1/users/{user}/grants": {"grants": []},
    "POST /api/v1/users/{user}/reset": {},
    "POST /api/v1/teams": {"team": "green"},
    "POST /api/v1/ratings": {"since": "2026-11-23"},
    "POST /api/v1/ratings/preview": {"since": "2026-11-23"},
    "PUT /api/v1/tariffs/trunks/{trunk}": {"deck": ""},
    "POST /api/v1/tariffs/charges": {"kind": "pool", "amount": "36", "currency": "CNY"},
    "POST /api/v1/tariffs/price": {"deck": "known", "number": "12125550123", "seconds": 61},
    "POST /api/v1/tariffs/exchange": {
        "day": "2026-11-20",
        "base": "USD",
        "quote": "CNY",
        "rate": "7.1",
    },
    "POST /api/v1/tariffs/uploads/{upload}/reconcile": {"trunk": "lab"},
    "POST /api/v1/tariffs/uploads/{upload}/preview": {"deck": "x", "currency": "CNY"},
    "POST /api/v1/tariffs/uploads/{upload}/import": {"wanted": {"deck": "x", "currency": "CNY"}},
    "POST /api/v1/keys": {"label": "x", "scopes": ["user.password"]},
}
CSV = "phone\n2125550188\n"
UPLOAD = sha256(CSV.encode()).hexdigest()
MONEY = "number,date,amount,prefix,rate,from,to\n12125550123,2026-11-20,0.10,1,7.1,USD,CNY\n"
"A price list, a bill and a table of rates of exchange in one."
PRICES = sha256(MONEY.encode()).hexdigest()
FILES = {
    "POST /api/v1/tariffs/uploads", "POST /api/v1/tariffs/exchange/import",
    "POST /api/v1/lists/{list}/import", "POST /api/v1/dnc/import", "POST /api/v1/uploads",
    "POST /api/v1/consents/import",
}  # fmt: skip
HTTP = [one for one in ROUTES.values() if one.method not in ("WS", "PAGE")]
PAGES = [one for one in ROUTES.values() if one.method == "PAGE"]
WORDLESS = {"PUT /board/{file}", "DELETE /board/{file}"}
"Writes that bear Streamlit's own word against forgery, and the Origin, in place of ours."


@pytest.fixture
def everybody(busy: Web, upstream: Upstream) -> Web:
    """One of each role, all with spring and team red; and rejects to be had of both lists."""
    busy.board = upstream.url
    for role in ROLES:
        if role not in ("superuser", "agent"):
            busy.hire(f"the-{role}", role, campaigns=SPRING, teams=RED)
    for name in ("vip", "east"):
        known = busy.home / "known.csv"
        known.write_text(f"phone\n{NUMBERS[name]}\n")
        import_list(busy.home / "journal.sqlite", known, name, "US", lab=True)
    (busy.home / "lab-seats.toml").write_text('[seats.glass]\ncontact = "sip:glass@127.0.0.1"\n')
    (busy.home / "captures").mkdir(exist_ok=True)
    soundfile.write(busy.home / f"captures/{CAPTURE}.wav", voice(1.6), 8000)
    (busy.home / "openings").mkdir(exist_ok=True)
    for seed, call in enumerate((OWN["call"], FOREIGN["call"])):
        soundfile.write(busy.home / f"openings/{call}.wav", voice(1.6, seed=seed), 8000)
    with Book(busy.home / "journal.sqlite") as book:
        book.agree(["12125550123"], Consent(source="form", proof="page 7"))
        book.prove(
            Proved(caller_id=shift.SHOWN, source="contract", says="x", proved_by="ada",
                   proved_at=NINE)
        )  # fmt: skip
    (busy.home / "lab-trunks.toml").write_text(shift.TRUNKS)
    with Money(file_in(busy.home)) as money:
        rates = (Rate(prefix="1", per_minute=Decimal("0.1")),)
        money.add_deck(
            Deck(name="known", currency="USD", rates=rates), at=1.0, by="mia", origin="a"
        )
    (busy.home / "erasures").mkdir()
    (busy.home / f"erasures/{ERASURE}.json").write_bytes(msgspec.json.encode(Proof(
        id=ERASURE, by="ada", ordered_at=1.0, done_at=2.0, program="x", tokens=("k",), leads=(7,),
        calls=0, journal={}, letters=0, packed={}, warehouse="", files=(), searched_files=0,
        searched_bytes=0, left=(),
    )))  # fmt: skip
    for name, whom, digits in (("vip", "bob", "12125550131"), ("east", "chen", "12125550132")):
        assert shift.promised(busy.home, name, digits, NINE + 60, whom) in ("4", "5")
    talking = [("bob", "spring"), ("chen", "autumn")]
    busy.dialer.picture["agents"] = [
        agent(name, "TALKING", busy.ringing[campaign]) for name, campaign in talking
    ]
    return busy


@pytest.fixture
def keys(everybody: Web) -> dict[str, str]:
    """Of each role's holder and of chen: the name of a key."""
    made = everybody.accounts.keys
    return {
        name: made.make(MACHINE, name, "x", frozenset({"user.password"}), days=1, at=NINE)[3:11]
        for name in [*map(holder, ROLES), "chen"]
    }


def holder(role: Role) -> str:
    """Who stands for a role. Bob, the agent, has spring's call on his line."""
    return {"superuser": "ada", "agent": "bob"}.get(role, f"the-{role}")


def asked(web: Web, browser: Any, line: Route, names: dict[str, str]) -> int:
    said = f"powered_off-{CAPTURE}" if line.method == "PUT" else CAPTURE
    path = line.path.format(
        **names, webhook="1", file="media/x", announcement=said, upload=UPLOAD,
        erasure=ERASURE, consent="1", number=shift.SHOWN, proof="1", trunk="lab",
        entry="1",
    )  # fmt: skip
    if "/tariffs/" in path:
        path = path.replace(UPLOAD, PRICES)
    sent: dict[str, Any] = {}
    if line.name in FILES:
        content = MONEY if "/tariffs/" in path else CSV
        sent = {"content": content, "headers": {"content-type": "text/csv"}}
    elif line.name in BODIES:
        sent = {"json": BODIES[line.name]}
    if line.name == "GET /api/v1/tariffs/uploads/{upload}/differences":
        sent = {"params": {"trunk": "lab"}}
    reply = browser.request(line.method, path, **sent)
    assert reply.status_code < 500, f"{line.name}: {reply.text}"
    status: int = reply.status_code
    return status


def reaches(role: Role, permission: str) -> Reach:
    """As the table says, for who has no grants."""
    if permission == ANY:
        return Reach.ALL
    cell = TABLE[permission].cells[role]
    return Reach.NONE if cell.by_grant else cell.reach


def expected(role: Role, line: Route, mine: bool) -> set[int]:
    """The whole rule, said once more and otherwise."""
    if line.permission in (OPEN, ANY):
        return {200, 201, 401, 403, 429}
    far = reaches(role, line.permission)
    if far is Reach.NONE:
        return {403}
    if line.kind == "-":
        return _of_collections(role, line, far)
    kind = line.permission.partition(".")[0]  # whom one sees one may be allowed to hear
    sees = reaches(role, {"monitor": "agent"}.get(kind, kind) + ".see")
    if not _covers(sees, line, mine):
        return {404}
    return {200} if _covers(far, line, mine) else {403}


def _of_collections(role: Role, line: Route, far: Reach) -> set[int]:
    if line.permission == "dnc.add":
        return {200} if far is Reach.ALL else {403}
    return {200, 201, 409} if line.path == "/api/v1/ratings/preview" else {200, 201}  # one runs


def _covers(far: Reach, line: Route, mine: bool) -> bool:
    if far is Reach.OWN:
        return mine and line.kind in ("agent", "lead", "user", "key", "callback")
    return far is Reach.ALL or (far is Reach.SCOPE and mine)


@pytest.mark.parametrize("role", ROLES)
def test_every_route_does_for_every_role_what_the_table_says(
    everybody: Web, role: Role, keys: dict[str, str]
) -> None:
    browser = everybody.browser(holder(role))
    himself = holder(role) if role in ("inspector", "analyst") else OWN["user"]
    own = {**OWN, "key": keys[holder(role)], "user": himself}
    foreign = {**FOREIGN, "key": keys["chen"]}
    wrong = {}
    for line in HTTP:
        if line.permission in (OPEN, ANY):
            continue
        kinds = {"own": own, "foreign": foreign} if line.kind != "-" else {"own": _fresh(line)}
        for whose, names in kinds.items():
            got, right = (
                asked(everybody, browser, line, names),
                expected(role, line, whose == "own"),
            )
            if got == 200 and line.permission == "user.log_out":  # his own sessions, too
                browser = everybody.browser(holder(role))
            if got not in right:
                wrong[f"{line.name} {whose}"] = (got, right)
    assert wrong == {}


def _fresh(line: Route) -> dict[str, str]:
    return {**OWN, "list": "fresh"}


@pytest.mark.parametrize("role", ROLES)
def test_a_page_opens_for_whom_the_table_says_and_sends_others_home(
    everybody: Web, role: Role
) -> None:
    browser, nobody = everybody.browser(holder(role)), everybody.anybody()
    for line in (one for one in PAGES if one.permission != OPEN):
        path = line.path.format(file="media/x")
        said = browser.get(path, follow_redirects=False)
        if reaches(role, line.permission) is Reach.NONE:
            assert (said.status_code, said.headers["location"]) == (303, "/"), line.name
        else:
            assert said.status_code == 200 or said.headers["location"] == f"{path}/", line.name
        said = nobody.get(path, follow_redirects=False)
        assert (said.status_code, said.headers["location"]) == (303, f"/login?to={path}")


@pytest.mark.parametrize("role", ROLES)
def test_what_is_not_there_is_told_as_what_may_not_be_seen(everybody: Web, role: Role) -> None:
    browser = everybody.browser(holder(role))
    for line in (one for one in HTTP if one.kind != "-"):
        far = reaches(role, line.permission)
        right = 403 if far is Reach.NONE else 404
        assert asked(everybody, browser, line, ABSENT) == right, line.name


def test_who_is_not_logged_in_reaches_nothing_but_the_entrance(everybody: Web) -> None:
    client = everybody.anybody()
    for line in HTTP:
        if line.permission != OPEN:
            assert asked(everybody, client, line, OWN) == 401, line.name


def test_every_write_with_a_cookie_needs_its_word(everybody: Web) -> None:
    browser = everybody.browser("ada")
    del browser.headers["x-csrf-token"]
    for line in HTTP:
        if line.permission != OPEN and line.method != "GET" and line.name not in WORDLESS:
            assert asked(everybody, browser, line, OWN) == 403, line.name
    del browser.headers["origin"]
    for name in WORDLESS:
        assert asked(everybody, browser, ROUTES[name], OWN) == 403, name
    assert everybody.dialer.orders == []


def test_no_route_is_missing_from_the_table_and_none_of_it_from_the_routes(busy: Web) -> None:
    served = set()
    for one in busy.app().routes:
        for handler in getattr(one, "route_handlers", [getattr(one, "route_handler", None)]):
            if isinstance(handler, WebsocketRouteHandler):
                served.add(f"WS {one.path_format}")
            elif isinstance(handler, HTTPRouteHandler) and not handler.opt.get("open"):
                line = handler.opt.get("route")
                is_page = line is not None and line.method == "PAGE"
                methods = {"PAGE"} if is_page else handler.http_methods
                served |= {f"{method} {one.path_format}" for method in methods}
    extra = {name for name in served - set(ROUTES) if not name.startswith("OPTIONS ")}
    assert extra == set()
    assert set(ROUTES) - served == set()


def test_every_route_tells_what_it_does_and_what_it_needs(busy: Web) -> None:
    told = busy.anybody().get("/api/v1/schema/openapi.json").json()["paths"]
    for line in HTTP:
        said = told[line.path][line.method.lower()]
        assert (said["summary"], line.needs in said["description"]) == (line.says, True)
        if line.permission not in (OPEN, ANY):
            assert f"`{line.permission}`" in said["description"]


def test_an_option_request_opens_nothing(busy: Web) -> None:
    assert busy.anybody().options("/api/v1/campaigns").status_code in (401, 404)
