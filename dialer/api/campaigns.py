"""Campaigns: what is in force, every version that was, and the orders that steer them.

A body has the keys of the campaign file. What the law limits is changed by whoever may change
limits; all others keep to the limits that a campaign of theirs has already, or to the strictest.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta

from dialer import campaign as files
from dialer import tomlfile
from dialer.access.actor import Actor
from dialer.access.changes import with_more
from dialer.access.permissions import Reach
from dialer.access.rules import EVERYWHERE, Thing, may, reach
from dialer.access.store import Access
from dialer.api import things
from dialer.api.gate import sees
from dialer.api.house import Here, House, in_thread
from dialer.api.problems import Refused
from dialer.api.table import route
from dialer.api.visitor import Visitor
from dialer.asterisk.trunks import ways
from dialer.campaign import Campaign
from dialer.engine.compliance import hours_in
from dialer.engine.events import (
    BudgetSet,
    CampaignOpened,
    CampaignPaused,
    CampaignResumed,
    CampaignStopped,
)
from dialer.leads.rules import Campaign as InForce
from dialer.leads.rules import LeadRules
from dialer.money.budgets import budget
from dialer.preflight import Preflight, agents_there, refusals
from dialer.preflight import preflight as looked

Asking = Request[Visitor, Any, Any]
Body = dict[str, Any]
State = Literal["dialling", "paused", "stopped"]
MESSAGES = "messages"
"Folder in the home whose recordings a campaign may name as its safe-harbour message."


class Why(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For the record."""

    why: Annotated[str, Meta(max_length=200)] = ""


class Budget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a campaign may spend in a day, by the tariffs of its trunk."""

    amount: Annotated[str, Meta(max_length=30)] | None
    "In words of digits, so that it is exact; null: as much as it takes."
    currency: Annotated[str, Meta(max_length=3)] = ""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign in force."""

    name: str
    version: int
    opened: CampaignOpened
    rules: LeadRules
    live: dict[str, Any] | None
    "Its figures now; null while no dialer serves."


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a campaign."""

    version: int
    opened: CampaignOpened
    lists: tuple[str, ...]


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A version is in force."""

    name: str
    version: int
    source: str


class Taken(msgspec.Struct, frozen=True):
    """An order is on disk, under this number of the journal."""

    seq: int


@route("GET /api/v1/campaigns")
async def campaigns(request: Asking, house: Here) -> list[Shown]:
    """Those in his scope."""
    known = await in_thread(house.records.campaigns)
    live = (await house.status_or_nothing()).get("campaigns", {})
    return [
        _shown(one, live)
        for name, one in known.items()
        if sees(request.user, "campaign.see", [Thing(campaign=name)])
    ]


@route("GET /api/v1/campaigns/{campaign}")
async def one_campaign(campaign: FromPath[str], house: Here) -> Shown:
    """One of them."""
    known = await in_thread(house.records.campaigns)
    live = (await house.status_or_nothing()).get("campaigns", {})
    return _shown(known[campaign], live)


@route("GET /api/v1/campaigns/{campaign}/versions")
async def versions(campaign: FromPath[str], house: Here) -> list[Version]:
    """All there were, the latest first, each with who put it in force."""
    found = await in_thread(house.records.versions, campaign)
    return [Version(version=one.version, opened=one, lists=lists) for one, lists in found]


@route("GET /api/v1/campaigns/{campaign}/preflight")
async def preflight(campaign: FromPath[str], house: Here) -> Preflight:
    """Who would be called now, who not and why, and what it takes. Nobody is called by it."""
    known = (await in_thread(house.records.campaigns))[campaign]
    return await in_thread(_looked, house, known, await house.status_or_nothing())


