"""Calls promised to whoever asks for some: the leads whose turn it is, and may be called."""

import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache

from dialer.engine import compliance
from dialer.engine.commands import Claim, GiveBack
from dialer.engine.compliance import HouseDay
from dialer.engine.events import Event, Intended, LeadOffered, LeadsCounted, Refused
from dialer.journal.hours import placeable_until
from dialer.journal.plans import Plans
from dialer.journal.shelving import Shelving
from dialer.journal.standing import Standings
from dialer.journal.store import Due, Promise, Store
from dialer.leads.hopper import Lead, replace
from dialer.leads.rules import Campaign, LeadRules
from dialer.money.rating import Deck

INTENT_LIFE_S = 60.0
"A promise older than this rests on facts that may have changed: it is not placed any more."

OFFERED_S = 1800.0
"So long after an agent was shown a lead nobody else is given it, called or not."

Tariffs = Callable[[str, str, float, float], Deck | None]
"Trunk, digits, from when to when it may be answered -> what the call costs, if anybody knows."


class Claims:
    """Everything it decides follows from the store and `at`."""

    def __init__(
        self, store: Store, plans: Plans, shelving: Shelving, standings: Standings,
        tariffs: Tariffs | None = None,
    ) -> None:  # fmt: skip
        self._store, self._plans = store, plans
        self._shelving, self._standings = shelving, standings
        self._tariffs = tariffs or (lambda trunk, digits, at, until: None)
        self._turns: Counter[str] = Counter()

    def claim(self, order: Claim, at: float, mint: Callable[[], str]) -> list[Event]:
        """Promise up to `n` calls -> Intended..., and Refused where there are fewer; or offer."""
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
        if order.agent:
            return [self._offer(order, campaign, at)]
        given: list[Event] = []
        for lead in self._due(campaign, order.n, at):
            if against := self._standings.against(lead, campaign, at):
                self._step_aside(lead, campaign, against[0], at)
                continue
            given.append(self._promise(lead, campaign, order, at, mint()))
            if len(given) == order.n:
                return given
        return [*given, refused(order, len(given), self._why(campaign, at), at)]

    def dialled(self, campaign: Campaign) -> Campaign:
        """The campaign on the days of the house, without those of its lists that are put away."""
        rules, away = campaign.rules, self._store.archived()
        if days := self._store.house_days():
            rules = on_days(rules, days)
            campaign = replace(campaign, rules=rules)
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
        if against := self._standings.against(replace(lead, final=""), campaign, at):
            if order.mode == "callback" and lead.state == "open":
                self._step_aside(lead, campaign, against[0], at)  # else it is told again at once
            return refused(order, 0, against[0], at)
        return self._promise(lead, campaign, order, at, mint())

    def _offer(self, order: Claim, campaign: Campaign, at: float) -> Event:
        """Whom the agent looks at next: nobody else is given the lead for `OFFERED_S`."""
        for lead in self._due(campaign, 1, at):
            if against := self._standings.against(lead, campaign, at):
                self._step_aside(lead, campaign, against[0], at)
                continue
            self._shelving.keep(replace(lead, next_at=at + OFFERED_S))
            return LeadOffered(agent=order.agent, campaign=order.campaign, lead=lead.id, at=at)
        return refused(order, 0, self._why(campaign, at), at)

    def give_back(self, order: GiveBack) -> list[Event]:
        """Due since it was offered, unless something has come of it meanwhile."""
        lead = self._store.lead(order.lead)
        if lead.state == "open" and lead.next_at == order.offered_at + OFFERED_S:
            self._shelving.keep(replace(lead, next_at=order.offered_at))
            self._plans.renewed()
        return []

    def _due(self, campaign: Campaign, n: int, at: float) -> Iterator[Lead]:
        """Leads whose turn it is. Whoever takes one must move it off the front of its shelf."""
        if campaign.rules.plans:
            places = {line.place for line in self._lines(campaign, at)}
            yield from self._plans.due(campaign, places, at)
            return
        left = 20 * n + 200  # what stands aside does not come back, so the next claim goes on
        same_rank: dict[int, list[Due]] = {}
        for line in self._store.lines(campaign.rules.lists):
            if line.rank:
                same_rank.setdefault(line.rank, []).append(line)
        for _, lines in sorted(same_rank.items()):
            same = [one for one in lines if placeable_until(one.place, campaign, at) > at]
            while same and left > 0:
                fronts = [self._store.front(line, at, n) for line in same]
                batch = fronts[0] if len(fronts) == 1 else list(heapq.merge(*fronts))[:n]
                if not batch:
                    break
                left -= len(batch)
                for _, lead in batch:
                    yield self._store.lead(str(lead))

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
            not_after=min(at + INTENT_LIFE_S, placeable_until(number.place, campaign, at)),
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
        self._plans.promised(campaign, lead, at)
        self._shelving.keep(replace(lead, call=call))
        return intended

    def _step_aside(self, lead: Lead, campaign: Campaign, why: compliance.Why, at: float) -> None:
        self._shelving.keep(self._standings.aside(lead, campaign, why, at))

    def _lines(self, campaign: Campaign, at: float) -> dict[Due, int]:
        """Lines in places where it is the hour to call, and how many wait in each.

        Without callbacks: no pacer dials those, they are told to agents (`journal.promised`).
        """
        return {
            line: n
            for line, n in self._store.lines(campaign.rules.lists).items()
            if line.rank and placeable_until(line.place, campaign, at) > at
        }

    def counted(self, campaign: Campaign, at: float) -> LeadsCounted:
        """How many leads could be dialled now, and how many are left at all."""
        campaign = self.dialled(campaign)
        left = self._store.left(campaign.rules.lists)
        lines = self._lines(campaign, at)
        now = sum(
            n - self._store.resting(line, at)
            for line, n in lines.items()
            if not self._plans.is_dry(campaign, line.list, at)
        )
        return LeadsCounted(campaign=campaign.opened.campaign, now=now, left=left, at=at)

    def _why(self, campaign: Campaign, at: float) -> str:
        """What keeps most leads back: of those that are left, or of all when none is."""
        shelves = self._store.shelves(campaign.rules.lists)
        left = [shelf for shelf in shelves if shelf.state == "open"]
        cost = Counter[str]()
        for shelf in left or shelves:
            if shelf.state == "open" and placeable_until(shelf.place, campaign, at) <= at:
                cost["hours"] += shelf.n
            else:
                cost[shelf.why if shelf.why in ("dnc", "caps") else "no_leads"] += shelf.n
        return max(("hours", "caps", "dnc", "no_leads"), key=lambda why: cost[why])


@lru_cache(maxsize=256)
def on_days(rules: LeadRules, days: tuple[HouseDay, ...]) -> LeadRules:
    """A campaign's rules on the days of the house; the same object again, for `compliance`."""
    return rules.with_days(days)


def refused(order: Claim, given: int, why: str, at: float) -> Refused:
    """The answer to a claim that gave fewer calls than it asked for."""
    return Refused(
        campaign=order.campaign,
        asked=order.n,
        given=given,
        why=why,
        agent=order.agent,
        lead=order.lead,
        at=at,
    )


def by_hand(campaign: str) -> str:
    """The list of the numbers that agents dialled by hand for a campaign. No pacer dials it."""
    return f"{campaign}-by-hand"
