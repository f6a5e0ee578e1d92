"""What a policy may look at, and what it answers."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class CampaignView(msgspec.Struct, frozen=True, kw_only=True):
    """One campaign of the pool, at one instant."""

    campaign: str
    ratio: float = 1.0
    leads_now: int = 0
    in_flight: int = 0
    "Promised or placed, and no verdict yet."
    lines_left: int = 0
    trunk: str = ""
    trunk_left: int | None = None
    "Lines that its trunk has left for all its campaigns; None: as many as the campaign has."
    answer_rate: float = 0.0
    "People per resolved call, lately."
    next_chance: float | None = None
    "That a person answers the next lead; None: like everybody else."
    persons: int = 0
    abandoned: int = 0
    cap: float = 0.03
    closes_at: float | None = None
    "When its account closes, or its day; None: nobody has told."
    days_after: int = 0
    "Days that its account lasts on after today."
    window_s: float | None = None
    "Its account counts what was so long ago at most; None: since the account was opened."
    binds_always: bool = False
    "The cap must hold at every moment, not at the day's close alone."
    owed: int = 0
    "Abandoned whose calls go on: they are not in the books yet."
    waits: bool = False
    "While the account is beyond the cap nothing is dialled."
    may_place: int = 0
    "Calls that the rate of calls per second, trunk and hours allow at this instant."
    barred: str = ""
    "Why none may be placed: paused, trunk, switch..."


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """One pool at one instant. The arrays are read-only; ages are instants, not durations."""

    at: float
    ready: int
    logged_in: int
    lines_free: int
    calls_per_s_left: float
    ringing_since: Floats
    ringing_chance: Floats
    ringing_campaign: Ints
    waiting_since: Floats
    busy_since: Floats
    busy_phase: Ints
    "0 reserved or talking, 1 wrap-up."
    leaving: Floats
    departures: tuple[tuple[float, int], ...] = ()
    "When how many of those who are logged in will go home, as far as a roster says."
    pending: int = 0
    "Claimed from the journal or waiting for the governor: neither ringing nor placed yet."
    deciding: int = 0
    "Answered, and no verdict yet."
    campaigns: tuple[CampaignView, ...] = ()
    counted: tuple[int, int] | None = None
    "How many ring and wait, for a pacer that looks at no ages: then there are no arrays of them."

    @property
    def ringing(self) -> int:
        """Calls that ring."""
        return len(self.ringing_since) if self.counted is None else self.counted[0]

    @property
    def waiting(self) -> int:
        """People who answered and wait for an agent."""
        return len(self.waiting_since) if self.counted is None else self.counted[1]

    @property
    def in_flight(self) -> int:
        """Calls that may yet want an agent."""
        if self.counted is None:
            ring, wait = len(self.ringing_since), len(self.waiting_since)
        else:
            ring, wait = self.counted
        return ring + wait + self.pending + self.deciding


class Ahead(NamedTuple):
    """What was foreseen: means over the time that a call placed now would ring until its answer."""

    free: float
    "Busy agents who will be free."
    answers: float
    "Calls in flight that people will have answered."
    chance: float
    "That the last call placed finds nobody."
    next_chance: float
    "That one more would."
    allowed: float
    "The largest chance that the account bears."


class Share(msgspec.Struct, frozen=True):
    """What one campaign gets of a decision."""

    campaign: str
    n: int
    bound: str
    "The binding constraint: what kept n from being larger."
    ahead: Ahead | None = None
    "None: nothing was foreseen, or it did not matter."


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """How many calls to place now, for whom, and why not more."""

    shares: tuple[Share, ...]
    level: float
    "Calls in flight per agent who could take one, after this decision."


class Pacer(Protocol):
    """Learner, account and policy of one pool."""

    looks_at_ages: bool
    "False: it is content with how many ring and wait; the arrays of a snapshot may be empty."

    def hear(self, fact: Any) -> None:
        """Fold a fact."""

    def decide(self, seen: Snapshot) -> Decision:
        """How many calls to place now."""

    def checkpoint(self) -> bytes:
        """What was learnt, for a restart."""

    def resume(self, kept: bytes) -> None:
        """Go on where that was kept."""


Rule = Callable[[Snapshot, CampaignView], tuple[int, str]]
"""How many calls this campaign would want in flight for the pool's agents, and the constraint's
name when that number binds."""
NOTHING: Mapping[str, Ahead] = MappingProxyType({})


AS_FEW_AS_AGENTS = ("agents", "cap", "safe_start")
"Constraints of a rule that does not dial beyond the ready agents, or only as far as it may."


def is_spent(view: CampaignView) -> bool:
    """Whether more are abandoned than the cap permits.

    >>> [is_spent(CampaignView(campaign="spring", persons=100, abandoned=n)) for n in (3, 4)]
    [False, True]
    """
    return view.abandoned + view.owed > view.cap * (view.persons + view.owed) + 1e-9


def share_out(seen: Snapshot, rule: Rule, ahead: Mapping[str, Ahead] = NOTHING) -> Decision:
    """Fill the campaigns' wishes one after the other, within lines, leads and calls per second.

    What the rule foresaw, by campaign, goes along with its share.
    """
    shares: list[Share] = []
    placed, lines, in_flight = 0, seen.lines_free, seen.in_flight
    taken: dict[str, int] = {}
    for view in seen.campaigns:
        wish, bound = rule(seen, view)
        if view.waits and bound in AS_FEW_AS_AGENTS and is_spent(view):
            wish, bound = 0, "cap"
        on_trunk = taken.get(view.trunk, 0)
        tightest, room = bound, wish - in_flight - placed
        if view.barred and room >= 0:
            tightest, room = view.barred, 0
        trunk_left = view.lines_left if view.trunk_left is None else view.trunk_left
        lines_left = min(lines, view.lines_left, trunk_left - on_trunk)
        if lines_left < room:
            tightest, room = "lines", lines_left
        if view.leads_now < room:
            tightest, room = "leads", view.leads_now
        if view.may_place < room:
            tightest, room = "calls_per_s", view.may_place
        n = max(0, room)
        shares.append(Share(view.campaign, n, tightest, ahead.get(view.campaign)))
        placed, lines = placed + n, lines - n
        taken[view.trunk] = on_trunk + n
    level = (in_flight + placed) / seen.ready if seen.ready else 0.0
    return Decision(shares=tuple(shares), level=level)
