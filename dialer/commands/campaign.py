"""`dialer campaign`: steer a campaign that is open, and bound what it may spend."""

from typing import Annotated

import typer

from dialer import client
from dialer.commands import console, settings_of
from dialer.engine.events import CampaignPaused, CampaignResumed, CampaignStopped, Event
from dialer.errors import DialerError
from dialer.money.budgets import budget as ordered

app = typer.Typer(
    help="Steer a campaign: pause, resume, stop, budget.",
    no_args_is_help=True,
    add_completion=False,
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


@app.command()
def budget(
    context: typer.Context,
    name: Name,
    amount: Annotated[str, typer.Argument(help="Of a day, like 250 or 99.50; `none` lifts it.")],
    currency: Annotated[str, typer.Argument(help="ISO 4217, as its trunk is priced.")] = "",
) -> None:
    """Place nothing more on a day that has spent so much; calls under way count at their worst."""
    settings = settings_of(context)
    with client.connected(settings.socket) as dialer:
        known = dialer.status()["campaigns"]
        if name not in known:
            there = ", ".join(sorted(known)) or "none"
            raise DialerError(f"no campaign `{name}` is open; there are: {there}")
        wanted = None if amount == "none" else amount
        dialer.order(
            ordered(settings.home, name, known[name]["trunk"], wanted, currency.upper(), "")
        )
    console.print(f"{name} has no budget" if wanted is None else
                  f"{name} may spend {amount} {currency.upper()} a day")  # fmt: skip


def _order(context: typer.Context, order: Event, done: str) -> None:
    with client.connected(settings_of(context).socket) as dialer:
        dialer.order(order)
    console.print(done)
