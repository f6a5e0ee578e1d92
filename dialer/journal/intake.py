"""New leads: keyed, checked against what is there already, and put in line."""

from collections.abc import Iterable

import msgspec

from dialer.journal.ledger import Ledger
from dialer.journal.store import Block, Store
from dialer.journal.vault import Vault
from dialer.leads.hopper import Lead, Number, replace
from dialer.leads.normalise import NewLead, Normal, masked
from dialer.leads.retry import RETRY
from dialer.leads.vicidial import Past


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch of new leads."""

    leads: int
    duplicates: tuple[int, ...] = ()
    "Which of the batch had no number that was new."
    blocked: int = 0
    "Kept, but no campaign may call them."


class Intake:
    """Adds leads to a list, inside one transaction."""

    def __init__(self, store: Store, vault: Vault, ledger: Ledger) -> None:
        self._store, self._vault, self._ledger = store, vault, ledger

    def add(
        self,
        list: str,
        leads: Iterable[NewLead],
        beside: tuple[str, ...] = (),
        *,
        everywhere: bool = False,
        at: float = 0.0,
    ) -> Added:
        """Add leads whose numbers neither this list has nor those `beside` it, nor any other."""
        duplicates = []
        count = blocked = 0
        for index, new in enumerate(leads):
            fresh = self._fresh(new, () if everywhere else (list, *beside))
            if not fresh:
                duplicates.append(index)
                continue
            numbers = tuple(number(one, key) for key, one in fresh.items())
            lead = Lead(id="", list=list, numbers=numbers, priority=new.priority)
            if new.past:
                lead = self._with_past(lead, new.past, at)
            lead = self._ledger.shelving.settled(lead)
            self._store.add(lead, [one.digits for one in fresh.values()], new.person)
            count += 1
            blocked += lead.why == "dnc"
        return Added(leads=count, duplicates=tuple(duplicates), blocked=blocked)

    def _with_past(self, lead: Lead, past: Past, at: float) -> Lead:
        """The lead as another dialer left it; whom it must not call, nobody calls."""
        first = lead.numbers[0]
        if past.then == "block":
            for one in lead.numbers:
                entry = Block(source=f"list {lead.list}", reason="VICIdial's status", at=at)
                self._ledger.wishes.block(entry.of(one.key, one.masked))
        peace = 0.0
        if past.retry and past.last_at is not None:
            peace = past.last_at + RETRY["standard"][past.retry].delay_s
        first = replace(first, attempts=past.attempts, dead=past.then == "dead")
        return replace(
            lead,
            numbers=(first, *lead.numbers[1:]),
            attempts=past.attempts,
            disposition=past.disposition,
            final="final" if past.then == "final" else "",
            callback=past.then == "callback",
            callback_for=past.whom,
            next_at=past.due_at if past.due_at is not None else peace,
        )

    def _fresh(self, new: NewLead, lists: tuple[str, ...]) -> dict[str, Normal]:
        """By key, those of its numbers that none of these lists has; none named: no list at all."""
        keyed = {self._vault.key(one.digits): one for one in new.numbers}
        store = self._store
        return {
            key: one
            for key, one in keyed.items()
            if not (store.has_number(key, lists) if lists else store.leads_with(key))
        }


def number(one: Normal, key: str) -> Number:
    """A number of a lead, without its digits."""
    return Number(
        key=key,
        masked=masked(one.digits),
        place=one.place,
        kind=one.kind,
        carrier=one.carrier,
        area=one.area,
    )
