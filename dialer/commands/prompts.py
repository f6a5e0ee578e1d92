"""`dialer prompts`: the recordings that are known. A running dialer takes them up at once."""

import re
import time
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from dialer.commands import answer, aside, console, settings_of
from dialer.commands.exits import FAILED
from dialer.detection.heard import told
from dialer.detection.library import Card, Refused, Shelf, loaded
from dialer.detection.manifest import samples
from dialer.engine.announced import ANNOUNCED, ANSWERED, KINDS
from dialer.errors import SettingsError

app = typer.Typer(
    help="Announcements, menus and mailboxes that are known: add, list, remove, check.",
    no_args_is_help=True,
    add_completion=False,
)

Json = Annotated[bool, typer.Option("--json", help="For programs.")]
File = Annotated[Path, typer.Argument(help="A recording: WAV, FLAC, ...", exists=True)]


@app.command()
def add(
    context: typer.Context,
    file: File,
    kind: Annotated[str, typer.Option(help="What it says; `dialer prompts kinds` lists them.")],
    name: Annotated[str, typer.Option(help="Empty: the file's.")] = "",
    carrier: Annotated[str, typer.Option(help="Whose network says it.")] = "",
    language: Annotated[str, typer.Option(help="ISO 639: `zh`.")] = "",
    country: Annotated[str, typer.Option(help="ISO 3166: `cn`.")] = "",
) -> None:
    """Enrol a recording. Refused, with the reason, if it is too short, too quiet, or known.

    `dialer prompts add switched-off.wav --kind powered_off --carrier acme --language en`
    """
    card = Card(
        name=name or named_after(file),
        kind=kind,
        carrier=carrier,
        language=_code("--language", language, "zh"),
        country=_code("--country", country, "cn"),
        added_at=time.time(),
        added_by=getuser(),
        source=file.name,
    )
    try:
        added = _shelf(context).add(card, samples(file))
    except Refused as why:
        raise Refused(f"{file}: {why}") from None
    console.print(f"`{added.name}`: {added.kind}, {added.seconds:.1f} s", highlight=False)


@app.command("list")
def list_(context: typer.Context, json: Json = False) -> None:
    """All prompts."""
    cards = _shelf(context).cards()
    if json:
        answer(cards)
        return
    if not cards:
        aside.print("none is known yet: `dialer prompts add FILE --kind KIND`", highlight=False)
        return
    table = Table("name", "kind", "makes of the call", "carrier", "language", "country", "seconds")
    for card in cards:
        table.add_row(
            card.name, card.kind, _makes_of_the_call(card.kind), card.carrier,
            card.language, card.country, f"{card.seconds:.1f}",
        )  # fmt: skip
    console.print(table)


@app.command()
def remove(context: typer.Context, name: str) -> None:
    """Forget a prompt."""
    gone = _shelf(context).remove(name)
    console.print(f"`{gone.name}` ({gone.kind}) is forgotten", highlight=False)


@app.command()
def check(
    context: typer.Context,
    file: File,
    country: Annotated[str, typer.Option(help="Whose tones to listen for.")] = "us",
    answered: Annotated[bool, typer.Option("--answered", help="As after the answer.")] = False,
    json: Json = False,
) -> None:
    """Hear a recording as a line before the answer, or after it; what is recognised, and when.

    Exit code 1 if nothing that is known is in it.
    """
    known = loaded(_shelf(context).compiled)
    found = told(samples(file), country, known, "answer" if answered else "early")
    if json:
        answer(found)
    for one in () if json else found:
        console.print(f"{one.at_s:6.2f} s  {one.sound:12} {one.kind:14} {one.cause}",
                      highlight=False)  # fmt: skip
    if not any(one.sound == "announcement" and one.kind != "unknown" for one in found):
        aside.print(f"nothing that is known, of {len(known)} prompts", highlight=False)
        raise typer.Exit(FAILED.code)


@app.command()
def kinds() -> None:
    """What a recording may say, and what that makes of the call."""
    table = Table("kind", "makes of the call")
    for kind in KINDS:
        table.add_row(kind, _makes_of_the_call(kind))
    console.print(table)


def _makes_of_the_call(kind: str) -> str:
    if kind in ANSWERED:
        return f"{ANSWERED[kind]}, once answered"
    return ANNOUNCED[kind] or "rings on"


def _code(option: str, said: str, like: str) -> str:
    if said and not re.fullmatch("[A-Za-z]{2,3}", said):
        raise SettingsError(f"{option} {said}: say it as ISO does, like `{like}`")
    return said.lower()


def _shelf(context: typer.Context) -> Shelf:
    return Shelf(settings_of(context).prompts_folder)


def named_after(file: Path) -> str:
    """The name of a prompt, by its file's; `SettingsError` where that gives none.

    >>> named_after(Path("Power Off.wav"))
    'power-off'
    """
    name = re.sub(r"[^a-z0-9._-]+", "-", file.stem.lower()).strip("-._")[:64]
    if not name:
        raise SettingsError(f"{file}: its name gives the prompt none: choose one with --name")
    return name
