"""`dialer campaign`: steer a campaign that is open."""

from typing import Annotated

import typer

from dialer import client
from dialer.commands import console, settings_of
from dialer.engine.events import CampaignPaused, CampaignResumed, CampaignStopped, Event

app = typer.Typer(
    help="Steer a campaign: pause, resume, stop.", no_args_is_help=True, add_completion=False
)

Name = Annotated[str, typer.Argument(help="The campaign's name.")]


@app.command()
def pause(
    context: typer.Context,
    name: Name,
    why: Annotated[str, typer.Option(help="For the record.")] = "",
) -> None:
    """Place nothing more; calls that ring go on."""
    _order(context, CampaignPaused(campaign=name, why=why, at=0.0), f"{name} is paused")


@app.command()
def resume(context: typer.Context, name: Name) -> None:
    """Dial again."""
    _order(context, CampaignResumed(campaign=name, at=0.0), f"{name} dials")


@app.command()
def stop(context: typer.Context, name: Name) -> None:
    """Place nothing more, and cancel what nobody has answered yet."""
    _order(context, CampaignStopped(campaign=name, at=0.0), f"{name} is stopped")


def _order(context: typer.Context, order: Event, done: str) -> None:
    with client.connected(settings_of(context).socket) as dialer:
        dialer.order(order)
    console.print(done)
