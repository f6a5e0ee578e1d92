"""What each order does to the ledgers, inside one transaction and in whichever store."""

import heapq
import math
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from dialer.engine import compliance
from dialer.engine.commands import Cdr, Claim, DispositionSet, Fact, Withdraw
from dialer.engine.compliance import LeadFacts, NumberFacts
from dialer.engine.events import (
    Event,
    Intended,
    LeadsCounted,
    NumberBlocked,
    Refused,
    Withdrawn,
)
from dialer.engine.outcomes import OUTCOMES
from dialer.journal.blocking import Blocking
from dialer.journal.plans import Plans
from dialer.journal.store import Block, Consent, Due, Promise, Shelf, Store
from dialer.leads import hopper
from dialer.leads.hopper import Lead
from dialer.leads.retry import Disposition, disposition
from dialer.leads.rules import Campaign
from dialer.money.rating import Deck

INTENT_LIFE_S = 60.0
"A promise older than this rests on facts that may have changed: it is not placed any more."
DAY_S = 86400.0
CALL_AGAIN = Disposition("callback")
"Whoever names a time wants another call, whatever else the word would mean."
STEP_ASIDE_S = {"open": 60.0, "dnc": 3600.0, "consent": 3600.0}
"How long a number rests that another campaign is calling, or that this campaign alone must not."

NOT_THE_NUMBERS = ("hours", "filter", "quota")
"Why a lead is passed over whose other numbers are not tried either."

replace = hopper.replace


Tariffs = Callable[[str, str, float, float], Deck | None]
"Trunk, digits, from when to when it may be answered -> what the call costs, if anybody knows."


class Standing(NamedTuple):
    """Whether a lead would be called."""

    why: str
    """Empty: it is. Else a `compliance.Why`, the `Lead.why` of one that is done, or `rests` of one
    that is not due yet."""
    until: float
    "Until when, as far as that is known; infinity else."
    lead: Lead
    "As it would be called: with which of its numbers."


