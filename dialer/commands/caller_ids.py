"""`dialer caller-ids`: how the numbers that we show fare, and which ones should rest."""

import time
from typing import Annotated

import typer
from rich.table import Table

from dialer.caller_ids import DAYS, health
from dialer.commands import answer, console, settings_of
from dialer.commands.exits import FAILED


def caller_ids(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Calls, answers, short talks and blocks of each caller id. Exit code 1: one is flagged.

    A flagged one is to rest: take it out of `caller_ids`, and ask the carrier why.
    """
    found = health(settings_of(context).journal, time.time())
    if json:
        answer(found)
    else:
        table = Table("caller id", "calls", "answered", "short", "blocked", "", box=None)
        for one in found:
            table.add_row(
                one.caller_id, str(one.calls), f"{100 * one.answer_rate:.0f} %",
                f"{100 * one.short_rate:.0f} %", str(one.blocked),
                f"[red]let it rest:[/] {one.flagged}" if one.flagged else "",
            )  # fmt: skip
        console.print(table if found else f"no caller id was shown in the last {DAYS} days")
    if any(one.flagged for one in found):
        raise typer.Exit(FAILED.code)
