"""One day of a floor, event by event, for one pacer: `played(day, seed, pacer)`.

The pacer gets facts and snapshots and nothing else. Calls ring as soon as they are placed, who
answers is known to be a person at once and waits two seconds at most. As in the engine phones that
have rung enough are let alone while no agent would be there in time.
"""

import heapq
import time
from collections import deque
from typing import Any

import numpy as np

from dialer.engine.pacing.facts import Abandoned, Connected, Freed, Resolved, TalkEnded
from dialer.engine.pacing.snapshot import CampaignView, Floats, Pacer, Snapshot
from dialer.engine.turnover import Turnover, is_too_late
from sim.pacing.fates import Fate, Fates, shifts
from sim.pacing.score import Played, worst_hour
from sim.scenario import SECONDS, Scenario

CAMPAIGN = "bench"
TICK_S = 1.0
FORGETTING = 0.02
NEVER = float("inf")


def played(
    day: Scenario, seed: int, pacer: Pacer, *, informed: float = 0.0, tells: bool = True,
    on_events: bool = True,
) -> Played:  # fmt: skip
    """Live through the day. `informed`: leads differ so much; `tells`: the pacer knows how."""
    floor = _Floor(day, Fates(day, seed, informed), pacer, on_events, tells)
    floor.run()
    return floor.told()


class _Agent:
    __slots__ = ("break_at", "goes_at", "since", "state")

    def __init__(self, goes_at: float, break_at: float) -> None:
        self.state, self.since = "away", 0.0
        self.goes_at, self.break_at = goes_at, break_at


