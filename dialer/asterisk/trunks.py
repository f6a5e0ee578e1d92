"""The ways out of the house, as data: one trunk is one carrier, its manners and its limits.

A number reaches a wire in one place only: `dial_string`. What `dialable` refuses never gets there.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import phonenumbers
from msgspec import Meta
from phonenumbers import PhoneMetadata, PhoneNumberType, shortnumberinfo

from dialer import tomlfile
from dialer.errors import SettingsError
from dialer.settings import Settings

NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
NUMBER = re.compile(r"[0-9]{6,15}")
"E.164 without `+`: nothing else is ever formatted, let alone dialled."
_HOST = re.compile(r"(\[[0-9a-fA-F:]+\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)(:[0-9]{1,5})?")
_CLOSED = {
    PhoneNumberType.PREMIUM_RATE: "premium rate",
    PhoneNumberType.SHARED_COST: "shared cost",
    PhoneNumberType.PAGER: "pager",
    PhoneNumberType.UAN: "company-wide number",
    PhoneNumberType.VOICEMAIL: "voice mail",
}
_MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}

_PARTY = re.compile(r"[^\W_](?:[\w .-]{0,38}[\w.])?")

Codec = Literal["alaw", "ulaw", "g722", "gsm", "opus"]
Word = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._~+-]{0,64}\Z")]


class Trunk(msgspec.Struct, frozen=True, kw_only=True):
    """A carrier: how it is reached, what it wants to see, how much it takes."""

    name: str
    "Lower case; also the name of its SIP endpoint."
    kind: Literal["lab", "live"] = "live"
    "`lab` is the carrier on this machine; everything else is real people."
    country: str
    "Where it is: ISO 3166 alpha-2, lower case. National numbers are written as they are there."
    hosts: Annotated[tuple[str, ...], Meta(min_length=1)]
    "Its SBC addresses, `host` or `host:port`. Only these may call us. The reachable one is used."
    transport: Literal["udp", "tcp", "tls"] = "udp"

    register: bool = False
    "Log in with `username`; otherwise it knows us by our address."
    username: Word = ""
    password_file: Path | None = None
    "A file of mode 0600 with the password in it."
    realm: Word = ""

    from_user: Word = ""
    "User part of From, where the carrier wants the account there; else the caller id."
    from_domain: Word = ""
    identity: Literal["from", "pai", "rpid"] = "from"
    "Where the caller id is shown: From alone, P-Asserted-Identity or Remote-Party-ID as well."
    privacy: bool = False
    "Ask the carrier to hide the caller id. Forbidden to telesales in most countries."
    caller_ids: tuple[Annotated[str, Meta(pattern=r"^[0-9]{3,15}\Z")], ...] = ()
    "The only caller ids that it may show: E.164 without `+`."

    attestation: Literal["", "A", "B", "C"] = ""
    """What the carrier states that it attests of our caller ids (STIR/SHAKEN): A, they are ours; B,
    we are its customer; C, neither. Empty: it states nothing."""
    attestations: dict[str, Literal["A", "B", "C"]] = {}
    "Caller id -> the same of one number, where it differs."
    rest_h: Annotated[float, Meta(ge=0, le=8760)] = 24.0
    """How many hours a caller id rests that is flagged: blocked, called unwanted, hung up on or
    left unanswered more than is usual. No other takes its calls over. 0: none is put to rest."""

    reliable_provisional: Literal["no", "yes", "required"] = "no"
    "100rel."
    session_timers: Literal["no", "yes", "required", "always"] = "yes"
    session_expires_s: Annotated[int, Meta(ge=90)] = 1800
    dtmf: Literal["rfc4733", "inband", "info", "auto"] = "rfc4733"
    nat: bool = False
    "We are behind NAT: answer to where packets come from, rewrite contacts."
    codecs: Annotated[tuple[Codec, ...], Meta(min_length=1)] = ("alaw", "ulaw")
    qualify_s: Annotated[int, Meta(ge=0)] = 15
    "Seconds between two OPTIONS; 0 for a carrier that does not answer them."
    rtp_keepalive_s: Annotated[int, Meta(ge=0)] = 1
    "We send nothing before the answer; an SBC that waits for our first packet needs this."

    lines: Annotated[int, Meta(ge=1)] = 10
    "Calls at once."
    calls_per_s: Annotated[float, Meta(gt=0, le=1000)] = 1.0
    ring_timeout_s: Annotated[float, Meta(ge=15, le=180)] = 30.0
    "The longest that a campaign may let it ring."

    number_format: Literal["e164", "e164_plus", "international", "national"] = "e164"
    "15551234567, +15551234567, 01115551234567, or as people in its country dial it."
    international_prefix: Annotated[str, Meta(pattern=r"^[0-9]{0,6}\Z")] = ""
    "What its country dials before a foreign number, where that is not one and the same for all."
    tech_prefix: Annotated[str, Meta(pattern=r"^[0-9*#]{0,12}\Z")] = ""
    "Put before every number: digits, `*` and `#`."
    mobile_zero: bool = False
    "A leading 0 for a mobile of another city (China)."
    home_area: str = ""
    "The city of this trunk, as phonenumbers names it: `Beijing`."
    countries: tuple[str, ...] = ()
    "Countries that are open besides its own. All others are closed."
    open_prefixes: tuple[Annotated[str, Meta(pattern=r"^[1-9][0-9]{1,14}\Z")], ...] = ()
    "E.164 prefixes that are open although premium, shared cost or of no country."

    outside: dict[str, str] = {}
    """Name -> number (E.164 without `+`) of those outside of the house to whom agents may hand
    customers over by this trunk. Nobody else is reached so; never a premium or emergency number."""

    def attestation_of(self, caller_id: str) -> str:
        """What the carrier attests of a number; empty where it states nothing."""
        return self.attestations.get(caller_id, self.attestation)

    def __post_init__(self) -> None:
        for wrong in _faults(self):
            raise ValueError(wrong)


def load(path: Path) -> dict[str, Trunk]:
    """The trunks of a TOML file, one table `[trunks.NAME]` each."""
    tables = tomlfile.read(path).get("trunks")
    if not isinstance(tables, dict) or not all(isinstance(one, dict) for one in tables.values()):
        raise SettingsError(f"{path}: no table [trunks.NAME]")
    trunks = {
        name: tomlfile.build({"name": name, **table}, Trunk, path, f"trunks.{name}.")
        for name, table in tables.items()
    }
    for trunk in trunks.values():
        _is_home(phonenumbers.PhoneNumber(), trunk)  # not when the first call is due
    return trunks


def ways(settings: Settings) -> dict[str, Trunk]:
    """The trunks of the settings, or those that the lab left here."""
    file = left_here(settings.trunks, settings, "trunks")
    return load(file) if file else {}


def left_here(named: Path | None, settings: Settings, what: str) -> Path | None:
    """The file that is named, or the lab's if there is one."""
    lab = settings.lab_file(f"{what}.toml")
    return named or (lab if lab.exists() else None)


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
            return _out_of(trunk) + number
        case "national":
            return _national(number, trunk)


