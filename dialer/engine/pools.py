"""The pools: what pacing sees, what it decides, and what is claimed for it."""

from collections.abc import Collection
from itertools import compress
from math import ceil
from typing import Any, TypeVar

import msgspec
import numpy as np

from dialer.engine.account import period
from dialer.engine.budget import tightest
from dialer.engine.commands import Claim, Decided, Order, Record
from dialer.engine.events import CampaignOpened
from dialer.engine.floor import Floor
from dialer.engine.governor import Governor
from dialer.engine.index import Index
from dialer.engine.pacing import POLICIES, CampaignView, Decision, Pacer, Share, Snapshot, policy
from dialer.engine.pacing.snapshot import Floats, Ints
from dialer.engine.previews import OF_AGENTS, Previews
from dialer.engine.state import Campaign, State
from models.abandonment import worst_rate

A = TypeVar("A", bound=np.ndarray[Any, Any])
MODES = list(POLICIES)


class Pools:
    """Keeps no state of its own but the pacers."""

    def __init__(
        self, state: State, index: Index, order: Order, floor: Floor, governor: Governor,
        previews: Previews,
    ) -> None:  # fmt: skip
        self.state, self.index, self.order = state, index, order
        self.floor, self.governor, self.previews = floor, governor, previews
        self._pacers: dict[tuple[str, str], Pacer] = {}
        self._seen_busy: dict[str, _Busy] = {}
        self._terms: dict[str, _Terms] = {}
        for pool, modes in state.learnt.items():
            for mode, kept in modes.items():
                self._pacer(pool, mode).resume(kept)

    def turn(self, at: float, *, news: bool = True) -> None:
        """Launch what is due and, where there is news, decide about more, pool by pool."""
        if self.index.news:
            self._hear()
        self.governor.rests.turn(at)
        for name, campaigns in self._by_pool().items():
            supply = self.floor.supply(name)
            room = False
            for campaign in campaigns:
                is_due = campaign.queue or campaign.by_hand
                if is_due and self.governor.launch(campaign, supply, at):
                    room = room or campaign.bound == "calls_per_s"
            if not (news or room):
                continue
            if any([one.opened.pacing in OF_AGENTS for one in campaigns]):
                self.previews.turn(campaigns, at)
                campaigns = [one for one in campaigns if one.opened.pacing not in OF_AGENTS]
                if not campaigns:
                    continue
            mode = self._mode(campaigns)
            pacer = self._pacer(name, mode)
            seen = self._snapshot(name, campaigns, supply, at, pacer.looks_at_ages)
            self._carry_out(seen, pacer.decide(seen), mode, name)

    def _by_pool(self) -> dict[str, list[Campaign]]:
        pools: dict[str, list[Campaign]] = {}
        for campaign in self.state.campaigns.values():
            if campaign.state != "stopped" or campaign.queue or campaign.by_hand:
                pool = campaign.opened.pool
                if pool in pools:
                    pools[pool].append(campaign)
                else:
                    pools[pool] = [campaign]
        return pools

    @staticmethod
    def _mode(campaigns: list[Campaign]) -> str:
        """The most careful mode of the pool's campaigns."""
        if len(campaigns) == 1:
            return campaigns[0].opened.pacing
        return min((c.opened.pacing for c in campaigns), key=MODES.index)

    # ---- what it has learnt ----
    def _pacer(self, pool: str, mode: str) -> Pacer:
        key = (pool, mode)
        known = self._pacers.get(key)
        if known is None:
            known = self._pacers[key] = policy(mode)
        return known

    def _hear(self) -> None:
        """Tell every pacer of a pool what has happened there, whether or not it decides now."""
        for pool, fact in self.index.news:
            for (name, _), pacer in self._pacers.items():
                if name == pool:
                    pacer.hear(fact)
        self.index.news.clear()

    def keep(self) -> None:
        """Put what was learnt into the state."""
        self._hear()
        for (pool, mode), pacer in self._pacers.items():
            self.state.learnt.setdefault(pool, {})[mode] = pacer.checkpoint()

    # ---- what it sees ----
    def _snapshot(
        self, name: str, campaigns: list[Campaign], supply: int, at: float, ages: bool
    ) -> Snapshot:
        pool = self.index.pool(name)
        crew, busy = self.index.crew(name), self._busy(name) if ages else NOBODY
        chance, whose = self._ringing(name, campaigns) if ages else (NO_FLOATS, NO_INTS)
        views = tuple([self._view(c, supply, at) for c in campaigns])
        lines, used, calls_per_s, pending = 0, 0, 0.0, len(pool.pending)
        for one in campaigns:
            opened = one.opened
            lines = max(lines, opened.lines)
            used, pending = used + one.lines_used, pending + one.claimed
            calls_per_s += opened.calls_per_s
        return Snapshot(
            at=at,
            ready=max(0, len(pool.ready) - len(pool.callers) - crew.spoken_for),
            logged_in=crew.logged_in,
            lines_free=max(0, lines - used - pending),
            calls_per_s_left=calls_per_s,
            ringing_since=_floats(pool.ringing.values()) if ages else NO_FLOATS,
            ringing_chance=chance,
            ringing_campaign=whose,
            waiting_since=_floats(pool.waiting.values()) if ages else NO_FLOATS,
            busy_since=busy.since,
            busy_phase=busy.phase,
            leaving=busy.leaving,
            pending=pending,
            deciding=len(pool.deciding),
            campaigns=views,
            counted=None if ages else (len(pool.ringing), len(pool.waiting)),
        )

    def _busy(self, name: str) -> "_Busy":
        """The agents who are busy; seen anew only when one of the pool has changed."""
        changes, known = self.index.crew(name).changes, self._seen_busy.get(name)
        if known is None or known.changes != changes:
            since = self.index.pool(name).busy.values()
            phases = self.index.phases(name).values()
            wrap_up, goes = zip(*phases, strict=True) if phases else ((), ())
            known = self._seen_busy[name] = _Busy(
                changes,
                since=_floats(since),
                phase=_ints(wrap_up),
                leaving=_floats([*compress(since, goes)]),
            )
        return known

    def _ringing(self, name: str, campaigns: list[Campaign]) -> tuple[Floats, Ints]:
        """Of each call that rings: the chance that a person answers, and its campaign's place."""
        by_campaign = self.index.ringing(name)
        if not by_campaign:
            return NO_FLOATS, NO_INTS
        places = {c.opened.campaign: place for place, c in enumerate(campaigns)}
        if len(by_campaign) == 1:
            [(campaign, n)] = by_campaign.items()
            chances, place = np.empty(n), np.empty(n, np.int64)
            chances.fill(self._chance(campaign))  # np.full takes ten times as long
            place.fill(places.get(campaign, -1))
            return _fixed(chances), _fixed(place)
        calls = self.state.calls
        whose = [calls[key].intent.campaign for key in self.index.pool(name).ringing]
        rates = {campaign: self._chance(campaign) for campaign in by_campaign}
        return (
            _floats([rates[campaign] for campaign in whose]),
            _ints([places.get(campaign, -1) for campaign in whose]),
        )

    def _chance(self, campaign: str) -> float:
        known = self.state.campaigns.get(campaign)
        return known.answer_rate if known else 0.0

    def _view(self, campaign: Campaign, supply: int, at: float) -> CampaignView:
        opened, terms = campaign.opened, self._terms_of(campaign, at)
        account = tightest(self.state, self.index, campaign, at)
        barred = self.governor.barred(campaign, supply, at)
        if not barred and at < campaign.claim_again_at:
            barred = campaign.refused
        queued = len(campaign.queue) + campaign.claimed
        lines = int(opened.lines * self.governor.rests.part_awake(campaign))
        lines_left = max(0, lines - campaign.lines_used - queued)
        trunk_left = self.governor.lines_left(campaign)
        return CampaignView(
            campaign=opened.campaign,
            ratio=opened.ratio,
            leads_now=campaign.leads_now,
            in_flight=campaign.lines_used + queued,
            lines_left=lines_left,
            trunk=opened.trunk,
            trunk_left=lines_left if trunk_left is None else max(0, trunk_left),
            answer_rate=campaign.answer_rate,
            persons=account.persons,
            abandoned=account.abandoned,
            owed=account.owed,
            cap=opened.abandon_cap,
            closes_at=terms.closes_at,
            days_after=terms.days_after,
            window_s=terms.window_s,
            binds_always=terms.binds_always,
            waits=terms.waits,
            may_place=_affordable(campaign, _room(terms.calls_at_once, queued)),
            barred=barred,
        )

    def _terms_of(self, campaign: Campaign, at: float) -> "_Terms":
        opened, ledger = campaign.opened, campaign.ledger
        day, known = ledger.day_of(at), self._terms.get(opened.campaign)
        if known is None or known.opened is not opened or known.day != day:
            over = period(opened.account)
            known = self._terms[opened.campaign] = _Terms(
                opened=opened,
                day=day,
                closes_at=ledger.closes_at(at, opened.closes_min),
                days_after=ledger.days_after(over, at),
                window_s=over.window_s,
                binds_always=over.binds_always,
                waits=opened.when_spent == "wait",
                calls_at_once=ceil(opened.calls_per_s),
            )
        return known

    # ---- what it does ----
    def _carry_out(self, seen: Snapshot, decision: Decision, mode: str, pool: str) -> None:
        for share, view in zip(decision.shares, seen.campaigns, strict=True):
            campaign = self.state.campaigns[share.campaign]
            campaign.level = decision.level
            if share.n:
                campaign.claimed += share.n
                resting = self.governor.rests.of(campaign)
                self.order(_claim(campaign, share.n, mode, self.state.epoch, resting))
            if share.n or share.bound != campaign.bound:
                campaign.bound = share.bound
                self.order(Record(_row(seen, decision, view, share, mode, pool)))


