"""How the board knows that a request came in by the web process: a word only those two can read.

The board listens on a port of loopback, where every program of this machine could knock, and a
page of any of them with the cookie of ours: cookies know no ports.
"""

import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from dialer.access.tokens import token

HEADER = "x-dialer-passage"
"Bears the word. The web process takes it off what browsers send."
SOURCE = "x-dialer-source"
"Bears the address that a browser came from."
BACK = "x-dialer-back"
"""Bears the address at which this machine reaches the web process: the board gives orders there, in
the name of whoever gives them."""
LEAVE = 'window.location.assign("/login?to=/board/");'
"What a page of the board does when the session has ended: the only script that is ours there."


def word(home: Path) -> str:
    """The word of a home; made where it is missing, readable for us alone."""
    path = home / "board-key"
    with suppress(FileNotFoundError):
        return path.read_text().strip()
    beside = path.with_name(f".{path.name}-{os.getpid()}")
    file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "w") as made:
        made.write(token(secrets.token_bytes))
    with suppress(FileExistsError):
        os.link(beside, path)  # the first of two wins
    beside.unlink()
    return path.read_text().strip()


def is_word(home: Path, given: str | None) -> bool:
    """Whether this is the word."""
    told = (given or "").encode("utf-8", "surrogatepass")
    return hmac.compare_digest(told, word(home).encode())
