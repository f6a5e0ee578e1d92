"""An agent's mind: what somebody at a desk does next, in whichever world the desk stands.

A brain hears the news that a dialer tells (events and facts) and answers with plans. A plan is
carried out when its moment comes, if the brain still means it:

    for plan in brain.hear(news, at): ... wait until plan.at ...
        if brain.means(plan): order(plan.event)

>>> from sim.scenario import Shift, fixed
>>> anna = Brain("anna", "sales", "PJSIP/anna", Shift(wrap_up=fixed(6.0)), Random(1))
>>> [(plan.at, type(plan.event).__name__) for plan in anna.arrive(100.0)]
[(100.0, 'LoggedIn'), (100.0, 'WentReady')]
>>> talk = AgentWas(
...     agent="anna", pool="sales", state="TALKING", call="d1-7", from_at=120.0, to_at=150.0
... )
>>> [(plan.at, plan.event.call) for plan in anna.hear(talk, 150.0)]
[(156.0, 'd1-7')]
"""

from itertools import accumulate
from random import Random
from typing import NamedTuple

from dialer.engine.commands import AgentWas, Fact
from dialer.engine.events import (
    AgentHungUp,
    Bridged,
    CallWanted,
    Disposed,
    Event,
    LeadOffered,
    LeadSkipped,
    LoggedIn,
    LoggedOut,
    Paused,
    WentReady,
)
from sim.people import drawn
from sim.scenario import Shift

SAYS = {
    "sale": 0.12, "not_interested": 0.43, "callback": 0.08, "call_later": 0.15,
    "wrong_number": 0.06, "do_not_call": 0.04, "answered_questions": 0.12,
}  # fmt: skip
"What agents record, and how often. Word for word as in the disposition presets."
_WORDS, _HOW_OFTEN = list(SAYS), [*accumulate(SAYS.values())]
LOOKS_S = (3.0, 12.0)
"So long somebody who is shown is looked at."
SKIPS = 0.05
"So often somebody else is called first."
FOREVER = -1
"The mood of a plan that holds whatever happens."


class Plan(NamedTuple):
    """Something to do, unless the mood has changed by then."""

    at: float
    event: Event
    mood: int


class Brain:
    """One agent, from coming to going."""

    def __init__(self, agent: str, pool: str, endpoint: str, shift: Shift, rng: Random) -> None:
        self.agent, self.pool, self.endpoint = agent, pool, endpoint
        self._shift, self._rng = shift, rng
        self._mood = 0
        self._break_at = float("inf")
        self._call = ""

    def arrive(self, at: float) -> list[Plan]:
        """The shift begins."""
        shift = self._shift
        if shift.break_every_s:
            self._break_at = at + self._rng.uniform(0.5, 1.5) * shift.break_every_s
        plans = [
            Plan(at, LoggedIn(self.agent, self.pool, self.endpoint, at=at), FOREVER),
            Plan(at, WentReady(self.agent, at=at), FOREVER),
        ]
        if shift.leaves is not None:
            gone = at + shift.leaves.draw(self._rng)
            plans.append(Plan(gone, LoggedOut(self.agent, at=gone), FOREVER))
        return plans

    def hear(self, news: Event | Fact, at: float) -> list[Plan]:
        """What this agent makes of something that has happened."""
        match news:
            case Bridged(agent=self.agent):
                return self._talk(news.call, at)
            case LeadOffered(agent=self.agent):
                return [self._look(news, at)]
            case AgentWas(agent=self.agent, state="TALKING") if news.call:
                return self._wrap_up(news.call, at)
            case AgentWas(agent=self.agent, state="PAUSED", reason="break"):
                self._break_at = at + self._rng.uniform(0.8, 1.2) * self._shift.break_every_s
        return []

    def means(self, plan: Plan) -> bool:
        """It is still what the agent wants."""
        return plan.mood in (FOREVER, self._mood)

    # ---- what follows -------------------------------------------------------------------------
    def _look(self, shown: LeadOffered, at: float) -> Plan:
        """Who is shown is called, mostly."""
        done = at + self._rng.uniform(*LOOKS_S)
        if self._rng.random() < SKIPS:
            return self._plan(done, LeadSkipped(self.agent, shown.lead, at=done))
        return self._plan(done, CallWanted(self.agent, shown.campaign, shown.lead, at=done))

    def _talk(self, call: str, at: float) -> list[Plan]:
        self._mood += 1
        if self._rng.random() >= self._shift.ends_calls:
            return []
        end = at + self._shift.agent_talk.draw(self._rng)
        return [self._plan(end, AgentHungUp(self.agent, call, at=end))]

    def _wrap_up(self, call: str, at: float) -> list[Plan]:
        self._mood += 1
        done = at + self._shift.wrap_up.draw(self._rng)
        says = drawn(self._rng, _WORDS, _HOW_OFTEN)
        if done < self._break_at:
            return [self._plan(done, Disposed(self.agent, call, says, at=done))]
        back = done + self._shift.break_s.draw(self._rng)
        return [
            self._plan(done, Disposed(self.agent, call, says, "pause", at=done)),
            self._plan(done, Paused(self.agent, "break", at=done)),
            self._plan(back, WentReady(self.agent, at=back)),
        ]

    def _plan(self, at: float, event: Event) -> Plan:
        return Plan(at, event, self._mood)
