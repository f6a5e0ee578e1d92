"""What the dialer does at this moment: `state.json`, which it writes anew each second.

A file that is older than three seconds is no news: the board says so and shows no live figure.
"""

from decimal import Decimal
from pathlib import Path

import msgspec

from dialer.engine.put_right import WRONG_S

OLD_S = 3.0
"Older than this is not live."


class Pool(msgspec.Struct, frozen=True):
    """Agents and calls by state; lines."""

    agents: dict[str, int] = {}
    calls: dict[str, int] = {}
    lines: int = 0
    lines_free: int = 0


class Detector(msgspec.Struct, frozen=True):
    """What is known of people who were taken for machines."""

    verdicts: int = 0
    hung_up: int = 0
    audited: int = 0
    people: int = 0
    bound: float | None = None
    binds: bool = False


class Budget(msgspec.Struct, frozen=True):
    """What a campaign may spend in its day, and what it has. Amounts are exact."""

    amount: Decimal
    currency: str
    day: str
    spent: Decimal
    held: Decimal
    "The most that calls under way can still cost."
    room: Decimal


class Campaign(msgspec.Struct, frozen=True):
    """One campaign: whether it dials, what it has done, and what holds it back."""

    state: str = ""
    why: str = ""
    placed: int = 0
    answered: int = 0
    persons: int = 0
    connected: int = 0
    abandoned: int = 0
    cap: float | None = None
    account: str = "day"
    group: str = ""
    left: int = 0
    "Abandoned that the account could still bear; its group's, where that has less left."
    owed: int = 0
    vendor_rate: float | None = None
    "Abandoned per answer of whatever kind, as others count."
    detector: Detector = Detector()
    binds: str = ""
    "`counted`, `group`, `mistakes`; empty: nothing of the account."
    leads_now: int = 0
    leads_left: int = 0
    level: float | None = None
    bound: str = ""
    mode: str = ""
    pool: str = ""
    zone: str = "UTC"
    budget: Budget | None = None

    @property
    def abandon_rate(self) -> float | None:
        """Abandoned per person who answered; None while nobody has."""
        return self.abandoned / self.persons if self.persons else None

    @property
    def is_over_cap(self) -> bool:
        """More was abandoned than the rules permit."""
        rate = self.abandon_rate
        return rate is not None and self.cap is not None and rate > self.cap


class Seat(msgspec.Struct, frozen=True):
    """One agent."""

    agent: str
    pool: str = ""
    state: str = ""
    since: float = 0.0
    call: str = ""
    reason: str = ""


class Trunk(msgspec.Struct, frozen=True):
    """One trunk: lines that are rented, and those in use."""

    lines: int = 0
    lines_used: int = 0


class Clock(msgspec.Struct, frozen=True):
    """The dialer's against the machine's."""

    off_s: float = 0.0
    "By so much the machine's has moved since the dialer read it."


class Newest(msgspec.Struct, frozen=True):
    """The whole picture."""

    at: float
    source: str = ""
    switch: str = "down"
    pools: dict[str, Pool] = {}
    campaigns: dict[str, Campaign] = {}
    agents: tuple[Seat, ...] = ()
    trunks: dict[str, Trunk] = {}
    outcomes: dict[str, dict[str, int]] = {}
    clock: Clock = Clock()

    def age_s(self, now: float) -> float:
        """How old it is by the machine's clock, also where that was put right meanwhile."""
        return max(0.0, now - self.at - self.clock.off_s)

    @property
    def is_outdated(self) -> bool:
        """Another dialer is to follow, by the right clock."""
        return abs(self.clock.off_s) > WRONG_S

    def is_old(self, now: float) -> bool:
        """It is no news any more."""
        return self.age_s(now) > OLD_S


def newest(home: Path) -> Newest | None:
    """The picture as it was written last; None if there is none that can be read."""
    try:
        return msgspec.json.decode((home / "state.json").read_bytes(), type=Newest)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
