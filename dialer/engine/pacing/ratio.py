"""A fixed number of calls per agent who waits, as long as the day's account allows."""

from math import floor
from typing import Any

from dialer.engine.pacing.progressive import progressive
from dialer.engine.pacing.snapshot import CampaignView, Decision, Snapshot, share_out
from models.abandonment import worst_rate

SAFE_START = 20
"Persons in today's account below which it dials progressively: no budget can be read from fewer."


def ratio(seen: Snapshot, view: CampaignView) -> tuple[int, str]:
    """`ratio` calls per ready agent; one call per agent while the account has no room.

    Room: the cap must hold if every extra call in flight were abandoned.

    >>> from dialer.engine.pacing import calm
    >>> seen = calm(ready=4, ratio=2.5, persons=1000, abandoned=5)
    >>> ratio(seen, seen.campaigns[0])
    (10, 'ratio')
    >>> empty = calm(ready=4, ratio=2.5, persons=1000, abandoned=30)
    >>> ratio(empty, empty.campaigns[0])
    (4, 'cap')
    """
    wish = floor(view.ratio * seen.ready)
    agents, _ = progressive(seen, view)
    if wish <= agents:
        return wish, "ratio"
    if view.persons < SAFE_START:
        return agents, "safe_start"
    extra = _bearable(view, wish - agents)
    return agents + extra, "ratio" if agents + extra == wish else "cap"


def _bearable(view: CampaignView, most: int) -> int:
    """The most calls up to so many that could all be abandoned with the cap still kept."""
    least = 0
    while least < most:  # the worst rate grows with each call
        middle = (least + most + 1) // 2
        if worst_rate(view.persons, view.abandoned, view.owed + middle) <= view.cap:
            least = middle
        else:
            most = middle - 1
    return least


class Ratio:
    """The number is the campaign's own."""

    looks_at_ages = False

    def hear(self, fact: Any) -> None:
        """Nothing to learn."""

    def decide(self, seen: Snapshot) -> Decision:
        """`ratio` calls per ready agent, within the account."""
        return share_out(seen, ratio)

    def checkpoint(self) -> bytes:
        """Nothing was learnt."""
        return b""

    def resume(self, kept: bytes) -> None:
        """Nothing to go on with."""
