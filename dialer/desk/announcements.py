"""The page on which unknown announcements get their names."""

from typing import Any

from litestar import Request, Response

from dialer.api.house import Here
from dialer.api.table import route
from dialer.api.visitor import Visitor
from dialer.desk.shell import shown


@route("PAGE /announcements")
async def announcements(request: Request[Visitor, Any, Any], house: Here) -> Response[str]:
    """All of it comes from the API."""
    return shown(request, house, "announcements", request.user)


HANDLERS = (announcements,)
