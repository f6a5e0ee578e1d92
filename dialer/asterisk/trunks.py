"""The ways out of the house, as data: one trunk is one carrier, its manners and its limits.

A number reaches a wire in one place only: `dial_string`. What `dialable` refuses never gets there.
"""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec
import phonenumbers
from phonenumbers import PhoneNumberType, shortnumberinfo

from dialer.errors import SettingsError

NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
NUMBER = re.compile(r"[0-9]{6,15}")
"E.164 without `+`: nothing else is ever formatted, let alone dialled."
_HOST = re.compile(r"(\[[0-9a-fA-F:]+\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)(:[0-9]{1,5})?")
_PLAIN = re.compile(r"[A-Za-z0-9._~+-]{0,64}")
_CLOSED = {
    PhoneNumberType.PREMIUM_RATE: "premium rate",
    PhoneNumberType.SHARED_COST: "shared cost",
    PhoneNumberType.PAGER: "pager",
    PhoneNumberType.UAN: "company-wide number",
    PhoneNumberType.VOICEMAIL: "voice mail",
}
_MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}

Codec = Literal["alaw", "ulaw", "g722", "gsm", "opus"]


class Trunk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A carrier: how it is reached, what it wants to see, how much it takes."""

    name: str
    "Lower case; also the name of its SIP endpoint."
    kind: Literal["lab", "live"] = "live"
    "`lab` is the carrier on this machine; everything else is real people."
    country: str
    "Where it is: ISO 3166 alpha-2, lower case. National numbers are written as they are there."
    hosts: tuple[str, ...]
    "Its SBC addresses, `host` or `host:port`. Only these may call us. The reachable one is used."
    transport: Literal["udp", "tcp", "tls"] = "udp"

    register: bool = False
    "Log in with `username`; otherwise it knows us by our address."
    username: str = ""
    password_file: str = ""
    "A file of mode 0600 with the password in it."
    realm: str = ""

    from_user: str = ""
    "User part of From, where the carrier wants the account there; else the caller id."
    from_domain: str = ""
    identity: Literal["from", "pai", "rpid"] = "from"
    "Where the caller id is shown: From alone, P-Asserted-Identity or Remote-Party-ID as well."
    privacy: bool = False
    "Ask the carrier to hide the caller id. Forbidden to telesales in most countries."
    caller_ids: tuple[str, ...] = ()
    "The only caller ids that it may show."

    reliable_provisional: Literal["no", "yes", "required"] = "no"
    "100rel."
    session_timers: Literal["no", "yes", "required", "always"] = "yes"
    session_expires_s: int = 1800
    dtmf: Literal["rfc4733", "inband", "info", "auto"] = "rfc4733"
    nat: bool = False
    "We are behind NAT: answer to where packets come from, rewrite contacts."
    codecs: tuple[Codec, ...] = ("alaw", "ulaw")
    qualify_s: int = 15
    "Seconds between two OPTIONS; 0 for a carrier that does not answer them."
    rtp_keepalive_s: int = 1
    "We send nothing before the answer; an SBC that waits for our first packet needs this."

    lines: int = 10
    "Calls at once."
    calls_per_s: float = 1.0
    ring_timeout_s: float = 30.0
    "The longest that a campaign may let it ring."

    number_format: Literal["e164", "e164_plus", "international", "national"] = "e164"
    "15551234567, +15551234567, 00115551234567 as dialled there, or as dialled inside the country."
    tech_prefix: str = ""
    "Put before every number: digits, `*` and `#`."
    mobile_zero: bool = False
    "A leading 0 for a mobile of another city (China)."
    home_area: str = ""
    "The city of this trunk, as phonenumbers names it: `Beijing`."
    countries: tuple[str, ...] = ()
    "Countries that are open besides its own. All others are closed."
    open_prefixes: tuple[str, ...] = ()
    "E.164 prefixes that are open although premium, shared cost or of no country."

    def __post_init__(self) -> None:
        for wrong in _faults(self):
            raise ValueError(wrong)


def load(path: Path) -> dict[str, Trunk]:
    """The trunks of a TOML file, one table `[trunks.NAME]` each."""
    try:
        tables = tomllib.loads(path.read_text()).get("trunks", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as why:
        raise SettingsError(f"{path}: {why}") from why
    if not isinstance(tables, dict) or not tables:
        raise SettingsError(f"{path}: no table [trunks.NAME]")
    return {name: _trunk(path, name, table) for name, table in tables.items()}


def dialable(number: str, trunk: Trunk) -> str:
    """Why this number may not be dialled on this trunk; empty if it may.

    >>> lab = Trunk(name="lab", kind="lab", country="us", hosts=("127.0.0.1:5070",))
    >>> dialable("15551234567", lab), dialable("1555@evil", lab)
    ('', 'not 6 to 15 digits')
    """
    if not NUMBER.fullmatch(number):
        return "not 6 to 15 digits"
    if trunk.kind == "live" and (why := _closed(number, trunk)):
        return why
    if _is_emergency(number, trunk):
        return "an emergency number"
    return ""


def dial_string(trunk: Trunk, number: str) -> str:
    """What Asterisk dials. The one place where a number becomes part of an order.

    >>> sip = Trunk(name="sip1", kind="lab", country="us", hosts=("a.example",), tech_prefix="9#")
    >>> dial_string(sip, "15551234567")
    'PJSIP/9#15551234567@sip1'
    """
    if why := dialable(number, trunk):
        raise ValueError(why)
    return f"PJSIP/{trunk.tech_prefix}{_formatted(number, trunk)}@{trunk.name}"


def _formatted(number: str, trunk: Trunk) -> str:
    match trunk.number_format:
        case "e164":
            return number
        case "e164_plus":
            return f"+{number}"
        case "international":
            return _digits(_parsed(number), trunk.country.upper())
        case "national":
            return _national(number, trunk)


def _national(number: str, trunk: Trunk) -> str:
    """As somebody in the trunk's country dials it."""
    parsed = _parsed(number)
    if trunk.mobile_zero and _is_mobile(parsed, trunk):
        local = str(phonenumbers.national_significant_number(parsed))
        return local if _is_home(parsed, trunk) else f"0{local}"
    return _digits(parsed, trunk.country.upper())


