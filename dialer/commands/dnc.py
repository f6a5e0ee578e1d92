"""`dialer leads dnc`: the do-not-call list. Works beside a running dialer, which hears of it."""

import time
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer

from dialer.commands import answer, console, settings_of
from dialer.commands.exits import FAILED
from dialer.errors import ImportRefused
from dialer.journal.store import Block
from dialer.leads import dnc
from dialer.leads.normalise import digits_of

app = typer.Typer(
    help="The do-not-call list: add, import, remove, check.",
    no_args_is_help=True,
    add_completion=False,
)

Number = Annotated[str, typer.Argument(help="A number: `+1 212 555 0123`.")]
Country = Annotated[str, typer.Option(help="Where a number without + lies.")]
Campaign = Annotated[str, typer.Option(help="Only for this campaign; empty: for all.")]
Reason = Annotated[str, typer.Option(help="For the record.")]
Json = Annotated[bool, typer.Option("--json", help="For programs.")]


@app.command()
def add(
    context: typer.Context,
    numbers: Annotated[list[str], typer.Argument(help="Numbers: `+1 212 555 0123`.")],
    country: Country = "us",
    campaign: Campaign = "",
    reason: Reason = "",
) -> None:
    """Nobody calls these any more; calls to them that still ring are cancelled. All or none."""
    why = _by_me("person", campaign, reason)
    new = dnc.block(settings_of(context).journal, numbers, country, why)
    console.print(f"{new} new on the list, {len(numbers) - new} were on it")


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV or the like.", exists=True)],
    country: Country = "us",
    campaign: Campaign = "",
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Put a file of numbers on the list. If one row cannot be read, none is taken over."""
    why = _by_me(file.name, campaign, reason)
    report = dnc.import_dnc(settings_of(context).journal, file, country, why)
    if json:
        answer(report)
    else:
        console.print(f"{report.added} new on the list, {report.known} were on it")


@app.command()
def remove(
    context: typer.Context, number: Number, country: Country = "us", campaign: Campaign = ""
) -> None:
    """This number may be called again. Who said so is kept."""
    _must_be_a_number(number, country)
    journal, me = settings_of(context).journal, getuser()
    was = dnc.unblock(journal, number, country, by=me, at=time.time(), campaign=campaign)
    console.print("off the list" if was else "it was not on the list")
    if not was:
        raise typer.Exit(FAILED.code)


@app.command()
def check(
    context: typer.Context,
    number: Number,
    country: Country = "us",
    campaign: Campaign = "",
    json: Json = False,
) -> None:
    """Whether a number is on the list. Exit code 1 if it is."""
    _must_be_a_number(number, country)
    blocked = dnc.is_blocked(settings_of(context).journal, number, country, campaign=campaign)
    if json:
        answer({"blocked": blocked})
    else:
        console.print("must not be called" if blocked else "may be called")
    if blocked:
        raise typer.Exit(FAILED.code)


def _by_me(source: str, campaign: str, reason: str) -> Block:
    return Block(
        campaign=campaign, source=source, reason=reason, added_by=getuser(), at=time.time()
    )


def _must_be_a_number(number: str, country: str) -> None:
    # Without the number in the complaint: it may end up in somebody's log.
    if digits_of(number, country) is None:
        raise ImportRefused(f"that is no telephone number of {country.upper()}")