class _Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from a campaign's rules and the day alone: not worked out at each decision."""

    opened: CampaignOpened
    day: str
    closes_at: float
    days_after: int
    window_s: float | None
    binds_always: bool
    waits: bool
    calls_at_once: int


class _Busy(msgspec.Struct, frozen=True):
    """The busy agents of a pool, as a snapshot shows them."""

    changes: int
    since: Floats
    phase: Ints
    leaving: Floats


def _floats(values: Collection[float]) -> Floats:
    return _fixed(np.fromiter(values, np.float64, len(values))) if values else NO_FLOATS


def _ints(values: Collection[int]) -> Ints:
    return _fixed(np.fromiter(values, np.int64, len(values))) if values else NO_INTS


def _fixed(array: A) -> A:
    """Whoever gets it shall not write in it."""
    array.setflags(write=False)
    return array


NO_FLOATS, NO_INTS = _fixed(np.empty(0)), _fixed(np.empty(0, np.int64))
NOBODY = _Busy(0, NO_FLOATS, NO_INTS, NO_FLOATS)


def _claim(campaign: Campaign, n: int, mode: str, epoch: int, resting: tuple[str, ...]) -> Claim:
    priced = campaign.spending.amount is not None
    return Claim(campaign.opened.campaign, n, mode, epoch, priced=priced, resting=resting)


