"""What each order does to the books, inside one transaction and in whichever store."""

from dialer.journal.blocking import Blocking
from dialer.journal.claims import Claims, Tariffs
from dialer.journal.endings import Endings
from dialer.journal.plans import Plans
from dialer.journal.shelving import Shelving
from dialer.journal.standing import Standings
from dialer.journal.store import Store
from dialer.journal.wishes import Wishes


class Ledger:
    """Claims, endings and blocks, of one store. What they decide follows from it and `at`."""

    def __init__(self, store: Store, tariffs: Tariffs | None = None) -> None:
        self.blocking, self.plans = Blocking(store), Plans(store)
        self.shelving = Shelving(store, self.blocking)
        self.wishes = Wishes(store, self.blocking, self.shelving)
        self.standings = Standings(store, self.blocking, self.plans, self.shelving)
        self.claims = Claims(store, self.plans, self.shelving, self.standings, tariffs)
        self.endings = Endings(store, self.plans, self.shelving, self.wishes)
