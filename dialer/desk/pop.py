"""The screen pop: whom the agent has on the line, what is known, and what may be said of it."""

import re
from collections.abc import Sequence

import msgspec

from dialer import logs
from dialer.api.cdrs import Asked, Ended
from dialer.api.records import Records
from dialer.engine.events import Heard, Intended
from dialer.leads.hopper import Lead, Number
from dialer.leads.retry import offered
from dialer.leads.rules import Campaign

HISTORY = 20
SCRIPT_MAX = 20_000
"Characters of a script that are shown."
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}")


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """An earlier call to the same lead."""

    at: float
    outcome: str
    disposition: str
    talk_s: float | None
    agents: tuple[str, ...]
    why: str = ""
    "Why we gave it up before anybody answered, where that was not the usual time."


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A disposition that the campaign offers, and what follows."""

    word: str
    then: str
    delay_s: float


class Ear(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the detector was sure of."""

    sound: str
    kind: str
    cause: str
    confidence: float
    after_s: float
    "From the answer on, or from the dialling, whichever it listened to."
    at: float


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wrote of the lead, at an earlier call."""

    at: float
    author: str
    text: str


class Pop(msgspec.Struct, frozen=True, kw_only=True):
    """All of it."""

    call: str
    "Empty: the agent looks at somebody who is not called yet."
    campaign: str
    lead: str
    list: str = ""
    attempt: int = 0
    masked: str = ""
    region: str = ""
    zones: tuple[str, ...] = ()
    "Where the person may be: zones of the tz database."
    person: dict[str, str] = {}
    heard: tuple[Ear, ...] = ()
    offers: tuple[Offer, ...] = ()
    script: str = ""
    notes: tuple[Written, ...] = ()
    history: tuple[Past, ...] | None = None
    "None: not looked up yet."


def known(
    records: Records, call: str, lead: str, campaign: str, *,
    intent: Intended | None = None, heard: Sequence[Heard] = (),
) -> Pop:  # fmt: skip
    """What can be had at once. Not for an event loop."""
    found = records.people.lead(lead)
    person = records.people.person(lead) if found else {}
    number = _number(found, intent)
    region, _, zones = number.place.partition(" ") if number else ("", "", "")
    return Pop(
        call=call, campaign=campaign, lead=lead, list=found.list if found else "",
        attempt=intent.attempt if intent else 0, masked=number.masked if number else "",
        region=region, zones=tuple(filter(None, zones.split(","))),
        person={field: logs.text(said) for field, said in person.items()},
        notes=_notes(records, lead) if found else (), heard=tuple(map(_ear, heard)),
        offers=_offers(records.campaigns().get(campaign)),
        script=_script(records, campaign),
    )  # fmt: skip


def _notes(records: Records, lead: str) -> tuple[Written, ...]:
    return tuple(
        Written(at=one.at, author=one.author, text=logs.text(one.text))
        for one in records.people.notes(lead)
    )


def _number(lead: Lead | None, intent: Intended | None) -> Number | None:
    """The one that was called; the lead's next, where nobody knows any more."""
    if lead is None or not lead.numbers:
        return None
    key = intent.number_key if intent else ""
    return next((one for one in lead.numbers if one.key == key), lead.numbers[lead.number])


def with_history(records: Records, pop: Pop) -> Pop:
    """And with the earlier calls, which the warehouse knows. Not for an event loop."""
    ended = records.calls(Asked(everything=True, lead=pop.lead, n=HISTORY)) if pop.lead else []
    return msgspec.structs.replace(pop, history=tuple(
        Past(at=one.ended_at, outcome=one.outcome, disposition=one.disposition or "",
             talk_s=one.talk_s, agents=one.agents, why=_given_up(one))
        for one in ended if one.call != pop.call
    ))  # fmt: skip


def _given_up(one: Ended) -> str:
    return one.why if one.outcome in ("no_answer", "cancelled") and one.why != "ring" else ""


def _ear(heard: Heard) -> Ear:
    return Ear(sound=heard.sound, kind=heard.kind, cause=heard.cause,
               confidence=heard.confidence, after_s=heard.sample / 8000, at=heard.at)  # fmt: skip


def _offers(campaign: Campaign | None) -> tuple[Offer, ...]:
    if campaign is None:
        return ()
    known = campaign.dispositions
    return tuple(
        Offer(word=word, then=known[word].then, delay_s=known[word].delay_s)
        for word in offered(campaign.rules.dispositions)
    )


def _script(records: Records, campaign: str) -> str:
    """What the agent is to say: `scripts/<campaign>.txt` in the dialer's home, if it is there."""
    if not _NAME.fullmatch(campaign):
        return ""
    try:
        return (records.home / "scripts" / f"{campaign}.txt").read_text("utf-8")[:SCRIPT_MAX]
    except (OSError, UnicodeDecodeError):
        return ""
