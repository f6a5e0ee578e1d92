"""What the ledger needs of a place that keeps leads: SQLite for real, dicts for the twin."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

import msgspec

from dialer.engine.commands import Fact
from dialer.engine.compliance import HouseDay
from dialer.engine.events import Arrived, Intended
from dialer.leads.blocking import Prefix
from dialer.leads.hopper import Lead, State
from dialer.leads.plan import Order
from dialer.leads.rules import Campaign


class Shelf(NamedTuple):
    """So many leads of one list stand in one state, at one place and rank."""

    list: str
    state: State
    why: str
    place: str
    rank: int
    n: int


class Due(NamedTuple):
    """Where leads that may be called wait in line: list, place and rank."""

    list: str
    place: str
    rank: int


class Key(NamedTuple):
    """Where a lead stands in the order of a list: the lowest is next. See `key_of`."""

    first: float
    second: float
    lead: int


def key_of(order: Order, lead: Lead) -> Key:
    """The key; SQL says the same in `sqlite_store.due`."""
    return key_at(order, lead.rank, lead.due_at, int(lead.id))


def key_at(order: Order, rank: int, due_at: float, id: int) -> Key:
    """The key of a lead of which no more is known."""
    first, second = {
        "new first": (rank, due_at),
        "best chance": (rank, due_at),
        "rank": ((rank + 1) // 2, due_at),
        "oldest": (0, 0),
        "newest": (-id, 0),
        "random": (id * 2654435761 % 4294967291, 0),
    }[order]
    return Key(first, second, id)


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """An intent as the journal keeps it."""

    intended: Intended
    pos: int
    "Which of the lead's numbers."
    closed_how: str = ""
    "An outcome, `withdrawn`, or nothing while it is open."
    closed_at: float | None = None


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody called us, as the journal keeps it."""

    arrived: Arrived
    closed_how: str = ""
    "An outcome, or nothing while the call lasts."


