"""Rows of a list -> leads: numbers made whole, and every doubt a reason to reject."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from zoneinfo import available_timezones

import msgspec

from dialer.leads.columns import IGNORED, Layout
from dialer.leads.normalise import NewLead, Normal, normal
from dialer.leads.text import Bad, Row
from dialer.leads.vicidial import TAKEN, Was, is_export, past

LONGEST_CELL = 4096
_BETWEEN = re.compile(r"[;,，、/|\n]")
_zones = cache(available_timezones)
Origin = Callable[[str, str], tuple[str, str]]
"Digits and region -> carrier and area."


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """How to read one list."""

    country: str
    "Where numbers without `+` lie: ISO 3166, two letters."
    countries: frozenset[str] = frozenset()
    "Countries that may be called beside that one."
    lab: bool = False
    "Numbers of a lab: only their shape is asked."
    priority: int = 0
    "Of leads whose row says none."
    statuses: dict[str, Was] = {}
    "What statuses of a VICIdial mean that are not those which come with it."
    callbacks: dict[str, dict[str, str]] = {}
    "Of a VICIdial: lead id -> what its table of callbacks says, see `vicidial.callbacks`."


class Reader:
    """Rows -> leads, or one word why not."""

    def __init__(self, source: Source, found: Layout, *, origins: bool = True) -> None:
        self._source, self._layout = source, found
        self._is_export = is_export(found.columns)
        self._origin = _known_origin() if origins and not source.lab else _nowhere
        self._open = {country.upper() for country in (source.country, *source.countries)}

    def lead(self, row: Row | Bad) -> NewLead | str:
        """The lead of a row."""
        return row.reason if isinstance(row, Bad) else self.of_cells(row.cells)

    def of_cells(self, cells: list[str]) -> NewLead | str:
        """The lead of a row's cells."""
        if any("\ufffd" in cell for cell in cells):
            return "undecodable"
        if any(len(cell) > LONGEST_CELL for cell in cells):
            return "cell_too_long"
        if any(cells[len(self._layout.columns) :]):
            return "too_many_cells"
        return self._lead(cells)

    def _lead(self, cells: list[str]) -> NewLead | str:
        person = {
            field: cell.strip()
            for field, cell in zip(self._layout.columns, cells, strict=False)
            if field not in ("phone", IGNORED) and cell.strip()
        }
        zone = person.get("zone", "")
        if zone and zone not in _zones():
            return "unknown_zone"
        found = [one for at in self._layout.phones for one in self._numbers(cells, at, person)]
        numbers = tuple(one for one in found if isinstance(one, Normal))
        if not numbers:
            return next((why for why in found if isinstance(why, str)), "no_number")
        if zone:
            numbers = tuple(_also_in(one, zone) for one in numbers)
        priority = _whole(person.get("priority", ""), self._source.priority)
        if not self._is_export:
            return NewLead(numbers=numbers, priority=priority, person=person)
        person |= self._source.callbacks.get(person.get("lead_id", ""), {})
        before = past(person, self._source.statuses, numbers[0].place)
        rest = {field: cell for field, cell in person.items() if field not in TAKEN}
        return NewLead(numbers=numbers, priority=priority, person=rest, past=before)

    def _numbers(self, cells: list[str], at: int, person: dict[str, str]) -> Iterator[Normal | str]:
        """The number of a cell, or the several that somebody wrote into it."""
        cell = cells[at].strip() if at < len(cells) else ""
        if not cell:
            return
        number = self._number(cell, person)
        parts = [part for part in _BETWEEN.split(cell) if part.strip()]
        if isinstance(number, str) and len(parts) > 1:
            yield from (self._number(part, person) for part in parts)
        else:
            yield number

    def _number(self, written: str, person: dict[str, str]) -> Normal | str:
        country = person.get("country", "")
        if len(country) != 2 or not country.isascii() or not country.isalpha():
            country = self._source.country
        code = person.get("phone_code", "").lstrip("+")
        if code.isdecimal() and code.isascii() and len(code) <= 3 and "+" not in written:
            written = f"+{code}{written.strip()}"
        number = normal(written, country, lab=self._source.lab)
        if isinstance(number, Normal) and not self._source.lab and number.region not in self._open:
            return "country_closed"
        return number if isinstance(number, str) or self._source.lab else self._from(number)

    def _from(self, number: Normal) -> Normal:
        carrier, area = self._origin(number.digits, number.region)
        return msgspec.structs.replace(number, carrier=carrier, area=area)


def _known_origin() -> Origin:
    from dialer.leads.origin import origin  # here, since it takes 150 MB that stay

    return origin


def _nowhere(digits: str, region: str) -> tuple[str, str]:
    return "", ""


def _also_in(number: Normal, zone: str) -> Normal:
    """The list knows where the person is; the number may know otherwise: both must be awake."""
    region, _, zones = number.place.partition(" ")
    together = ",".join(sorted({*filter(None, zones.split(",")), zone}))
    return msgspec.structs.replace(number, place=f"{region} {together}")


def _whole(written: str, otherwise: int) -> int:
    return max(0, min(100, int(written))) if re.fullmatch(r"[0-9]{1,3}", written) else otherwise
