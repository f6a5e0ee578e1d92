"""What the dialer looks like at one instant: the counts that boards, `status` and metrics show."""

from collections import Counter
from decimal import Decimal
from math import floor
from typing import Any

import msgspec

from dialer.engine.budget import own, tightest
from dialer.engine.call import is_by_hand
from dialer.engine.call import state as call_state
from dialer.engine.index import Index
from dialer.engine.mistakes import mistakes
from dialer.engine.spending import Spending
from dialer.engine.state import Campaign, State


def picture(state: State, index: Index, *, at: float) -> dict[str, Any]:
    """Plain data, ready for JSON. All counts of campaigns are since the campaign was opened,
    persons and abandoned those of its account."""
    sources = {c.opened.source for c in state.campaigns.values()}
    return {
        "at": at,
        "source": next(iter(sources)) if len(sources) == 1 else "",
        "switch": "up" if state.switch_up and state.reconciled else "down",
        "standing_down": state.replaced,
        "pools": {name: _pool(state, name) for name in _pools(state, index)},
        "campaigns": {
            name: _campaign(state, index, c, at) for name, c in state.campaigns.items()
        },
        "agents": [
            {
                "agent": a.agent, "pool": a.pool, "state": a.state, "since": a.since,
                "call": a.call, "reason": a.reason, "recording": _recording(state, a.call),
                "lead": a.lead, "campaign": a.campaign, "wants": a.wants, "leg_up": a.leg_up,
                "desk": a.desk, "attended": a.is_attended, "endpoint": a.endpoint,
            }
            for a in state.agents.values()
        ],
        "recording_room": state.recording_room,
        "clock": {
            "off_s": state.clock_off_s,
            "put_right": state.put_right and msgspec.structs.asdict(state.put_right),
        },
        "monitors": [
            {
                "user": m.user, "agent": m.agent, "how": m.how, "stays": m.stays,
                "since": m.since, "up": m.is_up and not m.is_ending,
            }
            for m in state.monitors.values()
        ],
        "caller_ids": {
            name: {
                "standing": one.standing, "since": one.since, "until": one.until, "why": one.why,
                "said": one.said, "n": one.n, "of": one.of, "usual": one.usual,
                "campaign": one.campaign,
                "shown_by": [
                    c.opened.campaign for c in state.campaigns.values()
                    if c.state != "stopped" and name in c.opened.caller_ids
                ],
            }
            for name, one in state.shown.numbers.items()
        },
        "outcomes": {name: dict(c.outcomes) for name, c in state.campaigns.items()},
        "trunks": {
            name: {
                "reachable": t.reachable, "breaker": bool(t.open_until),
                "lines_used": t.lines_used, "lines": t.lines,
            }
            for name, t in state.trunks.items()
        },
    }  # fmt: skip


def _recording(state: State, call: str) -> str:
    """Whether the agent's call is recorded: empty, `on`, `paused`, `no room`."""
    known = state.calls.get(call)
    return known.recording if known is not None else ""


def seat(state: State, agent: str, *, at: float) -> dict[str, Any] | None:
    """One agent, as the agent's own desk shows it; nothing while nobody of that name works."""
    found = state.agents.get(agent)
    if found is None:
        return None
    opened = state.campaigns[found.campaign].opened if found.campaign in state.campaigns else None
    wraps_up = found.state == "WRAP_UP" and opened is not None
    return {
        "at": at, "agent": found.agent, "pool": found.pool, "state": found.state,
        "since": found.since, "reason": found.reason, "wants": found.wants, "why": found.why,
        "leg_up": found.leg_up, "endpoint": found.endpoint, "call": found.call,
        "lead": found.lead, "campaign": found.campaign, "desk": found.desk,
        "by_hand": (call := state.calls.get(found.call)) is not None and is_by_hand(call),
        "recording": _recording(state, found.call),
        "wrap_up_until": found.since + opened.wrap_up_s if wraps_up and opened else None,
    }  # fmt: skip


def _pools(state: State, index: Index) -> list[str]:
    names = {c.opened.pool for c in state.campaigns.values()}
    return sorted(names | set(index.pools))


def _pool(state: State, name: str) -> dict[str, Any]:
    campaigns = [c for c in state.campaigns.values() if c.opened.pool == name]
    lines = max((c.opened.lines for c in campaigns), default=0)
    calls = Counter(call_state(c) for c in state.calls.values() if c.intent.pool == name)
    return {
        "agents": dict(Counter(a.state for a in state.agents.values() if a.pool == name)),
        "calls": dict(calls),
        "lines": lines,
        "lines_free": max(0, lines - sum(c.lines_used for c in campaigns)),
    }


def _campaign(state: State, index: Index, campaign: Campaign, at: float) -> dict[str, Any]:
    opened = campaign.opened
    account, binding = (of(state, index, campaign, at) for of in (own, tightest))
    wrong = mistakes(campaign, account.persons, at)
    answers = account.persons + wrong.verdicts
    binds = "group" if binding != account else "counted"
    return {
        "state": campaign.state,
        "why": campaign.why,
        "placed": campaign.placed,
        "answered": campaign.answered,
        "persons": account.persons,
        "connected": campaign.connected,
        "abandoned": account.abandoned,
        "owed": account.owed,
        "left": floor(binding.left(opened.abandon_cap) + 1e-9),
        "vendor_rate": account.abandoned / answers if answers else None,
        "detector": msgspec.structs.asdict(wrong),
        "binds": "mistakes" if wrong.binds else binds if campaign.bound == "cap" else "",
        "cap": opened.abandon_cap,
        "account": opened.account,
        "group": opened.group,
        "leads_now": campaign.leads_now,
        "leads_left": campaign.leads_left,
        "level": campaign.level,
        "bound": campaign.bound,
        "mode": opened.pacing,
        "pool": opened.pool,
        "trunk": opened.trunk,
        "zone": opened.zone,
        "budget": _budget(campaign.spending),
    }


def _budget(spending: Spending) -> dict[str, str] | None:
    """Of the campaign's day; None: it has none. Exact figures, as text."""
    if spending.amount is None:
        return None
    held = sum(spending.held.values(), Decimal(0))
    return {
        "amount": str(spending.amount), "currency": spending.currency, "day": spending.day,
        "spent": str(spending.spent), "held": str(held), "room": str(spending.room),
        "dearest": str(spending.dearest),
    }  # fmt: skip
