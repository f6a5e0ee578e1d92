"""What this machine's dialer is: read once at the start, frozen, each setting explained in place.

Everything has a default, so the lab needs no file. What a campaign is, is in its own file.
"""

import re
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from dialer import tomlfile
from dialer.access.browser import is_loopback
from dialer.access.permissions import Role
from dialer.alerts import Limits

Port = Annotated[int, Meta(ge=1, le=65535)]


class Asterisk(msgspec.Struct, frozen=True, kw_only=True):
    """The switch: one of our own in a folder of its own, or one that somebody else runs."""

    own: bool = True
    "Start and stop an Asterisk of our own. `false`: use the one at `ari_url`."
    prefix: Path = Path("var/asterisk")
    "Where Asterisk was unpacked (`./run setup` does it); only with `own`."
    sip_address: str = "127.0.0.1"
    "Address that our own Asterisk takes SIP on: for a real trunk one that the carrier reaches."
    sip_port: Port = 15060
    "UDP port of our own Asterisk for SIP; only with `own`."
    http_port: Port = 18088
    "Port of our own Asterisk for ARI, on loopback; only with `own`."
    rtp_first: Port = 20000
    "First UDP port for audio of our own Asterisk. A call wants four."
    rtp_last: Port = 23999
    "Last UDP port for audio of our own Asterisk."
    ari_url: str = ""
    "Address of a foreign Asterisk's ARI, `http://127.0.0.1:8088`; only with `own = false`."
    ari_user: str = "dialer"
    "User in ari.conf."
    ari_secret_file: Path | None = None
    "File that holds the ARI user's password and nothing else; only with `own = false`."
    cdr_csv: Path | None = None
    "A foreign Asterisk's `Master.csv`: the witness after a crash; only with `own = false`."
    ami_port: Annotated[int, Meta(ge=0, le=65535)] = 0
    """Port of a foreign Asterisk's manager interface on loopback, with the same user and password:
    it alone can pause a recording. 0: recordings cannot be paused; only with `own = false`."""
    spool: Path | None = None
    """Where a foreign Asterisk's MixMonitor writes (`/var/spool/asterisk/monitor`), for the dialer
    to read and empty. None: nothing is recorded; only with `own = false`."""
    safe_harbour: Path | None = None
    """What a person hears whom no agent could take in time: a WAV file, 8 kHz mono; only with
    `own`. None: the lab's."""
    application: Annotated[str, Meta(pattern="^[a-z][a-z0-9_-]{0,31}$")] = "dialer"
    "Name of the ARI application, as in the dial plan's `Stasis(...)`."

    def __post_init__(self) -> None:
        """What fits together."""
        if self.rtp_last - self.rtp_first < 99:
            raise ValueError("rtp_last: must be at least 99 above rtp_first")
        if self.own:
            return
        for key in ("ari_url", "ari_secret_file", "cdr_csv"):
            if not getattr(self, key):
                raise ValueError(f"{key} is missing: `own = false` needs it")


class Recordings(msgspec.Struct, frozen=True, kw_only=True):
    """Talks that a campaign has recorded: left the customer, right the agent."""

    folder: Path | None = None
    "Where they are kept, by day and call. None: `recordings` in the home."
    keep_days: Annotated[int, Meta(ge=1, le=3650)] = 180
    "How long; then they are deleted."
    free_least_mb: Annotated[int, Meta(ge=10)] = 2000
    """With less free space on the disk nothing more is recorded, and a campaign that must record
    does not dial."""
    link_s: Annotated[int, Meta(ge=10, le=86400)] = 300
    "How long a link to play one is good for."


