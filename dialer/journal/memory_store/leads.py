"""Leads and their numbers in dicts, each lead in its line."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from dialer.journal.memory_store.line import Line
from dialer.journal.store import Due
from dialer.leads.hopper import Lead, State, replace

_Stand = tuple[str, State, str, str, int]
"List, state, why, place, rank: a shelf without its number of leads."


class MemoryLeads:
    """Who is on the lists. Whoever moves is counted at once where he stands."""

    def __init__(self) -> None:
        super().__init__()
        self._leads: dict[str, Lead] = {}
        self._digits: dict[str, tuple[str, ...]] = {}
        self._with: dict[str, list[str]] = {}
        self._people: dict[str, Mapping[str, str]] = {}
        self._counts: dict[_Stand, int] = defaultdict(int)
        self._left: Counter[str] = Counter()
        "List -> how many of its leads are not done."
        self._lists: set[str] = set()
        self._lines: dict[str, dict[tuple[str, int], Line]] = defaultdict(dict)
        "By list; there by place and rank."

    def lead(self, id: str) -> Lead:
        """A lead with its numbers."""
        return self._leads[id]

    def put(self, lead: Lead) -> None:
        """Keep a lead that is there already."""
        before = self._leads[lead.id]
        self._counts[before.list, before.state, before.why, before.place, before.rank] -= 1
        self._left[lead.list] -= before.state != "done"
        if before.state == "open":
            self._lines[before.list][before.place, before.rank].leave(int(lead.id))
        self._shelve(lead)
        self._leads[lead.id] = lead

    def _shelve(self, lead: Lead) -> None:
        self._counts[lead.list, lead.state, lead.why, lead.place, lead.rank] += 1
        self._left[lead.list] += lead.state != "done"
        if lead.state == "open":
            lines, at = self._lines[lead.list], (lead.place, lead.rank)
            line = lines.get(at)
            if line is None:
                line = lines[at] = Line(Due(lead.list, *at))
            line.join(lead.due_at, int(lead.id))

    def make_list(self, list: str) -> None:
        """A list of that name, if there is none; its first lead makes it too."""
        self._lists.add(list)

    def has_list(self, list: str) -> bool:
        """Whether there is a list of that name."""
        return list in self._lists

    def add(self, lead: Lead, digits: Sequence[str], person: Mapping[str, str]) -> None:
        """Keep a new lead, under an id of the store's own."""
        self.make_list(lead.list)
        lead = replace(lead, id=str(len(self._leads) + 1))
        self._leads[lead.id] = lead
        self._digits[lead.id] = tuple(digits)
        if person:
            self._people[lead.id] = dict(person)
        for number in lead.numbers:
            self._with.setdefault(number.key, []).append(lead.id)
        self._shelve(lead)

    def knows(self, id: str) -> bool:
        """There is a lead of that id."""
        return id in self._leads

    def person(self, id: str) -> Mapping[str, str]:
        """What the list says of a lead beside its numbers."""
        return self._people.get(id, {})

    def number(self, lead: str, pos: int) -> str:
        """The digits of one of a lead's numbers."""
        return self._digits[lead][pos]

    def leads_with(self, key: str) -> list[str]:
        """Leads that have this number."""
        return list(self._with.get(key, ()))

    def has_number(self, key: str, lists: Iterable[str]) -> bool:
        """One of the lists has this number."""
        owners = {self._leads[id].list for id in self._with.get(key, ())}
        return not owners.isdisjoint(lists)
