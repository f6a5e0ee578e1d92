"""All that the engine remembers, as plain data: it checkpoints to bytes and comes back the same.

`State` is the truth; `index` finds things in it.
"""

from typing import Literal

import msgspec

from dialer.engine.account import Ledger
from dialer.engine.agent import Agent
from dialer.engine.call import Call
from dialer.engine.caller_ids import Shown
from dialer.engine.events import CampaignOpened, How
from dialer.engine.spending import Spending
from dialer.engine.turnover import Turnover


class Audit(msgspec.Struct):
    """What agents said of calls that sounded like a machine and came to them all the same."""

    verdicts: int = 0
    "Calls that the detector took for a machine's, so far."
    audited: int = 0
    people: int = 0
    chance: float = 1.0
    "That such a call is a person's, at most."
    said: dict[str, str] = {}
    "The last ones that were let through, and the word of each; empty: none yet."


class Books(msgspec.Struct):
    """What is counted of calls to people, to the lab's or to simulated ones: never of all."""

    ledger: Ledger
    machines: Ledger
    audit: Audit


class Campaign(msgspec.Struct):
    """One campaign: its rules, whether it dials, and what it has done since it was opened."""

    opened: CampaignOpened
    ledger: Ledger
    machines: Ledger = msgspec.field(default_factory=lambda: Ledger("UTC"))
    "Calls that a detector took for machines, and of them those that were hung up on."
    audit: Audit = msgspec.field(default_factory=Audit)
    others: dict[str, Books] = {}
    "By source: of its calls to whom it does not call now."
    state: Literal["dialling", "paused", "stopped"] = "dialling"
    why: str = ""
    claimed: int = 0
    "Asked of the journal and not answered yet."
    queue: list[str] = []
    "Intents waiting for their moment to be placed."
    by_hand: list[str] = []
    "The same, of calls that an agent asked for: they go first."
    next_launch_at: float = 0.0
    claim_again_at: float = 0.0
    refused: str = ""
    leads_now: int = 0
    leads_left: int = 0
    lines_used: int = 0
    answer_rate: float = 0.0
    placed: int = 0
    answered: int = 0
    connected: int = 0
    outcomes: dict[str, int] = {}
    bound: str = ""
    "What bound the last decision."
    level: float = 0.0
    spending: Spending = msgspec.field(default_factory=Spending)

    def books(self, source: str) -> Books:
        """Those of its calls to people, or to the lab's, or to simulated ones."""
        if source == self.opened.source:
            return Books(self.ledger, self.machines, self.audit)
        if source not in self.others:
            zone = self.ledger.zone
            self.others[source] = Books(Ledger(zone), Ledger(zone), Audit())
        return self.others[source]

    def open(self, event: CampaignOpened) -> None:
        """Other rules, maybe other people, or days of another zone."""
        known, before = self.books(event.source), self.books(self.opened.source)
        self.others[self.opened.source] = before
        self.ledger, self.machines, self.audit = known.ledger, known.machines, known.audit
        del self.others[event.source]
        for books in (known, *self.others.values()):
            books.ledger.move(event.zone)
            books.machines.move(event.zone)
        self.opened, self.state, self.why = event, event.begins, ""


class Trunk(msgspec.Struct):
    """What the governor knows of one trunk."""

    reachable: bool = True
    recent: list[bool] = []
    "The last results, oldest first: True is a failure of the carrier's."
    open_until: float = 0.0
    "The breaker is open until then; afterwards one call may try."
    trying: str = ""
    lines: int | None = None
    "None: nobody has told; the campaigns' own limits hold."
    calls_per_s: float | None = None
    lines_used: int = 0
    callers: int = 0
    "Lines that those hold who called us, among the lines used."
    next_launch_at: float = 0.0
    rest_s: float = 0.0
    "How long a number rests that is flagged on it; 0: none does."


class Pool(msgspec.Struct):
    """Who is where in one pool, in the order of their coming."""

    ready: dict[str, float] = {}
    pending: dict[str, float] = {}
    ringing: dict[str, float] = {}
    deciding: dict[str, float] = {}
    waiting: dict[str, float] = {}
    callers: dict[str, float] = {}
    "Who called us and waits for an agent: before all others."
    owed: dict[str, float] = {}
    "Who was abandoned, and whose call goes on: the message, or an agent who came too late."
    busy: dict[str, float] = {}
    "Agents who are reserved, talk or wrap up, and since when."
    turnover: Turnover = msgspec.field(default_factory=Turnover)


class Unfinished(msgspec.Struct):
    """A recording of a call that is over, and of which the switch has not told yet."""

    campaign: str
    talk_s: float
    ended_at: float


class Monitoring(msgspec.Struct):
    """A supervisor at an agent's ear."""

    user: str
    agent: str
    how: How
    endpoint: str
    stays: bool
    since: float
    call: str = ""
    "The call for which it was wanted."
    is_up: bool = False
    is_ending: bool = False


class Party(msgspec.Struct):
    """Somebody outside of the house to whom a customer is handed over: for that one call."""

    call: str
    trunk: str
    "It holds a line of this one."


class PutRight(msgspec.Struct):
    """The clock was put right, between the process before and this one."""

    by_s: float
    at: float
    "When this one read it."
    on_at: float | None = None
    "Since when there is dialling again."


class State(msgspec.Struct):
    """Everything."""

    at: float = 0.0
    epoch: int = 0
    started_at: float = 0.0
    switch_up: bool = False
    reconciled: bool = False
    replaced: bool = False
    clock_off_s: float = 0.0
    "By how much the wall clock has moved since the process read it."
    put_right: PutRight | None = None
    "The last time that the clock was put right."
    calls: dict[str, Call] = {}
    agents: dict[str, Agent] = {}
    campaigns: dict[str, Campaign] = {}
    trunks: dict[str, Trunk] = {}
    pools: dict[str, Pool] = {}
    learnt: dict[str, dict[str, bytes]] = {}
    "Pool -> pacing mode -> what its pacer had learnt when the state was kept."
    unfinished: dict[str, Unfinished] = {}
    outside: dict[str, Party] = {}
    "By the name of its leg, see `outside.party`."
    shown: Shown = msgspec.field(default_factory=Shown)
    "The numbers that we show, and which of them rest."
    recording_room: bool = True
    "The disk has room for recordings."
    monitors: dict[str, Monitoring] = {}
    "By supervisor."
    alarms: dict[str, float] = {}
    """When each rings: `c<call>`, `r<call>` (recording), `l<campaign>`; of an agent `a<agent>`
    (wrap-up, leg), `d<agent>` (desk), `s<agent>` (shift), `v<agent>` (voice)."""
