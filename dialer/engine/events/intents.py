"""The journal's answers: calls it promises, what it refuses, promises taken back."""

from dialer.engine.events.event import Event
from dialer.money.rating import Deck


class Intended(Event, frozen=True, tag=True):
    """The journal promises this call: it is written and durable, and may be placed once.

    The number itself is not here: `Journal.number_of(call)` knows it while the call lives.
    """

    call: str
    lead: str
    list: str
    campaign: str
    version: int
    pool: str
    attempt: int
    number_key: str
    "Keyed hash of the number."
    masked: str
    "`+1555•••4567`"
    region: str
    trunk: str
    caller_id: str
    ring_timeout_s: float
    not_after: float
    "The last instant at which it may still be placed (calling hours end)."
    mode: str
    "Pacing mode that asked for it."
    epoch: int
    agent: str = ""
    "Who asked for it and is joined at the answer; empty: whoever is free then."
    tariff: Deck | None = None
    "What the call will cost, where its campaign has a budget and somebody knows."


class Refused(Event, frozen=True, tag=True):
    """The journal gave fewer intents than were claimed, and why."""

    campaign: str
    asked: int
    given: int
    why: str
    "`no_leads`, `hours`, `dnc`, `caps`, `caller_ids`, `epoch`, `journal`: what cost most leads."
    agent: str = ""
    "Who asked for this one lead, or for somebody to look at."
    lead: str = ""
    "That lead."


class Withdrawn(Event, frozen=True, tag=True):
    """An intent was taken back before it was placed: the lead is free, no attempt is used."""

    call: str
