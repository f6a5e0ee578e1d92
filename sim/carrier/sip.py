"""As much of SIP (RFC 3261) and SDP as a small peer on a loopback needs: messages in and out."""

import re
from collections.abc import Iterable, Mapping

import msgspec

REASONS = {100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK",
           403: "Forbidden", 404: "Not Found", 429: "Too Many Requests",
           481: "Call/Transaction Does Not Exist", 486: "Busy Here", 487: "Request Terminated",
           503: "Service Unavailable", 603: "Decline", 607: "Unwanted"}  # fmt: skip
_COPIED = ("via", "from", "call-id", "cseq", "record-route")
_SHORT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length",
          "c": "content-type"}  # fmt: skip


class Message(msgspec.Struct, frozen=True):
    """A request or a response. Header names are in lower case and in the order they came."""

    first: str
    headers: tuple[tuple[str, str], ...]
    body: str = ""

    @property
    def method(self) -> str:
        """Of a request; `SIP/2.0` for a response."""
        return self.first.split(" ", 1)[0]

    @property
    def status(self) -> int:
        """Of a response; 0 for a request."""
        return int(self.first.split(" ")[1]) if self.first.startswith("SIP/2.0 ") else 0

    @property
    def user(self) -> str:
        """Whom a request is for: the digits of its URI."""
        found = re.match(r"\S+ sips?:\+?([^@;> ]*)@", self.first)
        return found[1] if found else ""

    def get(self, name: str) -> str:
        """The first header of that name; empty if there is none."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def media(self) -> tuple[str, int] | None:
        """Address and port of the audio that its SDP wants."""
        port = re.search(r"^m=audio (\d+)", self.body, re.MULTILINE)
        host = re.search(r"^c=IN IP4 (\S+)", self.body, re.MULTILINE)
        return (host[1], int(port[1])) if port and host else None


def parse(data: bytes) -> Message | None:
    """The message of a datagram; None for a keep-alive or noise."""
    head, _, body = data.decode(errors="replace").partition("\r\n\r\n")
    lines = head.split("\r\n")
    if "SIP/2.0" not in lines[0]:
        return None
    pairs = (line.partition(":") for line in lines[1:] if ":" in line)
    headers = ((name.strip().lower(), value.strip()) for name, _, value in pairs)
    return Message(
        lines[0], tuple((_SHORT.get(name, name), value) for name, value in headers), body
    )


def render(first: str, headers: Iterable[tuple[str, str]], body: str = "") -> bytes:
    """A datagram."""
    lines = [first, *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]).encode()


def response(
    to: Message,
    status: int,
    *,
    tag: str,
    contact: str,
    body: str = "",
    more: Mapping[str, str] | None = None,
) -> bytes:
    """An answer to a request, with its dialogue's tag."""
    headers = [(name, value) for name, value in to.headers if name in _COPIED]
    whom = to.get("to")
    headers.append(("to", whom if "tag=" in whom or status == 100 else f"{whom};tag={tag}"))
    headers.append(("contact", f"<{contact}>"))
    headers += (more or {}).items()
    if body:
        headers.append(("content-type", "application/sdp"))
    return render(f"SIP/2.0 {status} {REASONS.get(status, 'Status')}", headers, body)


def sdp(port: int) -> str:
    """One audio stream in A-law."""
    return (
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        f"m=audio {port} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=ptime:20\r\na=sendrecv\r\n"
    )
