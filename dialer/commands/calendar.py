"""`dialer calendar`: what each day is and why; days that the house closes or works in turn."""

import time
from datetime import UTC, date, datetime
from getpass import getuser
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from dialer import almanac, calendar_words
from dialer.api.records import Records
from dialer.calendar import Asked, Calendar, shown
from dialer.commands import answer, campaign_of, console, settings_of
from dialer.commands.dnc import Json
from dialer.commands.exits import FAILED
from dialer.commands.noted import noted
from dialer.commands.spoken import Language, spoken
from dialer.engine.compliance import DayKind
from dialer.i18n import Words
from dialer.journal.house_days import Entry

app = typer.Typer(
    help="What each day is and why; days that the house closes, weekends that it works in turn.",
    add_completion=False,
)

DAY = ["%Y-%m-%d"]
First = Annotated[datetime, typer.Argument(formats=DAY, help="The first day, like 2027-02-05.")]
Last = Annotated[datetime | None, typer.Option(formats=DAY, help="The last day, where several.")]
Country = Annotated[str, typer.Option(help="ISO 3166, like cn; empty: everywhere.")]
Note = Annotated[str, typer.Option(help="Why, for whoever reads the calendar.")]


@app.callback(invoke_without_command=True)
def show(
    context: typer.Context,
    country: Annotated[str, typer.Option(help="ISO 3166, like cn; empty: the house's.")] = "",
    campaign: Annotated[str, typer.Option(help="By its rules; empty: by a law's.")] = "",
    law: Annotated[str, typer.Option(help="By which law; empty: the house's usual.")] = "",
    first: Annotated[
        datetime | None, typer.Option(formats=DAY, help="Empty: the first of this month.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option(formats=DAY, help="Empty: the end of that month.")
    ] = None,
    language: Language = None,
    json: Json = False,
) -> None:
    """The days of a month, or from a first to a last one: what each is, why, and when calls go."""
    if context.invoked_subcommand:
        return
    settings, t = settings_of(context), spoken(language)
    if campaign:
        campaign_of(settings, campaign, "--campaign")
    asked = Asked(country=country, campaign=campaign, law=law, first=_day(first), last=_day(last),
                  language=t.language)  # fmt: skip
    found = shown(settings, Records(settings.home).campaigns(), asked, time.time())
    if json:
        answer(found)
    else:
        console.print(_table(t, found))
        if said := calendar_words.unknown(t, found):
            console.print(said, highlight=False)


@app.command()
def close(
    context: typer.Context, first: First, last: Last = None, country: Country = "",
    note: Note = "",
) -> None:  # fmt: skip
    """No calls on these days, from now on, for every campaign. What rings goes on."""
    _set(context, "closed", first, last, country, note)


@app.command()
def work(
    context: typer.Context,
    first: First,
    country: Annotated[str, typer.Option(help="Where weekends are worked in turn, like cn.")],
    last: Last = None,
    note: Note = "",
) -> None:
    """A weekend that is worked in turn (调休): it has the hours of a weekday."""
    _set(context, "workday", first, last, country, note)


@app.command()
def days(context: typer.Context, json: Json = False) -> None:
    """What the house has set, each with its number."""
    found = almanac.entries(settings_of(context).journal)
    if json:
        answer(found)
        return
    for one in found:
        where, note = one.region or "everywhere", f"; {one.note}" if one.note else ""
        at = datetime.fromtimestamp(one.added_at, UTC)
        console.print(
            f"{one.entry}  {calendar_words.span(one)}  {one.kind} {where}{note}"
            f" ({one.added_by}, {at:%Y-%m-%d %H:%M})",
            highlight=False, markup=False,
        )  # fmt: skip


@app.command()
def end(
    context: typer.Context,
    entry: Annotated[int, typer.Argument(help="Its number, as `dialer calendar days` says.")],
) -> None:
    """Days like any others again, for every campaign. Who said so is kept."""
    journal, at = settings_of(context).journal, time.time()
    one = next((one for one in almanac.entries(journal) if one.entry == entry), None)
    if one is None or not almanac.end_days(journal, entry, by=getuser(), at=at):
        console.print("there is no such entry in force")
        raise typer.Exit(FAILED.code)
    _note(context, one, "ended", at)
    console.print("days like any others again")


def _set(
    context: typer.Context, kind: DayKind, first: datetime, last: datetime | None, country: str,
    note: str,
) -> None:  # fmt: skip
    begins, at = first.date(), time.time()
    made = almanac.set_days(
        settings_of(context).journal,
        Entry(kind=kind, region=country.upper(), first=begins, last=_day(last) or begins,
              note=note, added_by=getuser(), added_at=at),
    )  # fmt: skip
    _note(context, made, kind, at)
    console.print(f"entry {made.entry}: {calendar_words.span(made)}, for every campaign, from now")


def _note(context: typer.Context, one: Entry, what: str, at: float) -> None:
    action, thing, after = almanac.noted(one, what)
    noted(context, action, thing, at, after)


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _table(t: Words, found: Calendar) -> Table:
    table = Table(
        *(t(f"calendar.{name}") for name in ("day", "weekday", "what", "hours", "why")),
        box=None, padding=(0, 1), title=calendar_words.stated(t, found), title_justify="left",
    )  # fmt: skip
    for day in found.days:
        table.add_row(
            f"{day.day}", t(f"weekday.{day.day.isoweekday()}"),
            t.name("calendar_what", calendar_words.what(day)), calendar_words.hours(t, day),
            escape(calendar_words.why(t, day)),
        )  # fmt: skip
    return table
