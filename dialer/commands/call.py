"""`dialer call NUMBER`: one test call, and its record."""

from pathlib import Path
from typing import Annotated

import anyio
import msgspec
import typer
from rich.table import Table

from dialer import campaign as campaigns
from dialer import testcall
from dialer.campaign import Campaign
from dialer.commands import answer, aside, console, settings_of
from dialer.engine.events import Event, Heard
from dialer.errors import ImportRefused
from dialer.leads.normalise import normal

LAB = Campaign(name="test-call", lists=("test-call",), law="lab")


def call(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="The number: `+1 212 555 0123`.")],
    file: Annotated[
        Path | None,
        typer.Option("--campaign", help="By this campaign's rules and trunk; unless: the lab's."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The record as JSON.")] = False,
) -> None:
    """Place one test call, and print its record.

    By the campaign's rules: calling hours, do-not-call, caps. Who answers hears the safe-harbour
    message. Not while `dialer serve` runs on this home.
    """
    from dialer.asterisk.world import world

    settings = settings_of(context)
    campaign = campaigns.load(file) if file else LAB
    known = normal(number, campaign.country)
    if isinstance(known, str):
        raise ImportRefused(f"this number cannot be called: {known.replace('_', ' ')}")
    record = anyio.run(testcall.placed, settings, world(settings), campaign, known, _tell)
    fields = msgspec.to_builtins(record)
    if json:
        answer(fields)
    else:
        table = Table(box=None, show_header=False)
        for name, value in fields.items():
            if value not in (None, "", ()):
                table.add_row(name, str(value))
        console.print(table)


def _tell(event: Event) -> None:
    heard = f" {event.phase} {event.sound} ({event.cause})" if isinstance(event, Heard) else ""
    aside.print(f"{event.at:.3f} {type(event).__name__}{heard}", highlight=False)
