"""The page of what calls cost: price lists, trunks, charges, rates of exchange, carriers' bills."""

from typing import Any

from litestar import Request, Response

from dialer.api.house import Here
from dialer.api.table import route
from dialer.api.visitor import Visitor
from dialer.desk.shell import shown


@route("PAGE /tariffs")
async def tariffs(request: Request[Visitor, Any, Any], house: Here) -> Response[str]:
    """All of it comes from the API."""
    return shown(request, house, "tariffs", request.user)


HANDLERS = (tariffs,)
