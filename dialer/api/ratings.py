"""Calls of a period rated again: begun, and how far it is."""

from typing import Any

from litestar import Request
from litestar.params import JSONBody

from dialer.api.rerating import Rating, Rerating
from dialer.api.table import route
from dialer.api.visitor import Visitor
from dialer.money.again import Wish

Asking = Request[Visitor, Any, Any]


@route("POST /api/v1/ratings", status_code=201)
async def rate_again(data: JSONBody[Wish], request: Asking) -> Rating:
    """Begin; one at a time. Only what comes out differently gets a new cost beside the old one."""
    return await _rerating(request).begin(data, request.user.actor)


@route("POST /api/v1/ratings/preview", status_code=201)
async def rating_previewed(data: JSONBody[Wish], request: Asking) -> Rating:
    """Begin to look what would come out differently, and keep nothing of it."""
    return await _rerating(request).begin(data, request.user.actor, keep=False)


@route("GET /api/v1/ratings")
async def ratings(request: Asking) -> list[Rating]:
    """The latest of this process, the newest first: how far, how many, and why one stopped."""
    return list(_rerating(request).latest)


HANDLERS = (rate_again, rating_previewed, ratings)


def _rerating(request: Asking) -> Rerating:
    found: Rerating = request.app.state.rerating
    return found