@route("POST /api/v1/campaigns", status_code=201)
async def create(
    data: JSONBody[Body],
    request: Asking,
    house: Here,
    begins: FromQuery[Literal["dialling", "paused"]] = "dialling",
) -> Opened:
    """A campaign that dials from now on, or when it is resumed. Who made it has it in his scope."""
    known = await in_thread(house.records.campaigns)
    campaign = await in_thread(_read, house, data, None)
    if campaign.name in known:
        raise Refused(
            409, f"There is a campaign {campaign.name}: PUT a new version of it.",
            "campaign_taken", campaign=campaign.name,
        )  # fmt: skip
    _must_keep_limits(request.user, campaign, known)
    await _must_have_lists(house, request.user, campaign)
    opened = await _put_in_force(house, request.user, campaign, begins)
    await house.access(lambda access: _joined(access, request.user, campaign.name, house.clock()))
    return opened


@route("PUT /api/v1/campaigns/{campaign}")
async def change(
    campaign: FromPath[str], data: JSONBody[Body], request: Asking, house: Here
) -> Opened:
    """The next version, at once. What was paused or stopped stays so."""
    known = await in_thread(house.records.campaigns)
    changed = await in_thread(_read, house, {"name": campaign, **data}, known[campaign])
    if changed.name != campaign:
        raise Refused(422, "name: a campaign keeps its name; POST a new one.", "campaign_keeps")
    _must_keep_limits(request.user, changed, {campaign: known[campaign]})
    await _must_have_lists(house, request.user, changed)
    state = (await house.status())["campaigns"].get(campaign, {})
    return await _put_in_force(house, request.user, changed, state.get("state", "dialling"))


@route("POST /api/v1/campaigns/{campaign}/pause")
async def pause(
    campaign: FromPath[str], data: JSONBody[Why], request: Asking, house: Here
) -> Taken:
    """Nothing more is placed; calls that ring go on."""
    by = request.user.user.name
    return await _steered(
        house, request.user, CampaignPaused(campaign=campaign, why=data.why, user=by, at=0.0)
    )


@route("POST /api/v1/campaigns/{campaign}/resume")
async def resume(campaign: FromPath[str], request: Asking, house: Here) -> Taken:
    """It dials again."""
    order = CampaignResumed(campaign=campaign, user=request.user.user.name, at=0.0)
    return await _steered(house, request.user, order)


@route("POST /api/v1/campaigns/{campaign}/stop")
async def stop(campaign: FromPath[str], request: Asking, house: Here) -> Taken:
    """Nothing more is placed; calls that nobody answered yet are cancelled."""
    order = CampaignStopped(campaign=campaign, user=request.user.user.name, at=0.0)
    return await _steered(house, request.user, order)


@route("PUT /api/v1/campaigns/{campaign}/budget")
async def set_budget(
    campaign: FromPath[str], data: JSONBody[Budget], request: Asking, house: Here
) -> Taken:
    """From now on; calls under way count at the most that they can cost."""
    trunk = (await in_thread(house.records.campaigns))[campaign].opened.trunk
    who = request.user.user.name
    order = await in_thread(budget, house.home, campaign, trunk, data.amount, data.currency, who)
    return await _steered(house, request.user, order)


HANDLERS = (
    campaigns, one_campaign, versions, preflight, create, change, pause, resume, stop, set_budget,
)  # fmt: skip


def _looked(house: House, known: InForce, status: Mapping[str, Any]) -> Preflight:
    return looked(
        house.records.journal, known, house.clock(), refused=refusals(known),
        agents=agents_there(status, known.opened.pool), trunks=ways(house.settings),
        proof=house.settings.caller_id_proof, status=status,
    )  # fmt: skip


def _shown(one: InForce, live: Mapping[str, Any]) -> Shown:
    name = one.opened.campaign
    return Shown(
        name=name, version=one.opened.version, opened=one.opened, rules=one.rules,
        live=live.get(name),
    )  # fmt: skip


async def _steered(
    house: House,
    visitor: Visitor,
    order: CampaignPaused | CampaignResumed | CampaignStopped | BudgetSet,
) -> Taken:
    seq = await house.order(order)
    what = {"order": type(order).__name__, "seq": seq}
    await house.note(visitor.actor, "campaign.steer", f"campaign:{order.campaign}", what)
    return Taken(seq)


