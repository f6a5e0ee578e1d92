"""`dialer upgrade`: databases of an older program become those of this one; copies stay beside."""

from contextlib import closing
from pathlib import Path

import typer

from dialer.access import database as accounts
from dialer.commands import console, settings_of
from dialer.home import held
from dialer.journal import database as journal


def upgrade(context: typer.Context) -> None:
    """Bring the databases to this program's schema; `dialer serve` would do it, too.

    A file of an older program is copied first: `journal.sqlite.schema-1`. What a newer program
    wrote is refused. The service must be stopped.
    """
    settings = settings_of(context)
    with held(settings):
        for path, opened, version in (
            (settings.journal, journal.opened, journal.VERSION),
            (accounts.file_in(settings.home), accounts.opened, accounts.VERSION),
        ):
            if path.exists():
                with closing(opened(path)):
                    pass
                console.print(f"{path}: schema {version}{_copies(path)}", highlight=False)


def _copies(path: Path) -> str:
    copies = ", ".join(sorted(one.name for one in path.parent.glob(f"{path.name}.schema-*")))
    return f"; copies of older ones: {copies}" if copies else ""
