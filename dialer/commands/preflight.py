"""`dialer preflight CAMPAIGN.toml`: who will be called, who will not and why, before it starts."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.markup import escape

from dialer import almanac, client
from dialer import campaign as campaigns
from dialer.asterisk.trunks import ways
from dialer.commands import answer, aside, console, settings_of
from dialer.commands.exits import UNFIT
from dialer.commands.spoken import Language, spoken
from dialer.errors import NoServer
from dialer.i18n import Words
from dialer.preflight import Preflight, agents_there, of_file, refusals
from dialer.preflight import preflight as look
from dialer.preflight_words import lines, objected
from dialer.settings import Settings


def preflight(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The campaign, a TOML file.")],
    agents: Annotated[int, typer.Option(min=0, help="How many agents; 0: those there now.")] = 0,
    language: Language = None,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Tell who will be called and who will not, and what it takes. Exit code 3: it may not start.

    Nobody is called and nothing is changed by it.
    """
    settings = settings_of(context)
    campaign = of_file(campaigns.load(file))
    days = almanac.load(settings.holidays)
    campaign = msgspec.structs.replace(campaign, rules=almanac.applied(campaign.rules, days))
    now = _status(settings)
    with aside.status("looking") as status:
        found = look(
            settings.journal, campaign, time.time(), refused=refusals(campaign),
            agents=agents or agents_there(now, campaign.opened.pool), trunks=ways(settings),
            proof=settings.caller_id_proof, status=now,
            told=lambda rows: status.update(f"{rows:,} leads looked at"),
        )  # fmt: skip
    if json:
        answer(found)
    else:
        _tell(found, spoken(language))
    if found.refused:
        raise typer.Exit(UNFIT.code)


def _status(settings: Settings) -> Mapping[str, Any]:
    """What the dialer tells of itself; nothing where none serves."""
    try:
        with client.connected(settings.socket) as dialer:
            return dialer.status()
    except NoServer:
        return {}


def _tell(found: Preflight, t: Words) -> None:
    for line in lines(found, t):
        console.print(line, highlight=False)
    for key, colour, whys in (
        ("preflight.warned", "yellow", found.warned), ("preflight.refused", "red", found.refused)
    ):  # fmt: skip
        for why in whys:
            said = escape(t(key, why=objected(why, t)))
            console.print(f"[{colour}]{said}[/]", highlight=False)
