"""What a browser is told, and what is believed of it; pure, for pages, API and desk.

A session's cookie goes nowhere but home; the Origin, which no page can forge, and a word that only
a page of ours can read are the second and third lock on the same door.
"""

import hmac
from collections.abc import Collection, Mapping
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

COOKIE = "dialer-session"
HEADERS: Mapping[str, str] = {
    # What comes is what it is called: a note with a script in it stays a note.
    "x-content-type-options": "nosniff",
    # Nobody lays our buttons under his own.
    "x-frame-options": "DENY",
    # Where an agent goes from here is not told which lead he came from.
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # What is shown to one is not kept for the next at the same machine.
    "cache-control": "no-store",
}
"On every answer."
WITH_TLS: Mapping[str, str] = {"strict-transport-security": "max-age=31536000"}
"And with TLS: never again without it."
DATA: Mapping[str, str] = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
"On answers that are no page: they load nothing and use nothing."
PAGE: Mapping[str, str] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "media-src": "'self' blob:",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"What a page may load and from where: nothing inline, so text that holds a script stays text."
PORTS: Mapping[str, int] = {"http": 80, "https": 443}


def headers(*, tls: bool, page: bool = False, softphone: Collection[str] = ()) -> dict[str, str]:
    """All headers of an answer. `softphone`: where a page's telephone connects, `wss://pbx:8089`.

    >>> headers(tls=False, page=True)["permissions-policy"].split(", ")[2]
    'microphone=(self)'
    """
    told = {**HEADERS, **DATA, **(WITH_TLS if tls else {})}
    if page:
        reached = " ".join([PAGE["connect-src"], *softphone])
        policy = {**PAGE, "connect-src": reached}
        told["content-security-policy"] = "; ".join(f"{what} {of}" for what, of in policy.items())
        told["permissions-policy"] = DATA["permissions-policy"].replace(
            "microphone=()", "microphone=(self)"
        )
    return told


def cookie_name(*, tls: bool) -> str:
    """The session's. With TLS a browser takes one of this name from this very host only.

    >>> cookie_name(tls=True), cookie_name(tls=False)
    ('__Host-dialer-session', 'dialer-session')
    """
    return f"__Host-{COOKIE}" if tls else COOKIE


def cookie(token: str, *, tls: bool) -> str:
    """The `Set-Cookie` that begins a session; with an empty token, the one that ends it."""
    ends = "" if token else "; Max-Age=0"
    secure = "; Secure" if tls else ""
    return f"{cookie_name(tls=tls)}={token}; Path=/; HttpOnly; SameSite=Strict{secure}{ends}"


def csrf_of(token: str) -> str:
    """The word that belongs to a session, for its pages to send back. Does not tell the token."""
    return sha256(f"csrf {token}".encode("utf-8", "surrogatepass")).hexdigest()


def has_csrf(token: str, given: str | None) -> bool:
    """Whether a write with this session's cookie bears its word."""
    told = (given or "").encode("utf-8", "surrogatepass")
    return bool(token) and hmac.compare_digest(told, csrf_of(token).encode())


def is_our_origin(
    origin: str | None, host: str, allowed: Collection[str] = (), *, tls: bool
) -> bool:
    """Whether a page of ours asks: for every WebSocket that comes with a cookie, and every write.

    `host` is the request's Host header, `tls` how browsers reach us (a proxy may end it), `allowed`
    names further sites: `https://board.example`. A request without an Origin is no browser's page;
    it is not ours either, and has to bring a key.

    >>> is_our_origin("https://dialer.example", "dialer.example:443", tls=True)
    True
    >>> is_our_origin("http://dialer.example", "dialer.example", tls=True)
    False
    """
    asking = _site(origin or "")
    own = _site(f"{'https' if tls else 'http'}://{host}")
    return asking is not None and asking in {own, *map(_site, allowed)}


def _site(text: str) -> tuple[str, str, int] | None:
    """Scheme, host and port; nothing of what is no site: `null`, a path, a user before the host."""
    try:
        parts = urlsplit(text)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None:
        return None
    if parts.path or parts.query or parts.fragment:
        return None
    return parts.scheme, parts.hostname, port


def may_listen(address: str, *, tls: bool) -> bool:
    """Whether to serve on this address: without TLS on loopback only, where nobody else listens.

    >>> may_listen("127.0.0.1", tls=False), may_listen("0.0.0.0", tls=False)
    (True, False)
    """
    return tls or is_loopback(address)


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches it. A name that is not `localhost` could be anything."""
    try:
        found = ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return address.lower() == "localhost"
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return found.is_loopback
