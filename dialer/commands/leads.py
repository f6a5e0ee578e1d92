"""`dialer leads`: lists and the do-not-call list."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from dialer.commands import answer, aside, console, dnc, settings_of
from dialer.commands.exits import FAILED
from dialer.leads.importer import ImportReport, import_list, looked_at
from dialer.leads.reading import Source

app = typer.Typer(
    help="Lists and the do-not-call list.", no_args_is_help=True, add_completion=False
)
app.add_typer(dnc.app, name="dnc")


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV or the like; a column `phone`.", exists=True)],
    list_: Annotated[str, typer.Option("--list", help="The list's name; unless: the file's.")] = "",
    country: Annotated[str, typer.Option(help="Where a number without + lies.")] = "us",
    also: Annotated[str, typer.Option(help="Other countries that are taken: `ca,mx`.")] = "",
    beside: Annotated[str, typer.Option(help="Lists whose numbers are duplicates here.")] = "",
    priority: Annotated[int, typer.Option(min=0, max=100, help="The higher goes first.")] = 0,
    lab: Annotated[bool, typer.Option(help="Of the lab: nobody's numbers, any will do.")] = False,
    preview: Annotated[bool, typer.Option(help="Only show how it would be read.")] = False,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Import a list. What cannot be read goes to a reject file, with line and reason.

    A dialer that runs sees the new leads at once. An import that was broken off is repeated.
    """
    if preview:
        _preview(file, Source(country=country, lab=lab))
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(),
               TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=aside) as progress:
        task = progress.add_task(escape(file.name), total=None)
        report = import_list(
            settings_of(context).journal,
            file,
            list_ or file.stem.lower(),
            country,
            at=time.time(),
            countries=frozenset(_words(also)),
            lab=lab,
            priority=priority,
            beside=tuple(_words(beside)),
            progress=lambda done, of: progress.update(task, completed=done, total=of),
        )
    if json:
        answer(report)
    else:
        _tell(report)
    if not report.imported and not report.duplicates:
        raise typer.Exit(FAILED.code)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _preview(file: Path, source: Source) -> None:
    """The columns as they are understood, over the first rows as they stand."""
    found, rows = looked_at(file, source)
    table = Table(*(name or "-" for name in found.columns), box=None, header_style="bold")
    for row in rows[found.header : found.header + 5]:
        table.add_row(*map(escape, row))
    console.print(table)
    aside.print(f"read as {found.encoding}, divided by {found.delimiter!r}", highlight=False)


def _tell(report: ImportReport) -> None:
    console.print(
        f"{report.imported} of {report.rows} rows imported, {report.duplicates} were there, "
        f"{report.rejected} rejected, {report.blocked} on a do-not-call list",
        highlight=False,
    )
    for reason, count in report.reasons.items():
        console.print(f"  {count} {reason.replace('_', ' ')}", highlight=False)
    if report.reject_file:
        console.print(f"rejected rows: {report.reject_file}", highlight=False)