class Inbound(msgspec.Struct, frozen=True, kw_only=True):
    """People who call one of our caller ids back, and the key that ends our calls to a number."""

    hours: str = ""
    """When callers are put through, `08:00-20:00` in their campaign's zone. Empty: whenever agents
    are there. At all other times they hear the message and are called back."""
    last_agent_s: Annotated[float, Meta(ge=0, le=20)] = 5.0
    "How long a caller waits for the agent who spoke with him last; then any agent of the pool's."
    wait_s: Annotated[float, Meta(ge=2, le=25)] = 15.0
    "How long it rings at most until an agent is free. Then the message, and a callback."
    callback_after_s: Annotated[float, Meta(ge=0)] = 300.0
    "How soon whom no agent could take is called back (within calling hours)."
    opt_out_key: Annotated[str, Meta(pattern="^[0-9]$")] = "9"
    "Whoever presses it in the safe-harbour message is not called again."
    opt_out: Literal["everywhere", "campaign"] = "everywhere"
    "What that key forbids: all calls to the number, or those of the campaign that called."
    caller_per_minute: Annotated[int, Meta(ge=1)] = 4
    "Calls a minute from one number (hidden ones count as one). More hear a busy tone."
    all_per_minute: Annotated[int, Meta(ge=1)] = 60
    "Calls a minute from all numbers together. More hear a busy tone."

    def __post_init__(self) -> None:
        """Hours are two times of one day."""
        if self.hours and not _HOURS.fullmatch(self.hours):
            raise ValueError(f"hours `{self.hours}`: two times of a day, `08:00-20:00`")

    def is_open(self, at: float, zone: str) -> bool:
        """Whether callers are put through at this instant.

        >>> Inbound(hours="08:00-20:00").is_open(1_790_000_000.0, "UTC")  # 14:13
        True
        >>> Inbound(hours="08:00-20:00").is_open(1_790_000_000.0, "Asia/Shanghai")
        False
        """
        opens, _, closes = self.hours.partition("-")
        wall = f"{datetime.fromtimestamp(at, ZoneInfo(zone)):%H:%M}"
        return not self.hours or opens <= wall < closes


_HOURS = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)")


class Listening(msgspec.Struct, frozen=True, kw_only=True):
    """The processes that hear ringback, announcements and greetings."""

    workers: Annotated[int, Meta(ge=1, le=64)] = 1
    "How many processes; calls are shared out among them."
    keep_openings: bool = False
    """Whether the first 8 s after each answer are kept, to hear and to correct on the page of
    recordings who was taken for what. Only where law allows it: they are voices."""
    keep_days: Annotated[int, Meta(ge=1, le=90)] = 14
    "How long an opening is kept of which nobody has said who it was."
    most: Annotated[int, Meta(ge=1, le=5000)] = 500
    "How many of these at most; the oldest go first."


class Announcements(msgspec.Struct, frozen=True, kw_only=True):
    """What networks say before the answer that is not known yet: kept to be named, if allowed."""

    capture: bool = False
    """Whether the first 16 s of a voice before the answer are kept, of calls that nobody answered:
    of all whose voice is unknown, and of the latest few of each kind that was recognised. Only
    where law and carrier allow it: it may be a person's own ringback."""
    keep_days: Annotated[int, Meta(ge=1, le=90)] = 14
    "How long; then they are deleted."
    most: Annotated[int, Meta(ge=1, le=5000)] = 500
    "How many unknown ones at most, and a 25th of that of each kind; the oldest go first."


class Warehouse(msgspec.Struct, frozen=True, kw_only=True):
    """The analysts' database, filled from the journal by a process of its own."""

    every_s: Annotated[float, Meta(ge=0.1, le=60)] = 1.0
    "How often what happened is carried over."
    snapshot_every_s: Annotated[float, Meta(ge=10)] = 300.0
    "How often the copy for outside tools is renewed."


_MAIL = r"^[^@\s,<>\"]+@[^@\s,<>\"]+$"


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """The page with the running figures."""

    on: bool = True
    "Whether `dialer serve` runs it."
    port: Port = 8501
    "Its HTTP port."
    address: str = "127.0.0.1"
    "The address it listens on, on this machine: others come to it by the web process, `/board/`."

    def __post_init__(self) -> None:
        """Only the web process lets anybody in."""
        if not is_loopback(self.address):
            raise ValueError(
                f"address = {self.address!r}: must be of this machine, like 127.0.0.1; others see "
                "the board through the web process, which asks who they are"
            )

    @property
    def url(self) -> str:
        """Where it listens."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"http://{host}:{self.port}"


class Reports(msgspec.Struct, frozen=True, kw_only=True):
    """Reports of every campaign that come by themselves: into the home's `reports/`, by mail."""

    every: tuple[Literal["day", "week", "month"], ...] = ()
    "Of which periods. Empty: none comes by itself; `dialer report` writes any."
    hour: Annotated[int, Meta(ge=0, le=23)] = 6
    "From when on, on the campaign's clock, once the period is over."
    formats: Annotated[tuple[Literal["pdf", "xlsx"], ...], Meta(min_length=1)] = ("pdf", "xlsx")
    "As which files."
    language: Literal["en", "zh"] = "en"
    "In which language."
    currency: Annotated[str, Meta(pattern="^([A-Z]{3})?$")] = ""
    """ISO 4217: in which the board and every report sum what was paid in several currencies, by
    the rate of the day (`dialer tariffs rates`). Empty: amounts stand apart by currency."""
    mail_to: tuple[Annotated[str, Meta(pattern=_MAIL)], ...] = ()
    "To whom they are mailed. A report has figures, names of agents, and no customer's number."
    mail_from: Annotated[str, Meta(pattern=f"{_MAIL}|^$")] = ""
    "Who sends them."
    smtp: Annotated[str, Meta(pattern="^([^\\s:/]+:[0-9]{1,5})?$")] = ""
    "The mail server, `host:port`. It must speak STARTTLS, unless it is this machine."
    smtp_user: str = ""
    "The name to log in with."
    smtp_password_file: Path | None = None
    "File with its password and nothing else. None: no log-in."

    def __post_init__(self) -> None:
        """What a mail needs."""
        if self.mail_to and not (self.mail_from and self.smtp):
            raise ValueError("mail_from or smtp is missing: mail_to needs both")


