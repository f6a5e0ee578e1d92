"""`dialer archive LIST` and `dialer export LIST`: lists put away, brought back, taken away."""

import time
from getpass import getuser
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from dialer.commands import console, no_list, settings_of
from dialer.commands.exits import FAILED
from dialer.commands.written import whole
from dialer.errors import ImportRefused
from dialer.journal.book import Book
from dialer.leads.exported import export as exported


def archive(
    context: typer.Context,
    list_: Annotated[str, typer.Argument(metavar="LIST", help="The list, by name.")],
    undo: Annotated[bool, typer.Option("--undo", help="Bring it back.")] = False,
) -> None:
    """Put a list away: nobody is dialled from it, and nothing of it is lost.

    A dialer that runs sees it at its next claim; calls that ring go on. The list stays in reports,
    can be exported, and people on it can be erased.
    """
    with Book(settings_of(context).journal) as book:
        try:
            was = (
                book.bring_back(list_)
                if undo
                else book.archive(list_, by=getuser(), at=time.time())
            )
        except KeyError:
            raise no_list(settings_of(context), list_) from None
    if undo:
        console.print("it is dialled again" if was else "it was not put away")
    else:
        console.print("put away" if was else "it was put away already")
    if not was:
        raise typer.Exit(FAILED.code)


def export(
    context: typer.Context,
    list_: Annotated[str, typer.Argument(metavar="LIST", help="The list, by name.")],
    out: Annotated[Path, typer.Option(help="The CSV file; it must not be there yet.")],
) -> None:
    """Write a list as CSV, numbers in full: for its owner only (mode 0600)."""
    if out.exists():
        raise ImportRefused(f"{out} is there already")
    with whole(out) as file, TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:
        try:
            n = exported(settings_of(context).journal, list_, text)
        except KeyError:
            raise no_list(settings_of(context), list_) from None
    console.print(f"{n} leads in {out}")
