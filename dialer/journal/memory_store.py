"""Leads, intents, facts and blocks in dicts: for tests, and for the twin's million calls."""

import heapq
import math
from bisect import bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from dialer.engine.commands import Fact
from dialer.engine.outcomes import OUTCOMES
from dialer.journal.store import Arrival, Block, Consent, Due, Key, Last, Promise, Shelf, key_of
from dialer.leads.blocking import Prefix
from dialer.leads.hopper import Lead, State, replace
from dialer.leads.plan import Order
from dialer.leads.rules import Campaign

_Stand = tuple[str, State, str, str, int]
"List, state, why, place, rank: a shelf without its number of leads."
NOTHING: Mapping[str, float] = MappingProxyType({})
NONE_ARCHIVED: frozenset[str] = frozenset()


class Line:
    """Leads of one list, place and rank: those that are due, and those that rest.

    Both in heaps, longest due first. Entries of leads that have gone stay behind and are passed
    over; whoever comes back at the same due time has two, side by side.
    """

    def __init__(self, name: Due) -> None:
        self.name = name
        self._due_at: dict[int, float] = {}
        self._rest: list[tuple[float, int]] = []
        self._ready: list[tuple[float, int]] = []
        self._ready_up_to = 0.0
        "Whoever is due by then is in `_ready`: at first those who never had to wait."
        self._resting = 0

    def __len__(self) -> int:
        return len(self._due_at)

    def join(self, due_at: float, lead: int) -> None:
        """A lead takes its place."""
        self._due_at[lead] = due_at
        if due_at <= self._ready_up_to:
            heapq.heappush(self._ready, (due_at, lead))
        else:
            heapq.heappush(self._rest, (due_at, lead))
            self._resting += 1

    def leave(self, lead: int) -> None:
        """It goes."""
        self._resting -= self._due_at.pop(lead) > self._ready_up_to

    def due(self, at: float) -> list[int]:
        """All that are due, longest due first."""
        if self._resting == len(self._due_at) and self._rests_until() > at:
            return []
        found = sorted((due_at, lead) for lead, due_at in self._due_at.items() if due_at <= at)
        return [lead for _, lead in found]

    def resting(self, at: float) -> int:
        """How many are not yet due."""
        while self._rests_until() <= at:
            entry = heapq.heappop(self._rest)
            if entry not in self._ready[-1:]:
                self._ready.append(entry)  # nobody in this heap is due later
                self._resting -= 1
        self._ready_up_to = max(self._ready_up_to, at)
        return self._resting

    def _rests_until(self) -> float:
        """When the first of those that rest is due."""
        rest, due_at = self._rest, self._due_at
        while rest and due_at.get(rest[0][1]) != rest[0][0]:
            heapq.heappop(rest)
        return rest[0][0] if rest else math.inf

    def front(self, at: float, limit: int) -> list[tuple[float, int]]:
        """The first that are due, longest due first."""
        self.resting(at)
        first = self._first(at)
        if first is None or limit == 1:
            return [] if first is None else [first]
        found: list[tuple[float, int]] = []
        while len(found) < limit and (entry := self._first(at)):
            heapq.heappop(self._ready)
            if entry not in found[-1:]:
                found.append(entry)
        for entry in found:
            heapq.heappush(self._ready, entry)
        return found

    def _first(self, at: float) -> tuple[float, int] | None:
        """Without the entries of leads that have gone."""
        ready, due_at = self._ready, self._due_at
        while ready and ready[0][0] <= at:
            entry = ready[0]
            if due_at.get(entry[1]) == entry[0]:
                return entry
            heapq.heappop(ready)
        return None