class Ledger:
    """Claims, closes and counts. Everything it decides follows from the store and `at`."""

    def __init__(self, store: Store, tariffs: Tariffs | None = None) -> None:
        self._store = store
        self.blocking, self.plans = Blocking(store), Plans(store)
        self._tariffs = tariffs or (lambda trunk, digits, at, until: None)
        self._turns: Counter[str] = Counter()
        self.doubles = 0
        "CDRs of calls that had one already."
        self.strays = 0
        "CDRs of calls that were never promised, or were withdrawn."

    # ---- Claim ----------------------------------------------------------------------------------
    def claim(self, order: Claim, at: float, mint: Callable[[], str]) -> list[Event]:
        """Promise up to `n` calls -> Intended..., and Refused when there are fewer."""
        if order.n <= 0:
            return []
        known = self._store.campaign(order.campaign)
        if known is None:
            return [refused(order, 0, "no_leads", at)]
        campaign = self.dialled(known)
        callers = set(campaign.opened.caller_ids)
        if callers and callers <= set(order.resting):
            return [refused(order, 0, "caller_ids", at)]
        if order.lead:
            return [self._claim_one(order, campaign, at, mint)]
        given: list[Event] = []
        for lead in self._due(campaign, order.n, at):
            if against := self._against(lead, campaign, at):
                self._step_aside(lead, campaign, against[0], at)
                continue
            given.append(self._promise(lead, campaign, order, at, mint()))
            if len(given) == order.n:
                return given
        return [*given, refused(order, len(given), self._why(campaign, at), at)]

    def dialled(self, campaign: Campaign) -> Campaign:
        """The campaign without those of its lists that are put away."""
        rules, away = campaign.rules, self._store.archived()
        if away.isdisjoint(rules.lists):
            return campaign
        lists = tuple(one for one in rules.lists if one not in away)
        plans = tuple(one for one in rules.plans if one.list not in away)
        return replace(campaign, rules=replace(rules, lists=lists, plans=plans))

    def _claim_one(
        self, order: Claim, campaign: Campaign, at: float, mint: Callable[[], str]
    ) -> Event:
        """The lead that an agent asks for: when it was due does not matter, all else does."""
        lists = (*campaign.rules.lists, by_hand(order.campaign))
        if not self._store.knows(order.lead):
            return refused(order, 0, "no_leads", at)
        lead = self._store.lead(order.lead)
        if lead.list not in lists:
            return refused(order, 0, "no_leads", at)
        if lead.state != "open":
            alive = [pos for pos, number in enumerate(lead.numbers) if not number.dead]
            lead = replace(lead, number=alive[0] if alive else 0)
        if against := self._against(replace(lead, final=""), campaign, at):
            if order.mode == "callback" and lead.state == "open":
                self._step_aside(lead, campaign, against[0], at)  # else it is told again at once
            return refused(order, 0, against[0], at)
        return self._promise(lead, campaign, order, at, mint())

    def _due(self, campaign: Campaign, n: int, at: float) -> Iterator[Lead]:
        """Leads whose turn it is. Whoever takes one must move it off the front of its shelf."""
        if campaign.rules.plans:
            places = {line.place for line in self._lines(campaign, at)}
            yield from self.plans.due(campaign, places, at)
            return
        left = 20 * n + 200  # what stands aside does not come back, so the next claim goes on
        same_rank: dict[int, list[Due]] = {}
        for line in self._store.lines(campaign.rules.lists):
            if line.rank:
                same_rank.setdefault(line.rank, []).append(line)
        for _, lines in sorted(same_rank.items()):
            same = [one for one in lines if self.placeable_until(one.place, campaign, at) > at]
            while same and left > 0:
                fronts = [self._store.front(line, at, n) for line in same]
                batch = fronts[0] if len(fronts) == 1 else list(heapq.merge(*fronts))[:n]
                if not batch:
                    break
                left -= len(batch)
                for _, lead in batch:
                    yield self._store.lead(str(lead))

    def _lines(self, campaign: Campaign, at: float) -> dict[Due, int]:
        """Lines in places where it is the hour to call, and how many wait in each.

        Without callbacks: no pacer dials those, they are told to agents (`journal.promised`).
        """
        return {
            line: n
            for line, n in self._store.lines(campaign.rules.lists).items()
            if line.rank and self.placeable_until(line.place, campaign, at) > at
        }

    def placeable_until(self, place: str, campaign: Campaign, at: float) -> float:
        """The first instant at which nobody there is called any more; `at` or before: not now."""
        # A phone that begins to ring at 20:59 still rings at 21:00.
        until = compliance.open_until(place, campaign.rules.calling, at)
        return until - campaign.opened.ring_timeout_s

    def placeable_from(self, place: str, campaign: Campaign, at: float) -> float:
        """The first instant from `at` on at which somebody there is called."""
        if self.placeable_until(place, campaign, at) > at:
            return at
        calling = campaign.rules.calling
        is_closing = compliance.open_until(place, calling, at) > at
        later = at + campaign.opened.ring_timeout_s if is_closing else at
        return compliance.opens_at(place, calling, later)

    def _against(self, lead: Lead, campaign: Campaign, at: float) -> tuple[compliance.Why, ...]:
        number = lead.numbers[lead.number]
        return compliance.may_call(
            LeadFacts(attempts=lead.attempts, final=bool(lead.final), open=bool(lead.call)),
            NumberFacts(
                place=number.place,
                blocked=self.blocking.binds(lead, campaign.opened.campaign, at),
                dead=number.dead,
                open=self._store.is_open(number.key),
                calls_today=len(self._store.calls_since(number.key, at - DAY_S)),
                kind=number.kind,
                agreed=compliance.must_agree(number.kind, campaign.rules.calling)
                and self._store.agreed(number.key, campaign.opened.campaign, at),
            ),
            campaign.rules.calling,
            at,
        )

    def standing(self, lead: Lead, campaign: Campaign, at: float) -> Standing:
        """Why claims at `at` pass this lead over, by whatever claims look at."""
        first = ""
        while True:
            why, until = self._passed_over(lead, campaign, at)
            if not why or lead.state != "open" or lead.due_at > at or why in NOT_THE_NUMBERS:
                return Standing(why and (first or why), until, lead)
            first = first or why  # as a claim does: the lead's next number is tried
            lead = self.settled(self._aside(lead, campaign, why, at))

    def _passed_over(self, lead: Lead, campaign: Campaign, at: float) -> tuple[str, float]:
        if lead.state != "open":
            return (lead.why or "open", math.inf)
        if lead.due_at > at:
            return (lead.why or "rests", lead.due_at)
        if self.placeable_until(lead.place, campaign, at) <= at:
            return ("hours", self.placeable_from(lead.place, campaign, at))
        if by_plan := self.plans.passed_over(lead, campaign, at):
            return (by_plan, math.inf)
        against = self._against(lead, campaign, at)
        return (against[0], math.inf) if against else ("", at)

    def _step_aside(self, lead: Lead, campaign: Campaign, why: compliance.Why, at: float) -> None:
        self.keep(self._aside(lead, campaign, why, at))

    def _aside(self, lead: Lead, campaign: Campaign, why: str, at: float) -> Lead:
        """The lead with the number that is next put to rest: a shelf has it no longer in front."""
        if why == "caps" and lead.attempts >= campaign.rules.calling.attempts_per_lead:
            return replace(lead, final="caps")
        number = lead.numbers[lead.number]
        until = at + STEP_ASIDE_S.get(why, 60.0)
        if why == "caps":
            recent = self._store.calls_since(number.key, at - DAY_S)
            cap = campaign.rules.calling.calls_per_number_per_day
            until = DAY_S + (recent[-cap] if cap else at)
        number = replace(number, due_at=until, held=why)
        return hopper.with_number(lead, lead.number, number)

    def _promise(
        self, lead: Lead, campaign: Campaign, order: Claim, at: float, call: str
    ) -> Intended:
        opened, number = campaign.opened, lead.numbers[lead.number]
        turn = self._turns[opened.campaign]
        self._turns[opened.campaign] += 1
        callers = [one for one in opened.caller_ids if one not in order.resting]
        intended = Intended(
            at=at,
            call=call,
            lead=lead.id,
            list=lead.list,
            campaign=opened.campaign,
            version=opened.version,
            pool=opened.pool,
            attempt=lead.attempts + 1,
            number_key=number.key,
            masked=number.masked,
            region=number.region,
            trunk=opened.trunk,
            caller_id=callers[turn % len(callers)] if callers else "",
            ring_timeout_s=opened.ring_timeout_s,
            not_after=min(at + INTENT_LIFE_S, self.placeable_until(number.place, campaign, at)),
            mode=order.mode,
            epoch=order.epoch,
            agent=order.agent,
        )
        if order.priced:
            digits = self._store.number(lead.id, lead.number)
            latest = intended.not_after + opened.ring_timeout_s
            tariff = self._tariffs(opened.trunk, digits, at, latest)
            intended = replace(intended, tariff=tariff)
        self._store.open(Promise(intended=intended, pos=lead.number))
        self.plans.promised(campaign, lead, at)
        self.keep(replace(lead, call=call))
        return intended

    def _why(self, campaign: Campaign, at: float) -> str:
        """What keeps most leads back: of those that are left, or of all when none is."""
        shelves = self._shelves(campaign)
        left = [shelf for shelf in shelves if shelf.state == "open"]
        cost = Counter[str]()
        for shelf in left or shelves:
            if shelf.state == "open" and self.placeable_until(shelf.place, campaign, at) <= at:
                cost["hours"] += shelf.n
            else:
                cost[shelf.why if shelf.why in ("dnc", "caps") else "no_leads"] += shelf.n
        return max(("hours", "caps", "dnc", "no_leads"), key=lambda why: cost[why])

    # ---- Record, Withdraw -----------------------------------------------------------------------
    def record(self, fact: Fact, cause: int, index: int) -> list[Event]:
        """Keep a fact once, and fold it into lead and number."""
        if self._store.has_fact(cause, index):
            return []
        if isinstance(fact, Cdr):
            return self._ended(fact, cause, index)
        self._store.keep_fact(fact, cause, index)
        return self._disposed(fact) if isinstance(fact, DispositionSet) else []

    def _ended(self, cdr: Cdr, cause: int, index: int) -> list[Event]:
        promise = self._store.promise(cdr.call)
        if promise and promise.closed_how not in ("", "withdrawn"):
            self.doubles += 1
            return []
        self._store.keep_fact(cdr, cause, index)
        if promise is None or promise.closed_how:
            self.strays += 1
            return []
        counted = OUTCOMES[cdr.outcome].attempt
        agent = cdr.legs[-1].agent if cdr.legs else ""
        self._store.close(cdr.call, cdr.outcome, cdr.ended_at, counted=counted, agent=agent)
        campaign = self._campaign(promise)
        lead = replace(self._store.lead(promise.intended.lead), call="")
        self.plans.ended(campaign, lead, promise, cdr.outcome)
        lead = hopper.after_call(lead, promise.pos, cdr.outcome, campaign.retry, cdr.ended_at)
        lead = hopper.in_peace(lead, promise.pos, cdr.ended_at + _peace_s(cdr.outcome, campaign))
        return self.spoken(lead, promise, cdr.call, cdr.ended_at)

    def _disposed(self, said: DispositionSet) -> list[Event]:
        promise = self._store.promise(said.call)
        if promise is None:
            return []
        lead = before = self._store.lead(promise.intended.lead)
        events = self._take_back(lead, promise, said.at) if lead.disposed_call == said.call else []
        lead = replace(
            self._store.lead(lead.id), disposition=said.disposition,
            disposed_call=said.call if said.disposition else "", callback_for=said.callback_for,
        )  # fmt: skip
        self.plans.said(self._campaign(promise), before, lead, promise)
        if lead.call:  # the CDR is still to come, and applies it then
            self.keep(lead)
            return events
        return [*events, *self.spoken(lead, promise, said.call, said.at)]

    def _take_back(self, lead: Lead, promise: Promise, at: float) -> list[Event]:
        """As if nothing had been said of this call yet."""
        call, number = promise.intended.call, lead.numbers[promise.pos]
        if lead.call or promise.closed_how in ("", "withdrawn"):
            return []  # its word was not applied yet
        block = self._store.blocked_by(number.key, "")
        if block is not None and (block.source, block.reason) == ("agent", call):
            self.unblock(Block(key=number.key, added_by="agent", at=at))
        campaign = self._campaign(promise)
        ended_at = promise.closed_at if promise.closed_at is not None else at
        self.keep(
            hopper.without_word(
                self._store.lead(lead.id), promise.pos, promise.closed_how, campaign.retry, ended_at
            )
        )
        return []

    def spoken(self, lead: Lead, promise: Promise, call: str, at: float) -> list[Event]:
        """Apply what the agent said of this call, if anything, and keep the lead."""
        campaign = self._campaign(promise)
        events: list[Event] = []
        if lead.disposed_call == call:
            meaning, due = disposition(campaign.rules.dispositions, lead.disposition)
            if due is not None and meaning.then == "final":
                meaning = CALL_AGAIN
            lead = hopper.after_word(lead, promise.pos, meaning, due, at)
            if meaning.then == "block":
                number = lead.numbers[promise.pos]
                block = Block(
                    key=number.key, masked=number.masked, source="agent", reason=call, at=at
                )
                events = self._blocked(block, but=lead.id) or []
        if not lead.final and lead.attempts >= campaign.rules.calling.attempts_per_lead:
            lead = replace(lead, final="caps")
        self.keep(lead)
        return events

    def withdraw(self, order: Withdraw, at: float) -> list[Event]:
        """Free the lead as if it had never been claimed."""
        promise = self._store.promise(order.call)
        if promise and not promise.closed_how:
            self._store.close(order.call, "withdrawn", at, counted=False)
            lead = self._store.lead(promise.intended.lead)
            self.plans.taken_back(self._campaign(promise), lead, promise)
            self.keep(replace(lead, call=""))
        elif promise and promise.closed_how != "withdrawn":
            return []
        return [Withdrawn(call=order.call, at=at)]

    # ---- do not call ----------------------------------------------------------------------------
    def block(self, block: Block) -> list[Event] | None:
        """Put numbers on a list; calls to them that still ring are for the engine to cancel.

        None: they were on it.
        """
        return self._blocked(block)

    def _blocked(self, block: Block, but: str = "") -> list[Event] | None:
        if not self._store.block(block):
            return None
        if block.prefix:
            return list(self.blocking.ringing(block.at))
        self._resettle(block.key, but)
        if block.allows:
            return []
        return [NumberBlocked(block.key, block.campaign, at=block.at)]

    def unblock(self, block: Block) -> bool:
        """Take numbers off a list, by and at what `block` says; their leads may be called again."""
        done = self._store.unblock(block)
        self._resettle(block.key)
        return done

    def agree(self, consent: Consent) -> None:
        """Keep that somebody agreed; numbers of his that waited for it are due at once."""
        self._store.agree(consent)
        for id in self._store.leads_with(consent.key):
            lead = self._store.lead(id)
            for pos, number in enumerate(lead.numbers):
                if (number.key, number.held) == (consent.key, "consent"):
                    lead = hopper.with_number(lead, pos, replace(number, due_at=0.0, held=""))
            self.keep(lead)

    def _resettle(self, key: str, but: str = "") -> None:
        for id in self._store.leads_with(key):
            if id != but:
                self.keep(self._store.lead(id))

    def reconsider(self, list: str, campaign: Campaign) -> None:
        """The rules changed: leads of a list that were out for a reason may be in again."""
        for id in self._store.stuck(list):
            self.keep(self.reconsidered(self._store.lead(id), campaign))

    def reconsidered(self, lead: Lead, campaign: Campaign) -> Lead:
        """The lead by a campaign's new rules."""
        if lead.final == "caps" and lead.attempts < campaign.rules.calling.attempts_per_lead:
            lead = replace(lead, final="")
        return self.settled(lead)

    # ---- counting -------------------------------------------------------------------------------
    def counted(self, campaign: Campaign, at: float) -> LeadsCounted:
        """How many leads could be dialled now, and how many are left at all."""
        campaign = self.dialled(campaign)
        left = self._store.left(campaign.rules.lists)
        lines = self._lines(campaign, at)
        now = sum(
            n - self._store.resting(line, at)
            for line, n in lines.items()
            if not self.plans.is_dry(campaign, line.list, at)
        )
        return LeadsCounted(campaign=campaign.opened.campaign, now=now, left=left, at=at)

    def settled(self, lead: Lead) -> Lead:
        """The lead on its shelf, by what is blocked now."""
        return hopper.settled(lead, self.blocking.until(lead))

    def keep(self, lead: Lead) -> None:
        """Put the lead where it stands now."""
        self._store.put(self.settled(lead))

    def _shelves(self, campaign: Campaign) -> list[Shelf]:
        return self._store.shelves(campaign.rules.lists)

    def _campaign(self, promise: Promise) -> Campaign:
        campaign = self._store.campaign(promise.intended.campaign)
        assert campaign is not None, "campaigns are never removed"
        return campaign


def _peace_s(outcome: str, campaign: Campaign) -> float:
    """How long the law wants a number left alone after such a call."""
    kind, calling = OUTCOMES[outcome], campaign.rules.calling
    if kind.abandoned:
        return calling.after_abandoned_s
    return calling.after_machine_s if kind.machine else 0.0


def refused(order: Claim, given: int, why: str, at: float) -> Refused:
    """The answer to a claim that gave fewer calls than it asked for."""
    return Refused(
        campaign=order.campaign, asked=order.n, given=given, why=why, agent=order.agent, at=at
    )


def by_hand(campaign: str) -> str:
    """The list of the numbers that agents dialled by hand for a campaign. No pacer dials it."""
    return f"{campaign}-by-hand"
