"""Looks at the dialer's picture every few seconds; tells watchers and webhooks of what is wrong."""

import sqlite3
import time

import anyio
import msgspec

from dialer import logs
from dialer.alerts import AWAY, Alert, Watch, alerts, seen
from dialer.api.house import House
from dialer.api.newsroom import Newsroom, Notice, shown
from dialer.api.postman import Postman
from dialer.caller_ids import why
from dialer.errors import DialerError
from dialer.i18n import Words, words
from dialer.ports import Clock

EVERY_S = 5.0


class Alerting:
    """Runs in the event loop until cancelled."""

    def __init__(
        self, house: House, newsroom: Newsroom, postman: Postman,
        steady: Clock = time.monotonic,
    ) -> None:  # fmt: skip
        """`steady`: by it something has lasted, also where the machine's clock is put right."""
        self._house, self._newsroom, self._postman = house, newsroom, postman
        self._steady = steady
        self._watch = Watch()

    async def run(self) -> None:
        """Look, tell, wait."""
        while True:
            try:
                await self.look()
            except (DialerError, OSError, sqlite3.Error, msgspec.ValidationError):
                _log.exception("could not look for alerts")
            await anyio.sleep(EVERY_S)

    async def look(self) -> None:
        """Once."""
        status = await self._house.status_or_nothing()
        found = [AWAY]
        if status:
            picture = seen(status)
            found, self._watch.limits = alerts(picture), picture.limits
        at = self._house.clock()
        begun, over = self._watch.step(found, self._steady())
        for one in begun:
            _log.warning("alert", kind=one.kind, campaign=one.campaign, trunk=one.trunk)
        for one, is_over in [(one, False) for one in begun] + [(one, True) for one in over]:
            notice = _noticed(one, at, is_over)
            self._newsroom.tell(notice)
            plain = shown(notice)
            await self._postman.post(plain.pop("notice"), plain)


def said(t: Words, one: Alert) -> str:
    """An alert in words.

    >>> said(words("en"), AWAY)
    'Nothing is heard of the dialer: no call is placed.'
    """
    figures = dict(one.figures)
    for key in figures.keys() & {"rate", "cap"}:
        figures[key] = t.percent(figures[key], 2)
    if "minutes" in figures:
        figures["lasts"] = t.lasting(60 * figures["minutes"])
    if "by_s" in figures:
        by_s = figures["by_s"]
        figures["by"] = ("+" if by_s > 0 else "-") + t.lasting(abs(by_s))
    if "since_s" in figures:
        figures["since"] = t.lasting(figures["since_s"])
    if "state" in figures:
        figures["state"] = t.name("agent_state", figures["state"])
    if one.kind == "caller_id":
        figures["why"] = why(t, figures.pop("why"), figures)
    subject = {
        "campaign": one.campaign, "agent": one.agent, "trunk": one.trunk, "number": one.caller_id,
    }  # fmt: skip
    return t(f"alert.{one.kind}", **subject, **figures)


def _noticed(one: Alert, at: float, is_over: bool) -> Notice:
    text = said(words("en"), one)
    return Notice(
        at=at, kind=one.kind, level=one.level, campaign=one.campaign, agent=one.agent,
        trunk=one.trunk, caller_id=one.caller_id, state="over" if is_over else "begun",
        text=f"Over: {text}" if is_over else text,
    )  # fmt: skip


_log = logs.get(__name__)
