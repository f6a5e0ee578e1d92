"""Trunks, and the numbers of ours that they show."""

from dialer.engine.events.event import Event


class TrunkOpened(Event, frozen=True, tag=True):
    """What a trunk carries, for all its campaigns together. Told at each start."""

    trunk: str
    lines: int
    calls_per_s: float
    rest_s: float = 0.0
    "How long a caller id rests that is flagged on this trunk; 0: none is put to rest."


class TrunkSeen(Event, frozen=True, tag=True):
    """OPTIONS says whether the trunk answers."""

    trunk: str
    reachable: bool


class CallerIdRestWanted(Event, frozen=True, tag=True):
    """A person lets a number of ours rest until then, or at once ends its rest."""

    caller_id: str
    until: float
    "Not after `at`: it is shown again."
    why: str = ""
    user: str = ""


class OwnNumberReached(Event, frozen=True, tag=True):
    """Somebody showed one of our own numbers and called another, or the same: that was we."""

    caller_id: str
    "The number that was called."
    shown: str
    trunk: str
