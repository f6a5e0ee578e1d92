"""A letter on its way over the net: what its receiver answers, or what stands in between.

A redirection is not followed: the address is the one agreed upon. What the receiver says is taken
as it comes, never unpacked, and no more of it than is asked for.
"""

import time
from typing import Literal

import aiohttp
import msgspec

from dialer import logs
from dialer.api.forms import Letter
from dialer.ports import Clock

WITHIN_S = 10.0
Trouble = Literal[
    "", "no_name", "refused", "unreachable", "certificate", "no_tls", "late", "hung_up", "failed"
]
_PLAIN = {"accept-encoding": "identity"}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back."""

    status: int = 0
    "That of HTTP; 0: no answer came, and `trouble` says why."
    said: bytes = b""
    "How its body begins."
    took_s: float = 0.0
    trouble: Trouble = ""

    @property
    def is_taken(self) -> bool:
        """Whether the letter was accepted."""
        return 200 <= self.status < 300


TROUBLES: tuple[tuple[type[Exception], Trouble], ...] = (
    (aiohttp.ClientConnectorDNSError, "no_name"),
    (aiohttp.ClientConnectorCertificateError, "certificate"),
    (aiohttp.ClientSSLError, "no_tls"),
    (TimeoutError, "late"),
    (aiohttp.ClientConnectorError, "unreachable"),
    (aiohttp.ServerDisconnectedError, "hung_up"),
    (OSError, "hung_up"),
    (aiohttp.ClientError, "failed"),
    (ValueError, "failed"),
)
"What the client raises -> what it is; the first that fits."


async def answered(letter: Letter, most: int = 0, steady: Clock = time.monotonic) -> Answer:
    """Post a letter once. Of what is said back the first `most` bytes are read."""
    limit = aiohttp.ClientTimeout(total=WITHIN_S)
    begun = steady()
    try:
        async with (
            aiohttp.ClientSession(timeout=limit, auto_decompress=False) as session,
            session.post(
                letter.url, data=letter.body, headers={**_PLAIN, **letter.headers},
                allow_redirects=False,
            ) as reply,
        ):  # fmt: skip
            took_s = steady() - begun
            said = await _beginning(reply.content, most)
            return Answer(status=reply.status, said=said, took_s=took_s)
    except (aiohttp.ClientError, OSError, ValueError) as why:
        return Answer(trouble=trouble_of(why), took_s=steady() - begun)


async def sent(letter: Letter) -> bool:
    """Post a letter; whether it was taken."""
    answer = await answered(letter)
    if answer.trouble:
        _log.info("a webhook was not taken", why=answer.trouble)
    return answer.is_taken


def trouble_of(error: Exception) -> Trouble:
    """What an error of the client's is.

    >>> trouble_of(TimeoutError()), trouble_of(ValueError("no address"))
    ('late', 'failed')
    """
    if isinstance(error, OSError) and isinstance(
        getattr(error, "os_error", error), ConnectionRefusedError
    ):
        return "refused"
    return next(name for kind, name in TROUBLES if isinstance(error, kind))


async def _beginning(body: aiohttp.StreamReader, most: int) -> bytes:
    """So many bytes of it, or as many as come: who answered and then dawdles has answered."""
    found = b""
    try:
        while len(found) < most and (more := await body.read(most - len(found))):
            found += more
    except (aiohttp.ClientError, OSError):
        pass
    return found


_log = logs.get(__name__)
