"""`dialer leads consent`: who agreed to be called, with source, proof and an end."""

import time
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer

from dialer.commands import answer, console, settings_of
from dialer.commands.dnc import Campaign, Country, Json, Number
from dialer.commands.exits import FAILED
from dialer.errors import ImportRefused
from dialer.journal.store import Consent
from dialer.leads import consent

app = typer.Typer(
    help="Who agreed to be called: add, import, revoke, check.",
    no_args_is_help=True,
    add_completion=False,
)

Source = Annotated[str, typer.Option(help="How he agreed: a form, a contract, a recorded call.")]
Proof = Annotated[str, typer.Option(help="Where the proof lies, or its words.")]
Given = Annotated[str, typer.Option(help="When: `2026-11-26`, UTC. Empty: now.")]
Expires = Annotated[str, typer.Option(help="Until when. Empty: until it is revoked.")]


@app.command()
def add(
    context: typer.Context,
    number: Number,
    source: Source,
    proof: Proof,
    given: Given = "",
    expires: Expires = "",
    country: Country = "us",
    campaign: Campaign = "",
) -> None:
    """The person at this number agreed to be called."""
    why = _why(source, proof, given, expires, campaign)
    consent.agree(settings_of(context).journal, number, country, why)
    console.print("recorded")


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV with a column `phone`.", exists=True)],
    source: Source = "",
    proof: Proof = "",
    given: Given = "",
    expires: Expires = "",
    country: Country = "us",
    campaign: Campaign = "",
    json: Json = False,
) -> None:
    """Record a file; its columns `proof`, `source`, `given`, `expires` go before the options."""
    why = _why(source or file.name, proof, given, expires, campaign)
    n = consent.import_consents(settings_of(context).journal, file, country, why)
    if json:
        answer({"recorded": n})
    else:
        console.print(f"{n} recorded")


@app.command()
def revoke(
    context: typer.Context, number: Number, country: Country = "us", campaign: Campaign = ""
) -> None:
    """End the consents of a number. Who said so is kept."""
    ended = consent.revoke(
        settings_of(context).journal, number, country, by=getuser(), at=time.time(),
        campaign=campaign,
    )  # fmt: skip
    console.print(f"{ended} ended")
    if not ended:
        raise typer.Exit(FAILED.code)


@app.command()
def check(
    context: typer.Context,
    number: Number,
    country: Country = "us",
    campaign: Campaign = "",
    json: Json = False,
) -> None:
    """Whether a consent is in force. Exit code 1 if none is."""
    journal = settings_of(context).journal
    agreed = consent.has_agreed(journal, number, country, time.time(), campaign=campaign)
    if json:
        answer({"agreed": agreed})
    else:
        console.print("has agreed" if agreed else "has not agreed")
    if not agreed:
        raise typer.Exit(FAILED.code)


def _why(source: str, proof: str, given: str, expires: str, campaign: str) -> Consent:
    now = time.time()
    try:
        return Consent(
            campaign=campaign, source=source, proof=proof, added_by=getuser(), at=now,
            given_at=consent.instant(given) if given else now,
            expires_at=consent.instant(expires) if expires else None,
        )  # fmt: skip
    except ValueError as why:
        raise ImportRefused(f"{why}: a date is like 2026-11-26") from why
