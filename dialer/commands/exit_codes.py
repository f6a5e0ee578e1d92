"""`dialer exits`: the exit codes and what they mean."""

from rich.table import Table

from dialer.commands import console
from dialer.commands.exits import EXITS


def exit_codes() -> None:
    """What the exit codes mean."""
    table = Table("code", "means", "what to do", box=None)
    for one in EXITS:
        table.add_row(str(one.code), one.means, one.mend)
    console.print(table)