# ---- bodies --------------------------------------------------------------------------------------


def _read(house: House, body: Body, before: InForce | None) -> Campaign:
    """The campaign of a body. `SettingsError` names key, value and what is right."""
    if message := body.get("safe_harbour"):
        body = {**body, "safe_harbour": _message(house, message, before)}
    return tomlfile.build(body, Campaign, Path("campaign"))


def _message(house: House, given: object, before: InForce | None) -> str:
    """A recording's path: the one in force, or the name of one that lies in the home.

    Any other path would let whoever edits a campaign ask which files this machine has.
    """
    if before and given == before.rules.calling.safe_harbour:
        return str(given)
    if not isinstance(given, str) or Path(given).name != given or given in (".", ".."):
        raise Refused(
            422, f"safe_harbour: the name of a file in the home's `{MESSAGES}`.", "message_name"
        )
    return str(house.home / MESSAGES / given)


# ---- limits --------------------------------------------------------------------------------------

Limits = tuple[Any, ...]


def _limits(opened: CampaignOpened, rules: LeadRules) -> Limits:
    """What of a campaign only those change who may change limits."""
    calling = rules.calling
    return (
        opened.abandon_cap, opened.account, opened.group, opened.when_spent, opened.clock,
        opened.connect_within_s, hours_in(calling), calling.holidays, calling.attempts_per_lead,
        calling.calls_per_number_per_day, calling.dnc,
    )  # fmt: skip


def _must_keep_limits(visitor: Visitor, campaign: Campaign, known: Mapping[str, InForce]) -> None:
    """The limits of one of these campaigns that he sees, or those of a file that names none."""
    if reach(visitor.user, "limit.edit") is not Reach.NONE:
        return
    plain = Campaign(name="plain", lists=campaign.lists)
    allowed = [_limits(files.opened(plain, 0, 0.0, ""), files.lead_rules(plain))] + [
        _limits(one.opened, one.rules)
        for name, one in known.items()
        if may(visitor.user, "campaign.edit", Thing(campaign=name))
    ]
    if _limits(files.opened(campaign, 0, 0.0, ""), files.lead_rules(campaign)) not in allowed:
        raise Refused(
            403, "Law, hours, holidays, caps and do-not-call list are limits: they need "
            "`limit.edit`. Leave them out, or as they are in a campaign of yours.", "limits",
        )  # fmt: skip


async def _must_have_lists(house: House, visitor: Visitor, campaign: Campaign) -> None:
    """Who dials a list sees its leads: they must be his already, or nobody's yet."""
    marks = await things.of_lists(house, [one.list for one in campaign.plans])
    for name, its in marks.items():
        if its and not any(may(visitor.user, "list.edit", one) for one in its):
            raise Refused(
                403, f"lists: {name} is dialled by campaigns of others only.", "list_of_others",
                key="lists", list=name,
            )  # fmt: skip


async def _put_in_force(
    house: House, visitor: Visitor, campaign: Campaign, begins: State
) -> Opened:
    opened_by = files.opened(campaign, version=0, at=0.0, user=visitor.user.name)
    said = await house.ask(
        "open",
        opened=msgspec.structs.replace(opened_by, begins=begins),
        rules=files.lead_rules(campaign),
    )
    opened = Opened(name=campaign.name, version=said["version"], source=said["source"])
    what = {"version": opened.version}
    await house.note(visitor.actor, "campaign.edit", f"campaign:{campaign.name}", what)
    return opened


def _joined(access: Access, visitor: Visitor, name: str, at: float) -> None:
    """Bring a campaign into the scope of who made it; his permission to make it covers that."""
    user = access.accounts.known(visitor.user.name)
    if reach(user, "campaign.see") is Reach.ALL or EVERYWHERE in user.campaigns:
        return
    house = Actor(name=user.name, source=visitor.source)
    access.accounts.change(house, user.name, with_more(campaigns=[name]), at=at)
