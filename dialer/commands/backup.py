"""`dialer backup` and `dialer restore`: a home kept elsewhere, and made anew from there."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from dialer import backup as backups
from dialer.commands import answer, console, settings_of
from dialer.commands.exits import FAILED
from dialer.commands.rebuild import made_anew
from dialer.home import held

Json = Annotated[bool, typer.Option("--json", help="For programs.")]


def backup(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet.")],
    json: Json = False,
) -> None:
    """Keep databases, keys and settings in a folder, beside a dialer that serves; then check it.

    The folder holds the key to everybody's data: keep it as you keep that. Recordings are listed,
    not copied.
    """
    settings, file = settings_of(context), context.find_root().params.get("file")
    manifest = backups.made(settings, folder.absolute(), at=time.time(), file=file)
    if json:
        answer(manifest)
        return
    size = sum(one.bytes for one in manifest.files) / 1e6
    words = f"{folder}: {len(manifest.files)} files, {size:.1f} MB, checked"
    console.print(f"{words}; {len(manifest.recordings)} recordings listed", highlight=False)


def restore(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A folder that `dialer backup` made.")],
    json: Json = False,
) -> None:
    """Make an empty home of a backup, and its warehouse of the journal. Nothing is overwritten.

    Every campaign is paused: whom the lost dialer called after the backup is not known here.
    """
    settings = settings_of(context)
    with held(settings):
        manifest, paused = backups.restored(folder.absolute(), settings.home, at=time.time())
    if settings.journal.exists() and made_anew(settings):
        raise typer.Exit(FAILED.code)
    if json:
        answer({"at": manifest.at, "paused": paused, "recordings": len(manifest.recordings)})
        return
    taken = datetime.fromtimestamp(manifest.at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    console.print(f"{settings.home} is as it was at {taken}", highlight=False)
    if paused:
        console.print(f"paused: {', '.join(paused)}; resume each when you know whom it called")