def _affordable(campaign: Campaign, room: int) -> int:
    """No more promises than the budget of the day bears, those that wait counted."""
    if not room or campaign.spending.amount is None:
        return room
    waits = campaign.claimed + len(campaign.queue)
    return int(max(0, min(room, campaign.spending.calls_left() - waits)))


def _room(most: int, queued: int) -> int:
    """How many more promises may wait for their moment: half a second's worth at once, or none.

    >>> [_room(60, queued) for queued in (0, 20, 31, 60)], [_room(1, queued) for queued in (0, 1)]
    ([60, 40, 0, 0], [1, 0])
    """
    room = max(0, most - queued)
    return room if 2 * room >= most else 0


def _row(
    seen: Snapshot, decision: Decision, view: CampaignView, share: Share, mode: str, pool: str
) -> Decided:
    ahead = share.ahead
    return Decided(
        at=seen.at,
        pool=pool,
        campaign=view.campaign,
        mode=mode,
        ready=seen.ready,
        logged_in=seen.logged_in,
        waiting=seen.waiting,
        ringing=seen.ringing,
        lines_free=seen.lines_free,
        leads_left=view.leads_now,
        answer_rate=view.answer_rate,
        persons=view.persons,
        abandoned=view.abandoned,
        n=share.n,
        level=decision.level,
        bound=share.bound,
        owed=view.owed,
        worst_rate=worst_rate(view.persons, view.abandoned, seen.in_flight + share.n + view.owed),
        expected_free=ahead.free if ahead else None,
        expected_answers=ahead.answers if ahead else None,
        chance=ahead.chance if ahead else None,
        next_chance=ahead.next_chance if ahead else None,
        chance_allowed=ahead.allowed if ahead else None,
    )
