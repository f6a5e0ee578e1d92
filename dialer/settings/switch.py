"""The settings of the telephone side: the switch, and what is kept of the voices on it."""

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from dialer.settings.values import Port


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
