"""What somebody typed -> one number that can be dialled, where it is, or why not.

>>> found = normal("(212) 555-0123", "US")
>>> found.digits, found.place, found.kind
('12125550123', 'US America/New_York', 'fixed_line_or_mobile')
>>> normal("138 1234 5678", "CN").place
'CN Asia/Shanghai'
>>> normal("911", "US"), normal("1.38123E+10", "CN"), normal("+1 900 555 0123", "US")
('emergency', 'rounded_by_a_spreadsheet', 'premium_rate')
>>> masked("15551234567")
'+1555•••4567'
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib import resources

import msgspec
from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    format_number,
    is_number_type_geographical,
    number_type,
    parse,
    region_code_for_number,
)
from phonenumbers.shortnumberinfo import is_emergency_number
from phonenumbers.timezone import time_zones_for_geographical_number, time_zones_for_number

from dialer.leads.vicidial import Past

DIALABLE = re.compile(r"[0-9]{6,15}")
"Nothing else ever reaches a trunk: ASCII digits of E.164, no sign, no letter."
LONGEST = 64
"Characters that a written number may have, brackets and spaces included."
LONGEST_EMERGENCY = 8
"Digits; no emergency number of any country is as long as that."

_TYPES = PhoneNumberType
KINDS: dict[int, str] = {
    _TYPES.FIXED_LINE: "fixed_line",
    _TYPES.MOBILE: "mobile",
    _TYPES.FIXED_LINE_OR_MOBILE: "fixed_line_or_mobile",
    _TYPES.VOIP: "voip",
    _TYPES.PERSONAL_NUMBER: "personal",
    _TYPES.TOLL_FREE: "toll_free",
    _TYPES.UAN: "company",
    _TYPES.PAGER: "pager",
    _TYPES.VOICEMAIL: "voicemail",
    _TYPES.PREMIUM_RATE: "premium_rate",
    _TYPES.SHARED_COST: "shared_cost",
    _TYPES.UNKNOWN: "unknown",
}
CLOSED = frozenset({"premium_rate", "shared_cost", "pager", "voicemail", "unknown"})
"Kinds that nobody dials by machine."


class Normal(msgspec.Struct, frozen=True):
    """A number that can be dialled."""

    digits: str
    "E.164 without `+`."
    place: str
    "Country and every zone it may be in: see `compliance.NumberFacts`."
    kind: str
    carrier: str = ""
    "Whom the number was first given to: who carries it today, only he knows."
    area: str = ""
    "Province or city that it lies in, as far as numbers tell."

    @property
    def region(self) -> str:
        """Its country, ISO 3166 alpha-2."""
        return self.place.partition(" ")[0]


def normal(text: str, country: str, *, lab: bool = False) -> Normal | str:
    """The number, or one word why it is none. `country` is where a number without `+` lies.

    Numbers of a lab are nobody's: of them only the shape is asked, not whether they exist.
    """
    number = _parsed(text, country.upper())
    if isinstance(number, str):
        return number
    return _of_a_lab(number, country.upper()) if lab else _dialable(number)


def digits_of(text: str, country: str) -> str | None:
    """The digits of anything with the shape of a number, whether it exists or not.

    For do-not-call lists: what is on one is not called, however odd it looks.

    >>> digits_of("0900 123", "DE"), digits_of("none", "DE")
    ('49900123', None)
    """
    number = _parsed(text, country.upper())
    if isinstance(number, str):
        return None
    digits = format_number(number, PhoneNumberFormat.E164).removeprefix("+")
    return digits if DIALABLE.fullmatch(digits) else None


def _parsed(text: str, country: str) -> PhoneNumber | str:
    written = _tidy(text)
    if not written:
        return "empty"
    if len(written) > LONGEST:
        return "too_long"
    if _ROUNDED.fullmatch(written):
        return "rounded_by_a_spreadsheet"
    if not _WRITTEN.fullmatch(written):
        return "not_a_number"
    digits = re.sub(r"\D", "", written)
    if len(digits) <= LONGEST_EMERGENCY and is_emergency_number(digits, country):
        return "emergency"
    try:
        return parse(written, country)
    except NumberParseException:
        return "not_a_number"


_ROUNDED = re.compile(r"[0-9]+(\.[0-9]+)?[eE]\+?[0-9]+")
_WRITTEN = re.compile(r"\+?[0-9()\[\]/. ‐-―−-]+")


def _tidy(text: str) -> str:
    """Wide digits made narrow, and what spreadsheets add to a number taken off."""
    plain = unicodedata.normalize("NFKC", text[: 4 * LONGEST]).strip().removeprefix("'").strip()
    return re.sub(r"^(\+?[0-9]{6,15})\.0$", r"\1", plain)


def _dialable(number: PhoneNumber) -> Normal | str:
    known = number_type(number)  # the slow part of all this, hence once
    if known == PhoneNumberType.UNKNOWN:
        return "no_such_number"
    kind = KINDS[known]
    if kind in CLOSED:
        return kind
    region = region_code_for_number(number)
    if not region or len(region) != 2:
        return "no_country"
    where = is_number_type_geographical(known, number.country_code or 0)
    zones = (time_zones_for_geographical_number if where else time_zones_for_number)(number)
    return _shaped(number, region, zones, kind)


def _of_a_lab(number: PhoneNumber, country: str) -> Normal | str:
    region = region_code_for_number(number) or country
    return _shaped(number, region, time_zones_for_number(number), "lab")


def _shaped(number: PhoneNumber, region: str, zones: tuple[str, ...], kind: str) -> Normal | str:
    digits = format_number(number, PhoneNumberFormat.E164).removeprefix("+")
    if not DIALABLE.fullmatch(digits):
        return "not_a_number"
    return Normal(digits, place_of(region, zones), kind)


def place_of(region: str, zones: Iterable[str]) -> str:
    """Country and zones: the number's own, or all of its country's where nobody knows better."""
    known = set(zones) - {"Etc/Unknown"}
    return f"{region} {','.join(sorted(known or zones_of(region)))}"


@cache
def zones_of(region: str) -> frozenset[str]:
    """Every zone of a country, as the tz database's own table says.

    >>> sorted(zones_of("PT"))
    ['Atlantic/Azores', 'Atlantic/Madeira', 'Europe/Lisbon']
    """
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return frozenset(row[2] for row in rows if row[0] == region)


def masked(digits: str) -> str:
    """What people may see of a number: enough to recognise it, too little to call it."""
    tail = 4 if len(digits) >= 10 else 2
    head = max(1, min(5, len(digits) - tail - 3))
    return f"+{digits[:head]}•••{digits[-tail:]}"


class NewLead(msgspec.Struct, frozen=True, kw_only=True):
    """A person as a list brings them."""

    numbers: tuple[Normal, ...]
    priority: int = 0
    person: dict[str, str] = {}
    "Name, city, notes ...: encrypted, for the agent's eyes."
    past: Past | None = None
    "What another dialer did with this lead."
