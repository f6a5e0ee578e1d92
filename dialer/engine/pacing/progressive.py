"""One call per agent who waits: nobody is ever abandoned for want of an agent."""

from typing import Any

from dialer.engine.pacing.snapshot import CampaignView, Decision, Snapshot, share_out


def progressive(seen: Snapshot, view: CampaignView) -> tuple[int, str]:
    """As many calls in flight as agents are ready.

    >>> from dialer.engine.pacing import calm
    >>> progressive(calm(ready=7), calm().campaigns[0])
    (7, 'agents')
    """
    return seen.ready, "agents"


class Progressive:
    """Learns nothing, owes nothing."""

    looks_at_ages = False

    def hear(self, fact: Any) -> None:
        """Nothing to learn."""

    def decide(self, seen: Snapshot) -> Decision:
        """One call per ready agent."""
        return share_out(seen, progressive)

    def checkpoint(self) -> bytes:
        """Nothing was learnt."""
        return b""

    def resume(self, kept: bytes) -> None:
        """Nothing to go on with."""
