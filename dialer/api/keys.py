"""API keys: made, shown once, listed and ended. A key may no more than its owner, now or later."""

from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from dialer.access.keys import LONGEST_DAYS
from dialer.access.rules import Thing, may
from dialer.access.store import Access
from dialer.api.house import Here
from dialer.api.table import route
from dialer.api.visitor import Visitor

Asking = Request[Visitor, Any, Any]
Name = Annotated[str, Meta(max_length=64)]


class KeyShown(msgspec.Struct, frozen=True, kw_only=True):
    """A key, without its secret: nobody has that but who was shown it."""

    key: str
    "The eight digits after `dk_`."
    owner: str
    label: str
    scopes: tuple[str, ...]
    made_at: float
    expires_at: float
    used_at: float | None
    revoked_at: float | None


class NewKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key to be."""

    label: Annotated[str, Meta(max_length=60)]
    scopes: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=100)]
    "Permissions: what it is for, and no more."
    days: Annotated[int, Meta(ge=1, le=LONGEST_DAYS)] = 90
    owner: Name = ""
    "Left out: who asks."


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """The whole key: it is told this once."""

    key: str
    secret: str


class Revoked(msgspec.Struct, frozen=True):
    """The key that ended."""

    key: str


@route("GET /api/v1/keys")
async def keys(request: Asking, house: Here) -> list[KeyShown]:
    """His own; everybody's for who answers for the house."""
    visitor = request.user.user

    def found(access: Access) -> list[KeyShown]:
        owners = [
            one.name
            for one in access.accounts.users()
            if may(visitor, "key.see", Thing(account=one))
        ]
        return [
            KeyShown(
                key=one.prefix, owner=one.owner, label=one.label, scopes=tuple(sorted(one.scopes)),
                made_at=one.made_at, expires_at=one.expires_at, used_at=one.used_at,
                revoked_at=one.revoked_at,
            )
            for owner in owners
            for one in access.keys.of(owner)
        ]  # fmt: skip

    return await house.access(found)


@route("POST /api/v1/keys", status_code=201)
async def make(data: JSONBody[NewKey], request: Asking, house: Here) -> Made:
    """A program sends it as `Authorization: Bearer`."""
    by, at, owner = request.user.actor, house.clock(), data.owner or request.user.user.name
    secret = await house.access(
        lambda access: access.keys.make(
            by, owner, data.label, frozenset(data.scopes), days=data.days, at=at
        )
    )
    return Made(key=secret.split("_")[1], secret=secret)


@route("DELETE /api/v1/keys/{key}")
async def revoke(key: FromPath[str], request: Asking, house: Here) -> Revoked:
    """It is worth nothing from now on."""
    by, at = request.user.actor, house.clock()
    await house.access(lambda access: access.keys.revoke(by, key, at=at))
    return Revoked(key)


HANDLERS = (keys, make, revoke)
