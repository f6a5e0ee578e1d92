"""Webhooks: who is told of what. The secret is told once, when it is made."""

import secrets
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from litestar import Request
from litestar.params import JSONBody, PathParameter
from msgspec import Meta

from dialer.access.browser import is_loopback
from dialer.api import trial
from dialer.api.delivery import answered
from dialer.api.forms import OFFERED
from dialer.api.house import Here, in_thread
from dialer.api.outbox import Outbox, Webhook
from dialer.api.problems import Refused
from dialer.api.table import route
from dialer.api.trial import Addressee, Tried
from dialer.api.visitor import Visitor

Asking = Request[Visitor, Any, Any]


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A webhook to be."""

    url: Annotated[str, Meta(max_length=500)]
    kinds: Annotated[tuple[str, ...], Meta(min_length=1, max_length=30)]
    "Events and facts, by name."
    form: Literal["plain", "wecom", "dingtalk"] = "plain"
    secret: Annotated[str, Meta(max_length=200)] = ""
    "What letters are signed with: DingTalk tells one; else leave it out, and one is made."


WebhookId = Annotated[int, PathParameter(ge=0, le=2**62)]


class Made(msgspec.Struct, frozen=True):
    """A webhook, and its secret: it is told this once."""

    webhook: int
    secret: str


class Removed(msgspec.Struct, frozen=True):
    """Whether it was there."""

    removed: bool


@route("GET /api/v1/webhooks")
async def webhooks(house: Here) -> list[Webhook]:
    """All of them, and what waits for each."""

    def found() -> list[Webhook]:
        with Outbox(house.home) as outbox:
            return outbox.webhooks()

    return await in_thread(found)


@route("POST /api/v1/webhooks", status_code=201)
async def add(data: JSONBody[Wanted], request: Asking, house: Here) -> Made:
    """Tell somebody of what happens from now on."""
    _must_be_safe(data.url)
    if unknown := sorted(set(data.kinds) - set(OFFERED)):
        raise Refused(422, f"kinds: {unknown[0]!r} is not among {', '.join(OFFERED)}.")
    secret, by, at = data.secret or secrets.token_urlsafe(32), request.user.user.name, house.clock()

    def made() -> int:
        with Outbox(house.home) as outbox:
            return outbox.add(data.url, data.form, data.kinds, secret, by=by, at=at)

    webhook = await in_thread(made)
    what = {"host": urlsplit(data.url).hostname, "kinds": data.kinds}
    await house.note(request.user.actor, "setting.edit", f"webhook:{webhook}", what)
    return Made(webhook, secret)


@route("DELETE /api/v1/webhooks/{webhook}")
async def remove(webhook: WebhookId, request: Asking, house: Here) -> Removed:
    """Tell them no more, nor what still waits."""

    def removed() -> bool:
        with Outbox(house.home) as outbox:
            return outbox.remove(webhook)

    was = await in_thread(removed)
    if was:
        await house.note(request.user.actor, "setting.edit", f"webhook:{webhook}", {"is": "ended"})
    return Removed(was)


@route("POST /api/v1/webhooks/{webhook}/try")
async def try_it(webhook: WebhookId, request: Asking, house: Here) -> Tried:
    """A letter of the kind `Test` goes out at once, once, beside those that wait; what came of it.

    It is signed as all letters are, and waits for an answer as long as they do.
    """

    def found() -> Addressee | None:
        with Outbox(house.home) as outbox:
            return outbox.addressee(webhook)

    to = await in_thread(found)
    if to is None:
        raise Refused(404, "There is no such webhook (any more).", "no_webhook")
    _must_be_safe(to.url)
    letter = trial.letter(to, request.user.user.name, house.clock())
    told = trial.judged(await answered(letter, trial.READ_MOST), to, letter)
    what = {"is": "tried", "answer": told.why, "code": told.status or None}
    await house.note(request.user.actor, "setting.edit", f"webhook:{webhook}", what)
    return told


HANDLERS = (webhooks, add, remove, try_it)


def _must_be_safe(url: str) -> None:
    """What is told crosses the net encrypted, or stays on this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise Refused(422, "url: that is no address.", "webhook_url") from None
    ours = parts.scheme == "http" and is_loopback(host)
    if not host or not (parts.scheme == "https" or ours) or parts.username is not None:
        raise Refused(
            422, "url: must begin with https:// and name a host, with no user in it.", "webhook_url"
        )
