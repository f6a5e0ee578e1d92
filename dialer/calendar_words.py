"""What a day of the calendar is, and why, in words: for the page and the command alike."""

from datetime import date

from dialer.calendar import Calendar, Day, country_name
from dialer.engine.compliance import HouseDay
from dialer.i18n import Words
from dialer.journal.house_days import Entry

OBSERVED = " (observed)"
"So the calendar marks a day off in place of a holiday."


def what(day: Day) -> str:
    """A word of the catalogue's table `calendar_what`."""
    return day.what or ("open" if day.open else "shut")


def why(t: Words, day: Day) -> str:
    """The public holiday by its name, what people wrote of days that they set; or nothing."""
    name = holiday(t, day.name)
    if name and day.parts:
        name = t("calendar.in_parts", name=name, parts=", ".join(day.parts))
    if name and day.open:
        name = t("calendar.let", name=name)
    return "; ".join(filter(None, (name, day.note)))


def holiday(t: Words, name: str) -> str:
    """A public holiday's name; some that the calendar has in English only we have in others.

    >>> from dialer.i18n import words
    >>> holiday(words("zh"), "Boxing Day (observed)"), holiday(words("zh"), "Picnic Day")
    ('节礼日（补假）', 'Picnic Day')
    """
    return "; ".join(_holiday(t, one) for one in name.split("; ")) if name else ""


def _holiday(t: Words, name: str) -> str:
    plain = name.removesuffix(OBSERVED)
    said = t.name("holiday", plain)
    return said if plain == name else t("calendar.observed", name=said)


def hours(t: Words, day: Day) -> str:
    """When people may be called."""
    return t("calendar.joint").join(day.open) or t("calendar.no_calls")


def stated(t: Words, shown: Calendar) -> str:
    """Of where, by which rules and of when it is."""
    law = t.name("law", shown.law)
    rules = (
        t("calendar.by_campaign", campaign=shown.campaign, law=law)
        if shown.campaign else t("calendar.by_law", law=law)
    )  # fmt: skip
    return t(
        "calendar.stated", country=country(t, shown.country), rules=rules,
        whose=t.name("calendar_whose", shown.holidays), first=shown.first, last=shown.last,
    )  # fmt: skip


def unknown(t: Words, shown: Calendar) -> str:
    """Years whose weekends that are worked in turn nobody has told of yet; empty: none."""
    years = t("calendar.joint").join(map(str, shown.unknown_years))
    return t("calendar.unknown", years=years) if years else ""


def country(t: Words, region: str) -> str:
    """A country by its name; all of them by theirs.

    >>> from dialer.i18n import words
    >>> country(words("zh"), "CN"), country(words("en"), "")
    ('中国', 'everywhere')
    """
    return country_name(region, t.language) if region else t("calendar.everywhere")


def span(one: Entry) -> str:
    """Its days: `2027-02-05`, or from the first to the last."""
    return row(one.first, one.last)


def row(first: date, last: date) -> str:
    """Days from a first to a last one."""
    return f"{first}" if first == last else f"{first} – {last}"


def of_file(t: Words, days: list[HouseDay]) -> str:
    """Days of the settings' file, and what they are."""
    return t("calendar.joint").join(
        f"{day} {t.name('calendar_kind', kind)} ({country(t, region)})"
        for region, day, kind in days
    )