class Web(msgspec.Struct, frozen=True, kw_only=True):
    """The web process: log-in and the API. Accounts are those of `dialer users`."""

    on: bool = True
    "Whether `dialer serve` runs it."
    port: Port = 8580
    "Its HTTP port."
    address: str = "127.0.0.1"
    "The address it listens on. One beyond this machine needs `certificate` and `key`."
    certificate: Path | None = None
    "The TLS certificate, with those above it in one PEM file."
    key: Path | None = None
    "The certificate's private key, a PEM file."
    behind_proxy: bool = False
    """Another server on this machine does TLS and passes requests on: its `X-Forwarded-For` and
    `-Proto` are believed, and cookies go over TLS only."""

    second_factor: tuple[Role, ...] = ()
    """Roles that log in with a code of an authenticator beside the password (TOTP). Who has none
    yet sets it up at the log-in, which is asked for at once; others may. What `[oidc]` asks is the
    provider's business."""

    def __post_init__(self) -> None:
        """Two halves of one thing."""
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key: one is of no use without the other")

    @property
    def secure(self) -> bool:
        """Browsers reach it over TLS."""
        return self.certificate is not None or self.behind_proxy

    @property
    def board(self) -> str:
        """Where people of this machine see the board."""
        scheme = "https" if self.certificate else "http"
        return f"{scheme}://127.0.0.1:{self.port}/board/"


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """The agents' desks in the browser."""

    pause_reasons: tuple[Annotated[str, Meta(pattern="^[^\\s].{0,39}$")], ...] = (
        "break", "lunch", "meeting", "training", "technical",
    )  # fmt: skip
    "Why an agent may pause; these five have names in both languages, others are shown as they are."
    stun: tuple[str, ...] = ()
    "Servers that tell a browser its address: `stun:stun.example:3478`. For agents elsewhere."
    turn: tuple[str, ...] = ()
    "Servers that pass audio on where nothing else does: `turns:turn.example:5349`."
    turn_secret_file: Path | None = None
    "File with the secret shared with them (coturn: `use-auth-secret`), and nothing else."

    def __post_init__(self) -> None:
        """Two halves of one thing."""
        if bool(self.turn) != (self.turn_secret_file is not None):
            raise ValueError("turn and turn_secret_file: one is of no use without the other")


Address = Annotated[
    str, Meta(pattern=r"^(https://[^\s?#]+|http://(localhost|127\.0\.0\.1)(:\d+)?(/[^\s?#]*)?)?$")
]
Given = Annotated[
    str, Meta(pattern="^.+=(superuser|administrator|supervisor|inspector|analyst|agent)$")
]


class Oidc(msgspec.Struct, frozen=True, kw_only=True):
    """Log-in by an identity provider, beside passwords: OpenID Connect, code flow with PKCE."""

    issuer: Address = ""
    "The provider, `https://id.example/realms/floor`. Empty: nobody logs in this way."
    address: Address = ""
    "Where browsers reach us, `https://dialer.example`: the provider sends them to its `/oidc/end`."
    client: str = "dialer"
    "What the provider calls us: the client id."
    secret_file: Path | None = None
    "File that holds the client's secret and nothing else. None: a public client."
    name_claim: str = "preferred_username"
    "Claim of the ID token that names a new account."
    groups_claim: str = "groups"
    "Claim that holds somebody's groups."
    roles: tuple[Given, ...] = ()
    """What a group makes of somebody, `group=role`; the first that fits. Who has none does not come
    in, who is new gets an account without scope. Empty: only accounts that `dialer users link`
    tied to the provider come in, with the roles that they have."""

    def __post_init__(self) -> None:
        """Two halves of one thing."""
        if self.issuer and not self.address:
            raise ValueError("address is missing: the provider has to send browsers back")

    def role_of(self, groups: list[str]) -> str:
        """What groups make of somebody; empty: nothing.

        >>> Oidc(roles=("chiefs=supervisor", "floor=agent")).role_of(["floor", "chiefs"])
        'supervisor'
        """
        given = (one.rpartition("=") for one in self.roles)
        return next((role for group, _, role in given if group in groups), "")


