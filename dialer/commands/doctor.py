"""`dialer doctor`: everything that must be right before anybody is called, each with its mend."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import anyio
import typer
from rich.markup import escape
from rich.table import Table

import dialer
from dialer import campaign as campaigns
from dialer.asterisk.doctor import campaign_findings, findings
from dialer.asterisk.host import Finding
from dialer.asterisk.trunks import Trunk, ways
from dialer.asterisk.world import reached, running
from dialer.commands import answer, console, settings_of
from dialer.commands.exits import UNFIT
from dialer.errors import AlreadyServed, DialerError
from dialer.home import held
from dialer.journal.reader import Reader
from dialer.settings import Settings

FREE_LEAST = 200_000_000
FREE_GOOD = 2_000_000_000
BESIDE = ("models", "sim", "dashboards")
SHOWN = {"fatal": "[red]fatal[/]", "warning": "[yellow]warning[/]", "ok": "[green]ok[/]"}


def doctor(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Option("--campaign", help="Look at this campaign file as well.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Look at home, trunks, campaigns and Asterisk. Exit code 3 while something is fatal.

    Our own Asterisk is started for it. Beside a dialer that serves, the dial plan is not tried.
    """
    settings = settings_of(context)
    known = ways(settings)
    found = [
        *_house(settings),
        *_reach(settings, known),
        *_campaigns(settings, known, file),
        *_asterisk(settings, known),
    ]
    if json:
        answer(found)
    else:
        console.print(_table(found))
    if any(one.level == "fatal" for one in found):
        raise typer.Exit(UNFIT.code)


def _house(settings: Settings) -> Iterable[Finding]:
    """The programs and the disk."""
    folder = Path(dialer.__file__).parents[1]
    strange = [name for name in BESIDE if not (folder / name / "__init__.py").exists()]
    if strange:
        mend = f"run from one clone: {folder} must hold them"
        yield Finding("fatal", f"{', '.join(strange)} do not lie beside dialer", mend)
    settings.home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.home).free
    what = f"{free / 1e9:.1f} GB free in {settings.home}"
    if free < FREE_LEAST:
        yield Finding("fatal", what, "make room: nothing is dialled that cannot be recorded")
    elif free < FREE_GOOD:
        yield Finding("warning", what, "make room in time")
    else:
        yield Finding("ok", what)


def _reach(settings: Settings, known: dict[str, Trunk]) -> Iterable[Finding]:
    """Whether a carrier can reach our own Asterisk at all."""
    ours = settings.asterisk
    live = [trunk.name for trunk in known.values() if trunk.kind == "live"]
    if ours.own and live and ours.sip_address.startswith("127."):
        what = f"our own Asterisk takes SIP on {ours.sip_address}: no carrier reaches that"
        mend = "settings, [asterisk]: sip_address = an address of this machine"
        yield Finding("fatal", what, mend)


def _campaigns(settings: Settings, known: dict[str, Trunk], file: Path | None) -> Iterable[Finding]:
    """Those in force, and the one of the file: whether their trunks will take them."""
    looked = [
        (one.opened.campaign, one.opened.trunk, one.rules.calling, one.opened.caller_ids)
        for one in (Reader(settings.journal).campaigns() if settings.journal.exists() else ())
    ]
    if file:
        new = campaigns.load(file)
        looked.append((new.name, new.trunk, campaigns.lead_rules(new).calling, new.caller_ids))
    for name, trunk, rules, caller_ids in looked:
        if trunk not in known:
            mend = f"there are: {', '.join(sorted(known)) or 'none'}"
            yield Finding("fatal", f"campaign {name}: there is no trunk {trunk}", mend)
        else:
            lacks = campaign_findings(name, known[trunk], rules, caller_ids)
            yield from lacks or [Finding("ok", f"campaign {name} has what trunk {trunk} asks for")]


def _asterisk(settings: Settings, known: dict[str, Trunk]) -> list[Finding]:
    async def look() -> list[Finding]:
        async with running(settings) as there:
            return await findings(there, known)

    try:
        with held(settings):
            return anyio.run(look)
    except AlreadyServed:  # its Asterisk runs
        return anyio.run(findings, reached(settings), known)
    except (DialerError, OSError) as why:
        return [Finding("fatal", f"Asterisk: {why}", "see above; `./run setup` unpacks one")]


def _table(found: Iterable[Finding]) -> Table:
    table = Table(box=None, show_header=False)
    for one in found:
        mend = f"\n-> {one.mend}" if one.mend and one.level != "ok" else ""
        table.add_row(SHOWN[one.level], escape(one.what + mend))
    return table
