"""`/desk`: the agents' page."""

from typing import Any

from litestar import Request, Response

from dialer.api.house import Here
from dialer.api.table import route
from dialer.api.visitor import Visitor
from dialer.desk.shell import shown


@route("PAGE /desk")
async def desk(request: Request[Visitor, Any, Any], house: Here) -> Response[Any]:
    """One page for a whole shift; what it shows comes by `WS /desk/live`."""
    return shown(request, house, "desk", request.user)


HANDLERS = (desk,)
