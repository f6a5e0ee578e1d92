"""`dialer evidence NUMBER --out FILE.zip`: every call to a number, and why it was allowed."""

import time
from contextlib import closing
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer

from dialer.access.actor import at_the_machine
from dialer.access.store import Access
from dialer.commands import answer, console, settings_of
from dialer.commands.dnc import Country, Json, Number
from dialer.commands.exits import FAILED
from dialer.commands.written import whole
from dialer.errors import ImportRefused
from dialer.evidence import pack
from dialer.leads.normalise import digits_of, masked


def evidence(
    context: typer.Context,
    number: Number,
    out: Annotated[Path, typer.Option(help="The zip to write; readable for you alone.")],
    country: Country = "us",
    json: Json = False,
) -> None:
    """Put together all that is known of the calls to a number: records, checks, recordings.

    Who took it is in the audit log. Exit code 1 where there was no call.
    """
    settings = settings_of(context)
    digits = digits_of(number, country)
    if digits is None:
        raise ImportRefused(f"that is no telephone number of {country.upper()}")
    at, me = time.time(), at_the_machine(getuser())
    with whole(out) as file:
        sounds = settings.recordings_folder
        packed = pack(settings.journal, [digits], sounds, file, at=at, by=me.name)
    with closing(Access.at(settings.home)) as access:
        access.audit.append(
            me, "lead.evidence", f"number:{masked(digits)}", at=at,
            after={"attempts": packed.attempts, "manifest": packed.manifest},
        )  # fmt: skip
    if json:
        answer(packed)
    else:
        console.print(
            f"{packed.attempts} attempts, {packed.callers} calls from them, {packed.recordings} "
            f"recordings in {out}\nSHA-256 of its manifest: {packed.manifest}",
            highlight=False,
        )
    if not packed.attempts and not packed.callers:
        raise typer.Exit(FAILED.code)
