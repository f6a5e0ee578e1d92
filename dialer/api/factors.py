"""One's own second factor: set up with a code that is drawn here, confirmed, switched off."""

from typing import Annotated, Any

import msgspec
import segno
from litestar import Request, Response
from litestar.params import JSONBody
from msgspec import Meta

from dialer.access.factors import Setup
from dialer.access.store import NotLoggedIn
from dialer.api.house import Here
from dialer.api.problems import Refused
from dialer.api.table import route
from dialer.api.visitor import Visitor

Asking = Request[Visitor, Any, Any]


class SetupShown(msgspec.Struct, frozen=True, kw_only=True):
    """What an authenticator is to know: to be scanned, or typed."""

    secret: str
    uri: str
    qr: tuple[str, ...]
    "The QR code of `uri`, row by row; 1 is dark. Its quiet zone of four is not in it."


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A problem as others, with what to do about it."""

    status: int
    detail: str
    reason: str
    "`code`: send one with the same name and password. `setup`: that of this new authenticator."
    setup: SetupShown | None
    type: str = "about:blank"
    title: str = "Unauthorized"


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the authenticator shows."""

    code: Annotated[str, Meta(max_length=64)]


class FactorShown(msgspec.Struct, frozen=True, kw_only=True):
    """Whether there is one."""

    on: bool
    left: int
    "Recovery codes that are not used yet."
    needed: bool
    "The role needs it: it cannot be switched off."


class Recovery(msgspec.Struct, frozen=True):
    """Codes for who loses the authenticator, each good once."""

    recovery: tuple[str, ...]


@route("GET /me/factor")
async def factor(request: Asking, house: Here) -> FactorShown:
    """Whether I log in with a code, too."""
    user = request.user.user
    on, left = await house.access(
        lambda access: (access.factors.is_on(user.name), access.factors.left(user.name))
    )
    return FactorShown(on=on, left=left, needed=user.role in house.settings.web.second_factor)


@route("POST /me/factor")
async def begin(request: Asking, house: Here) -> SetupShown:
    """A new secret; nothing is asked of me before it is confirmed."""
    _must_be_a_person(request)
    name = request.user.user.name
    return shown(await house.access(lambda access: access.factors.begin(name)))


@route("POST /me/factor/confirm")
async def confirm(data: JSONBody[Code], request: Asking, house: Here) -> Recovery:
    """From now on a code is asked for. Recovery codes are told this once."""
    _must_be_a_person(request)
    by, token, at = request.user.actor, request.user.token, house.clock()
    codes = await house.access(lambda access: access.confirm_factor(by, data.code, token, at=at))
    if not codes:
        raise Refused(409, "This is not the code of this moment.", "code_wrong")
    return Recovery(codes)


@route("POST /me/factor/off")
async def off(data: JSONBody[Code], request: Asking, house: Here) -> FactorShown:
    """The password alone, again; for who has a code."""
    _must_be_a_person(request)
    if request.user.user.role in house.settings.web.second_factor:
        raise Refused(403, "Your role needs a second factor.", "factor_needed")
    by, at = request.user.actor, house.clock()
    refused = await house.access(lambda access: access.own_factor_off(by, data.code, at=at))
    if refused is not None:
        raise not_yet(refused)
    return FactorShown(on=False, left=0, needed=False)


HANDLERS = (factor, begin, confirm, off)


def wanted(why: NotLoggedIn) -> Response[Any]:
    """The password was right: what is missing."""
    said = {"code": "A code of the second factor is missing, or not right.",
            "setup": "Your role needs a second factor: set it up."}  # fmt: skip
    told = Wanted(status=401, detail=said[why.wants], reason=why.wants,
                  setup=shown(why.setup) if why.setup else None)  # fmt: skip
    return Response(told, status_code=401)


def shown(setup: Setup) -> SetupShown:
    """With its QR code."""
    drawn = segno.make(setup.uri, error="m", micro=False)
    rows = tuple("".join("1" if dark else "0" for dark in row) for row in drawn.matrix)
    return SetupShown(secret=setup.secret, uri=setup.uri, qr=rows)


def not_yet(why: NotLoggedIn) -> Refused:
    """A refusal in the API's words."""
    if why.wait_s:
        return Refused(429, "Too many attempts: wait.", wait_s=why.wait_s)
    return Refused(401, "The name or the password is wrong.")


def _must_be_a_person(request: Asking) -> None:
    if not request.user.token:
        raise Refused(403, "An API key has no second factor: log in with a browser.")
