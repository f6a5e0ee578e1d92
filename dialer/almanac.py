"""The days that the house sets itself: holidays that no calendar knows, weekends worked in turn.

People set them on the page Calendar and by `dialer calendar`; the journal keeps those, and they
hold at the next promise of a call. Beside them there may be a file, read when a campaign is opened:

    [CN]                                # a country, ISO 3166; or [everywhere]
    closed = ["2027-02-11"]
    workdays = ["2027-02-14"]           # a weekend that is worked (调休), as the State Council says

Both make a profile stricter (`closed`), and tell of weekends that are working days in countries
that have such; a holiday of the calendar they do not open.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
from phonenumbers import SUPPORTED_REGIONS

from dialer import tomlfile
from dialer.engine.calendar import SWAPPING, day_of, named
from dialer.engine.compliance import HouseDay
from dialer.errors import Misgiven, SettingsError
from dialer.journal.book import Book
from dialer.journal.house_days import Entry
from dialer.journal.reader import Reader
from dialer.leads.rules import LeadRules

EVER = (2000, 2099)
"Years of which calendars tell."
MOST_DAYS = 366
"Of one entry."
LAST_ZONE_S = 12 * 3600.0
"In the last zone of the world it is still the day before."


class Country(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Its days, as `2027-02-11` or as a date of TOML."""

    closed: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()


# ---- the file -----------------------------------------------------------------------------------
def load(path: Path | None) -> tuple[HouseDay, ...]:
    """The days of a file, ready for `compliance.Rules.days`. `SettingsError` says what is wrong."""
    if path is None:
        return ()
    try:
        countries = msgspec.convert(tomlfile.read(path), dict[str, Country])
    except msgspec.ValidationError as why:
        raise SettingsError(f"{path}: {why}: see `dialer/almanac.py` for an example") from why
    return tuple(day for name, country in countries.items() for day in _days(path, name, country))


def applied(rules: LeadRules, days: tuple[HouseDay, ...]) -> LeadRules:
    """A campaign's rules with the days of the file."""
    calling = msgspec.structs.replace(rules.calling, days=days)
    return msgspec.structs.replace(rules, calling=calling)


def _days(path: Path, name: str, country: Country) -> Iterator[HouseDay]:
    region = "" if name == "everywhere" else name
    if region and region not in SUPPORTED_REGIONS:
        raise SettingsError(f"{path}: [{name}]: must be an ISO 3166 code, like CN, or `everywhere`")
    for day in country.closed:
        yield region, day.isoformat(), "closed"
    for day in country.workdays:
        if region not in SWAPPING or day.weekday() < 5:
            raise SettingsError(
                f"{path}: [{name}] workdays: {day}: must be a Saturday or Sunday in one of "
                f"{', '.join(SWAPPING)}, where weekends are worked in turn; anything else would "
                "be looser than the law"
            )
        yield region, day.isoformat(), "workday"


# ---- the journal --------------------------------------------------------------------------------
def entries(journal: Path) -> list[Entry]:
    """What people have set and nobody has ended, the earliest days first."""
    return Reader(journal).house_days() if journal.exists() else []


def set_days(journal: Path, one: Entry) -> Entry:
    """Keep an entry, from now on, for all campaigns. `Misgiven` says why it may not be so."""
    must_fit(one, entries(journal))
    with Book(journal) as book:
        return msgspec.structs.replace(one, entry=book.keep_days(one))


def end_days(journal: Path, entry: int, *, by: str, at: float) -> bool:
    """They are days like any others from now on; whether the entry was in force."""
    with Book(journal) as book:
        return book.end_days(entry, by=by, at=at)


def noted(one: Entry, what: str) -> tuple[str, str, dict[str, object]]:
    """As the audit log keeps it: the permission, the calendar, what was done with which days."""
    thing = f"calendar:{one.region}" if one.region else "calendars:"
    days = [f"{day}" for day in dict.fromkeys((one.first, one.last))]
    return "limit.edit", thing, {"what": what, "days": days}


def must_fit(one: Entry, known: Sequence[Entry]) -> None:
    """An entry that is wrong, or says nothing, is `Misgiven`: what, and what to do."""
    if one.region and one.region not in SUPPORTED_REGIONS:
        said = f"{one.region} is no country: write two letters, like CN"
        raise Misgiven(said, "no_country", country=one.region)
    must_be_a_row(one.first, one.last)
    _must_be_to_come(one)
    if one.kind == "workday":
        _must_be_worked(one)
    new = set(one.dates())
    same = next((it for it in known if _covers(it, one) and new <= set(it.dates())), None)
    if same is not None:
        said = f"{_span(one)} is set already, by entry {same.entry} of {same.added_by}"
        raise Misgiven(said, "days_known", days=_span(one), entry=same.entry, user=same.added_by)


def _covers(one: Entry, other: Entry) -> bool:
    return one.kind == other.kind and one.region in ("", other.region)


def must_be_a_row(first: date, last: date) -> None:
    """Days from a first to a last one, not too many: else `Misgiven`."""
    if not (EVER[0] <= first.year and last.year <= EVER[1]):
        said = f"calendars are known from {EVER[0]} to {EVER[1]}: choose a day in between"
        raise Misgiven(said, "days_far", first=EVER[0], last=EVER[1])
    if last < first:
        said = f"the last day, {last}, is before the first, {first}: exchange them"
        raise Misgiven(said, "days_order", first=f"{first}", last=f"{last}")
    many = (last - first).days + 1
    if many > MOST_DAYS:
        said = f"these are {many} days: choose {MOST_DAYS} at once, at most"
        raise Misgiven(said, "days_many", n=many, most=MOST_DAYS)


def _must_be_to_come(one: Entry) -> None:
    if one.last < datetime.fromtimestamp(one.added_at - LAST_ZONE_S, UTC).date():
        said = f"{one.last} is over everywhere: set a day that is still to come"
        raise Misgiven(said, "days_over", day=f"{one.last}")


def _must_be_worked(one: Entry) -> None:
    if one.region not in SWAPPING:
        where = ", ".join(SWAPPING)
        said = f"weekends are worked in turn in {where} only; choose one of them"
        raise Misgiven(said, "days_swapping", countries=where)
    for day in one.dates():
        if day.weekday() < 5:
            said = f"{day} is no Saturday or Sunday: set each day of the weekend by itself"
            raise Misgiven(said, "days_weekend", day=f"{day}")
        if day_of(one.region, day) == "holiday":
            name = named(one.region, day).name
            said = f"{day} is a public holiday ({name}): nobody can make it a working day here"
            raise Misgiven(said, "days_holiday", day=f"{day}", name=name)


def _span(one: Entry) -> str:
    return f"{one.first}" if one.first == one.last else f"{one.first} – {one.last}"