class Last(msgspec.Struct, frozen=True, kw_only=True):
    """The last call to or from a number."""

    lead: str
    campaign: str
    agent: str
    "Who spoke with that number last, in this call or in one before."


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """A number that must not be called, or a range of them, and who said so."""

    key: str = ""
    prefix: str = ""
    "All numbers that begin with these digits; then there is no key."
    allows: bool = False
    "The reverse: called although a shorter prefix forbids it. See `leads.blocking`."
    expires_at: float | None = None
    campaign: str = ""
    "Empty: all campaigns."
    masked: str = ""
    digits: str = ""
    "The number itself, where no lead and no caller has it: kept encrypted."
    source: str = ""
    "A file, `agent`, `person`, a register."
    reason: str = ""
    "Why; of what ends an entry, why that."
    added_by: str = ""
    at: float = 0.0

    def of(self, key: str, masked: str, digits: str = "") -> "Block":
        """The same, for one number."""
        return msgspec.structs.replace(self, key=key, masked=masked, digits=digits)

    def of_prefix(self, digits: str) -> "Block":
        """The same, for all numbers that begin so."""
        return msgspec.structs.replace(self, prefix=digits, masked=f"+{digits}*")

    @property
    def until(self) -> float:
        """When it ends by itself; infinity: never."""
        return math.inf if self.expires_at is None else self.expires_at


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody agreed to be called."""

    key: str = ""
    campaign: str = ""
    "Empty: by all campaigns."
    masked: str = ""
    source: str = ""
    "How he agreed: a form, a contract, a recorded call."
    proof: str = ""
    "Where the proof lies, or its words."
    given_at: float = 0.0
    expires_at: float | None = None
    added_by: str = ""
    at: float = 0.0

    def of(self, key: str, masked: str) -> "Consent":
        """The same, for one number."""
        return msgspec.structs.replace(self, key=key, masked=masked)


class Store(Protocol):
    """Leads, intents, facts and blocks, inside one transaction."""

    # ---- campaigns and lists: `campaigns.py` of both stores
    def campaign(self, name: str) -> Campaign | None:
        """The version in force."""

    def campaigns_of(self, list: str) -> frozenset[str]:
        """Campaigns that dial a list."""

    def open_campaigns(self) -> list[Campaign]:
        """Those that are not stopped, by name."""

    def keep_campaign(self, one: Campaign, at: float) -> None:
        """Put a version in force, and open it."""

    def stop_campaign(self, name: str, *, stopped: bool) -> None:
        """Close it, or open it again."""

    def house_days(self) -> tuple[HouseDay, ...]:
        """What the house has set for days."""

    def archived(self) -> frozenset[str]:
        """Lists that are put away."""

    def archive(self, list: str, by: str, at: float) -> bool:
        """Put a list away; whether it was not."""

    def bring_back(self, list: str) -> bool:
        """It is dialled again; whether it was put away."""

    def make_list(self, list: str) -> None:
        """A list of that name, if there is none."""

    # ---- leads and their numbers: `leads.py`
    def lead(self, id: str) -> Lead:
        """A lead with its numbers."""

    def put(self, lead: Lead) -> None:
        """Keep a lead that is there already."""

    def add(self, lead: Lead, digits: Sequence[str], person: Mapping[str, str]) -> None:
        """Keep a new lead, under an id of the store's own."""

    def knows(self, id: str) -> bool:
        """There is a lead of that id."""

    def person(self, id: str) -> Mapping[str, str]:
        """What the list says of a lead beside its numbers."""

    def number(self, lead: str, pos: int) -> str:
        """The digits of one of a lead's numbers."""

    def leads_with(self, key: str) -> list[str]:
        """Leads that have this number."""

    def has_number(self, key: str, lists: Iterable[str]) -> bool:
        """One of the lists has this number."""

    # ---- who is due: `due.py`
    def shelves(self, lists: Iterable[str]) -> list[Shelf]:
        """Where the leads of some lists stand; empty shelves left out."""

    def lines(self, lists: Iterable[str]) -> Mapping[Due, int]:
        """The lines of some lists, and how many open leads stand in each; empty ones left out."""

    def left(self, lists: Iterable[str]) -> int:
        """How many leads of some lists are not done."""

    def front(self, line: Due, at: float, limit: int) -> list[tuple[float, int]]:
        """The first of a line that are due: (due_at, lead)."""

    def resting(self, line: Due, at: float) -> int:
        """How many of a line are not yet due."""

    def line(
        self, list: str, places: Sequence[str], order: Order, at: float, after: Key | None,
        limit: int,
    ) -> Sequence[Key]:  # fmt: skip
        """The next leads of a list in an order, after a key: open, due, no callbacks."""

    def callbacks(self, line: Due, at: float, each: int) -> list[Lead]:
        """Those of a line that are due, longest due first: of each who shall call, the first."""

    def stuck(self, list: str) -> list[str]:
        """Leads that are done because of a block or a cap."""

    # ---- do not call, and consents: `blocks.py`
    def blocks(self, key: str) -> Mapping[str, float]:
        """Campaigns in which a number is blocked, until when; the empty name means all."""

    def allowed(self, key: str) -> Mapping[str, float]:
        """Campaigns that a white list lets call a number, until when; the empty name means all."""

    def prefixes(self) -> Sequence[Prefix]:
        """Ranges of numbers, forbidden and let through."""

    def block(self, block: Block) -> bool:
        """Keep an entry; whether it is new, or ends later than the one that was there."""

    def blocked_by(self, key: str, campaign: str) -> Block | None:
        """The block in force."""

    def unblock(self, block: Block) -> bool:
        """End an entry for the same numbers, as `block` says; whether there was one."""

    def agree(self, consent: Consent) -> None:
        """Keep a consent."""

    def revoke(self, key: str, campaign: str, by: str, at: float) -> int:
        """End the consents of a number; how many there were."""

    def agreed(self, key: str, campaign: str, at: float) -> bool:
        """A consent that binds this campaign is in force."""

    # ---- promises and facts: `promises.py`
    def open(self, promise: Promise) -> None:
        """Write an intent."""

    def promise(self, call: str) -> Promise | None:
        """An intent, open or closed."""

    def opened(self) -> list[Promise]:
        """The open intents, oldest first."""

    def close(self, call: str, how: str, at: float, *, counted: bool, agent: str = "") -> None:
        """End an intent. `agent`: who spoke with the person last."""

    def is_open(self, key: str) -> bool:
        """An intent for this number is open."""

    def calls_since(self, key: str, at: float) -> list[float]:
        """When calls to a number that count were promised after `at`, oldest first."""

    def of_list(self, campaign: str, list: str) -> Iterable[Promise]:
        """A campaign's promises to leads of a list that were not withdrawn."""

    def lately(self, limit: int) -> Sequence[Promise]:
        """The latest promises that became attempts and are over, oldest first."""

    def has_fact(self, cause: int, index: int) -> bool:
        """This command of this event was carried out."""

    def keep_fact(self, fact: Fact, cause: int, index: int) -> None:
        """Write a fact."""

    # ---- callers: `callers.py`
    def welcome(self, arrival: Arrival, digits: str) -> None:
        """Write an arrival."""

    def arrival(self, call: str) -> Arrival | None:
        """An arrival, open or closed."""

    def close_arrival(self, call: str, how: str, at: float, agent: str) -> None:
        """The call is over."""

    def digits(self, call: str) -> str:
        """The number that a call is for, or came from."""

    def last_call(self, key: str) -> Last | None:
        """The last call to or from a number that is over and was one."""

    def opt_out(self, call: str, at: float) -> bool:
        """Keep that the key was pressed in this call; whether that is new."""

    def has_opted_out(self, call: str) -> bool:
        """Whether the key was pressed in this call."""
