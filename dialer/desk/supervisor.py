"""The pages of supervisors: `/supervisor`, agents and calls live; `/recordings`, to be played."""

from typing import Any

from litestar import Request, Response

from dialer.api.house import Here
from dialer.api.table import route
from dialer.api.visitor import Visitor
from dialer.desk.shell import shown

Asking = Request[Visitor, Any, Any]


@route("PAGE /supervisor")
async def supervisor(request: Asking, house: Here) -> Response[str]:
    """What it shows comes by `WS /supervisor/live`; what it does, it asks of the API."""
    return shown(request, house, "supervisor", request.user)


@route("PAGE /recordings")
async def recordings(request: Asking, house: Here) -> Response[str]:
    """All of it comes from the API."""
    return shown(request, house, "recordings", request.user)


HANDLERS = (supervisor, recordings)
