"""The page on which lists come in: upload, preview, columns put right, progress, rejects."""

from typing import Any

from litestar import Request, Response

from dialer.api.house import Here
from dialer.api.table import route
from dialer.api.visitor import Visitor
from dialer.desk.shell import shown


@route("PAGE /lists")
async def lists(request: Request[Visitor, Any, Any], house: Here) -> Response[str]:
    """All of it comes from the API."""
    return shown(request, house, "lists", request.user)


HANDLERS = (lists,)
