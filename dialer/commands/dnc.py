"""`dialer leads dnc`: the do-not-call list. Works beside a running dialer, which hears of it."""

import time
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer

from dialer.commands import answer, console, settings_of
from dialer.commands.exits import FAILED
from dialer.errors import ImportRefused
from dialer.journal.book import Book
from dialer.journal.store import Block
from dialer.leads.normalise import masked, normal

app = typer.Typer(
    help="The do-not-call list: add, remove, check.", no_args_is_help=True, add_completion=False
)

Numbers = Annotated[list[str] | None, typer.Argument(help="Numbers: `+1 212 555 0100`.")]
Country = Annotated[str, typer.Option(help="Where a number without + lies.")]
Campaign = Annotated[str, typer.Option(help="Only for this campaign; empty: for all.")]


@app.command()
def add(
    context: typer.Context,
    numbers: Numbers = None,
    file: Annotated[Path | None, typer.Option(help="A file, one number a line.")] = None,
    country: Country = "us",
    campaign: Campaign = "",
    reason: Annotated[str, typer.Option(help="For the record.")] = "",
) -> None:
    """Nobody calls these any more; calls to them that still ring are cancelled.

    All or none: a number that cannot be read refuses the whole order, and is named by its line.
    """
    texts = [*(numbers or []), *(_lines(file) if file else [])]
    digits = [_digits(text, country, line) for line, text in enumerate(texts, 1)]
    block = Block(
        campaign=campaign,
        source=file.name if file else "person",
        reason=reason,
        added_by=getuser(),
        at=time.time(),
    )
    with Book(settings_of(context).journal) as book:
        new = book.block(digits, block)
    console.print(f"{new} new on the list, {len(digits) - new} were on it already")


@app.command()
def remove(
    context: typer.Context, number: str, country: Country = "us", campaign: Campaign = ""
) -> None:
    """This number may be called again. Who said so is kept."""
    digits = _digits(number, country, 1)
    with Book(settings_of(context).journal) as book:
        was = book.unblock(digits, by=getuser(), at=time.time(), campaign=campaign)
    console.print(f"{masked(digits)} {'is off the list' if was else 'was not on it'}")
    if not was:
        raise typer.Exit(FAILED.code)


@app.command()
def check(
    context: typer.Context,
    number: str,
    country: Country = "us",
    campaign: Campaign = "",
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Whether a number is on the list. Exit code 1 if it is."""
    digits = _digits(number, country, 1)
    with Book(settings_of(context).journal) as book:
        blocked = book.is_blocked(digits, campaign)
    if json:
        answer({"number": masked(digits), "blocked": blocked})
    else:
        console.print(f"{masked(digits)} {'must not be called' if blocked else 'may be called'}")
    if blocked:
        raise typer.Exit(FAILED.code)


def _digits(text: str, country: str, line: int) -> str:
    """E.164 digits. The complaint does not repeat the number: it may end up in a log."""
    number = normal(text, country)
    if isinstance(number, str):
        raise ImportRefused(f"number {line}: {number.replace('_', ' ')}; nothing was changed")
    return number.digits


def _lines(file: Path) -> list[str]:
    try:
        return [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as why:
        raise ImportRefused(f"{file}: {why}") from why
