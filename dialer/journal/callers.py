"""Those who call us: who they are, what is owed to them afterwards, and who never wants to again.

All of it happens inside one transaction, in whichever store. Whoever could not be taken is called
back; whoever pressed the key is on the do-not-call list when the transaction is over.
"""

import msgspec

from dialer.engine.commands import Cdr, DispositionSet, Fact, OptOut
from dialer.engine.events import Arrived, Event, Intended
from dialer.journal.intake import Intake
from dialer.journal.ledger import Ledger
from dialer.journal.store import Arrival, Block, Last, Promise, Store
from dialer.journal.vault import Vault
from dialer.leads.hopper import Lead
from dialer.leads.normalise import NewLead, Normal, digits_of, masked, normal
from dialer.leads.rules import Campaign
from dialer.ports import Caller
from dialer.settings.inbound import Inbound

replace = msgspec.structs.replace

LIST = "inbound"
"Where a lead is kept whose number no list had."
AT_REST = "inbound"
"Why nobody calls such a lead by himself: only a callback wakes it."


class Callers:
    """Looks callers up, and keeps what comes of their calls."""

    def __init__(self, store: Store, vault: Vault, ledger: Ledger, house: Inbound) -> None:
        self._store, self._vault, self._ledger, self._house = store, vault, ledger, house

    # ---- who is it ------------------------------------------------------------------------------
    def welcome(self, caller: Caller, epoch: int) -> list[Event]:
        """Look the caller up and keep the arrival -> Arrived, once."""
        if self._store.arrival(caller.call):
            return []
        number = _number(caller)
        digits = number.digits if number else digits_of(caller.digits, caller.country) or ""
        key = self._vault.key(digits) if digits else ""
        last = self._store.last_call(key) if key else None
        campaign = self._campaign(caller, last)
        lead = self._lead(key, number, last)
        arrived = Arrived(
            at=caller.at,
            call=caller.call,
            trunk=caller.trunk,
            caller_id=caller.caller_id,
            number_key=key,
            masked=masked(digits) if digits else "",
            region=number.region if number else "",
            lead=lead.id if lead else "",
            list=lead.list if lead else "",
            campaign=campaign.opened.campaign if campaign else "",
            version=campaign.opened.version if campaign else 0,
            pool=campaign.opened.pool if campaign else "",
            agent=last.agent if last else "",
            blocked=bool(key) and self._ledger.blocking.anywhere(key, caller.at),
            source=caller.source,
            wait_s=self._wait_s(campaign, caller.at),
            last_agent_s=self._house.last_agent_s,
            late=caller.late,
            epoch=epoch,
        )
        self._store.welcome(Arrival(arrived=arrived), digits)
        if key and self._store.has_opted_out(caller.call):
            # His key was heard before we knew who he is, and for whose calls: for everybody's.
            opt_out = OptOut(call=caller.call, everywhere=True, at=caller.at)
            return [arrived, *self._never_again(arrived, opt_out)]
        return [arrived]

    def _campaign(self, caller: Caller, last: Last | None) -> Campaign | None:
        """That called this number last; else one that shows the number which he called."""
        if last and (known := self._store.campaign(last.campaign)):
            return known
        on_trunk = [c for c in self._store.open_campaigns() if c.opened.trunk == caller.trunk]
        shown = [c for c in on_trunk if caller.caller_id in c.opened.caller_ids]
        return next(iter([*shown, *on_trunk]), None)

    def _lead(self, key: str, number: Normal | None, last: Last | None) -> Lead | None:
        if not key:
            return None
        known = self._store.leads_with(key)
        if last and last.lead in known:
            return self._store.lead(last.lead)
        if not known and number:
            intake = Intake(self._store, self._vault, self._ledger)
            self._store.make_list(LIST)
            intake.add(LIST, [NewLead(numbers=(number,))])
            known = self._store.leads_with(key)
            self._keep(replace(self._store.lead(known[0]), final=AT_REST))
        return self._store.lead(known[-1]) if known else None

    def _wait_s(self, campaign: Campaign | None, at: float) -> float:
        if campaign is None or not self._house.is_open(at, campaign.opened.zone):
            return 0.0
        return self._house.wait_s

    # ---- what came of it ------------------------------------------------------------------------
    def concerns(self, fact: Fact) -> bool:
        """Whether this fact is about somebody who called us, or a key that was pressed."""
        match fact:
            case OptOut():
                return True
            case Cdr(direction="in"):
                return True
            case DispositionSet(call=call):
                return self._store.arrival(call) is not None
        return False

    def record(self, fact: Fact, cause: int, index: int) -> list[Event]:
        """Keep the fact once, and what follows from it."""
        if self._store.has_fact(cause, index):
            return []
        match fact:
            case OptOut():
                return self._opted_out(fact, cause, index)
            case Cdr():
                return self._ended(fact, cause, index)
            case DispositionSet():
                self._store.keep_fact(fact, cause, index)
                return self._disposed(fact)
        return []

    def _opted_out(self, fact: OptOut, cause: int, index: int) -> list[Event]:
        promise = self._store.promise(fact.call)
        arrival = self._store.arrival(fact.call)
        who = promise.intended if promise else arrival.arrived if arrival else None
        if not self._store.opt_out(fact.call, fact.at):
            return []
        campaign = who.campaign if who else ""
        self._store.keep_fact(replace(fact, campaign=campaign), cause, index)
        return self._never_again(who, fact) if who and who.number_key else []

    def _never_again(self, who: Intended | Arrived, wish: OptOut) -> list[Event]:
        """On the do-not-call list with him."""
        self._rest(who)
        block = Block(
            key=who.number_key,
            campaign="" if wish.everywhere else who.campaign,
            masked=who.masked,
            source="opt_out",
            reason=wish.call,
            added_by="person",
            at=wish.at,
        )
        return self._ledger.wishes.block(block) or []

    def _rest(self, who: Intended | Arrived) -> None:
        """No callback is owed any more to somebody who wants no call."""
        if who.lead:
            lead = self._store.lead(who.lead)
            if lead.callback and not lead.call:
                self._keep(replace(lead, callback=False))

    def _ended(self, cdr: Cdr, cause: int, index: int) -> list[Event]:
        arrival = self._store.arrival(cdr.call)
        if arrival is None:
            self._ledger.endings.strays += 1
        elif arrival.closed_how:
            self._ledger.endings.doubles += 1
            return []
        self._store.keep_fact(cdr, cause, index)
        if arrival is None:
            return []
        agent = cdr.legs[-1].agent if cdr.legs else ""
        self._store.close_arrival(cdr.call, cdr.outcome, cdr.ended_at, agent)
        lead = self._store.lead(cdr.lead) if cdr.lead else None
        if lead is None:
            return []
        if agent:
            return self._said(lead, arrival.arrived, cdr.ended_at)
        if not self._ledger.blocking.anywhere(cdr.number_key, cdr.ended_at):
            self._owe(lead, cdr.number_key, cdr.ended_at)
        return []

    def _owe(self, lead: Lead, key: str, at: float) -> None:
        """A callback: to the number that called, before all other leads, when it may be called."""
        due_at = at + self._house.callback_after_s
        numbers = tuple(
            replace(one, dead=False, spent=False, due_at=0.0, held="") if one.key == key else one
            for one in lead.numbers
        )
        self._keep(replace(lead, numbers=numbers, callback=True, final="", next_at=due_at))

    def _disposed(self, said: DispositionSet) -> list[Event]:
        arrival = self._store.arrival(said.call)
        if arrival is None or not arrival.arrived.lead:
            return []
        lead = self._store.lead(arrival.arrived.lead)
        lead = replace(lead, disposition=said.disposition, disposed_call=said.call)
        if not arrival.closed_how:  # the CDR is still to come, and applies it then
            self._keep(lead)
            return []
        return self._said(lead, arrival.arrived, said.at)

    def _said(self, lead: Lead, arrived: Arrived, at: float) -> list[Event]:
        """What the agent said of this call, if anything, as if we had called."""
        if lead.disposed_call != arrived.call or self._store.campaign(arrived.campaign) is None:
            return []
        keys = [one.key for one in lead.numbers]
        pos = keys.index(arrived.number_key) if arrived.number_key in keys else 0
        promise = Promise(intended=_as_promised(arrived), pos=pos)
        return self._ledger.endings.spoken(lead, promise, arrived.call, at)

    def _keep(self, lead: Lead) -> None:
        self._store.put(self._ledger.shelving.settled(lead))


def _number(caller: Caller) -> Normal | None:
    """The caller's number, whether the carrier writes its country in front or not."""
    for text in (f"+{caller.digits}", caller.digits):
        found = normal(text, caller.country, lab=caller.source != "live")
        if isinstance(found, Normal):
            return found
    return None


_SHARED = set(Intended.__struct_fields__) - {"tariff"}
"Fields of an arrival that a promise has as well: who calls us costs us nothing."


def _as_promised(arrived: Arrived) -> Intended:
    return Intended(**{name: getattr(arrived, name) for name in _SHARED})
