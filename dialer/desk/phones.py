"""What agents speak through: the browser's softphone, or a phone on the desk."""

import base64
import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from dialer.asterisk.world import phones
from dialer.errors import DialerError, SettingsError
from dialer.ports import Clock
from dialer.settings import Settings

ORDERS = (
    "reveal", "hold", "mute", "record", "transfer", "dial", "undo", "callback_for", "note",
)  # fmt: skip
"What a desk can do beyond ready, pause, hang up and dispose."
TURN_S = 57_600.0
"How long a TURN server takes a password of ours: a shift."


class Soft(msgspec.Struct, frozen=True, kw_only=True):
    """The telephone in somebody's browser."""

    name: str
    password: str
    "Between this process and Asterisk; no browser is told."

    @property
    def endpoint(self) -> str:
        """Where its leg goes."""
        return f"PJSIP/{self.name}"


class Phones(msgspec.Struct, frozen=True, kw_only=True):
    """All that there are here."""

    clock: Clock

    soft: Mapping[str, Soft] = {}
    "Agent -> the softphone of the agent's browser."
    hard: tuple[str, ...] = ()
    "Names of the phones on desks."
    sip_url: str = ""
    "Where Asterisk takes SIP over WebSocket: on loopback, browsers come by our proxy."
    stun: tuple[str, ...] = ()
    turn: tuple[str, ...] = ()
    turn_secret: str = ""
    reasons: tuple[str, ...] = ()
    "Why an agent may pause."

    @classmethod
    def of(cls, settings: Settings, clock: Clock) -> "Phones":
        """Those of the settings."""
        known = phones(settings)
        theirs = settings.asterisk
        base = f"http://127.0.0.1:{theirs.http_port}" if theirs.own else theirs.ari_url
        return cls(
            clock=clock,
            soft={one.name: Soft(name=one.name, password=one.password)
                  for one in known if one.webrtc},
            hard=tuple(one.name for one in known if not one.webrtc),
            sip_url=f"{base.replace('http', 'ws', 1).rstrip('/')}/ws",
            stun=settings.desk.stun, turn=settings.desk.turn,
            turn_secret=_secret(settings.desk.turn_secret_file),
            reasons=settings.desk.pause_reasons,
        )  # fmt: skip

    async def endpoint(self, agent: str, phone: str) -> str:
        """Where the agent's leg goes who chose this phone; the browser if none."""
        if phone:
            if phone not in self.hard:
                raise DialerError(f"there is no phone `{phone}` here", "desk_no_phone")
            return f"PJSIP/{phone}"
        if agent not in self.soft:
            raise DialerError(
                "there is no softphone for you here: choose a phone on the desk",
                "desk_no_softphone",
            )
        return self.soft[agent].endpoint

    async def furniture(self, agent: str) -> dict[str, Any]:
        """What the page needs to know of them."""
        soft = self.soft.get(agent)
        return {
            "hard": self.hard,
            "soft": soft
            and {
                "name": soft.name,
                "endpoint": soft.endpoint,
                "ice": self.ice(agent),
            },
            "reasons": self.reasons,
            "can": ORDERS,
        }

    def ice(self, agent: str) -> list[dict[str, Any]]:
        """The servers that help a browser through its router, as WebRTC wants them told."""
        servers: list[dict[str, Any]] = [{"urls": [one]} for one in self.stun]
        if self.turn:
            name, password = turn_password(self.turn_secret, agent, self.clock() + TURN_S)
            servers.append({"urls": list(self.turn), "username": name, "credential": password})
        return servers


def turn_password(secret: str, agent: str, until: float) -> tuple[str, str]:
    """Name and password for a TURN server that shares a secret with us, good until then.

    As in draft-uberti-behave-turn-rest, which coturn follows (`use-auth-secret`).

    >>> turn_password("north", "anna", 1790000000.0)
    ('1790000000:anna', 'BJgThbZOfmj9HaIeoLL5k/sz9G4=')
    """
    name = f"{until:.0f}:{agent}"
    sign = hmac.new(secret.encode(), name.encode(), "sha1").digest()
    return name, base64.b64encode(sign).decode()


def _secret(file: Path | None) -> str:
    try:
        return file.read_text().strip() if file else ""
    except OSError as why:
        raise SettingsError(f"desk.turn_secret_file {file}: {why.strerror}") from why
