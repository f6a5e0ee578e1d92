"""When somebody in a place may be called, the time that it may ring included."""

from dialer.engine import compliance
from dialer.leads.rules import Campaign


def placeable_until(place: str, campaign: Campaign, at: float) -> float:
    """The first instant at which nobody there is called any more; `at` or before: not now."""
    # A phone that begins to ring at 20:59 still rings at 21:00.
    until = compliance.open_until(place, campaign.rules.calling, at)
    return until - campaign.opened.ring_timeout_s


def placeable_from(place: str, campaign: Campaign, at: float) -> float:
    """The first instant from `at` on at which somebody there is called."""
    if placeable_until(place, campaign, at) > at:
        return at
    calling = campaign.rules.calling
    is_closing = compliance.open_until(place, calling, at) > at
    later = at + campaign.opened.ring_timeout_s if is_closing else at
    return compliance.opens_at(place, calling, later)