def _digits(parsed: phonenumbers.PhoneNumber, country: str) -> str:
    written = phonenumbers.format_out_of_country_calling_number(parsed, country)
    return re.sub(r"[^0-9]", "", written)


def _is_mobile(parsed: phonenumbers.PhoneNumber, trunk: Trunk) -> bool:
    at_home = parsed.country_code == phonenumbers.country_code_for_region(trunk.country.upper())
    return at_home and phonenumbers.number_type(parsed) in _MOBILE


def _is_home(parsed: phonenumbers.PhoneNumber, trunk: Trunk) -> bool:
    if not trunk.home_area:
        return False
    from phonenumbers import geocoder  # it knows every city, and takes seconds to load

    area = str(geocoder.description_for_number(parsed, "en"))
    return trunk.home_area in area.split(", ")


def _closed(number: str, trunk: Trunk) -> str:
    if number.startswith(trunk.open_prefixes):
        return ""
    parsed = _parsed(number)
    if not phonenumbers.is_valid_number(parsed):
        return "no such number"
    region = str(phonenumbers.region_code_for_number(parsed)).lower()
    if region not in (trunk.country, *trunk.countries):
        return f"country {region} is closed on trunk {trunk.name}"
    kind = phonenumbers.number_type(parsed)
    return f"{_CLOSED[kind]} is closed on trunk {trunk.name}" if kind in _CLOSED else ""


def _is_emergency(number: str, trunk: Trunk) -> bool:
    """In the person's country or, as written for the trunk, in the trunk's."""
    parsed = _parsed(number)
    region = phonenumbers.region_code_for_number(parsed)
    inside = phonenumbers.national_significant_number(parsed)
    asked = [(_formatted(number, trunk).lstrip("+"), trunk.country.upper())]
    asked += [(inside, region)] if region else []
    return any(shortnumberinfo.connects_to_emergency_number(*pair) for pair in asked)


def _parsed(number: str) -> phonenumbers.PhoneNumber:
    try:
        return phonenumbers.parse(f"+{number}")
    except phonenumbers.NumberParseException:
        return phonenumbers.PhoneNumber()


def _trunk(path: Path, name: str, table: object) -> Trunk:
    try:
        return msgspec.convert({"name": name, **_table(table)}, Trunk)
    except (msgspec.ValidationError, TypeError) as why:
        raise SettingsError(f"{path}: [trunks.{name}]: {why}") from why


def _table(table: object) -> dict[str, object]:
    if not isinstance(table, dict):
        raise TypeError("not a table")
    return table


def _faults(trunk: Trunk) -> Iterable[str]:
    """What is wrong with it, each with what is allowed."""
    if not NAME.fullmatch(trunk.name):
        yield f"name `{trunk.name}`: a to z, 0 to 9 and -, a letter first, at most 31"
    if trunk.country.upper() not in phonenumbers.SUPPORTED_REGIONS or not trunk.country.islower():
        yield f"country `{trunk.country}`: ISO 3166 alpha-2 in lower case, `de`"
    if not trunk.hosts:
        yield "hosts: at least one address of the carrier, `sbc.example.net:5060`"
    for host in trunk.hosts:
        if not _HOST.fullmatch(host):
            yield f"hosts: `{host}` is not `host` or `host:port`"
    for key in ("username", "from_user", "from_domain", "realm"):
        if not _PLAIN.fullmatch(getattr(trunk, key)):
            yield f"{key}: letters, digits and . _ ~ + - only"
    if trunk.register and not (trunk.username and trunk.password_file):
        yield "register: needs username and password_file"
    if not re.fullmatch(r"[0-9*#]{0,12}", trunk.tech_prefix):
        yield f"tech_prefix `{trunk.tech_prefix}`: at most 12 of 0 to 9, * and #"
    for caller_id in trunk.caller_ids:
        if not re.fullmatch(r"[0-9]{3,15}", caller_id):
            yield f"caller_ids: `{caller_id}` is not 3 to 15 digits (E.164 without +)"
    for prefix in trunk.open_prefixes:
        if not re.fullmatch(r"[1-9][0-9]{1,14}", prefix):
            yield f"open_prefixes: `{prefix}` is not the beginning of an E.164 number"
    for country in trunk.countries:
        if country.upper() not in phonenumbers.SUPPORTED_REGIONS or not country.islower():
            yield f"countries: `{country}` is not ISO 3166 alpha-2 in lower case"
    if not trunk.codecs:
        yield "codecs: at least one of alaw, ulaw, g722, gsm, opus"
    for key, least in (("lines", 1), ("qualify_s", 0), ("rtp_keepalive_s", 0)):
        if getattr(trunk, key) < least:
            yield f"{key}: at least {least}"
    if trunk.session_expires_s < 90:
        yield "session_expires_s: at least 90 (RFC 4028)"
    if not 0 < trunk.calls_per_s <= 1000:
        yield "calls_per_s: more than 0, at most 1000"
    if not 15 <= trunk.ring_timeout_s <= 180:
        yield "ring_timeout_s: 15 to 180"