def _out_of(trunk: Trunk) -> str:
    """What is dialled there before the number of another country: 00, 011."""
    usual = PhoneMetadata.metadata_for_region(trunk.country.upper())
    assert usual is not None, "a trunk's country is a known one"
    known = usual.preferred_international_prefix or usual.international_prefix or ""
    return trunk.international_prefix or str(known).replace("~", "")


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


def _faults(trunk: Trunk) -> Iterable[str]:
    """What is wrong with it, each with what is allowed."""
    if not NAME.fullmatch(trunk.name):
        yield f"name `{trunk.name}`: a to z, 0 to 9 and -, a letter first, at most 31"
    if trunk.country.upper() not in phonenumbers.SUPPORTED_REGIONS or not trunk.country.islower():
        yield f"country `{trunk.country}`: ISO 3166 alpha-2 in lower case, `de`"
    for host in trunk.hosts:
        if not _HOST.fullmatch(host):
            yield f"hosts: `{host}` is not `host` or `host:port`"
    if trunk.register and not (trunk.username and trunk.password_file):
        yield "register: needs username and password_file"
    for country in trunk.countries:
        if country.upper() not in phonenumbers.SUPPORTED_REGIONS or not country.islower():
            yield f"countries: `{country}` is not ISO 3166 alpha-2 in lower case"
    for number in trunk.attestations:
        if number not in trunk.caller_ids:
            yield f"attestations: `{number}` is none of its caller_ids"
    if trunk.outside:
        yield from _unfit_parties(trunk)
    if trunk.number_format == "international" and not _out_of(trunk).isdigit():
        yield f"international_prefix: {trunk.country} has several, say which"


def _unfit_parties(trunk: Trunk) -> Iterable[str]:
    """What is wrong with its list; a prefix that was opened for campaigns is not for transfers."""
    strict = msgspec.structs.replace(trunk, open_prefixes=(), outside={})
    for name, number in trunk.outside.items():
        if not _PARTY.fullmatch(name):
            yield f"outside: `{name}` is no name of 1 to 40 letters, digits, spaces, points, dashes"
        if why := dialable(number, strict):
            yield f"outside: {name}: {why}"
