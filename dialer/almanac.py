"""The house's own file of days: holidays that no calendar knows, weekends worked in turn.

    [CN]                                # a country, ISO 3166; or [everywhere]
    closed = ["2027-02-11"]
    workdays = ["2027-02-14"]           # a weekend that is worked (调休), as the State Council says

It makes a profile stricter (`closed`), and tells of weekends that are working days in countries
that have such; a holiday of the calendar it does not open.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec
from phonenumbers import SUPPORTED_REGIONS

from dialer import tomlfile
from dialer.engine.calendar import SWAPPING
from dialer.errors import SettingsError
from dialer.leads.rules import LeadRules

Days = tuple[tuple[str, str, Literal["closed", "workday"]], ...]


class Country(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Its days, as `2027-02-11` or as a date of TOML."""

    closed: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()


def load(path: Path | None) -> Days:
    """The days of a file, ready for `compliance.Rules.days`. `SettingsError` says what is wrong."""
    if path is None:
        return ()
    try:
        countries = msgspec.convert(tomlfile.read(path), dict[str, Country])
    except msgspec.ValidationError as why:
        raise SettingsError(f"{path}: {why}: see `dialer/almanac.py` for an example") from why
    return tuple(day for name, country in countries.items() for day in _days(path, name, country))


def applied(rules: LeadRules, days: Days) -> LeadRules:
    """A campaign's rules with the days of the house."""
    calling = msgspec.structs.replace(rules.calling, days=days)
    return msgspec.structs.replace(rules, calling=calling)


def _days(
    path: Path, name: str, country: Country
) -> Iterator[tuple[str, str, Literal["closed", "workday"]]]:
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
