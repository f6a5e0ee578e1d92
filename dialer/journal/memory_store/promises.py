"""Promises of calls, and facts, in dicts."""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence

from dialer.engine.commands import Fact
from dialer.engine.outcomes import OUTCOMES
from dialer.journal.store import Last, Promise
from dialer.leads.hopper import replace


class MemoryPromises:
    """Intents, open and closed, and what was told of their calls."""

    def __init__(self) -> None:
        super().__init__()
        self.promises: dict[str, Promise] = {}
        self._open: dict[str, str] = {}
        "Number -> the call that is promised to it."
        self._calls: dict[str, list[float]] = defaultdict(list)
        "Number -> when calls to it that count were promised."
        self._last: dict[str, Last] = {}
        self.facts: list[Fact] = []
        self._done: set[int] = set()
        "Places of the facts: their event's, and theirs among its commands."

    def open(self, promise: Promise) -> None:
        """Write an intent."""
        one = promise.intended
        assert one.number_key not in self._open, "one open intent per number"
        self.promises[one.call] = promise
        self._open[one.number_key] = one.call
        insort(self._calls[one.number_key], one.at)

    def promise(self, call: str) -> Promise | None:
        """An intent, open or closed."""
        return self.promises.get(call)

    def opened(self) -> list[Promise]:
        """The open intents, oldest first."""
        return [self.promises[call] for call in self._open.values()]

    def close(self, call: str, how: str, at: float, *, counted: bool, agent: str = "") -> None:
        """End an intent."""
        promise = self.promises[call]
        self.promises[call] = replace(promise, closed_how=how, closed_at=at)
        self._open.pop(promise.intended.number_key)
        if not counted:
            self._calls[promise.intended.number_key].remove(promise.intended.at)
        else:
            one = promise.intended
            self._spoke(one.number_key, one.lead, one.campaign, agent)

    def _spoke(self, key: str, lead: str, campaign: str, agent: str) -> None:
        before = self._last.get(key)
        agent = agent or (before.agent if before else "")
        self._last[key] = Last(lead=lead, campaign=campaign, agent=agent)

    def is_open(self, key: str) -> bool:
        """An intent for this number is open."""
        return key in self._open

    def calls_since(self, key: str, at: float) -> list[float]:
        """When calls to a number that count were promised after `at`, oldest first."""
        calls = self._calls.get(key, [])
        return calls[bisect_right(calls, at) :]

    def of_list(self, campaign: str, list: str) -> Iterable[Promise]:
        """A campaign's promises to leads of a list that were not withdrawn."""
        for promise in self.promises.values():
            one = promise.intended
            is_its = one.campaign == campaign and one.list == list
            if is_its and promise.closed_how != "withdrawn":
                yield promise

    def lately(self, limit: int) -> Sequence[Promise]:
        """The latest promises that became attempts and are over, oldest first."""
        over = [
            one for one in self.promises.values()
            if one.closed_how in OUTCOMES and OUTCOMES[one.closed_how].attempt
        ]  # fmt: skip
        return sorted(over, key=lambda one: (one.intended.at, one.intended.call))[-limit:]

    def has_fact(self, cause: int, index: int) -> bool:
        """This command of this event was carried out."""
        return _place(cause, index) in self._done

    def keep_fact(self, fact: Fact, cause: int, index: int) -> None:
        """Write a fact."""
        self._done.add(_place(cause, index))
        self.facts.append(fact)


def _place(cause: int, index: int) -> int:
    """One number for both: no event has so many commands."""
    return (cause << 20) + index
