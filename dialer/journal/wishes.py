"""Numbers put on lists and taken off, consents kept, and what becomes of their leads."""

from dialer.engine.events import Event, NumberBlocked
from dialer.journal.blocking import Blocking
from dialer.journal.shelving import Shelving
from dialer.journal.store import Block, Consent, Store
from dialer.leads import hopper
from dialer.leads.hopper import replace


class Wishes:
    """What changes who may be called; `Blocking` is asked who may be."""

    def __init__(self, store: Store, blocking: Blocking, shelving: Shelving) -> None:
        self._store, self._blocking, self._shelving = store, blocking, shelving

    def block(self, block: Block) -> list[Event] | None:
        """Put numbers on a list; calls to them that still ring are for the engine to cancel.

        None: they were on it.
        """
        return self.blocked(block)

    def blocked(self, block: Block, but: str = "") -> list[Event] | None:
        """The same; `but`: a lead that its caller keeps himself."""
        if not self._store.block(block):
            return None
        if block.prefix:
            return list(self._blocking.ringing(block.at))
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
            self._shelving.keep(lead)

    def _resettle(self, key: str, but: str = "") -> None:
        for id in self._store.leads_with(key):
            if id != but:
                self._shelving.keep(self._store.lead(id))