class Metrics(msgspec.Struct, frozen=True, kw_only=True):
    """Figures for Prometheus, at http://127.0.0.1:PORT/metrics."""

    on: bool = True
    "Whether `dialer serve` offers them."
    port: Port = 9464
    "Its HTTP port, on loopback."


class Logs(msgspec.Struct, frozen=True, kw_only=True):
    """JSON lines with no number, name or secret in them."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    "The least important line that is written."
    file: Path | None = None
    "Where they go. None: standard error."
    keep: Annotated[int, Meta(ge=1, le=100)] = 5
    "How many files of 10 MB are kept; only with `file`."


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All of it."""

    home: Path = Path("var/dialer")
    "Databases, socket, keys: everything that this dialer keeps is in this folder."
    trunks: Path | None = None
    "The trunks file, see `examples/trunks.toml`. None: no calls leave."
    seats: Path | None = None
    "The file of the agents' phones, one table `[seats.NAME]` each; only with our own Asterisk."
    holidays: Path | None = None
    """The house's own file of days without calls and of weekends worked in turn, by country; see
    `dialer/almanac.py`. It is read when a campaign is put in force."""
    caller_id_proof: Literal["off", "warn", "refuse"] = "warn"
    """What pre-flight does about a caller id of a live trunk that nobody proved to be ours:
    nothing, warn, or refuse the campaign. See `dialer caller-ids prove`."""
    asterisk: Asterisk = Asterisk()
    inbound: Inbound = Inbound()
    listening: Listening = Listening()
    announcements: Announcements = Announcements()
    recordings: Recordings = Recordings()
    warehouse: Warehouse = Warehouse()
    board: Board = Board()
    reports: Reports = Reports()
    alerts: Limits = Limits()
    web: Web = Web()
    desk: Desk = Desk()
    oidc: Oidc = Oidc()
    metrics: Metrics = Metrics()
    logs: Logs = Logs()

    @property
    def socket(self) -> Path:
        """The local door: orders in, acknowledgements and news out."""
        return self.home / "door.sock"

    @property
    def recordings_folder(self) -> Path:
        """Where recordings are kept."""
        return (self.recordings.folder or self.home / "recordings").absolute()

    @property
    def prompts_folder(self) -> Path:
        """The announcements that are known."""
        return self.home / "prompts"

    @property
    def captures_folder(self) -> Path:
        """Announcements that nobody has named yet."""
        return self.home / "captures"

    @property
    def openings_folder(self) -> Path:
        """What was said right after the answer, to be corrected."""
        return self.home / "openings"

    def lab_file(self, name: str) -> Path:
        """What `dialer lab up` left for this dialer: `trunks.toml`, `seats.toml`, the message."""
        return self.home / f"lab-{name}"

    @property
    def first_token(self) -> Path:
        """While there are no accounts: the token that makes the first one."""
        return self.home / "first-token"

    @property
    def lock(self) -> Path:
        """Held by the one `dialer serve` of this home; its pid is inside."""
        return self.home / "serve.pid"

    @property
    def journal(self) -> Path:
        """The truth."""
        return self.home / "journal.sqlite"

    @property
    def loader_file(self) -> Path:
        """What the loader says of itself: see `warehouse.process.State`."""
        return self.home / "warehouse/loader.json"


def load(
    path: Path | None = None, *, home: Path | None = None, prefix: Path | None = None
) -> Settings:
    """The settings of a file, or the defaults; `home` and `prefix` stand in for what it leaves out.

    >>> load().board.port
    8501
    """
    table = tomlfile.read(path) if path else {}
    if home and "home" not in table:
        table["home"] = str(home.absolute())
    asterisk = table.setdefault("asterisk", {})
    if prefix and isinstance(asterisk, dict) and "prefix" not in asterisk:
        asterisk["prefix"] = str(prefix.absolute())
    settings = tomlfile.build(table, Settings, path or Path("settings"))
    return msgspec.structs.replace(settings, home=settings.home.absolute())
