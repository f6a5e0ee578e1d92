"""Where a dialer lives: its switch, and the ways out through it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from typing import Literal

import msgspec

from dialer.clock import SteadyClock
from dialer.engine.compliance import MISSING, Rules, readiness
from dialer.engine.events import CampaignOpened, TrunkOpened
from dialer.errors import Unfit
from dialer.journal.sqlite import SqliteJournal
from dialer.live import Inbox
from dialer.ports import Switch

Source = Literal["live", "lab", "sim"]


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """A trunk, as far as a campaign must fit it."""

    source: Source
    "Whom it reaches: people, the lab's carrier, or nobody but a simulation."
    caller_ids: tuple[str, ...] = ()
    "What it may show; empty: anything."
    lines: int = 10_000
    calls_per_s: float = 1000.0
    rest_s: float = 0.0
    "How long a caller id rests that is flagged; 0: none does."
    ring_timeout_s: float = 180.0
    outside: tuple[str, ...] = ()
    "Names of those outside of the house to whom customers may be handed over by it."

    def admitted(self, opened: CampaignOpened, rules: Rules) -> CampaignOpened:
        """The campaign within the trunk's limits. `Unfit` says why it may not use the trunk."""
        kind: Literal["live", "lab"] = "live" if self.source == "live" else "lab"
        if lacks := readiness(kind, rules, opened.caller_ids):
            words = "; ".join(MISSING[what] for what in lacks)
            raise Unfit(f"campaign `{opened.campaign}` may not dial people yet: {words}")
        if foreign := set(opened.caller_ids) - set(self.caller_ids or opened.caller_ids):
            raise Unfit(
                f"campaign `{opened.campaign}`: trunk `{opened.trunk}` may not show "
                f"{', '.join(sorted(foreign))}; it may show {', '.join(self.caller_ids)}"
            )
        ring_s = min(opened.ring_timeout_s, self.ring_timeout_s)
        if kind == "live" and ring_s < rules.ring_least_s:
            raise Unfit(
                f"campaign `{opened.campaign}`: it rings for {ring_s:g} s on trunk "
                f"`{opened.trunk}`; law `{rules.law}` asks for {rules.ring_least_s:g} s"
            )
        return msgspec.structs.replace(
            opened,
            source=self.source,
            lines=min(opened.lines, self.lines),
            calls_per_s=min(opened.calls_per_s, self.calls_per_s),
            ring_timeout_s=ring_s,
            ring_least_s=min(opened.ring_least_s, ring_s),
        )

    def opened(self, name: str, at: float) -> TrunkOpened:
        """What it carries, as the engine is told."""
        return TrunkOpened(
            trunk=name, lines=self.lines, calls_per_s=self.calls_per_s, rest_s=self.rest_s, at=at
        )


async def _nothing() -> Sequence[str]:
    return ()


class World(msgspec.Struct, frozen=True):
    """Where the dialer lives: real telephones behind an Asterisk, or something in their place."""

    switch: Callable[[SqliteJournal, Inbox, SteadyClock], AbstractAsyncContextManager[Switch]]
    "Opens the switch for the dialer's life."
    trunks: Mapping[str, Way]
    "The ways out, by name."
    service: Callable[[], AbstractAsyncContextManager[object]] = nullcontext
    "Around all the dialers of a service: what one leaves standing for the next ends with it."
    recording: Callable[[str, Path], str] = lambda campaign, file: ""
    "Takes in a campaign's safe-harbour message; what the switch calls it."
    unfit: Callable[[], Awaitable[Sequence[str]]] = _nothing
    "Asked once the switch is up: what forbids to dial, each with its mend."
    listeners: Callable[[], Mapping[str, float]] = dict
    "What the listeners say of themselves: frames, late ones, workers."

    def admitted(self, opened: CampaignOpened, rules: Rules) -> CampaignOpened:
        """The campaign as its trunk takes it. `Unfit` says why it does not."""
        if opened.trunk not in self.trunks:
            known = ", ".join(sorted(self.trunks)) or "none"
            raise Unfit(f"no trunk `{opened.trunk}` here; there are: {known}")
        return self.trunks[opened.trunk].admitted(opened, rules)

    @property
    def outside(self) -> Mapping[str, Sequence[str]]:
        """Trunk -> whom customers may be handed over to by it."""
        return {name: way.outside for name, way in self.trunks.items() if way.outside}

    def source_of(self, trunk: str) -> Source:
        """Whom that trunk reaches; people, if it is not known any more."""
        return self.trunks[trunk].source if trunk in self.trunks else "live"
