"""The headers of every answer, as a table: what a browser must not do with what we say."""

from collections.abc import Mapping
from typing import Any

from litestar.types import ASGIApp, Message, Receive, Scope, Send

HEADERS: Mapping[str, str] = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cache-control": "no-store",
}
"A page that needs more (scripts, a microphone) says so itself, and its word stands."
WITH_TLS: Mapping[str, str] = {"strict-transport-security": "max-age=31536000"}


def with_headers(app: ASGIApp, *, secure: bool) -> ASGIApp:
    """The application, with the headers on whatever it answers."""
    added = {**HEADERS, **(WITH_TLS if secure else {})}
    raw = [(name.encode(), value.encode()) for name, value in added.items()]

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def tell(message: Message) -> None:
            if message["type"] in _BEGINNINGS:
                begun: Any = message
                said = list(begun.get("headers", ()))
                names = {name.lower() for name, _ in said}
                begun["headers"] = [*said, *(one for one in raw if one[0] not in names)]
            await send(message)

        await app(scope, receive, tell)

    return answer


_BEGINNINGS = frozenset(
    {"http.response.start", "websocket.accept", "websocket.http.response.start"}
)
