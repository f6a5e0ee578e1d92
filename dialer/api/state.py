"""The dialer at this instant, and the limits in force, as far as somebody may see them."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request

from dialer.access.permissions import Reach
from dialer.access.rules import Thing, User, may, reach
from dialer.api.house import Here, in_thread
from dialer.api.table import route
from dialer.api.visitor import Visitor
from dialer.engine.compliance import hours_in
from dialer.hours import hours_text
from dialer.laws import LAWS, Law

Asking = Request[Visitor, Any, Any]

FOR_ALL = ("at", "source", "switch", "standing_down", "trunks")
OF_THE_PROCESS = ("pid", "epoch", "up_s", "inbox", "lag_s", "journal", "loader", "listeners",
                  "children")  # fmt: skip


class InForce(msgspec.Struct, frozen=True, kw_only=True):
    """What binds a campaign."""

    campaign: str
    version: int
    abandon_cap: float
    clock: str
    connect_within_s: float
    law: str
    hours: str
    "As a campaign file says them."
    holidays: tuple[tuple[str, str], ...]
    attempts_per_lead: int
    calls_per_number_per_day: int
    dnc: str
    lines: int
    calls_per_s: float


class LimitsShown(msgspec.Struct, frozen=True, kw_only=True):
    """The profiles there are, and what binds each campaign."""

    laws: dict[str, Law]
    campaigns: list[InForce]


@route("GET /api/v1/status")
async def status(request: Asking, house: Here) -> dict[str, Any]:
    """Campaigns, pools and trunks; the process itself for who may see settings.

    Agents have a route of their own, since seeing them is another permission.
    """
    return within(request.user.user, await house.status())


@route("GET /api/v1/limits")
async def limits(request: Asking, house: Here) -> LimitsShown:
    """Laws by name, and what is in force."""
    known = await in_thread(house.records.campaigns)
    return LimitsShown(
        laws=LAWS,
        campaigns=[
            InForce(
                campaign=name, version=one.opened.version, abandon_cap=one.opened.abandon_cap,
                clock=one.opened.clock, connect_within_s=one.opened.connect_within_s,
                law=one.rules.calling.law,
                hours=hours_text(hours_in(one.rules.calling)), holidays=one.rules.calling.holidays,
                attempts_per_lead=one.rules.calling.attempts_per_lead,
                calls_per_number_per_day=one.rules.calling.calls_per_number_per_day,
                dnc=one.rules.calling.dnc, lines=one.opened.lines,
                calls_per_s=one.opened.calls_per_s,
            )
            for name, one in known.items()
            if may(request.user.user, "limit.see", Thing(campaign=name))
        ],
    )  # fmt: skip


@route("GET /api/v1/settings")
async def settings(house: Here) -> dict[str, Any]:
    """As they are in force: where secrets lie, but none of them."""
    told: dict[str, Any] = msgspec.to_builtins(house.settings, enc_hook=str)
    return told


HANDLERS = (status, limits, settings)


def within(user: User, told: Mapping[str, Any]) -> dict[str, Any]:
    """The status, as far as it is of somebody's campaigns."""
    seen = {
        name: one for name, one in told.get("campaigns", {}).items()
        if may(user, "live.see", Thing(campaign=name))
    }  # fmt: skip
    pools = {one["pool"] for one in seen.values()}
    everything = reach(user, "live.see") is Reach.ALL
    shown = {key: told[key] for key in FOR_ALL if key in told}
    if may(user, "setting.see"):
        shown |= {key: told[key] for key in OF_THE_PROCESS if key in told}
    return {
        **shown,
        "campaigns": seen,
        "outcomes": {k: v for k, v in told.get("outcomes", {}).items() if k in seen},
        "pools": {k: v for k, v in told.get("pools", {}).items() if everything or k in pools},
    }
