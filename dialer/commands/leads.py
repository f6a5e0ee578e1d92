"""`dialer leads`: lists and the do-not-call list."""

import os
import time
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from dialer.commands import answer, aside, consent, console, dnc, settings_of
from dialer.commands.exits import FAILED, INTERRUPTED
from dialer.journal import imports
from dialer.leads import importer, parsers, vicidial
from dialer.leads.columns import Correction
from dialer.leads.importer import Among, ImportReport, Wanted
from dialer.leads.preview import preview as previewed
from dialer.leads.reading import Source

app = typer.Typer(
    help="Lists and the do-not-call list.", no_args_is_help=True, add_completion=False
)
app.add_typer(dnc.app, name="dnc")
app.add_typer(consent.app, name="consent")
Columns = Annotated[
    list[str] | None,
    typer.Option("--column", help="`2=phone`: what the second column is; `5=-`: nothing. Again."),
]


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV, TSV, XLSX or the like.", exists=True)],
    list_: Annotated[str, typer.Option("--list", help="The list's name; unless: the file's.")] = "",
    country: Annotated[str, typer.Option(help="Where a number without + lies.")] = "us",
    also: Annotated[str, typer.Option(help="Other countries that are taken: `ca,mx`.")] = "",
    column: Columns = None,
    header: Annotated[
        bool | None, typer.Option("--header/--no-header", help="Unless: as it looks.")
    ] = None,
    encoding: Annotated[str, typer.Option(help="Unless: as it looks.")] = "",
    delimiter: Annotated[str, typer.Option(help="Unless: as it looks.")] = "",
    sheet: Annotated[str, typer.Option(help="Of a spreadsheet; unless: the first.")] = "",
    among: Annotated[
        str, typer.Option(help="Where a number makes a duplicate: list, campaign, everywhere.")
    ] = "list",
    beside: Annotated[str, typer.Option(help="Lists whose numbers are duplicates here.")] = "",
    priority: Annotated[int, typer.Option(min=0, max=100, help="The higher goes first.")] = 0,
    workers: Annotated[
        int | None, typer.Option(min=0, help="Processes that parse; unless: one for each core.")
    ] = None,
    statuses: Annotated[
        Path | None, typer.Option(exists=True, help="VICIdial's table of statuses, exported.")
    ] = None,
    callbacks: Annotated[
        Path | None, typer.Option(exists=True, help="VICIdial's table of callbacks, exported.")
    ] = None,
    server_zone: Annotated[
        str, typer.Option(help="Whose clock that table keeps; unless: each person's own.")
    ] = "",
    lab: Annotated[bool, typer.Option(help="Of the lab: nobody's numbers, any will do.")] = False,
    preview: Annotated[
        bool, typer.Option("--preview", "--dry-run", help="Only show how it would be read.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Import a list. What cannot be read goes to a reject file, with line and reason.

    A dialer that runs sees the new leads at once. An import that was broken off is begun again by
    the same command, and goes on from there.
    """
    countries = frozenset(_words(also))
    own, promised = vicidial.of_files(statuses, callbacks, server_zone)
    source = Source(
        country=country, countries=countries, lab=lab, priority=priority,
        statuses=own, callbacks=promised,
    )  # fmt: skip
    better = Correction(
        encoding=encoding, delimiter=delimiter, header=header, columns=_columns(column or []),
        sheet=sheet,
    )  # fmt: skip
    if preview:
        _preview(file, source, better, json=json)
        return
    wanted = Wanted(
        list=list_ or file.stem.lower(), source=source, better=better, among=_among(among),
        beside=tuple(_words(beside)),
    )  # fmt: skip
    report = _imported(settings_of(context).journal, file, wanted, workers)
    if json:
        answer(report)
    else:
        _tell(report)
    if not report.imported and not report.duplicates:
        raise typer.Exit(FAILED.code)


def _imported(journal: Path, file: Path, wanted: Wanted, workers: int | None) -> ImportReport:
    if workers is None:
        small = file.stat().st_size < importer.SMALL
        workers = 0 if small else min(os.cpu_count() or 1, parsers.MOST)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(),
               TimeRemainingColumn(), TextColumn("{task.fields[rows]}"))  # fmt: skip
    with Progress(*columns, console=aside) as progress:
        task = progress.add_task(escape(file.name), total=None, rows="")

        def told(now: imports.Progress, of: int) -> None:
            rows = f"{now.rows} rows, {now.rejected} rejected"
            progress.update(TaskID(task), completed=now.bytes, total=of, rows=rows)

        try:
            return importer.run(
                journal, file, wanted, by=getuser(), clock=time.time, workers=workers, told=told
            )
        except KeyboardInterrupt:
            aside.print("stopped; the same command goes on from there")
            raise typer.Exit(INTERRUPTED.code) from None


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _columns(given: list[str]) -> dict[int, str]:
    found = {}
    for one in given:
        place, equals, name = one.partition("=")
        if not (place.isascii() and place.isdecimal() and int(place) and equals and name.strip()):
            raise typer.BadParameter(f"{one!r}: a column's number and what it is, like `2=phone`")
        found[int(place) - 1] = name
    return found


def _among(word: str) -> Among:
    match word:
        case "list" | "campaign" | "everywhere":
            return word
    raise typer.BadParameter("--among: list, campaign or everywhere")


def _preview(file: Path, source: Source, better: Correction, *, json: bool) -> None:
    """The columns as they are understood, over the first rows as they stand."""
    found = previewed(file, source, better)
    if json:
        answer(found)
        return
    names = [f"{at} {name}" for at, name in enumerate(found.layout.columns, 1)]
    table = Table("line", *map(escape, names), "number, or why none", box=None, header_style="bold")
    for row in found.rows[:8]:
        cells = (row.cells + [""] * len(names))[: len(names)]
        table.add_row(str(row.line), *map(escape, cells), row.reason or ", ".join(row.numbers))
    console.print(table)
    how = found.layout
    aside.print(
        "read as a spreadsheet" if how.is_sheet
        else f"read as {how.encoding}, divided by {how.delimiter!r}", highlight=False,
    )  # fmt: skip


def _tell(report: ImportReport) -> None:
    if report.resumed_at:
        console.print(f"went on after row {report.resumed_at}", highlight=False)
    console.print(
        f"{report.imported} of {report.rows} rows imported, {report.duplicates} were there, "
        f"{report.rejected} rejected, {report.blocked} on a do-not-call list",
        highlight=False,
    )
    for reason, count in report.reasons.items():
        console.print(f"  {count} {reason.replace('_', ' ')}", highlight=False)
    if report.reject_file:
        console.print(f"rejected rows: {report.reject_file}", highlight=False)
