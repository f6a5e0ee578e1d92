"""Whose turn it is where a campaign says more of its lists than their names.

Lists of the highest priority come first, those of one priority in turn by their weights, in each
the leads that its filter lets pass, in its order, until its quotas are full. What a list still has
is read piece by piece; everything is asked again of each lead when its turn comes.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from dialer.engine.outcomes import OUTCOMES
from dialer.journal.store import Key, Promise, Store
from dialer.leads.filters import Get, Value, parsed
from dialer.leads.hopper import Lead
from dialer.leads.plan import Plan, Quota
from dialer.leads.rules import Campaign
from models.lead_chance import LeadChance, Traits

PIECE = 200
"Leads of a list that are read at once."
LOOKS = 2000
"Leads that one claim looks at, at most; the next claim goes on from there."
REST_S = 15.0
"So long a list of which no lead passes is left alone, unless leads or rules change."
SHORT_REST_S = 1.0
"The same where nobody is passed over: all that were due are taken."
LEARNT_FROM = 3000
"The latest calls, from which the chance of an answer is learnt anew after a start."

Whose = tuple[str, int, str]
"Campaign, its version, list."


L = TypeVar("L")
"A lead, or what stands for one."


class Scan:
    """How far one pass over a list has come."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        "Read, and still to be asked; the last is next."
        self.again: list[int] = []
        "Who was taken last: where a number of his must not be called, his next one is, at once."
        self.leg = 0
        self.after: Key | None = None
        self.legs: list[list[str]] = []
        "Places, in the order in which they are gone through."
        self.rested_at = self.rest_until = -math.inf
        self.found = False
        "In this pass somebody was taken, or his next number came up behind it."

    def rests(self, at: float) -> bool:
        """Nothing was found lately."""
        return self.rested_at <= at < self.rest_until

    def rest(self, at: float, for_s: float) -> None:
        """Nothing is left: the next pass begins from the top, and not at once."""
        self.ids, self.leg, self.after, self.legs = [], 0, None, []
        if not self.found:
            self.rested_at, self.rest_until = at, at + for_s
        self.found = False


