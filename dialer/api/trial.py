"""A webhook is tried: a letter that says it is a test goes out, and what came of it is told.

The letter is of a kind that nobody can ask for, `Test`, and is signed like all others. What is
repeated of the receiver's answer has lost secrets, numbers and what no page should draw.
"""

import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Literal
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import msgspec

from dialer import logs
from dialer.api.delivery import Answer, Trouble
from dialer.api.forms import FORMS, TEST, Letter, Told
from dialer.i18n import words

READ_MOST, SHOWN_MOST = 4000, 300
"Bytes that are read of an answer; characters that are shown of it."
SECRET_LEAST = 6
"A shorter piece of an address is no key, and stands in many a sentence."
Why = (
    Literal[
        "taken", "moved", "not_let_in", "not_there", "not_understood", "too_many", "broken",
        "other", "robot",
    ]
    | Trouble
)  # fmt: skip
STATUSES: Mapping[int, Why] = {
    400: "not_understood", 401: "not_let_in", 403: "not_let_in", 404: "not_there",
    405: "not_there", 410: "not_there", 415: "not_understood", 422: "not_understood",
    429: "too_many",
}  # fmt: skip
HUNDREDS: Mapping[int, Why] = {2: "taken", 3: "moved", 5: "broken"}


class Addressee(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a webhook tells, and with what he is told."""

    webhook: int
    url: str
    form: str
    secret: str


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it."""

    taken: bool
    status: int
    "That of HTTP; 0: no answer came."
    took_s: float
    said: str
    "How the answer begins, in one line, without secrets."
    why: Why
    "Its name: `webhook_try.<why>` of the catalogue says it in the reader's language."
    text: str
    "The same in English, with what to do."


def letter(to: Addressee, user: str, at: float) -> Letter:
    """The test, as it is posted.

    >>> to = Addressee(webhook=7, url="https://crm.example/x", form="wecom", secret="s")
    >>> letter(to, "ada", 1.0).body.decode()
    '{"msgtype":"text","text":{"content":"A test of notification 7, by ada: nothing happened."}}'
    """
    what = {"webhook": to.webhook, "user": user, "at": at}
    told = Told(id=secrets.token_hex(8), kind=TEST, what=what)
    return FORMS[to.form](to.url, to.secret, told, int(at))


def judged(answer: Answer, to: Addressee, posted: Letter) -> Tried:
    """What to tell of an answer."""
    why: Why = answer.trouble or STATUSES.get(answer.status) or _of_hundred(answer.status)
    if why == "taken" and to.form != "plain" and _is_error(answer.said):
        why = "robot"
    t, seconds = words("en"), round(answer.took_s, 3)
    return Tried(
        taken=why == "taken", status=answer.status, took_s=seconds,
        said=_readable(answer.said, _hidden(to, posted)), why=why,
        text=t(f"webhook_try.{why}", status=answer.status, seconds=seconds),
    )  # fmt: skip


def _of_hundred(status: int) -> Why:
    return HUNDREDS.get(status // 100, "other")


def _is_error(said: bytes) -> bool:
    """Robots of chats answer 200 and name in the body what is wrong: `{"errcode": 310000, ...}`."""
    try:
        return bool(msgspec.json.decode(said, type=dict[str, object]).get("errcode"))
    except msgspec.MsgspecError:
        return False


def _hidden(to: Addressee, posted: Letter) -> list[str]:
    """What an answer must not give away: the secret, signatures, and the keys in the address."""
    found = [to.secret, *posted.headers.values()]
    for url in (to.url, posted.url):
        parts = urlsplit(url)
        for value in (*(value for _, value in parse_qsl(parts.query)), *parts.path.split("/")):
            found += [value, unquote(value), quote(value), quote(value, safe="")]  # as it is spelt
    found = [one for one in found if len(one) >= SECRET_LEAST and one != _JSON]
    return sorted(set(found), key=len, reverse=True)


_JSON = "application/json"


def _readable(said: bytes, hidden: Iterable[str]) -> str:
    text = said.decode("utf-8", "replace")
    for secret in hidden:
        text = text.replace(secret, "•••")
    text = re.sub(r"\s+", " ", "".join(one if one.isprintable() else " " for one in text)).strip()
    shown = logs.text(text)
    return shown if len(shown) <= SHOWN_MOST else f"{shown[:SHOWN_MOST]}…"
