"""Log-in by the identity provider: away to it, and back with what it vouches for.

A cookie ties the way back to the browser that went away: nobody is logged in by a link that
another one began. It is `Lax`, the session's is `Strict`: the last step is a page of ours that goes
on by itself, since a browser that comes from elsewhere brings no strict cookie.
"""

from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from dialer import logs
from dialer.access import browser
from dialer.access.store import NotLoggedIn
from dialer.api.entrance import session_cookie
from dialer.api.house import Here, House
from dialer.api.problems import Refused
from dialer.api.provider import NotVouched, Provider
from dialer.api.table import route
from dialer.api.travellers import AWAY_S
from dialer.api.visitor import source_of
from dialer.desk.shell import shown

Asking = Request[Any, Any, Any]


@route("PAGE /oidc/begin")
async def begin(house: Here) -> Response[Any]:
    """Away to the provider."""
    provider = _provider(house)
    try:
        begun, where = await provider.asked(house.clock())
    except NotVouched as why:
        return _failed(why)
    word = house.travellers.left(begun)
    return Redirect(where, status_code=303, cookies=[_cookie(house, word, int(AWAY_S))])


@route("PAGE /oidc/end")
async def end(request: Asking, house: Here) -> Response[Any]:
    """Back from it: a session, for whom it vouches and who may come in."""
    provider, given, at = _provider(house), request.query_params, house.clock()
    word = request.cookies.get(_name(house), "")
    begun = house.travellers.back(str(given.get("state", "")), word, at)
    issuer = given.get("iss", house.settings.oidc.issuer)
    if begun is None or not given.get("code") or issuer != house.settings.oidc.issuer:
        return _refused(house)
    try:
        who = await provider.vouched(str(given["code"]), begun)
    except NotVouched as why:
        return _failed(why)
    source = source_of(request)
    found = await house.passwords(lambda access: access.arrive(who, source=source, at=at))
    if isinstance(found, NotLoggedIn):
        return _refused(house)
    page = shown(request, house, "arrived")
    page.cookies = [session_cookie(house, found.token), _cookie(house, "", 0)]
    return page


HANDLERS = (begin, end)


def _provider(house: House) -> Provider:
    if house.provider is None:
        raise Refused(404)
    return house.provider


def _refused(house: House) -> Response[Any]:
    gone = [_cookie(house, "", 0)]
    return Redirect("/login?why=refused", status_code=303, cookies=gone)


def _failed(why: NotVouched) -> Response[Any]:
    _log.error("the identity provider does not vouch", error=str(why))
    return Redirect("/login?why=failed", status_code=303)


def _name(house: House) -> str:
    return f"{'__Host-' if house.secure else ''}{browser.COOKIE}-oidc"


def _cookie(house: House, word: str, max_age: int) -> Cookie:
    return Cookie(
        key=_name(house), value=word, path="/", httponly=True, samesite="lax",
        secure=house.secure, max_age=max_age,
    )  # fmt: skip


_log = logs.get(__name__)