class Plans:
    """The turns of all campaigns of one ledger."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.forget()

    def forget(self) -> None:
        """What was promised may not have been kept: read all of it afresh."""
        self._scans: dict[Whose, Scan] = {}
        self._tallies: dict[tuple[Whose, date], list[Counter[str]]] = {}
        self._passed: dict[Whose, float] = defaultdict(float)
        self._dry: set[Whose] = set()
        self._chance: LeadChance | None = None

    def renewed(self) -> None:
        """Leads or rules changed: no list needs to rest."""
        for scan in self._scans.values():
            scan.rest_until = -math.inf

    # ---- whose turn ---------------------------------------------------------------------------
    def due(self, campaign: Campaign, places: Collection[str], at: float) -> Iterator[Lead]:
        """Leads in their turn; whoever takes one must promise it, or move it off its shelf."""
        looks = [LOOKS]
        return self.turns(campaign, lambda plan: self._next(campaign, plan, places, at, looks))

    def turns(self, campaign: Campaign, next_of: Callable[[Plan], L | None]) -> Iterator[L]:
        """Lists by priority, in each priority by weight; `next_of`: a list's next lead."""
        for priority in sorted({plan.priority for plan in campaign.rules.plans}, reverse=True):
            plans = [plan for plan in campaign.rules.plans if plan.priority == priority]
            while plans:
                plan = min(plans, key=lambda one: self._passed[_whose(campaign, one)])
                lead = next_of(plan)
                if lead is None:
                    plans.remove(plan)
                    self._dry.add(_whose(campaign, plan))
                else:
                    self._dry.discard(_whose(campaign, plan))
                    yield lead

    def _charge(self, campaign: Campaign, plan: Plan) -> None:
        """A turn is taken. A list that has nothing now must not get all turns when it has again."""
        whose = _whose(campaign, plan)
        for other in campaign.rules.plans:
            if (dry := _whose(campaign, other)) in self._dry:
                self._passed[dry] = max(self._passed[dry], self._passed[whose])
        self._passed[whose] += 1 / plan.weight

    def _next(
        self, campaign: Campaign, plan: Plan, places: Collection[str], at: float, looks: list[int]
    ) -> Lead | None:
        scan = self._scans.setdefault(_whose(campaign, plan), Scan())
        while looks[0] > 0 and not self.is_full(campaign, plan, at):
            if not scan.again and not scan.ids and not self._read(scan, plan, places, at):
                return None
            looks[0] -= 1
            lead = self._store.lead(str((scan.again or scan.ids).pop()))
            is_due = lead.state == "open" and lead.due_at <= at and not lead.callback
            if is_due and lead.place in places and not self.passed_over(lead, campaign, at):
                scan.found, scan.again = True, [int(lead.id)]
                return lead
        return None

    def _read(self, scan: Scan, plan: Plan, places: Collection[str], at: float) -> bool:
        """The next piece of a list; whether there is one."""
        if scan.rests(at):
            return False
        if not skips(plan) or not scan.legs:  # whoever is taken is gone: the front is the next
            scan.leg, scan.after, scan.legs = 0, None, self.legs(plan, places, at)
        while scan.leg < len(scan.legs):
            leg = [place for place in scan.legs[scan.leg] if place in places]
            found = self._store.line(plan.list, leg, plan.order, at, scan.after, PIECE)
            if found:
                scan.after = found[-1]
                scan.ids = [key.lead for key in reversed(found)]
                return True
            scan.leg, scan.after = scan.leg + 1, None
        again = scan.found
        scan.rest(at, REST_S if skips(plan) else SHORT_REST_S)
        return again and self._read(scan, plan, places, at)

    def legs(self, plan: Plan, places: Collection[str], at: float) -> list[list[str]]:
        """Places in the order in which their leads come, those that come together in one."""
        if plan.order != "best chance":
            return [sorted(places)]
        chance = self._learnt()
        best = sorted((-chance.chance(_traits(plan.list, one, at)), one) for one in places)
        return [[place] for _, place in best]

    # ---- who is passed over ---------------------------------------------------------------------
    def passed_over(self, lead: Lead, campaign: Campaign, at: float) -> str:
        """`filter`, `quota` or nothing. Whoever was promised a call back is called all the same."""
        if not self.is_meant(lead, campaign, at):
            return "filter"
        return "quota" if self.is_enough(lead, campaign, at) else ""

    def is_meant(self, lead: Lead, campaign: Campaign, at: float) -> bool:
        """The filter of its list, if there is one, lets it pass."""
        plan = _plan(campaign, lead.list)
        if plan is None or not plan.where or lead.callback:
            return True
        return parsed(plan.where).passes(self._getter(lead), _day(campaign, at))

    def is_enough(self, lead: Lead, campaign: Campaign, at: float) -> bool:
        """A quota of its list is reached that it would count for."""
        plan = _plan(campaign, lead.list)
        if plan is None or lead.callback:
            return False
        get = self._getter(lead)
        return any(
            counted[_text(get(quota.per)) if quota.per else ""] >= quota.n
            for quota, counted in self._counted(campaign, plan, at)
        )

    def is_full(self, campaign: Campaign, plan: Plan, at: float) -> bool:
        """A quota of the whole list is reached."""
        return any(
            not quota.per and counted[""] >= quota.n
            for quota, counted in self._counted(campaign, plan, at)
        )

    def is_dry(self, campaign: Campaign, name: str, at: float) -> bool:
        """No lead of a list would be called now, as far as is known."""
        plan = _plan(campaign, name)
        if plan is None:
            return False
        scan = self._scans.get(_whose(campaign, plan))
        rests = skips(plan) and scan is not None and scan.rests(at)
        return rests or self.is_full(campaign, plan, at)

    def _getter(self, lead: Lead) -> Get:
        return getter(lead, lambda: self._store.person(lead.id))

    # ---- counting -------------------------------------------------------------------------------
    def promised(self, campaign: Campaign, lead: Lead, at: float) -> None:
        """A call to the lead's next number was promised, or would be where somebody only looks."""
        plan = _plan(campaign, lead.list)
        if plan is not None:
            self._charge(campaign, plan)
            self._count(campaign, plan, lead, at, {"calls": 1})

    def taken_back(self, campaign: Campaign, lead: Lead, promise: Promise) -> None:
        """It was not placed, or was no attempt."""
        self._counts(campaign, lead, promise, {"calls": -1})

    def ended(self, campaign: Campaign, lead: Lead, promise: Promise, outcome: str) -> None:
        """A call is over."""
        kind = OUTCOMES[outcome]
        self._counts(campaign, lead, promise, {"calls": kind.attempt - 1, "answers": kind.person})
        if self._chance is not None and kind.attempt:
            self._chance.add(_traits_of(promise, lead), kind.person)

    def said(self, campaign: Campaign, before: Lead, lead: Lead, promise: Promise) -> None:
        """An agent's word about a call; the lead's word before is none any more."""
        earlier = self._store.promise(before.disposed_call) if before.disposition else None
        if earlier is not None and earlier.intended.campaign == campaign.opened.campaign:
            self._counts(campaign, before, earlier, {_word(before.disposition): -1})
        if lead.disposition:
            self._counts(campaign, lead, promise, {_word(lead.disposition): 1})

    def _counts(
        self, campaign: Campaign, lead: Lead, promise: Promise, what: Mapping[str, int]
    ) -> None:
        plan = _plan(campaign, lead.list)
        if plan is not None:
            called = msgspec.structs.replace(lead, number=promise.pos)
            self._count(campaign, plan, called, promise.intended.at, what)

    def _count(
        self, campaign: Campaign, plan: Plan, lead: Lead, at: float, what: Mapping[str, int]
    ) -> None:
        """Into the counts that somebody asked for so far; others are read when asked for."""
        for day in (ALWAYS, _day(campaign, at)):
            counters = self._tallies.get((_whose(campaign, plan), day), ())
            self._add(plan, counters, lead, what)

    def _add(
        self, plan: Plan, counters: Sequence[Counter[str]], lead: Lead, what: Mapping[str, int]
    ) -> None:
        for quota, counter in zip(plan.quotas, counters, strict=False):
            if n := what.get(quota.of, 0):
                counter[_text(self._getter(lead)(quota.per)) if quota.per else ""] += n

    def _counted(
        self, campaign: Campaign, plan: Plan, at: float
    ) -> Iterator[tuple[Quota, Counter[str]]]:
        for index, quota in enumerate(plan.quotas):
            day = _day(campaign, at) if quota.daily else ALWAYS
            yield quota, self._tally(campaign, plan, day)[index]

    def _tally(self, campaign: Campaign, plan: Plan, day: date) -> Sequence[Counter[str]]:
        """How much there is for each quota, of a day or of all days."""
        key = (_whose(campaign, plan), day)
        if key not in self._tallies:
            name, found = campaign.opened.campaign, [Counter[str]() for _ in plan.quotas]
            for promise in self._store.of_list(name, plan.list):
                if day in (ALWAYS, _day(campaign, promise.intended.at)):
                    lead = self._store.lead(promise.intended.lead)
                    called = msgspec.structs.replace(lead, number=promise.pos)
                    self._add(plan, found, called, _worth(promise, lead))
            self._tallies[key] = found
        return self._tallies[key]

    def _learnt(self) -> LeadChance:
        if self._chance is None:
            self._chance = LeadChance()
            for promise in self._store.lately(LEARNT_FROM):
                lead = self._store.lead(promise.intended.lead)
                self._chance.add(_traits_of(promise, lead), OUTCOMES[promise.closed_how].person)
        return self._chance


