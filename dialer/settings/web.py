"""The settings of the web process: who comes in, and how; the desks behind it."""

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from dialer.access.permissions import Role
from dialer.settings.values import Port

Address = Annotated[
    str, Meta(pattern=r"^(https://[^\s?#]+|http://(localhost|127\.0\.0\.1)(:\d+)?(/[^\s?#]*)?)?$")
]
Given = Annotated[
    str, Meta(pattern="^.+=(superuser|administrator|supervisor|inspector|analyst|agent)$")
]


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
