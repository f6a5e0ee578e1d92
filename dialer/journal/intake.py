"""New leads: keyed, checked against what is there already, and put in line."""

from collections.abc import Iterable

import msgspec

from dialer.journal.ledger import Ledger
from dialer.journal.store import Store
from dialer.journal.vault import Vault
from dialer.leads.hopper import Lead, Number
from dialer.leads.normalise import NewLead, Normal, masked


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
            lead = self._ledger.settled(lead)
            self._store.add(lead, [one.digits for one in fresh.values()], new.person)
            count += 1
            blocked += lead.why == "dnc"
        return Added(leads=count, duplicates=tuple(duplicates), blocked=blocked)

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