class MemoryStore:
    """The store without a disk. There is no rollback: whoever writes here does not fail."""

    def __init__(self) -> None:
        self._campaigns: dict[str, Campaign] = {}
        self._stopped: set[str] = set()
        self._archived: dict[str, tuple[str, float]] = {}
        self._users: dict[str, frozenset[str]] = {}
        "List -> campaigns that dial it, as far as anybody has asked."
        self._leads: dict[str, Lead] = {}
        self._digits: dict[str, tuple[str, ...]] = {}
        self._with: dict[str, list[str]] = {}
        self._people: dict[str, Mapping[str, str]] = {}
        self._counts: dict[_Stand, int] = defaultdict(int)
        self._left: Counter[str] = Counter()
        "List -> how many of its leads are not done."
        self._lines: dict[str, dict[tuple[str, int], Line]] = defaultdict(dict)
        "By list; there by place and rank."
        self._blocks: dict[str, dict[str, Block]] = defaultdict(dict)
        self._allowed: dict[str, dict[str, Block]] = defaultdict(dict)
        self._ranges: dict[tuple[str, bool], dict[str, Block]] = defaultdict(dict)
        self._consents: dict[str, list[Consent]] = defaultdict(list)
        self._open: dict[str, str] = {}
        self._calls: dict[str, list[float]] = defaultdict(list)
        self.promises: dict[str, Promise] = {}
        self.arrivals: dict[str, Arrival] = {}
        self._callers: dict[str, str] = {}
        self._last: dict[str, Last] = {}
        self._opted_out: set[str] = set()
        self.facts: list[Fact] = []
        self._done: set[tuple[int, int]] = set()
        self._personal: dict[str, None] = {}

    # ---- campaigns and leads --------------------------------------------------------------------
    def campaign(self, name: str) -> Campaign | None:
        """The version in force."""
        return self._campaigns.get(name)

    def campaigns_of(self, list: str) -> frozenset[str]:
        """Campaigns that dial a list."""
        if list not in self._users:
            names = (n for n, one in self._campaigns.items() if list in one.rules.lists)
            self._users[list] = frozenset(names)
        return self._users[list]

    def open_campaigns(self) -> list[Campaign]:
        """Those that are not stopped, by name."""
        return [one for n, one in sorted(self._campaigns.items()) if n not in self._stopped]

    def keep_campaign(self, one: Campaign, at: float) -> None:
        """Put a version in force, and open it."""
        self._campaigns[one.opened.campaign] = one
        self._users.clear()
        self._stopped.discard(one.opened.campaign)

    def stop_campaign(self, name: str, *, stopped: bool) -> None:
        """Close it, or open it again."""
        (self._stopped.add if stopped else self._stopped.discard)(name)

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

    def add(self, lead: Lead, digits: Sequence[str], person: Mapping[str, str]) -> None:
        """Keep a new lead, under an id of the store's own."""
        lead = replace(lead, id=str(len(self._leads) + 1))
        self._leads[lead.id] = lead
        self._digits[lead.id] = tuple(digits)
        if person:
            self._people[lead.id] = dict(person)
        for number in lead.numbers:
            self._with.setdefault(number.key, []).append(lead.id)
        self._shelve(lead)

    def digits(self, call: str) -> str:
        """The number that an intent is for."""
        if call in self._callers:
            return self._callers[call]
        promise = self.promises[call]
        return self._digits[promise.intended.lead][promise.pos]

    def number(self, lead: str, pos: int) -> str:
        """The digits of one of a lead's numbers."""
        return self._digits[lead][pos]

    def leads_with(self, key: str) -> list[str]:
        """Leads that have this number."""
        return list(self._with.get(key, ()))

    def knows(self, id: str) -> bool:
        """There is a lead of that id."""
        return id in self._leads

    def callbacks(self, line: Due, at: float, each: int) -> list[Lead]:
        """Those of a line that are due, longest due first: of each who shall call, the first."""
        found = self._line(line)
        taken = Counter[str]()
        leads = list[Lead]()
        for lead in (self._leads[str(id)] for id in (found.due(at) if found else ())):
            taken[lead.callback_for] += 1
            if taken[lead.callback_for] <= each:
                leads.append(lead)
        return leads

    def stuck(self, list: str) -> list[str]:
        """Leads that are done because of a block or a cap."""
        mine = (lead for lead in self._leads.values() if lead.list == list)
        return [lead.id for lead in mine if lead.state == "done" and lead.why in ("dnc", "caps")]

    def has_number(self, key: str, lists: Iterable[str]) -> bool:
        """One of the lists has this number."""
        owners = {self._leads[id].list for id in self._with.get(key, ())}
        return not owners.isdisjoint(lists)

    # ---- who is due -----------------------------------------------------------------------------
    def shelves(self, lists: Iterable[str]) -> list[Shelf]:
        """Where the leads of some lists stand; empty shelves left out."""
        wanted = set(lists)
        return [Shelf(*s, n) for s, n in self._counts.items() if n and s[0] in wanted]

    def lines(self, lists: Iterable[str]) -> Mapping[Due, int]:
        """The lines of some lists, and how many open leads stand in each; empty ones left out."""
        lines = self._lines
        return {
            line.name: n
            for name in lists
            if name in lines
            for line in lines[name].values()
            if (n := len(line))
        }

    def left(self, lists: Iterable[str]) -> int:
        """How many leads of some lists are not done."""
        return sum([self._left[name] for name in set(lists)])

    def _line(self, of: Due) -> Line | None:
        return self._lines[of.list].get((of.place, of.rank)) if of.list in self._lines else None

    def front(self, line: Due, at: float, limit: int) -> list[tuple[float, int]]:
        """The first of a line that are due: (due_at, lead)."""
        found = self._line(line)
        return [] if found is None else found.front(at, limit)

    def resting(self, line: Due, at: float) -> int:
        """How many of a line are not yet due."""
        found = self._line(line)
        return 0 if found is None else found.resting(at)

    def line(
        self, list: str, places: Sequence[str], order: Order, at: float, after: Key | None,
        limit: int,
    ) -> Sequence[Key]:  # fmt: skip
        """The next leads of a list in an order, after a key: open, due, no callbacks."""
        there = set(places)
        keys = (
            key_of(order, lead)
            for lead in self._leads.values()
            if lead.list == list and lead.state == "open" and lead.place in there
            and lead.rank > 0 and lead.due_at <= at
        )  # fmt: skip
        return heapq.nsmallest(limit, (key for key in keys if after is None or key > after))

    def person(self, id: str) -> Mapping[str, str]:
        """What the list says of a lead beside its numbers."""
        return self._people.get(id, {})

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

    # ---- numbers --------------------------------------------------------------------------------
    def blocks(self, key: str) -> Mapping[str, float]:
        """Campaigns in which a number is blocked, until when; the empty name means all."""
        scopes = self._blocks.get(key)
        return {scope: one.until for scope, one in scopes.items()} if scopes else NOTHING

    def allowed(self, key: str) -> Mapping[str, float]:
        """Campaigns that a white list lets call a number, until when; the empty name means all."""
        return {scope: one.until for scope, one in self._allowed.get(key, {}).items()}

    def archived(self) -> frozenset[str]:
        """Lists that are put away."""
        return frozenset(self._archived) if self._archived else NONE_ARCHIVED

    def archive(self, list: str, by: str, at: float) -> bool:
        """Put a list away; whether it was not."""
        return self._archived.setdefault(list, (by, at)) == (by, at)

    def bring_back(self, list: str) -> bool:
        """It is dialled again; whether it was put away."""
        return self._archived.pop(list, None) is not None

    def prefixes(self) -> Sequence[Prefix]:
        """Ranges of numbers, forbidden and let through."""
        if not self._ranges:
            return ()
        kept = (one for scopes in self._ranges.values() for one in scopes.values())
        return [Prefix(one.prefix, one.campaign, one.allows, one.until) for one in kept]

    def block(self, block: Block) -> bool:
        """Keep an entry; whether it is new, or ends later than the one that was there."""
        scopes = self._entries(block)
        known = scopes.get(block.campaign)
        if known and known.until >= block.until:
            return False
        scopes[block.campaign] = block
        return True

    def _entries(self, block: Block) -> dict[str, Block]:
        """By campaign, the entries for the same numbers."""
        if block.prefix:
            return self._ranges[(block.prefix, block.allows)]
        return (self._allowed if block.allows else self._blocks)[block.key]

    def blocked_by(self, key: str, campaign: str) -> Block | None:
        """The block in force."""
        return self._blocks.get(key, {}).get(campaign)

    def unblock(self, block: Block) -> bool:
        """End an entry for the same numbers; whether there was one."""
        ended = self._entries(block).pop(block.campaign, None)
        return ended is not None and block.at < ended.until

    def agree(self, consent: Consent) -> None:
        """Keep a consent."""
        self._consents[consent.key].append(consent)

    def revoke(self, key: str, campaign: str, by: str, at: float) -> int:
        """End the consents of a number; how many there were."""
        left = [one for one in self._consents[key] if one.campaign != campaign]
        ended = len(self._consents[key]) - len(left)
        self._consents[key] = left
        return ended

    def agreed(self, key: str, campaign: str, at: float) -> bool:
        """A consent that binds this campaign is in force."""
        return any(
            one.campaign in ("", campaign)
            and one.given_at <= at
            and (one.expires_at is None or at < one.expires_at)
            for one in self._consents.get(key, ())
        )

    def is_open(self, key: str) -> bool:
        """An intent for this number is open."""
        return key in self._open

    def calls_since(self, key: str, at: float) -> list[float]:
        """When calls to a number that count were promised after `at`, oldest first."""
        calls = self._calls.get(key, [])
        return calls[bisect_right(calls, at) :]

    # ---- promises and facts ---------------------------------------------------------------------
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

    # ---- callers --------------------------------------------------------------------------------
    def make_list(self, list: str) -> None:
        """A list is made by its first lead."""

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

    def opened(self) -> list[Promise]:
        """The open intents, oldest first."""
        return [self.promises[call] for call in self._open.values()]

    def has_fact(self, cause: int, index: int) -> bool:
        """This command of this event was carried out."""
        return (cause, index) in self._done

    def keep_fact(self, fact: Fact, cause: int, index: int) -> None:
        """Write a fact."""
        self._done.add((cause, index))
        self.facts.append(fact)
