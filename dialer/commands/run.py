"""`dialer run CAMPAIGN.toml`: put a campaign in force and follow it."""

import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from dialer import campaign as campaigns
from dialer import client
from dialer.campaign import Campaign
from dialer.client import Connection
from dialer.commands import answer, aside, settings_of
from dialer.commands.status import news as news
from dialer.engine.events import CampaignPaused
from dialer.errors import OrderRefused

POLL_S = 0.5
QUIET_POLLS = 4
"So often in a row nothing must be left to do before a campaign is over."


def run(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The campaign, a TOML file.")],
    detach: Annotated[bool, typer.Option(help="Put it in force and return.")] = False,
    minutes: Annotated[float, typer.Option(min=0, help="Pause it after so long; 0: never.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="End with its figures as JSON.")] = False,
) -> None:
    """Put a campaign in force, and follow it until no lead is left.

    Ctrl-C pauses it: nothing more is placed, calls that ring go on.
    """
    campaign = campaigns.load(file)
    door = settings_of(context).socket
    try:
        with client.connected(door) as dialer:
            opened = put_in_force(dialer, campaign)
            told = f"{campaign.name} version {opened['version']} is in force ({opened['source']})"
            aside.print(told, highlight=False)
            until = time.monotonic() + 60 * minutes if minutes else None
            figures = {} if detach else _follow(dialer, campaign.name, until)
    except KeyboardInterrupt:
        _pause(door, campaign.name, "interrupted")
        raise
    if figures.get("leads_left"):
        _pause(door, campaign.name, "its time is over")
    if json:
        answer({"campaign": campaign.name, "version": opened["version"], **figures})


def put_in_force(dialer: Connection, campaign: Campaign) -> dict[str, Any]:
    """Open it; its version, and whom it reaches."""
    opened = campaigns.opened(campaign, version=0, at=0.0, user="")
    return dialer.ask("open", opened=opened, rules=campaigns.lead_rules(campaign))


def _pause(door: Path, name: str, why: str) -> None:
    # By a line of its own: an interrupt may have come in the middle of a reply on the other.
    with suppress(OrderRefused), client.connected(door) as dialer:
        dialer.order(CampaignPaused(campaign=name, why=why, at=0.0))
        aside.print(f"{name} is paused; `dialer campaign resume {name}` goes on", highlight=False)


def _follow(dialer: Connection, name: str, until: float | None) -> dict[str, Any]:
    """Show how it goes; its figures when nothing is left to do or the time is over."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("{task.fields[news]}"),
    )  # fmt: skip
    quiet = 0
    most = 1
    with Progress(*columns, console=aside) as progress:
        task = progress.add_task(name, total=None, news="")
        while True:
            state = dialer.status()
            figures = state["campaigns"][name]
            most = max(most, figures["leads_left"])
            done = most - figures["leads_left"]
            progress.update(task, total=most, completed=done, news=escape(news(figures)))
            quiet = quiet + 1 if _is_over(state, figures) else 0
            if quiet >= QUIET_POLLS or (until is not None and time.monotonic() > until):
                return {**figures, "outcomes": state["outcomes"][name]}
            time.sleep(POLL_S)


def _is_over(state: Mapping[str, Any], figures: Mapping[str, Any]) -> bool:
    calls = state["pools"][figures["pool"]]["calls"]
    return figures["state"] == "stopped" or not (figures["leads_left"] or sum(calls.values()))
