"""`dialer users`: accounts, at the machine; beside whatever runs. Every change is recorded."""

import sys
import time
from getpass import getuser
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from dialer.access import database
from dialer.access.actor import Actor, at_the_machine
from dialer.access.changes import Changed, with_less, with_more
from dialer.access.permissions import Role
from dialer.access.rules import User
from dialer.access.store import Access
from dialer.commands import answer, console, settings_of

app = typer.Typer(
    help="Accounts: add, list, change, close. docs/permissions.md says what a role may.",
    no_args_is_help=True,
    add_completion=False,
)

Name = Annotated[str, typer.Argument(help="The user's name.")]
RoleOption = Annotated[Role, typer.Option("--role", help="What he may, at most.")]
Campaigns = Annotated[
    list[str] | None,
    typer.Option("--campaign", help="A campaign of his; `*` for all. May be repeated."),
]
Teams = Annotated[
    list[str] | None, typer.Option("--team", help="A team of his; `*` for all. May be repeated.")
]
Permissions = Annotated[
    list[str] | None, typer.Argument(help="`recording.listen`, `lead.reveal` ...")
]
Json = Annotated[bool, typer.Option("--json", help="For programs.")]


@app.command()
def add(
    context: typer.Context,
    name: Name,
    role: RoleOption = "agent",
    campaign: Campaigns = None,
    team: Teams = None,
    json: Json = False,
) -> None:
    """Add an account. The first one must be a superuser's.

    The password is asked for, or is the first line of standard input where that is no terminal.
    The user has to change it when he first logs in.
    """
    new = User(
        name=name, role=role, campaigns=frozenset(campaign or ()), teams=frozenset(team or ())
    )
    with Access.at(settings_of(context).home) as access:
        access.accounts.add(_me(), new, _password(), at=time.time())
        _tell(access, name, json)


@app.command("list")
def list_(context: typer.Context, json: Json = False) -> None:
    """All accounts: role, scope, grants."""
    with _access(context) as access:
        known = [_told(access, one) for one in access.accounts.users()]
    if json:
        answer(known)
        return
    table = Table("user", "role", "campaigns", "teams", "grants", "", box=None)
    for one in known:
        held = (", ".join(one[field]) or "–" for field in ("campaigns", "teams", "grants"))
        table.add_row(one["name"], one["role"], *map(escape, held), _state(one))
    console.print(table)


@app.command("set-role")
def set_role(
    context: typer.Context,
    name: Name,
    role: Annotated[Role, typer.Argument(help="The new role.")],
    json: Json = False,
) -> None:
    """Give another role. Ends his sessions; grants that mean nothing to the role are gone."""
    with _access(context) as access:
        access.set_role(_me(), name, role, at=time.time())
        _tell(access, name, json)


@app.command()
def disable(context: typer.Context, name: Name, json: Json = False) -> None:
    """Close an account: its sessions end, its keys rest. The last superuser's cannot be closed."""
    with _access(context) as access:
        access.disable(_me(), name, at=time.time())
        _tell(access, name, json)


@app.command()
def enable(context: typer.Context, name: Name, json: Json = False) -> None:
    """Open a closed account again."""
    with _access(context) as access:
        access.enable(_me(), name, at=time.time())
        _tell(access, name, json)


@app.command("reset-password")
def reset_password(context: typer.Context, name: Name, json: Json = False) -> None:
    """Give a new password, which he has to change. Ends his sessions and his lock-out.

    It is asked for, or is the first line of standard input where that is no terminal.
    """
    with _access(context) as access:
        access.accounts.known(name)
        access.reset_password(_me(), name, _password(), at=time.time())
        _tell(access, name, json)


@app.command("factor-off")
def factor_off(context: typer.Context, name: Name, json: Json = False) -> None:
    """End the second factor of somebody who has lost it. Ends his sessions, too."""
    with _access(context) as access:
        access.factor_off(_me(), name, at=time.time())
        _tell(access, name, json)


@app.command()
def grant(
    context: typer.Context,
    name: Name,
    permissions: Permissions = None,
    campaign: Campaigns = None,
    team: Teams = None,
    json: Json = False,
) -> None:
    """Add permissions, campaigns or teams. `dialer users grant eva recording.listen --team red`"""
    _must_name_something(permissions, campaign, team)
    more = with_more(grants=permissions or (), campaigns=campaign or (), teams=team or ())
    _change(context, name, more, json)


@app.command()
def revoke(
    context: typer.Context,
    name: Name,
    permissions: Permissions = None,
    campaign: Campaigns = None,
    team: Teams = None,
    json: Json = False,
) -> None:
    """Take permissions, campaigns or teams away."""
    _must_name_something(permissions, campaign, team)
    less = with_less(grants=permissions or (), campaigns=campaign or (), teams=team or ())
    _change(context, name, less, json)


@app.command("add-team")
def add_team(
    context: typer.Context,
    team: Annotated[str, typer.Argument(help="The team's name.")],
    json: Json = False,
) -> None:
    """Make a team."""
    with _access(context) as access:
        access.accounts.add_team(_me(), team, at=time.time())
        teams = access.accounts.teams()
    if json:
        answer(teams)
    else:
        console.print(f"teams: {', '.join(teams)}", highlight=False)


@app.command()
def link(
    context: typer.Context,
    name: Name,
    subject: Annotated[str, typer.Argument(help="What the identity provider calls him: `sub`.")],
) -> None:
    """Tie an account to somebody whom the identity provider of the settings knows."""
    issuer = settings_of(context).oidc.issuer
    if not issuer:
        raise typer.BadParameter("the settings name no oidc.issuer")
    with _access(context) as access:
        access.accounts.known(name)
        access.links.tie(_me(), name, issuer, subject, at=time.time())
    console.print(f"{name} comes in as {subject} of {issuer}", highlight=False)


def _change(context: typer.Context, name: str, changed: Changed, json: bool) -> None:
    with _access(context) as access:
        access.accounts.change(_me(), name, changed, at=time.time())
        _tell(access, name, json)


def _must_name_something(*given: list[str] | None) -> None:
    if not any(given):
        raise typer.BadParameter("name a permission, a --campaign or a --team")


def _access(context: typer.Context) -> Access:
    home = settings_of(context).home
    database.existing(home)
    return Access.at(home)


def _me() -> Actor:
    return at_the_machine(getuser())


def _password() -> str:
    """Never an argument: those are seen by everybody on the machine, and kept in histories."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return asked


def _tell(access: Access, name: str, json: bool) -> None:
    told = _told(access, access.accounts.known(name))
    if json:
        answer(told)
        return
    held = [
        f"{field} {', '.join(told[field])}"
        for field in ("campaigns", "teams", "grants")
        if told[field]
    ]
    words = [f"{name}: {told['role']}", *held, *filter(None, [_state(told)])]
    console.print(escape(", ".join(words)), highlight=False)


def _told(access: Access, user: User) -> dict[str, Any]:
    return {
        "name": user.name, "role": user.role, "active": user.active,
        "campaigns": sorted(user.campaigns), "teams": sorted(user.teams),
        "grants": sorted(user.grants),
        "must_change_password": access.accounts.must_change_password(user.name),
    }  # fmt: skip


def _state(told: dict[str, Any]) -> str:
    if not told["active"]:
        return "closed"
    return "has to change the password" if told["must_change_password"] else ""
