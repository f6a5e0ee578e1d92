"""The headers of `access.browser` on every answer, whatever it is."""

from typing import Any

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from dialer.access import browser


def with_headers(app: ASGIApp, *, secure: bool) -> ASGIApp:
    """The application, with its headers. What an answer says itself stands: a page needs more."""
    raw = [(name.encode(), said.encode()) for name, said in browser.headers(tls=secure).items()]

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