ALWAYS = date.min
"In place of a day: all of them."


def _worth(promise: Promise, lead: Lead) -> Mapping[str, int]:
    """What a call counts for."""
    kind = OUTCOMES.get(promise.closed_how)
    found = {"calls": int(not promise.closed_how or (kind is not None and kind.attempt))}
    if kind is not None and kind.person:
        found["answers"] = 1
    if lead.disposition and lead.disposed_call == promise.intended.call:
        found[_word(lead.disposition)] = 1
    return found


def _word(said: str) -> str:
    """A disposition without the time that was named with it."""
    return said.partition("@")[0]


def skips(plan: Plan) -> bool:
    """Some of its leads are passed over and stay where they are."""
    return bool(plan.where) or any(quota.per for quota in plan.quotas)


def getter(lead: Lead, person: Callable[[], Mapping[str, str]]) -> Get:
    """What a lead has in each field; `person` is asked only for columns of the list."""
    number = lead.numbers[lead.number]
    own: dict[str, Callable[[], Value]] = {
        "list": lambda: lead.list,
        "region": lambda: number.region,
        "zone": lambda: tuple(number.place.partition(" ")[2].split(",")),
        "area": lambda: number.area,
        "carrier": lambda: number.carrier,
        "kind": lambda: number.kind,
        "attempts": lambda: lead.attempts,
        "number_attempts": lambda: number.attempts,
        "priority": lambda: lead.priority,
        "disposition": lambda: _word(lead.disposition),
    }
    return lambda field: own[field]() if field in own else person().get(field, "")


def _text(value: Value) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _plan(campaign: Campaign, name: str) -> Plan | None:
    for plan in campaign.rules.plans:
        if plan.list == name:
            return plan
    return None


def _whose(campaign: Campaign, plan: Plan) -> Whose:
    return (campaign.opened.campaign, campaign.opened.version, plan.list)


def _day(campaign: Campaign, at: float) -> date:
    return datetime.fromtimestamp(at, ZoneInfo(campaign.opened.zone)).date()


def _traits_of(promise: Promise, lead: Lead) -> Traits:
    return _traits(lead.list, lead.numbers[promise.pos].place, promise.intended.at)


def _traits(name: str, place: str, at: float) -> Traits:
    """What a call's chance depends on: place, the hour there, list."""
    zone = place.partition(" ")[2].partition(",")[0] or "UTC"
    hour = datetime.fromtimestamp(at, ZoneInfo(zone)).hour
    return {"list": name, "place": place, "hour": hour}
