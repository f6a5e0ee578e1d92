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
from dialer.client import connected_async
from dialer.commands import answer, aside, console, settings_of
from dialer.engine.commands import Cdr
from dialer.engine.events import Event, Heard
from dialer.errors import ImportRefused, NoServer
from dialer.leads.normalise import Normal, normal
from dialer.settings import Settings

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
    message. Where `dialer serve` runs on this home, that dialer places it.
    """
    settings = settings_of(context)
    campaign = campaigns.load(file) if file else LAB
    known = normal(number, campaign.country)
    if isinstance(known, str):
        raise ImportRefused(f"this number cannot be called: {known.replace('_', ' ')}")
    record = anyio.run(_placed, settings, campaign, known)
    fields = msgspec.to_builtins(record)
    if json:
        answer(fields)
    else:
        table = Table(box=None, show_header=False)
        for name, value in fields.items():
            if value not in (None, "", ()):
                table.add_row(name, str(value))
        console.print(table)


async def _placed(settings: Settings, campaign: Campaign, number: Normal) -> Cdr:
    try:
        async with connected_async(settings.socket):
            pass
    except NoServer:
        from dialer.asterisk.world import world

        return await testcall.placed(settings, world(settings), campaign, number, _tell)
    return await testcall.ordered(settings, campaign, number, _tell)


def _tell(event: Event) -> None:
    heard = f" {event.phase} {event.sound} ({event.cause})" if isinstance(event, Heard) else ""
    aside.print(f"{event.at:.3f} {type(event).__name__}{heard}", highlight=False)
