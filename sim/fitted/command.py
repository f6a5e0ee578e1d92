"""`dialer simulate`: a day that was, as a scenario of the twin; and what the twin makes of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import msgspec
import typer
from rich.table import Table

from dialer.commands import answer, aside, campaign_of, console, settings_of
from dialer.commands.written import must_be_writable, write_whole
from dialer.errors import SettingsError

if TYPE_CHECKING:
    from sim.fitted.beside import Beside


def simulate(
    context: typer.Context,
    from_cdr: Annotated[str, typer.Option(help="The campaign whose calls are fitted.")],
    day: Annotated[str, typer.Option(help="2026-11-25, yesterday or today, in its zone.")]
    = "yesterday",
    write: Annotated[Path | None, typer.Option(help="The scenario, as TOML; unless: shown.")]
    = None,
    days: Annotated[int, typer.Option(min=0, help="Live so many; 0: only fit.")] = 0,
    seed: int = 1,
    processes: Annotated[int, typer.Option(min=1, help="Of this machine, that live days.")] = 1,
    dask: Annotated[str, typer.Option(help="A Dask scheduler's address instead.")] = "",
    pypy: Annotated[
        bool,
        typer.Option(
            "--pypy",
            help="Live them on PyPy, which is fetched the first time: the same days, slower at "
            "first, faster when there are many.",
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:  # fmt: skip
    """Fit a scenario to a campaign's calls of one day: rings, answers, talks, patience, agents.

    With `--days` the real engine lives days of it, and their band stands beside what was measured.
    """
    from dialer.warehouse import Warehouse
    from sim import scenario_file
    from sim.fitted.beside import beside
    from sim.fitted.fit import fit, seen
    from sim.living import living, shown

    must_be_writable(write)
    settings = settings_of(context)
    opened = campaign_of(settings, from_cdr, "--from-cdr").opened
    since, until = bounds(day, opened.zone, datetime.now(UTC))
    was = seen(Warehouse(settings.home, opened.source, most_rows=2_000_000), opened, since, until)
    found = fit(was, f"{from_cdr}-{since:%Y-%m-%d}")
    text = scenario_file.text(found)
    if write:
        write_whole(write, text.encode())
        aside.print(f"{write}: {len(was.calls)} calls fitted", highlight=False)
    both: Beside | None = None
    if days:
        with living(processes, dask, pypy=pypy) as lives:
            both = beside(was, found, range(seed, seed + days), shown(lives, aside))
    if json:
        answer({"source": "sim", "fitted_to": opened.source, "calls": len(was.calls),
                "scenario": msgspec.to_builtins(found),
                "beside": msgspec.to_builtins(both) if both else None})  # fmt: skip
        return
    if not write:
        console.print(text, end="", highlight=False, markup=False)
    if both:
        console.print(table(both))


def bounds(day: str, zone: str, now: datetime) -> tuple[datetime, datetime]:
    """A day in a time zone, from its midnight to the next; SettingsError for what is none.

    >>> since, until = bounds("yesterday", "Asia/Shanghai", datetime(2026, 11, 25, 17, tzinfo=UTC))
    >>> since.isoformat(), until - since
    ('2026-11-25T00:00:00+08:00', datetime.timedelta(days=1))
    """
    there = ZoneInfo(zone)
    today = now.astimezone(there).date()
    named = {"today": today, "yesterday": today - timedelta(days=1)}
    try:
        date = named[day] if day in named else datetime.fromisoformat(day).date()
    except ValueError as why:
        raise SettingsError(f"--day {day}: say 2026-11-25, yesterday or today") from why
    first = datetime(date.year, date.month, date.day, tzinfo=there)
    following = date + timedelta(days=1)
    return first, datetime(following.year, following.month, following.day, tzinfo=there)


def table(both: "Beside") -> Table:
    """Measured, and the twin's band of so many days."""
    shown = Table(title=f"measured, and {both.days} SIMULATED days of the fitted scenario")
    for head in ("figure", "measured", "twin", "lowest .. highest", "within"):
        shown.add_column(head, justify="left" if head == "figure" else "right")
    for row in _rows(both):
        shown.add_row(*row)
    return shown


def _rows(both: "Beside") -> Iterator[tuple[str, ...]]:
    for name, one in both.figures.items():
        scale, unit = (100.0, " %") if name in ("occupancy", "abandon_rate") else (1.0, "")
        low, mean, high = (f"{scale * v:.2f}{unit}" for v in (one.low, one.mean, one.high))
        yield (name.replace("_", " "), f"{scale * one.measured:.2f}{unit}", mean,
               f"{low} .. {high}", "yes" if one.within else "no")  # fmt: skip
