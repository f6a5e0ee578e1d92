"""A number that an agent typed, on its way to a call: looked at, kept as a lead, then ordered.

The number stands in the journal's lead tables, encrypted, and nowhere else: the order that follows
names the lead. From there on it is promised, placed and recorded like every other call.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anyio.to_thread

from dialer.engine.byhand import FROM
from dialer.engine.events import CallWanted, Event
from dialer.errors import DialerError
from dialer.held import refusal, uncallable
from dialer.journal.book import Book
from dialer.leads.normalise import Normal, masked, normal
from dialer.live import Dialer

EMERGENCY = (
    "this system cannot make emergency calls, and nobody was called: use a telephone, now "
    "(a desk phone with a line of its own, or a mobile)"
)


class Typed:
    """The dialer's answer to `dial` at its door."""

    def __init__(self, dialer: Dialer, path: Path, submit: Callable[[Event], int]) -> None:
        self._dialer, self._path, self._submit = dialer, path, submit

    async def dial(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """`agent` calls `number` for `campaign`; the lead, the order's number, the masked number.

        What comes of it is told as of every call: `Intended` or `Refused`, with the agent.
        """
        agent, campaign = str(body.get("agent", "")), str(body.get("campaign", ""))
        must_be_free(self._dialer, agent, campaign)
        opened = self._dialer.engine.state.campaigns[campaign].opened
        lab = opened.source != "live"
        number = normal(str(body.get("number", "")), opened.country, lab=lab)
        if number == "emergency":
            raise DialerError(EMERGENCY, "desk_emergency")
        if not isinstance(number, Normal):
            raise uncallable(number)
        at = self._dialer.clock()
        lead = await anyio.to_thread.run_sync(self._kept, campaign, number, at)
        seq = self._submit(CallWanted(agent, campaign, lead, at=at))
        return {"lead": lead, "seq": seq, "masked": masked(number.digits)}

    def _kept(self, campaign: str, number: Normal, at: float) -> str:
        with Book(self._path) as book:
            return book.to_call_by_hand(campaign, number, at)


def must_be_free(dialer: Dialer, agent: str, campaign: str) -> None:
    """Say why this agent cannot make a call now; the engine would ignore it."""
    engine = dialer.engine
    known, rules = engine.state.agents.get(agent), engine.state.campaigns.get(campaign)
    if known is None:
        raise DialerError(f"agent `{agent}` is not logged in", "desk_nowhere")
    if rules is None:
        raise DialerError(f"no campaign `{campaign}` here", "no_campaign", campaign=campaign)
    if not known.leg_up:
        raise DialerError("the agent's own telephone is not connected", "desk_phone")
    if known.state not in FROM:
        raise DialerError(f"the agent is busy: {known.state}", "desk_busy")
    if why := engine.governor.barred_by_hand(rules, dialer.clock()):
        raise refusal(f"nothing can be placed for `{campaign}` now", why)
