"""`dialer sql`: a question to the warehouse, in SQL."""

import sys
from typing import Annotated, Literal

import typer
from rich.table import Table

from dialer.commands import aside, console, settings_of

SHOWN_MOST = 200


def sql(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help='One SELECT: "FROM v_attempts LIMIT 5"')],
    source: Annotated[
        Literal["live", "lab", "sim"], typer.Option(help="Which world's figures.")
    ] = "live",
    json: Annotated[bool, typer.Option("--json", help="A JSON record a line.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="CSV.")] = False,
) -> None:
    """Ask the warehouse. It is opened, asked and closed; nothing but SELECT is possible."""
    from dialer.warehouse import Warehouse  # pandas takes a second to load

    frame = Warehouse(settings_of(context).home, source).query(question)
    if frame.attrs.get("cut"):
        aside.print(f"[yellow]only the first {len(frame)} rows[/]")
    if json:
        frame.to_json(sys.stdout, orient="records", lines=True, date_format="iso")
    elif csv:
        frame.to_csv(sys.stdout, index=False)
    else:
        table = Table(*map(str, frame.columns), box=None, header_style="bold")
        for row in frame.head(SHOWN_MOST).itertuples(index=False):
            table.add_row(*map(str, row))
        console.print(table)
        if len(frame) > SHOWN_MOST:
            aside.print(f"[yellow]{SHOWN_MOST} of {len(frame)} rows; --csv prints all[/]")
