"""Who looks at the board: a user whose session lasts, who came in by the web process; or nobody.

Streamlit asks nobody who he is. So every run of a page, and every question to the warehouse, looks
the session up where the API does, and who is nobody is shown nothing.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import streamlit as st

from dashboards.where import home, is_secure, second_factor
from dialer.access import browser, database, passage
from dialer.access.permissions import Reach
from dialer.access.rules import reach
from dialer.access.store import Access
from dialer.api.visitor import Visitor, identified
from dialer.errors import AccessError

T = TypeVar("T")
_turn = threading.RLock()  # viewers are threads, the accounts are asked one at a time
_opened: dict[Path, Access] = {}


def viewer() -> Visitor | None:
    """Whoever looks, as he is now."""
    cookie, word, source = shown()
    if not cookie or not passage.is_word(home(), word):
        return None
    try:
        found = asked(
            lambda access: identified(
                access, cookie=cookie, bearer="", source=source, at=time.time(),
                needed=second_factor(),
            )
        )  # fmt: skip
    except AccessError:
        return None
    if found is None or found.must_change or reach(found.user, "board.see") is Reach.NONE:
        return None
    return found


def here() -> Visitor:
    """The same, where a page goes on; it begins anew, at the log-in, when the session has ended."""
    if found := viewer():
        return found
    st.rerun()


def shown() -> tuple[str, str, str]:
    """What came with the browser's first request: session, the web process's word, address."""
    headers = st.context.headers
    cookie = st.context.cookies.get(browser.cookie_name(tls=is_secure())) or ""
    return cookie, headers.get(passage.HEADER) or "", headers.get(passage.SOURCE) or "unknown"


def asked(job: Callable[[Access], T]) -> T:
    """What the accounts say."""
    path = database.existing(home())
    with _turn:
        if path not in _opened:
            _opened[path] = Access.at(path.parent)
        return job(_opened[path])


def forget() -> None:
    """Let go of the accounts' files."""
    with _turn:
        while _opened:
            _opened.popitem()[1].close()
