"""The page of who answers for the house: accounts, teams, keys, the audit log."""

from typing import Any

from litestar import Request, Response

from dialer.api.house import Here
from dialer.api.table import route
from dialer.api.visitor import Visitor
from dialer.desk.shell import shown


@route("PAGE /administration")
async def administration(request: Request[Visitor, Any, Any], house: Here) -> Response[str]:
    """What it shows and changes, it asks of the API."""
    return shown(request, house, "administration", request.user)


HANDLERS = (administration,)
