"""Accounts: who is there, what he may, and every change of it; each within the asker's own reach.

What a change takes is decided where it is made, `access.accounts`: nobody makes, raises or resets
an account that may more than himself.
"""

import secrets
from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.params import FromPath, JSONBody
from msgspec import Meta
from msgspec.structs import replace

from dialer.access.changes import Changed
from dialer.access.permissions import TABLE, Role
from dialer.access.rules import Thing, User, may
from dialer.access.store import Access
from dialer.api.house import Here, House
from dialer.api.table import route
from dialer.api.visitor import Visitor

Asking = Request[Visitor, Any, Any]
Name = Annotated[str, Meta(max_length=64)]
Names = Annotated[tuple[Name, ...], Meta(max_length=200)]
Typed = Annotated[str, Meta(max_length=1024)]


class UserShown(msgspec.Struct, frozen=True, kw_only=True):
    """An account."""

    name: str
    role: str
    active: bool
    campaigns: tuple[str, ...]
    teams: tuple[str, ...]
    grants: tuple[str, ...]
    factor: bool
    "He logs in with a second factor."
    must_change: bool
    "Somebody else chose the password, and it was not changed since."
    sessions: int
    "Where he is logged in now."


class SessionShown(msgspec.Struct, frozen=True, kw_only=True):
    """One log-in that lasts."""

    source: str
    made_at: float
    seen_at: float


class FactorEnded(msgspec.Struct, frozen=True):
    """Whether there was one."""

    was_on: bool


