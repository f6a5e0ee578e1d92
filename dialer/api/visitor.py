"""Who comes: with a browser's session or a program's key. A session's writes need its CSRF word.

The cookie goes nowhere but home (SameSite=Strict); the word, which only a page of ours can read,
and the Origin, which no page can forge, are the second and third lock on the same door.
"""

import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec
from litestar.connection import ASGIConnection

from dialer.access.actor import Actor, over_the_net
from dialer.access.rules import User
from dialer.access.store import Access
from dialer.access.tokens import kept
from dialer.api.problems import Refused

COOKIE = "dialer-session"
CSRF_HEADER = "x-csrf-token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

Connection = ASGIConnection[Any, Any, Any, Any]


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """A user who is here, and how he came."""

    user: User
    source: str
    token: str = ""
    "His session's; empty for who came with a key."
    must_change: bool = False
    "Somebody else knows his password: he may only change it."

    @property
    def actor(self) -> Actor:
        """As the audit log names him."""
        return over_the_net(self.user, self.source)


def cookie_name(*, secure: bool) -> str:
    """With TLS a browser takes it from this very host only.

    >>> cookie_name(secure=True)
    '__Host-dialer-session'
    """
    return f"__Host-{COOKIE}" if secure else COOKIE


def csrf_of(token: str) -> str:
    """The word that belongs to a session. It tells nothing of the session's token."""
    return kept(f"csrf {token}")


def source_of(connection: Connection) -> str:
    """The address somebody comes from."""
    return connection.client.host if connection.client else "unknown"


def identified(
    access: Access, *, cookie: str, bearer: str, source: str, at: float
) -> Visitor | None:
    """Who it is; a key goes before a cookie."""
    if bearer:
        user = access.keys.user_of(bearer, at)
        return Visitor(user=user, source=source) if user else None
    found = access.user_of(cookie, at=at) if cookie else None
    if found is None:
        return None
    user, _ = found
    must = access.accounts.must_change_password(user.name)
    return Visitor(user=user, source=source, token=cookie, must_change=must)


def bearer_of(headers: Mapping[str, str]) -> str:
    """The API key of a request."""
    kind, _, key = headers.get("authorization", "").partition(" ")
    return key.strip() if kind.lower() == "bearer" else ""


def is_at_home(headers: Mapping[str, str]) -> bool:
    """Whether a page of this very server asks, or no page at all.

    >>> is_at_home({"host": "dialer.example", "origin": "https://dialer.example"})
    True
    >>> is_at_home({"host": "dialer.example", "origin": "https://evil.example"})
    False
    """
    if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host", "")


def must_be_at_home(headers: Mapping[str, str]) -> None:
    """Refuse what a foreign page asks."""
    if not is_at_home(headers):
        raise Refused(403, "The request comes from a page of another site (Origin).")


def must_have_word(headers: Mapping[str, str], token: str) -> None:
    """Refuse a write with a cookie that does not bear the session's CSRF word."""
    if not hmac.compare_digest(headers.get(CSRF_HEADER, "").encode(), csrf_of(token).encode()):
        raise Refused(403, f"The header {CSRF_HEADER} must bear the `csrf` that GET /me tells.")
