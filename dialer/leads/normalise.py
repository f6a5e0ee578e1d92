"""What somebody typed -> one number that can be dialled, where it is, or why not.

>>> normal("(212) 555-0123", "US")
Normal(digits='12125550123', place='US America/New_York', kind='fixed_line_or_mobile')
>>> normal("138 1234 5678", "CN").place
'CN Asia/Shanghai'
>>> normal("911", "US")
'emergency'
>>> masked("15551234567")
'+1555•••4567'
"""

import re
import unicodedata

import msgspec
from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    format_number,
    is_valid_number,
    number_type,
    parse,
    region_code_for_number,
)
from phonenumbers.shortnumberinfo import is_emergency_number
from phonenumbers.timezone import time_zones_for_number

DIALABLE = re.compile(r"[0-9]{6,15}")
"Nothing else ever reaches a trunk: ASCII digits of E.164, no sign, no letter."
LONGEST = 64
"Characters that a written number may have, brackets and spaces included."

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

    @property
    def region(self) -> str:
        """Its country, ISO 3166 alpha-2."""
        return self.place.partition(" ")[0]


def normal(text: str, country: str) -> Normal | str:
    """The number, or one word why it is none. `country` is where a number without `+` lies."""
    written = unicodedata.normalize("NFKC", text).strip()
    if not written:
        return "empty"
    if len(written) > LONGEST:
        return "too_long"
    if reason := _unwritten(written):
        return reason
    if is_emergency_number(re.sub(r"\D", "", written), country.upper()):
        return "emergency"
    try:
        number = parse(written, country.upper())
    except NumberParseException:
        return "not_a_number"
    return _dialable(number)


def _unwritten(written: str) -> str:
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?[eE]\+?[0-9]+", written):
        return "rounded_by_a_spreadsheet"
    if not re.fullmatch(r"[+0-9()\[\]/. \u00a0‐-―−-]+", written):
        return "not_a_number"
    return ""


def _dialable(number: PhoneNumber) -> Normal | str:
    if number.extension:
        return "extension"
    if not is_valid_number(number):
        return "no_such_number"
    kind = KINDS[number_type(number)]
    if kind in CLOSED:
        return kind
    digits = format_number(number, PhoneNumberFormat.E164).removeprefix("+")
    region = region_code_for_number(number)
    if not DIALABLE.fullmatch(digits) or not region:
        return "not_a_number"
    return Normal(digits, place_of(number, region), kind)


def place_of(number: PhoneNumber, region: str) -> str:
    """Country and zones; no zones where none is known, and then it is never the hour to call."""
    zones = [zone for zone in time_zones_for_number(number) if zone != "Etc/Unknown"]
    return f"{region} {','.join(sorted(set(zones)))}"


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