class _Floor:
    def __init__(
        self, day: Scenario, fates: Fates, pacer: Pacer, on_events: bool, tells: bool
    ) -> None:
        self.day, self.fates, self.pacer = day, fates, pacer
        self.on_events, self.tells = on_events, tells
        self.at = 0.0
        self.ends_at = day.hours * SECONDS
        self.queue: list[tuple[float, int, Any, tuple[Any, ...]]] = []
        self.order = 0
        self.ready: deque[_Agent] = deque()
        self.busy: dict[_Agent, tuple[float, int]] = {}
        self.ringing: dict[int, tuple[float, float]] = {}
        self.waiting: dict[int, float] = {}
        self.calls = self.persons = self.abandoned = self.connected = 0
        self.alone = self.missed = 0
        self.turnover = Turnover()
        self.answer_rate = day.p
        self.wait_s = 0.0
        self.work_s = self.ready_s = self.all_work_s = self.all_ready_s = 0.0
        self.marks: list[tuple[float, bool]] = []
        self.decisions, self.decided_ns = 0, 0
        self.logged_in = 0
        self.leaving: list[float] = []
        self.news = False
        self._busy_seen: tuple[Floats, Any] | None = None
        self._rings_seen: tuple[Floats, Floats, Any] | None = None

    # ---- the clock ----
    def at_(self, at: float, what: Any, *args: Any) -> None:
        self.order += 1
        heapq.heappush(self.queue, (at, self.order, what, args))

    def run(self) -> None:
        rng, shift = self.fates.agents, self.day.shift
        for one in shifts(self.day, rng):
            pause = shift.break_every_s * rng.uniform(0.5, 1.5) if shift.break_every_s else NEVER
            agent = _Agent(one.goes_s, one.comes_s + pause)
            self.at_(one.comes_s, self.comes, agent)
            if one.goes_s < self.ends_at:
                self.at_(one.goes_s, self.wants_home, agent)
        tick = 0.0
        while tick < self.ends_at:
            while self.queue and self.queue[0][0] <= tick:
                self.at, _, what, args = heapq.heappop(self.queue)
                what(*args)
                if self.news and self.on_events:
                    self.decide()
            self.at = tick
            self.decide()
            tick += TICK_S
        self.at = self.ends_at
        for agent in list(self.ready):
            self.spend(agent, ready=True)
        for agent in list(self.busy):
            self.spend(agent, ready=False)

    # ---- agents ----
    def comes(self, agent: _Agent) -> None:
        self.logged_in += 1
        self.becomes_ready(agent)

    def becomes_ready(self, agent: _Agent) -> None:
        agent.state, agent.since = "ready", self.at
        self.ready.append(agent)
        self.news = True
        if self.waiting:
            call = next(iter(self.waiting))
            self.join(call, self.at - self.waiting.pop(call))

    def spend(self, agent: _Agent, *, ready: bool) -> None:
        """The interval that ends now goes into the books."""
        whole = self.at - agent.since
        scored = max(0.0, self.at - max(agent.since, self.day.warm_up_s))
        if ready:
            self.ready_s, self.all_ready_s = self.ready_s + scored, self.all_ready_s + whole
        else:
            self.work_s, self.all_work_s = self.work_s + scored, self.all_work_s + whole

    def wants_home(self, agent: _Agent) -> None:
        if agent.state == "ready":
            self.spend(agent, ready=True)
            self.ready.remove(agent)
            self.leave(agent)

    def leave(self, agent: _Agent) -> None:
        agent.state = "home"
        self.logged_in -= 1
        self.news = True

    def talked(self, agent: _Agent, fate: Fate) -> None:
        self.pacer.hear(TalkEnded(at=self.at, talk_s=fate.talk_s))
        self.busy[agent] = (self.at, 1)
        self._busy_seen = None
        self.news = True
        self.at_(self.at + fate.wrap_up_s, self.freed, agent, fate)

    def freed(self, agent: _Agent, fate: Fate) -> None:
        self.pacer.hear(Freed(at=self.at, wrap_up_s=fate.wrap_up_s))
        self.turnover.add(self.at)
        self.spend(agent, ready=False)
        del self.busy[agent]
        self._busy_seen = None
        self.news = True
        if self.at >= agent.goes_at:
            self.leave(agent)
        elif self.at >= agent.break_at:
            shift = self.day.shift
            agent.state = "break"
            agent.break_at = NEVER
            self.logged_in -= 1
            self.at_(self.at + shift.break_s.draw(self.fates.agents), self.back, agent)
        else:
            self.becomes_ready(agent)

    def back(self, agent: _Agent) -> None:
        if self.at >= agent.goes_at:
            agent.state = "home"
            return
        shift = self.day.shift
        agent.break_at = self.at + shift.break_every_s * self.fates.agents.uniform(0.8, 1.2)
        self.comes(agent)

    # ---- calls ----
    def place(self, n: int) -> None:
        for _ in range(n):
            fate = self.fates.of(self.calls)
            person = self.fates.is_person(fate, self.at)
            rings_s = fate.person_ring_s if person else fate.other_ring_s
            known = fate.chance if self.tells else None
            chance = self.answer_rate if known is None else known
            self.ringing[self.calls] = (self.at, chance)
            self.at_(self.at + rings_s, self.stops, self.calls, person, rings_s, known)
            self.calls += 1
        self._rings_seen = None

    def stops(self, call: int, person: bool, ring_s: float, chance: float | None) -> None:
        """It rings no more, unless it was let alone before."""
        if call not in self.ringing:
            self.missed += person
            return
        self.rings_no_more(call, person=person, ring_s=ring_s, chance=chance)
        if not person:
            return
        self.waiting[call] = self.at
        if self.ready:
            del self.waiting[call]
            self.join(call, 0.0)
        else:
            self.at_(self.at + self.day.connect_within_s, self.abandon, call)

    def rings_no_more(self, call: int, **known: Any) -> None:
        del self.ringing[call]
        self._rings_seen = None
        self.news = True
        fact = Resolved(at=self.at, campaign=CAMPAIGN, **known)
        self.answer_rate += FORGETTING * (fact.person - self.answer_rate)
        self.pacer.hear(fact)

    def let_alone(self) -> None:
        soon = self.turnover.per_s(self.at) * self.day.connect_within_s
        if not is_too_late(len(self.ready) - len(self.waiting), soon):
            return
        before = self.at - self.day.ring_least_s
        for call in [call for call, (since, _) in self.ringing.items() if since <= before]:
            known = self.fates.of(call).chance if self.tells else None
            ring_s = self.at - self.ringing[call][0]
            self.rings_no_more(call, person=False, ring_s=ring_s, chance=known, let_alone=True)
            self.alone += 1

    def join(self, call: int, wait_s: float) -> None:
        agent = self.ready.popleft()
        self.spend(agent, ready=True)
        agent.state, agent.since = "busy", self.at
        self.busy[agent] = (self.at, 0)
        self._busy_seen = None
        self.connected += 1
        self.wait_s += wait_s
        self.book(abandoned=False)
        self.pacer.hear(Connected(at=self.at, campaign=CAMPAIGN, wait_s=wait_s))
        fate = self.fates.of(call)
        self.at_(self.at + fate.talk_s, self.talked, agent, fate)

    def abandon(self, call: int) -> None:
        if call in self.waiting:
            del self.waiting[call]
            self.book(abandoned=True)
            self.news = True
            self.pacer.hear(Abandoned(at=self.at, campaign=CAMPAIGN))

    def book(self, *, abandoned: bool) -> None:
        self.persons += 1
        self.abandoned += abandoned
        self.marks.append((self.at, abandoned))

    # ---- the pacer ----
    def decide(self) -> None:
        if self.day.ring_least_s:
            self.let_alone()
        self.news = False
        seen = self.seen()
        began = time.thread_time_ns()
        decision = self.pacer.decide(seen)
        self.decided_ns += time.thread_time_ns() - began
        self.decisions += 1
        n = sum(share.n for share in decision.shares)
        if n:
            self.place(n)

    def seen(self) -> Snapshot:
        if self._busy_seen is None:
            since = np.array([at for at, _ in self.busy.values()])
            phase = np.array([phase for _, phase in self.busy.values()], np.int64)
            self._busy_seen = since, phase
            self.leaving = [
                at for agent, (at, _) in self.busy.items()
                if self.at >= agent.goes_at or self.at >= agent.break_at
            ]  # fmt: skip
        if self._rings_seen is None:
            since = np.array([at for at, _ in self.ringing.values()])
            chance = np.array([chance for _, chance in self.ringing.values()])
            self._rings_seen = since, chance, np.zeros(len(since), np.int64)
        since, phase = self._busy_seen
        rings, chance, whose = self._rings_seen
        lines = 20 * self.day.agents
        return Snapshot(
            at=self.at,
            ready=len(self.ready),
            logged_in=self.logged_in,
            lines_free=lines - len(self.ringing),
            calls_per_s_left=self.day.calls_per_s,
            ringing_since=rings,
            ringing_chance=chance,
            ringing_campaign=whose,
            waiting_since=np.array(list(self.waiting.values())),
            busy_since=since,
            busy_phase=phase,
            leaving=np.array(self.leaving),
            campaigns=(self.view(lines),),
        )

    def view(self, lines: int) -> CampaignView:
        return CampaignView(
            campaign=CAMPAIGN,
            ratio=self.day.ratio,
            leads_now=1_000_000,
            in_flight=len(self.ringing),
            lines_left=lines - len(self.ringing),
            answer_rate=self.answer_rate,
            next_chance=self.fates.of(self.calls).chance if self.tells else None,
            persons=self.persons,
            abandoned=self.abandoned,
            cap=self.day.abandon_cap,
            may_place=lines,
        )

    # ---- what it was worth ----
    def told(self) -> Played:
        scored = [gone for at, gone in self.marks if at >= self.day.warm_up_s]
        first = [gone for at, gone in self.marks if at < 1800.0]
        time_s = self.work_s + self.ready_s
        return Played(
            occupancy=self.work_s / time_s if time_s else 0.0,
            persons=self.persons,
            abandoned=self.abandoned,
            scored_persons=len(scored),
            scored_abandoned=sum(scored),
            calls=self.calls,
            let_alone=self.alone,
            missed=self.missed,
            connected=self.connected,
            wait_s=self.wait_s / max(self.connected, 1),
            first_half_hour=(len(first), sum(first)),
            worst_hour=worst_hour(self.marks),
            decisions=self.decisions,
            decision_us=self.decided_ns / 1e3 / max(self.decisions, 1),
            agent_s=self.all_work_s + self.all_ready_s,
            work_s=self.all_work_s,
        )
