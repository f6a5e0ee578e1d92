"""How the dialer reaches its Asterisk, and the names they agreed on."""

from pathlib import Path

import msgspec

from dialer.asterisk.instance import Instance, ari_password


class AsteriskSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One Asterisk. Its dial plan and its endpoints are what `config` wrote."""

    url: str = "http://127.0.0.1:8088"
    "ARI's address, on loopback."
    user: str = "dialer"
    password: str
    app: str = "dialer"
    "The Stasis application. One dialer owns it; a second one displaces the first."
    cdr_csv: Path = Path("/var/log/asterisk/cdr-csv/Master.csv")
    "Asterisk's own call records: the witness after a crash."
    rtp: tuple[int, int] = (10000, 20000)
    "The port range of rtp.conf. The last external media beyond it would crash Asterisk 22."
    greetings: Path | None = None
    "A folder of ours that Asterisk can read: what it plays to an agent is there for that long."
    ami_port: int = 0
    "Asterisk's manager interface on loopback, which alone can pause a recording. 0: not reached."
    spool: Path | None = None
    "Where Asterisk writes recordings while calls last. None: nothing is recorded."
    recordings: Path | None = None
    "Where they are kept afterwards."
    keep_days: int = 180
    free_least_bytes: int = 2_000_000_000
    "With less room than this nothing more is recorded."
    safe_harbour: str = "dialer/safe-harbour"
    "The recording with the seller's name and number, as Asterisk's sound name."
    one_moment: str = "sound:beep,sound:one-moment-please"
    "What a customer hears who hears nothing of the agent for three seconds: ARI's media."
    opt_out_everywhere: bool = True
    "The key in the message forbids all calls to the number; else those of the call's campaign."
    agent_ring_timeout_s: float = 20.0
    "How long an agent's leg may ring."

    patience_s: float = 3.0
    "An Asterisk that has not replied, or not returned our heartbeat, by then is not trusted."
    grace_s: float = 1.0
    "What was sent before may still arrive; what Asterisk does not know after that, never was."

    def __repr__(self) -> str:
        return f"AsteriskSettings({self.user} at {self.url}, app {self.app})"


def settings_of(instance: Instance, safe_harbour: str = "dialer/safe-harbour") -> AsteriskSettings:
    """The settings for an instance of our own."""
    return AsteriskSettings(
        url=instance.ari_url,
        user=instance.ari_user,
        password=ari_password(instance),
        cdr_csv=instance.cdr_csv,
        rtp=instance.rtp,
        ami_port=instance.ami_port,
        spool=instance.spool,
        recordings=instance.home / "recordings",
        greetings=instance.home / "greetings",
        safe_harbour=safe_harbour,
    )
