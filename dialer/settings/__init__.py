"""What this machine's dialer is: read once at the start, frozen, each setting explained in place.

Everything has a default, so the lab needs no file. What a campaign is, is in its own file.
"""

from pathlib import Path
from typing import Literal

import msgspec

from dialer import tomlfile
from dialer.alerts import Limits
from dialer.settings.figures import Board, Logs, Metrics, Reports, Warehouse
from dialer.settings.inbound import Inbound
from dialer.settings.switch import Announcements, Asterisk, Listening, Recordings
from dialer.settings.web import Desk, Oidc, Web


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
    `dialer/almanac.py`. It is read when a campaign is put in force; days that are set on the
    board's page Calendar, or by `dialer calendar`, hold at once."""
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
