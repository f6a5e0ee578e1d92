"""Orders of whoever looks at the board: given to the API, in his name, with his session.

The API asks whether he may, keeps the limits, writes the order into the journal before it answers,
and into the audit log. So there is one door for orders, whichever page they come from.
"""

import json
import ssl
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import HTTPSHandler, Request, build_opener

import streamlit as st

from dashboards.look import language
from dashboards.where import is_secure
from dialer.access import browser, passage
from dialer.errors import DialerError
from dialer.i18n import words

WITHIN_S = 30.0


class NotDone(DialerError):
    """An order was refused, or did not arrive; the text is for whoever gave it, in his language."""


def order(method: str, path: str, body: Any = None, *, file: bytes | None = None) -> Any:
    """What the API answers. `path` begins below `/api/v1/`; NotDone says why not."""
    return json.loads(taken(method, path, body, file=file) or b"null")


def taken(method: str, path: str, body: Any = None, *, file: bytes | None = None) -> bytes:
    """The same, where the answer is a file."""
    headers, cookies = st.context.headers, st.context.cookies
    back = headers.get(passage.BACK) or ""
    token = cookies.get(browser.cookie_name(tls=is_secure())) or ""
    try:
        request = Request(
            f"{back}/api/v1/{path}",
            data=json.dumps(body).encode() if file is None and body is not None else file,
            method=method,
            headers={
                "content-type": "text/csv" if file is not None else "application/json",
                "cookie": f"{browser.cookie_name(tls=is_secure())}={token}",
                "x-csrf-token": browser.csrf_of(token),
                "origin": back,
            },
        )
        with _opener().open(request, timeout=WITHIN_S) as said:
            return bytes(said.read())
    except HTTPError as why:
        raise _refused(why) from why
    except (URLError, OSError, ValueError) as why:
        raise NotDone(words(language())("problem.0")) from why


def part(name: str) -> str:
    """One step of a path."""
    return quote(name, safe="")


def _opener() -> Any:
    """To this machine itself: nobody is in between whom a certificate could tell apart."""
    to_ourselves = ssl.create_default_context()
    to_ourselves.check_hostname = False
    to_ourselves.verify_mode = ssl.CERT_NONE
    return build_opener(HTTPSHandler(context=to_ourselves))


def _refused(answer: HTTPError) -> NotDone:
    try:
        told = json.loads(answer.read())
    except ValueError:
        told = {}
    text = words(language()).refusal(answer.code, told)
    return NotDone(text, told.get("reason", ""), **told.get("values", {}))
