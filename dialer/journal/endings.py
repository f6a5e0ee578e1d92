"""What comes of promised calls: how they ended, what agents said of them, what was withdrawn."""

from dialer.engine.commands import Cdr, DispositionSet, Fact, Withdraw
from dialer.engine.events import Event, Withdrawn
from dialer.engine.outcomes import OUTCOMES
from dialer.journal.plans import Plans
from dialer.journal.shelving import Shelving
from dialer.journal.store import Block, Promise, Store
from dialer.journal.wishes import Wishes
from dialer.leads import hopper
from dialer.leads.hopper import Lead, replace
from dialer.leads.retry import Disposition, disposition
from dialer.leads.rules import Campaign

CALL_AGAIN = Disposition("callback")
"Whoever names a time wants another call, whatever else the word would mean."


class Endings:
    """Folds facts into leads and numbers, each once."""

    def __init__(self, store: Store, plans: Plans, shelving: Shelving, wishes: Wishes) -> None:
        self._store, self._plans = store, plans
        self._shelving, self._wishes = shelving, wishes
        self.doubles = 0
        "CDRs of calls that had one already."
        self.strays = 0
        "CDRs of calls that were never promised, or were withdrawn."

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
        # A telephone that rang has rung, also where we cancelled it: once more of the day's few.
        counted = OUTCOMES[cdr.outcome].attempt or cdr.ringing_at is not None
        agent = cdr.legs[-1].agent if cdr.legs else ""
        self._store.close(cdr.call, cdr.outcome, cdr.ended_at, counted=counted, agent=agent)
        campaign = self._campaign(promise)
        lead = replace(self._store.lead(promise.intended.lead), call="")
        self._plans.ended(campaign, lead, promise, cdr.outcome)
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
        self._plans.said(self._campaign(promise), before, lead, promise)
        if lead.call:  # the CDR is still to come, and applies it then
            self._shelving.keep(lead)
            return events
        return [*events, *self.spoken(lead, promise, said.call, said.at)]

    def _take_back(self, lead: Lead, promise: Promise, at: float) -> list[Event]:
        """As if nothing had been said of this call yet."""
        call, number = promise.intended.call, lead.numbers[promise.pos]
        if lead.call or promise.closed_how in ("", "withdrawn"):
            return []  # its word was not applied yet
        block = self._store.blocked_by(number.key, "")
        if block is not None and (block.source, block.reason) == ("agent", call):
            self._wishes.unblock(Block(key=number.key, reason=call, added_by="agent", at=at))
        campaign = self._campaign(promise)
        ended_at = promise.closed_at if promise.closed_at is not None else at
        self._shelving.keep(
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
                events = self._wishes.blocked(block, but=lead.id) or []
        if not lead.final and lead.attempts >= campaign.rules.calling.attempts_per_lead:
            lead = replace(lead, final="caps")
        self._shelving.keep(lead)
        return events

    def withdraw(self, order: Withdraw, at: float) -> list[Event]:
        """Free the lead as if it had never been claimed."""
        promise = self._store.promise(order.call)
        if promise and not promise.closed_how:
            self._store.close(order.call, "withdrawn", at, counted=False)
            lead = self._store.lead(promise.intended.lead)
            self._plans.taken_back(self._campaign(promise), lead, promise)
            self._shelving.keep(replace(lead, call=""))
        elif promise and promise.closed_how != "withdrawn":
            return []
        return [Withdrawn(call=order.call, at=at)]

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
