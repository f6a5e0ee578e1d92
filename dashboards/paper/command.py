"""`dialer report`: the figures of a campaign over a day, a week or a month, as files."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import typer

from dashboards import files
from dashboards.paper.gather import Kind, Told, told
from dashboards.paper.pdf import as_pdf
from dialer.commands import aside, console, settings_of
from dialer.commands.written import PRIVATE, write_whole
from dialer.errors import SettingsError
from dialer.warehouse import Warehouse
from dialer.warehouse.days import days_with_calls


def report(
    context: typer.Context,
    campaign: Annotated[str, typer.Argument(help="Of which campaign.")],
    day: Annotated[bool, typer.Option("--day", help="A day; the last one unless `--on`.")] = False,
    week: Annotated[bool, typer.Option("--week", help="A week from Monday on.")] = False,
    month: Annotated[bool, typer.Option("--month", help="A calendar month.")] = False,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day of that period.")
    ] = None,
    language: Annotated[Literal["en", "zh"], typer.Option("--lang")] = "en",
    source: Annotated[Literal["live", "lab", "sim"], typer.Option()] = "live",
    pdf: Annotated[Path | None, typer.Option(help="Write it as PDF.")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="As a workbook, a sheet a table.")] = None,
    csv: Annotated[Path | None, typer.Option(help="As CSV files into this folder.")] = None,
    parquet: Annotated[Path | None, typer.Option(help="As Parquet into this folder.")] = None,
) -> None:
    """Write a campaign's report: funnel, outcomes, agents, hours, lines, trunks, costs.

    Periods are whole ones of the campaign's time zone: yesterday, last week, last month.

    `dialer report spring --week --on 2026-11-23 --pdf spring.pdf --xlsx spring.xlsx`
    """
    kinds: list[Kind] = [
        kind for kind, wanted in (("day", day), ("week", week), ("month", month)) if wanted
    ]
    if len(kinds) > 1 or not (pdf or xlsx or csv or parquet):
        raise SettingsError("say one of --day, --week and --month at most, and where to write it: "
                            "--pdf, --xlsx, --csv, --parquet")  # fmt: skip
    settings = settings_of(context)
    home = settings.home
    found = told(home, source, campaign, (kinds or ["day"])[0], on.date() if on else None,
                 language, today(home, source, campaign), settings.reports.currency)  # fmt: skip
    if found.is_empty:
        days = days_with_calls(Warehouse(home, source, wait_s=30.0), campaign, found.zone)
        aside.print(f"{found.title}: no call was placed; {days}", highlight=False)
    for path in written(found, pdf=pdf, xlsx=xlsx, csv=csv, parquet=parquet):
        console.print(str(path), highlight=False, soft_wrap=True)


def today(home: Path, source: str, campaign: str) -> date:
    """The date of the campaign's clock."""
    rules = Warehouse(home, source, wait_s=30.0).query(
        "SELECT zone FROM v_campaigns WHERE campaign = $campaign", {"campaign": campaign}
    )
    zone = str(rules["zone"].iloc[0]) if len(rules) else "UTC"
    return datetime.now(ZoneInfo(zone)).date()


def written(
    found: Told, *, pdf: Path | None = None, xlsx: Path | None = None, csv: Path | None = None,
    parquet: Path | None = None,
) -> list[Path]:  # fmt: skip
    """The files that were written, readable by their owner alone."""
    made: list[Path] = []
    if pdf:
        made.append(_put(pdf, as_pdf(found)))
    if xlsx:
        sheets = {sheet.title: (sheet.data, sheet.heads) for sheet in found.sheets}
        made.append(_put(xlsx, files.workbook(sheets, found.about)))
    for folder, kind in ((csv, "csv"), (parquet, "parquet")):
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            write, _ = files.KINDS[kind]
            made += [
                _put(
                    folder / f"{sheet.key}.{kind}",
                    write(sheet.data, sheet.heads, found.about_one(sheet)),
                )
                for sheet in found.sheets
            ]
    return made


def _put(path: Path, data: bytes) -> Path:
    write_whole(path, data, PRIVATE)
    return path
