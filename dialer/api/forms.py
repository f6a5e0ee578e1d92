"""What a webhook is sent, and how it is signed, as data: ours, WeCom's and DingTalk's. Pure.

>>> sorted(FORMS)
['dingtalk', 'plain', 'wecom']
"""

import hmac
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import msgspec

OFFERED: Mapping[str, str] = {
    "CampaignOpened": "Campaign {campaign}: version {version} is in force, by {user}.",
    "CampaignPaused": "Campaign {campaign} is paused by {user}. {why}",
    "CampaignResumed": "Campaign {campaign} dials again, by {user}.",
    "CampaignStopped": "Campaign {campaign} is stopped by {user}.",
    "BudgetSet": "Campaign {campaign}: a budget of {amount} {currency} a day, set by {user}.",
    "DaysSet": "Days of the house: {kind} {region} {first} to {last}, set by {user}.",
    "Report": "{campaign}: the report of {period} is written.",
    "Alert": "Needs somebody: {text}",
    "CallerIdRested": "Caller id {caller_id}: {cause}. {why} {said}",
    "SwitchUp": "The telephone switch is there.",
    "SwitchDown": "The telephone switch is gone. {why}",
    "Replaced": "Another dialer took over.",
    "LegDown": "Agent {agent} lost the telephone.",
    "Cdr": "Call {call} of {campaign} to {masked} ended: {outcome}.",
    "DispositionSet": "Call {call} of {campaign}: {agent} recorded {disposition}.",
}
"Events and facts that may be asked for -> how a chat tells them."
TEST = "Test"
"What nobody asks for: it is sent when somebody tries a webhook."
SENTENCES: Mapping[str, str] = {
    **OFFERED, TEST: "A test of notification {webhook}, by {user}: nothing happened.",
}  # fmt: skip


class Letter(msgspec.Struct, frozen=True):
    """What is posted."""

    url: str
    headers: dict[str, str]
    body: bytes


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened, to be sent."""

    id: str
    "The same at each try: who gets it twice knows."
    kind: str
    "A key of `SENTENCES`."
    what: dict[str, Any]


Form = Callable[[str, str, Told, int], Letter]
"URL, secret, what is told, seconds since 1970 -> what is posted."


def signature(secret: str, at: int, body: bytes) -> str:
    """What `x-dialer-signature` bears: the receiver computes the same, and looks at the clock.

    >>> signature("s", 1, b"{}")[:11]
    'v1=b253639b'
    """
    return "v1=" + hmac.digest(secret.encode(), b"%d.%s" % (at, body), "sha256").hex()


def _plain(url: str, secret: str, told: Told, at: int) -> Letter:
    body = msgspec.json.encode({"id": told.id, "kind": told.kind, "what": told.what})
    signed = {"x-dialer-timestamp": str(at), "x-dialer-signature": signature(secret, at, body)}
    return Letter(url, {**_JSON, **signed}, body)


def _wecom(url: str, secret: str, told: Told, at: int) -> Letter:
    # A robot of WeCom is known by the key in its address; it checks nothing else.
    return Letter(url, _JSON, _chat(told))


def _dingtalk(url: str, secret: str, told: Told, at: int) -> Letter:
    """A robot of DingTalk wants milliseconds and their signature in its address."""
    stamp = str(1000 * at)
    digest = hmac.digest(secret.encode(), f"{stamp}\n{secret}".encode(), "sha256")
    sign = quote(b64encode(digest), safe="")
    joint = "&" if "?" in url else "?"
    return Letter(f"{url}{joint}timestamp={stamp}&sign={sign}", _JSON, _chat(told))


FORMS: Mapping[str, Form] = {"plain": _plain, "wecom": _wecom, "dingtalk": _dingtalk}

_JSON = {"content-type": "application/json"}


def _chat(told: Told) -> bytes:
    words = SENTENCES[told.kind].format_map(defaultdict(str, told.what)).strip()
    return msgspec.json.encode({"msgtype": "text", "text": {"content": words}})
