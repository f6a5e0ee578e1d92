"""`dialer preflight CAMPAIGN.toml`: who will be called, who will not and why, before it starts."""

import time
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.markup import escape

from dialer import almanac, client
from dialer import campaign as campaigns
from dialer.asterisk.doctor import campaign_findings
from dialer.asterisk.trunks import ways
from dialer.commands import answer, aside, console, settings_of
from dialer.commands.exits import UNFIT
from dialer.errors import NoServer
from dialer.held import Objection
from dialer.i18n import words
from dialer.leads.rules import Campaign
from dialer.preflight import Preflight, agents_there, of_file, refusals
from dialer.preflight import preflight as look
from dialer.preflight_words import lines
from dialer.settings import Settings


def preflight(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The campaign, a TOML file.")],
    agents: Annotated[int, typer.Option(min=0, help="How many agents; 0: those there now.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Tell who will be called and who will not, and what it takes. Exit code 3: it may not start.

    Nobody is called and nothing is changed by it.
    """
    settings = settings_of(context)
    campaign = of_file(campaigns.load(file))
    days = almanac.load(settings.holidays)
    campaign = msgspec.structs.replace(campaign, rules=almanac.applied(campaign.rules, days))
    with aside.status("looking") as status:
        found = look(
            settings.journal, campaign, time.time(), agents=agents or _there(settings, campaign),
            refused=_refused(settings, campaign), trunks=ways(settings),
            proof=settings.caller_id_proof,
            told=lambda rows: status.update(f"{rows:,} leads looked at"),
        )  # fmt: skip
    if json:
        answer(found)
    else:
        _tell(found)
    if found.refused:
        raise typer.Exit(UNFIT.code)


def _there(settings: Settings, campaign: Campaign) -> int:
    """How many agents of its pool are there now; 0 where no dialer serves."""
    try:
        with client.connected(settings.socket) as dialer:
            return agents_there(dialer.status(), campaign.opened.pool)
    except NoServer:
        return 0


def _refused(settings: Settings, campaign: Campaign) -> list[Objection]:
    """What its trunk and its law forbid."""
    opened, known = campaign.opened, ways(settings)
    if opened.trunk not in known:
        there = ", ".join(sorted(known)) or "none"
        missing = Objection(f"there is no trunk {opened.trunk}; there are: {there}")
        return [*refusals(campaign), missing]
    found = campaign_findings(
        opened.campaign, known[opened.trunk], campaign.rules.calling, opened.caller_ids
    )
    return [*refusals(campaign), *(Objection(f"{one.what}: {one.mend}") for one in found)]


def _tell(found: Preflight) -> None:
    for line in lines(found, words("en")):
        console.print(line, highlight=False)
    for why in found.warned:
        console.print(f"[yellow]look at this first:[/] {escape(why.detail)}", highlight=False)
    for why in found.refused:
        console.print(f"[red]it may not start:[/] {escape(why.detail)}", highlight=False)
