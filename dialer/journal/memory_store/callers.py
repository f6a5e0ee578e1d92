"""Those who call us, and who spoke with a number last, in dicts."""

from dialer.journal.memory_store.leads import MemoryLeads
from dialer.journal.memory_store.promises import MemoryPromises
from dialer.journal.store import Arrival, Last


class MemoryCallers(MemoryPromises, MemoryLeads):
    """Arrivals, open and closed, and keys that were pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.arrivals: dict[str, Arrival] = {}
        self._callers: dict[str, str] = {}
        "Call -> the number it came from."
        self._opted_out: set[str] = set()

    def welcome(self, arrival: Arrival, digits: str) -> None:
        """Write an arrival."""
        self.arrivals[arrival.arrived.call] = arrival
        self._callers[arrival.arrived.call] = digits

    def arrival(self, call: str) -> Arrival | None:
        """An arrival, open or closed."""
        return self.arrivals.get(call)

    def close_arrival(self, call: str, how: str, at: float, agent: str) -> None:
        """The call is over."""
        one = self.arrivals[call].arrived
        self.arrivals[call] = Arrival(arrived=one, closed_how=how)
        self._spoke(one.number_key, one.lead, one.campaign, agent)

    def digits(self, call: str) -> str:
        """The number that a call is for, or came from."""
        if call in self._callers:
            return self._callers[call]
        promise = self.promises[call]
        return self._digits[promise.intended.lead][promise.pos]

    def last_call(self, key: str) -> Last | None:
        """The last call to or from a number."""
        return self._last.get(key)

    def opt_out(self, call: str, at: float) -> bool:
        """Keep that the key was pressed in this call; whether that is new."""
        is_new = call not in self._opted_out
        self._opted_out.add(call)
        return is_new

    def has_opted_out(self, call: str) -> bool:
        """Whether the key was pressed in this call."""
        return call in self._opted_out
