"""Coming in and going out: the first superuser, log-in, log-out, who am I, my password."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.params import JSONBody
from msgspec import Meta
from msgspec.structs import replace

from dialer.access import browser
from dialer.access.permissions import TABLE, Reach
from dialer.access.rules import User, reach
from dialer.access.store import LoggedIn, NotLoggedIn
from dialer.api import factors
from dialer.api.factors import not_yet
from dialer.api.house import Here, House
from dialer.api.table import route
from dialer.api.visitor import Visitor, source_of

Typed = Annotated[str, Meta(max_length=1024)]


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person types to log in."""

    name: Typed
    password: Typed
    code: Typed = ""
    "Of the second factor, where there is one: the authenticator's, or a recovery code."


class First(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What makes the first superuser: the token that the first start has told."""

    token: Typed
    name: Typed
    password: Typed


class NewPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The password that was, and the one to be."""

    old: Typed
    new: Typed


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who somebody is, and what he may do."""

    name: str
    role: str
    campaigns: tuple[str, ...]
    teams: tuple[str, ...]
    permissions: dict[str, str]
    "Permission -> `own`, `scope` or `all`."
    must_change: bool
    "The password must be changed before anything else."
    csrf: str
    "To be sent in `x-csrf-token` with every write; empty for an API key."
    recovery: tuple[str, ...] = ()
    "Told once, by the log-in with which a second factor begins: codes for who loses it."


class Made(msgspec.Struct, frozen=True):
    """The name of the account that was made."""

    name: str


@route("POST /setup", status_code=201)
async def set_up(data: JSONBody[First], request: Request[Any, Any, Any], house: Here) -> Made:
    """The first superuser, once; after that the token is used up."""
    source, at = source_of(request), house.clock()
    made = await house.passwords(
        lambda access: access.redeem(data.token, data.name, data.password, source=source, at=at)
    )
    return Made(made.name)


@route("POST /login")
async def log_in(
    data: JSONBody[Credentials], request: Request[Any, Any, Any], house: Here
) -> Response[Me | factors.Wanted]:
    """A session in a cookie. What refuses it never tells which names exist.

    401 with the `reason` `code` or `setup`: the password is right, a second factor is missing.
    """
    source, at = source_of(request), house.clock()
    found = await house.passwords(
        lambda access: access.log_in(
            data.name, data.password, source=source, at=at, code=data.code,
            needed=house.settings.web.second_factor,
        )
    )  # fmt: skip
    if isinstance(found, NotLoggedIn):
        if found.wants:
            return factors.wanted(found)
        raise not_yet(found)
    return Response(_me_of(found), cookies=[session_cookie(house, found.token)])


@route("POST /logout")
async def log_out(request: Request[Visitor, Any, Any], house: Here) -> Response[dict[str, bool]]:
    """End this session."""
    token, at = request.user.token, house.clock()
    if token:
        await house.access(lambda access: access.log_out(token, at=at))
    return Response({"ok": True}, cookies=[session_cookie(house, "", max_age=0)])


@route("GET /me")
async def me(request: Request[Visitor, Any, Any]) -> Me:
    """Who is logged in."""
    visitor = request.user
    return _me(visitor.user, visitor.token, must_change=visitor.must_change)


@route("POST /me/password")
async def change_password(
    data: JSONBody[NewPassword], request: Request[Visitor, Any, Any], house: Here
) -> Response[dict[str, bool]]:
    """A new password, for who knows the old one. Ends all sessions: log in again."""
    by, at = request.user.actor, house.clock()
    refused = await house.passwords(
        lambda access: access.change_password(by, data.old, data.new, at=at)
    )
    if refused is not None:
        raise not_yet(refused)
    return Response({"ok": True}, cookies=[session_cookie(house, "", max_age=0)])


HANDLERS = (set_up, log_in, log_out, me, change_password)


def _me_of(found: LoggedIn) -> Me:
    told = _me(found.user, found.token, must_change=found.must_change)
    return replace(told, recovery=found.recovery)


def _me(user: User, token: str, *, must_change: bool) -> Me:
    reaches = {name: reach(user, name) for name in TABLE}
    return Me(
        name=user.name,
        role=user.role,
        campaigns=tuple(sorted(user.campaigns)),
        teams=tuple(sorted(user.teams)),
        permissions={
            name: far.name.lower() for name, far in reaches.items() if far is not Reach.NONE
        },
        must_change=must_change,
        csrf=browser.csrf_of(token) if token else "",
    )


def session_cookie(house: House, token: str, max_age: int | None = None) -> Cookie:
    """What begins a session in a browser, or ends it."""
    return Cookie(
        key=browser.cookie_name(tls=house.secure), value=token, path="/", httponly=True,
        samesite="strict", secure=house.secure, max_age=max_age,
    )  # fmt: skip
