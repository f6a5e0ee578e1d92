"""Limits from outside, for whoever plugs a pacer in where snapshots do not carry them."""

from typing import Any

import msgspec

from dialer.engine.account import Ledger, period
from dialer.engine.pacing.facts import Abandoned, Connected
from dialer.engine.pacing.snapshot import CampaignView, Decision, Pacer, Snapshot


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Of each campaign; None limits nothing."""

    cap: float | None = None
    "Abandoned per person who answered."
    lines: int | None = None
    "Calls at once."
    calls_per_s: float | None = None
    "Placed by one decision."
    closes_at: float | None = None
    "When the account of abandonment closes, on the clock of the snapshots."
    account: str | None = None
    "Over what it counts, see `account.period`; counted from the facts. None: as snapshots say."

    def __post_init__(self) -> None:
        """ValueError for what has no meaning."""
        if self.cap is not None and not 0.0 <= self.cap <= 1.0:
            raise ValueError(f"cap: {self.cap} makes no sense, it must be 0 to 1")
        for name in ("lines", "calls_per_s"):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise ValueError(f"{name}: {value} makes no sense, it must be 0 or more")
        period(self.account or "day")

    def on(self, view: CampaignView) -> CampaignView:
        """The campaign as it looks within them.

        >>> seen = CampaignView(campaign="spring", cap=0.03, lines_left=50, in_flight=8)
        >>> within = Limits(cap=0.05, lines=20).on(seen)
        >>> within.cap, within.lines_left
        (0.03, 12)
        """
        found: dict[str, Any] = {}
        if self.cap is not None:
            found["cap"] = min(view.cap, self.cap)
        if self.lines is not None:
            found["lines_left"] = max(0, min(view.lines_left, self.lines - view.in_flight))
        if self.calls_per_s is not None:
            found["may_place"] = min(view.may_place, int(self.calls_per_s))
        if self.closes_at is not None:
            known = view.closes_at
            found["closes_at"] = self.closes_at if known is None else min(known, self.closes_at)
        return msgspec.structs.replace(view, **found)


class Limited:
    """A pacer that sees every campaign within limits."""

    def __init__(self, pacer: Pacer, limits: Limits) -> None:
        self._pacer, self._limits = pacer, limits
        self.looks_at_ages = pacer.looks_at_ages
        self._ledgers: dict[str, Ledger] = {}

    def hear(self, fact: Any) -> None:
        """Fold a fact."""
        if self._limits.account and isinstance(fact, Abandoned | Connected):
            was_late = isinstance(fact, Abandoned)
            self._ledger(fact.campaign).count(at=fact.at, person=True, abandoned=was_late)
        self._pacer.hear(fact)

    def decide(self, seen: Snapshot) -> Decision:
        """How many calls to place now."""
        views = tuple(self._counted(self._limits.on(view), seen.at) for view in seen.campaigns)
        return self._pacer.decide(msgspec.structs.replace(seen, campaigns=views))

    def _counted(self, view: CampaignView, at: float) -> CampaignView:
        if not self._limits.account:
            return view
        over, ledger = period(self._limits.account), self._ledger(view.campaign)
        persons, abandoned = ledger.account(over, at)
        return msgspec.structs.replace(
            view,
            persons=persons,
            abandoned=abandoned,
            window_s=over.window_s,
            binds_always=over.binds_always,
            days_after=ledger.days_after(over, at),
        )

    def _ledger(self, campaign: str) -> Ledger:
        if campaign not in self._ledgers:
            self._ledgers[campaign] = Ledger("UTC")
        return self._ledgers[campaign]

    def checkpoint(self) -> bytes:
        """What was learnt, for a restart. Accounts are the snapshots' to keep."""
        return self._pacer.checkpoint()

    def resume(self, kept: bytes) -> None:
        """Go on where that was kept."""
        self._pacer.resume(kept)
