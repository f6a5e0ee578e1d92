"""Teams: who is in them; made and removed."""

from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from dialer.access.rules import EVERYWHERE, Thing, may
from dialer.access.store import Access
from dialer.api.house import Here
from dialer.api.table import route
from dialer.api.visitor import Visitor

Asking = Request[Visitor, Any, Any]


class TeamShown(msgspec.Struct, frozen=True, kw_only=True):
    """A team and those in it whom the asker may see."""

    team: str
    members: tuple[str, ...]


class NewTeam(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A team to be."""

    team: Annotated[str, Meta(max_length=64)]


class Removed(msgspec.Struct, frozen=True):
    """How many accounts were in it."""

    members: int


@route("GET /api/v1/teams")
async def teams(request: Asking, house: Here) -> list[TeamShown]:
    """His teams; all of them for who answers for the house."""
    visitor = request.user.user

    def found(access: Access) -> list[TeamShown]:
        users = [
            one
            for one in access.accounts.users()
            if may(visitor, "user.see", Thing(account=one)) and EVERYWHERE not in one.teams
        ]
        return [
            TeamShown(team=team, members=tuple(one.name for one in users if team in one.teams))
            for team in access.accounts.teams()
            if may(visitor, "team.see", Thing(team=team))
        ]

    return await house.access(found)


@route("POST /api/v1/teams", status_code=201)
async def add(data: JSONBody[NewTeam], request: Asking, house: Here) -> TeamShown:
    """Nobody is in it yet."""
    by, at = request.user.actor, house.clock()
    await house.access(lambda access: access.accounts.add_team(by, data.team, at=at))
    return TeamShown(team=data.team, members=())


@route("DELETE /api/v1/teams/{team}")
async def remove(team: FromPath[str], request: Asking, house: Here) -> Removed:
    """Nobody is in it any more; the accounts stay."""
    by, at = request.user.actor, house.clock()
    return Removed(await house.access(lambda access: access.accounts.remove_team(by, team, at=at)))


HANDLERS = (teams, add, remove)
