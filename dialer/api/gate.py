"""The gate before every handler: the table says what a route asks, the rules say who has it."""

from collections.abc import Sequence
from typing import Any

from litestar.handlers import BaseRouteHandler

from dialer.access import browser
from dialer.access.permissions import Reach
from dialer.access.rules import Thing, may, reach
from dialer.api.house import House
from dialer.api.problems import Refused
from dialer.api.table import ANY, OPEN, Route
from dialer.api.things import THINGS
from dialer.api.visitor import (
    SAFE,
    Connection,
    Visitor,
    bearer_of,
    identified,
    must_be_at_home,
    must_have_word,
    source_of,
)

SEEN_BY = {"monitor": "agent.see"}
"Whoever may see the agent sees whom he could hear; all else has a permission to see of its own."
FOR_WHO_MUST_CHANGE = frozenset({"POST /me/password", "POST /logout", "GET /me"})


async def gate(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let in who may, as `connection.user`; refuse everybody else."""
    line: Route | None = handler.opt.get("route")
    if line is None:
        if handler.opt.get("open"):
            return
        raise Refused(404)
    house: House = connection.app.state.house
    method = str(connection.scope.get("method", "WS"))
    visitor = None if line.permission == OPEN else await visitor_of(connection, house)
    if method not in SAFE:
        cookie = bool(visitor and visitor.token)
        must_be_at_home(connection.headers, secure=house.secure, cookie=cookie)
    if visitor is None:
        return
    if visitor.token and method not in SAFE | {"WS"} and not handler.opt.get("wordless"):
        must_have_word(connection.headers, visitor.token)
    if visitor.must_change and line.name not in FOR_WHO_MUST_CHANGE:
        raise Refused(403, "Your password was given to you: change it first, POST /me/password.")
    connection.state.things = await _reached(visitor, line, connection.path_params, house)
    connection.scope["user"] = visitor


async def visitor_of(connection: Connection, house: House) -> Visitor:
    """Who comes, by cookie or key. Refused if it is nobody, or nobody any more."""
    cookie = connection.cookies.get(browser.cookie_name(tls=house.secure), "")
    bearer, source = bearer_of(connection.headers), source_of(connection)
    at = house.clock()
    found = await house.access(
        lambda access: identified(
            access, cookie=cookie, bearer=bearer, source=source, at=at,
            needed=house.settings.web.second_factor,
        )
    )  # fmt: skip
    if found is None:
        raise Refused(401)
    return found


async def visitor_or_none(connection: Connection, house: House) -> Visitor | None:
    """Who comes, if it is somebody."""
    try:
        return await visitor_of(connection, house)
    except Refused:
        return None


async def _reached(
    visitor: Visitor, line: Route, named: dict[str, Any], house: House
) -> Sequence[Thing]:
    """What the path names, if he may do to it what the route does."""
    if line.permission == ANY:
        return ()
    if reach(visitor.user, line.permission) is Reach.NONE:
        raise Refused(403, f"{line.needs[:-1]}, which you have not, or not by this key.")
    if line.kind == "-":
        return ()
    found = await THINGS[line.kind](house, str(named[line.kind]))
    must(visitor, line.permission, found)
    return found


def must(visitor: Visitor, action: str, things: Sequence[Thing]) -> None:
    """Refuse unless he may do it to all of these; see it, to one of them.

    Who may not even see a thing is told what he would be told if it were not there.
    """
    if not things or not any(may(visitor.user, _see(action), one) for one in things):
        raise Refused(404)
    if not action.endswith(".see") and not all(may(visitor.user, action, one) for one in things):
        raise Refused(403)


def sees(visitor: Visitor, action: str, things: Sequence[Thing]) -> bool:
    """Whether he may see one of these."""
    return any(may(visitor.user, action, one) for one in things)


def _see(action: str) -> str:
    kind = action.partition(".")[0]
    return SEEN_BY.get(kind, f"{kind}.see")
