"""Who comes: with a browser's session or a program's key. A session's writes need its CSRF word.

What is believed of a browser is in `access.browser`; a key needs neither Origin nor word.
"""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from litestar.connection import ASGIConnection

from dialer.access import browser
from dialer.access.actor import Actor, over_the_net
from dialer.access.rules import User
from dialer.access.store import Access
from dialer.api.problems import Refused

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


def source_of(connection: Connection) -> str:
    """The address somebody comes from."""
    return connection.client.host if connection.client else "unknown"


def identified(
    access: Access, *, cookie: str, bearer: str, source: str, at: float,
    needed: Collection[str] = (),
) -> Visitor | None:  # fmt: skip
    """Who it is; a key goes before a cookie. Roles that are `needed` to show a second factor do."""
    if bearer:
        user = access.keys.user_of(bearer, at)
        return Visitor(user=user, source=source) if user else None
    found = access.user_of(cookie, at=at, needed=needed) if cookie else None
    if found is None:
        return None
    user, _ = found
    must = access.accounts.must_change_password(user.name)
    return Visitor(user=user, source=source, token=cookie, must_change=must)


def bearer_of(headers: Mapping[str, str]) -> str:
    """The API key of a request."""
    kind, _, key = headers.get("authorization", "").partition(" ")
    return key.strip() if kind.lower() == "bearer" else ""


def must_be_at_home(headers: Mapping[str, str], *, secure: bool, cookie: bool) -> None:
    """Refuse what a page of another site asks; who writes with a cookie must be a page of ours."""
    origin = headers.get("origin")
    if origin is None and not cookie:
        return
    if not browser.is_our_origin(origin, headers.get("host", ""), tls=secure):
        raise Refused(403, "The request does not come from a page of ours (Origin).")


def must_have_word(headers: Mapping[str, str], token: str) -> None:
    """Refuse a write with a cookie that does not bear the session's CSRF word."""
    if not browser.has_csrf(token, headers.get(CSRF_HEADER)):
        raise Refused(403, f"The header {CSRF_HEADER} must bear the `csrf` that GET /me tells.")