class NewUser(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account to be. Without a password one is made, and told once."""

    name: Name
    role: Role = "agent"
    campaigns: Names = ()
    teams: Names = ()
    password: Typed = ""


class NewRole(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The role to be."""

    role: Role


class NewScope(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All campaigns and teams that the account shall have; `*` is all there are."""

    campaigns: Names
    teams: Names


class NewGrants(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All permissions that the account shall have beyond its role's."""

    grants: Names


class Given(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A password to be given; without one, one is made."""

    password: Typed = ""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Whose password was set; in `password` if it was made here: it is told this once."""

    name: str
    password: str


class Ended(msgspec.Struct, frozen=True):
    """How many sessions ended."""

    sessions: int


class Cell(msgspec.Struct, frozen=True):
    """How far a permission goes for a role: `none`, `own`, `scope`, `all`."""

    reach: str
    by_grant: bool


@route("GET /api/v1/users")
async def users(request: Asking, house: Here) -> list[UserShown]:
    """Those whom he may see."""
    visitor, at = request.user.user, house.clock()

    def found(access: Access) -> list[UserShown]:
        return [
            _shown(access, one, at)
            for one in access.accounts.users()
            if may(visitor, "user.see", Thing(account=one))
        ]

    return await house.access(found)


@route("POST /api/v1/users", status_code=201)
async def add(data: JSONBody[NewUser], request: Asking, house: Here) -> Told:
    """He has to change the password when he first logs in."""
    new = User(
        name=data.name, role=data.role, campaigns=frozenset(data.campaigns),
        teams=frozenset(data.teams),
    )  # fmt: skip
    by, at, password = request.user.actor, house.clock(), data.password or made_up()
    await house.passwords(lambda access: access.accounts.add(by, new, password, at=at))
    return Told(name=data.name, password="" if data.password else password)


@route("GET /api/v1/users/{user}")
async def user(user: FromPath[str], house: Here) -> UserShown:
    """What he is, has and may."""
    return await _now(house, user)


@route("GET /api/v1/users/{user}/sessions")
async def sessions(user: FromPath[str], house: Here) -> list[SessionShown]:
    """Where from, since when, and when last used."""
    at = house.clock()
    found = await house.access(lambda access: access.sessions.open_of(user, at))
    return [
        SessionShown(source=one.source, made_at=one.made_at, seen_at=one.seen_at) for one in found
    ]


@route("PUT /api/v1/users/{user}/role")
async def set_role(
    user: FromPath[str], data: JSONBody[NewRole], request: Asking, house: Here
) -> UserShown:
    """Ends his sessions; grants that mean nothing to the new role are gone."""
    by, at = request.user.actor, house.clock()
    return await _after(house, user, lambda access: access.set_role(by, user, data.role, at=at))


@route("PUT /api/v1/users/{user}/scope")
async def set_scope(
    user: FromPath[str], data: JSONBody[NewScope], request: Asking, house: Here
) -> UserShown:
    """His campaigns and teams, all of them."""
    held = {"campaigns": frozenset(data.campaigns), "teams": frozenset(data.teams)}
    return await _changed(house, request.user, user, lambda one: replace(one, **held))


@route("PUT /api/v1/users/{user}/grants")
async def set_grants(
    user: FromPath[str], data: JSONBody[NewGrants], request: Asking, house: Here
) -> UserShown:
    """What he may beyond his role, all of it."""
    grants = frozenset(data.grants)
    return await _changed(house, request.user, user, lambda one: replace(one, grants=grants))


@route("POST /api/v1/users/{user}/disable")
async def disable(user: FromPath[str], request: Asking, house: Here) -> UserShown:
    """His sessions end, his keys rest; what he did stays told."""
    by, at = request.user.actor, house.clock()
    return await _after(house, user, lambda access: access.disable(by, user, at=at))


@route("POST /api/v1/users/{user}/enable")
async def enable(user: FromPath[str], request: Asking, house: Here) -> UserShown:
    """Open it again."""
    by, at = request.user.actor, house.clock()
    return await _after(house, user, lambda access: access.enable(by, user, at=at))


@route("POST /api/v1/users/{user}/reset")
async def reset(user: FromPath[str], data: JSONBody[Given], request: Asking, house: Here) -> Told:
    """Ends his sessions and his lock-out; he has to change it when he next logs in."""
    by, at, password = request.user.actor, house.clock(), data.password or made_up()
    await house.passwords(lambda access: access.reset_password(by, user, password, at=at))
    return Told(name=user, password="" if data.password else password)


@route("POST /api/v1/users/{user}/factor-off")
async def factor_off(user: FromPath[str], request: Asking, house: Here) -> FactorEnded:
    """For who has lost it: the password alone lets him in. Ends his sessions."""
    by, at = request.user.actor, house.clock()
    return FactorEnded(await house.access(lambda access: access.factor_off(by, user, at=at)))


@route("POST /api/v1/users/{user}/log-out")
async def log_out(user: FromPath[str], request: Asking, house: Here) -> Ended:
    """All his sessions end."""
    by, at = request.user.actor, house.clock()
    return Ended(await house.access(lambda access: access.end_sessions(by, user, at=at)))


@route("GET /api/v1/permissions")
async def permissions() -> dict[str, dict[str, Cell]]:
    """Permission -> role -> how far it reaches, and whether it must be granted by name."""
    return {
        name: {
            role: Cell(cell.reach.name.lower(), cell.by_grant) for role, cell in one.cells.items()
        }
        for name, one in TABLE.items()
    }


HANDLERS = (
    users, add, user, sessions, set_role, set_scope, set_grants, disable, enable, reset,
    factor_off, log_out, permissions,
)  # fmt: skip


def made_up() -> str:
    """A password for somebody to type once: 100 bits, in groups, nothing that looks alike."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


async def _changed(house: House, visitor: Visitor, name: str, changed: Changed) -> UserShown:
    by, at = visitor.actor, house.clock()
    return await _after(
        house, name, lambda access: access.accounts.change(by, name, changed, at=at)
    )


async def _after(house: House, name: str, job: Callable[[Access], Any]) -> UserShown:
    await house.access(job)
    return await _now(house, name)


async def _now(house: House, name: str) -> UserShown:
    at = house.clock()
    return await house.access(lambda access: _shown(access, access.accounts.known(name), at))


def _shown(access: Access, user: User, at: float) -> UserShown:
    return UserShown(
        name=user.name, role=user.role, active=user.active,
        campaigns=tuple(sorted(user.campaigns)), teams=tuple(sorted(user.teams)),
        grants=tuple(sorted(user.grants)),
        factor=access.factors.is_on(user.name),
        must_change=access.accounts.must_change_password(user.name),
        sessions=len(access.sessions.open_of(user.name, at)),
    )  # fmt: skip
