"""Whether a lead would be called, and what is done with one that would not."""

import math
from typing import NamedTuple

from dialer.engine import compliance
from dialer.engine.compliance import LeadFacts, NumberFacts
from dialer.journal.blocking import Blocking
from dialer.journal.hours import placeable_from, placeable_until
from dialer.journal.plans import Plans
from dialer.journal.shelving import Shelving
from dialer.journal.store import Store
from dialer.leads import hopper
from dialer.leads.hopper import Lead, replace
from dialer.leads.rules import Campaign

DAY_S = 86400.0
STEP_ASIDE_S = {"open": 60.0, "dnc": 3600.0, "consent": 3600.0}
"How long a number rests that another campaign is calling, or that this campaign alone must not."
NOT_THE_NUMBERS = ("hours", "filter", "quota")
"Why a lead is passed over whose other numbers are not tried either."


class Standing(NamedTuple):
    """Whether a lead would be called."""

    why: str
    """Empty: it is. Else a `compliance.Why`, the `Lead.why` of one that is done, or `rests` of one
    that is not due yet."""
    until: float
    "Until when, as far as that is known; infinity else."
    lead: Lead
    "As it would be called: with which of its numbers."


class Standings:
    """Asks whatever claims ask, for claims and for whoever only looks."""

    def __init__(self, store: Store, blocking: Blocking, plans: Plans, shelving: Shelving) -> None:
        self._store, self._blocking = store, blocking
        self._plans, self._shelving = plans, shelving

    def standing(self, lead: Lead, campaign: Campaign, at: float) -> Standing:
        """Why claims at `at` pass this lead over, by whatever claims look at."""
        first = ""
        while True:
            why, until = self._passed_over(lead, campaign, at)
            if not why or lead.state != "open" or lead.due_at > at or why in NOT_THE_NUMBERS:
                return Standing(why and (first or why), until, lead)
            first = first or why  # as a claim does: the lead's next number is tried
            lead = self._shelving.settled(self.aside(lead, campaign, why, at))

    def _passed_over(self, lead: Lead, campaign: Campaign, at: float) -> tuple[str, float]:
        if lead.state != "open":
            return (lead.why or "open", math.inf)
        if lead.due_at > at:
            return (lead.why or "rests", lead.due_at)
        if placeable_until(lead.place, campaign, at) <= at:
            return ("hours", placeable_from(lead.place, campaign, at))
        if by_plan := self._plans.passed_over(lead, campaign, at):
            return (by_plan, math.inf)
        against = self.against(lead, campaign, at)
        return (against[0], math.inf) if against else ("", at)

    def against(self, lead: Lead, campaign: Campaign, at: float) -> tuple[compliance.Why, ...]:
        """What rules and lists have against the call to its next number."""
        number = lead.numbers[lead.number]
        return compliance.may_call(
            LeadFacts(attempts=lead.attempts, final=bool(lead.final), open=bool(lead.call)),
            NumberFacts(
                place=number.place,
                blocked=self._blocking.binds(lead, campaign.opened.campaign, at),
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

    def aside(self, lead: Lead, campaign: Campaign, why: str, at: float) -> Lead:
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
