"""Calls per agent who waits, tuned by the account: the rule that needs nothing but counts.

k = c / p, with p the share of calls that a person answers, learnt with forgetting. The factor c
moves with every person who answered: up by `step * target` when an agent was there, down by
`step * (1 - target)` when nobody was, so that it rests where the share of abandoned is the target.
The target is what the account can bear from here on: what it has saved so far is spent over the
persons who are still to come, what it has overdrawn is earned back.

The cap itself is not left to the target. At every decision it must hold even if all the calls
beyond the ready agents were abandoned: a young account dials progressively, and is let out as it
grows.
"""

from math import exp, floor, log
from typing import Any

import msgspec

from dialer.engine.pacing.bearing import account
from dialer.engine.pacing.facts import Abandoned, Connected, Freed, Resolved, TalkEnded
from dialer.engine.pacing.progressive import progressive
from dialer.engine.pacing.snapshot import CampaignView, Decision, Snapshot, share_out

STEP = 0.02
"Of the logarithm of the factor: larger ones find it sooner and swing about it more."
FORGETTING = 0.5 ** (1 / 300)
"Of 300 resolved calls the oldest counts half."
PRIOR_RATE, PRIOR_CALLS = 0.3, 20.0
LEAST, START, MOST = log(0.2), log(0.7), log(6.0)
MOST_LINES = 40.0
TALK_S, WRAP_UP_S = 180.0, 60.0
LEARNING = 0.02
"Weight of the newest conversation in the mean length of one."
DAY_S = 8 * 3600.0
"How long a day is taken to be, from the first decision: the account closes then."
BUSY = 0.85
MARGIN, SMALL_MARGIN, SMALL = 0.97, 0.93, 15
"Of the cap that is aimed at; of few agents each single call weighs more."
LEAST_TO_COME = 40.0
SPREAD = 0.3
"Of an account of the last hours: over so much of them what was saved is spent."


class Tuned(msgspec.Struct):
    """What is known of one campaign."""

    log_c: float = START
    target: float = 0.0
    persons: float = PRIOR_RATE * PRIOR_CALLS
    calls: float = PRIOR_CALLS

    @property
    def lines_per_agent(self) -> float:
        """k: never fewer than one, and no burst.

        >>> Tuned(log_c=0.0, persons=30.0, calls=100.0).lines_per_agent
        3.3333333333333335
        """
        return min(max(1.0, exp(self.log_c) * self.calls / self.persons), MOST_LINES)


class Belief(msgspec.Struct):
    """All that was learnt."""

    campaigns: dict[str, Tuned] = {}
    talk_s: float = TALK_S
    wrap_up_s: float = WRAP_UP_S
    began_at: float | None = None


class SelfTuned:
    """Learner, account and rule: a line or two each."""

    looks_at_ages = False

    def __init__(self) -> None:
        self.belief = Belief()

    def hear(self, fact: Any) -> None:
        """Fold a fact."""
        belief = self.belief
        match fact:
            case Resolved(campaign=name):
                tuned = self._of(name)
                tuned.persons = FORGETTING * tuned.persons + fact.person
                tuned.calls = FORGETTING * tuned.calls + 1
            case Connected(campaign=name):
                tuned = self._of(name)
                tuned.log_c = min(MOST, tuned.log_c + STEP * tuned.target)
            case Abandoned(campaign=name):
                tuned = self._of(name)
                tuned.log_c = max(LEAST, tuned.log_c - STEP * (1.0 - tuned.target))
            case TalkEnded(talk_s=seconds):
                belief.talk_s += LEARNING * (seconds - belief.talk_s)
            case Freed(wrap_up_s=seconds):
                belief.wrap_up_s += LEARNING * (seconds - belief.wrap_up_s)

    def decide(self, seen: Snapshot) -> Decision:
        """How many calls to place now."""
        if self.belief.began_at is None:
            self.belief.began_at = seen.at
        return share_out(seen, self._rule)

    def checkpoint(self) -> bytes:
        """What was learnt, for a restart."""
        return msgspec.msgpack.encode(self.belief)

    def resume(self, kept: bytes) -> None:
        """Go on where that was kept."""
        self.belief = msgspec.msgpack.decode(kept, type=Belief)

    def _rule(self, seen: Snapshot, view: CampaignView) -> tuple[int, str]:
        tuned = self._of(view.campaign)
        margin = MARGIN if seen.logged_in >= SMALL else SMALL_MARGIN
        left = account(view, to_come=self._to_come(seen, view), margin=margin)
        tuned.target = left.target
        agents, bound = progressive(seen, view)
        extra = floor(tuned.lines_per_agent * seen.ready) - agents
        if extra <= 0:
            return agents, bound
        if left.target <= 0.0 or left.spare <= 0:
            return agents, "cap"
        return (agents + extra, "tuned") if extra <= left.spare else (agents + left.spare, "cap")

    def _to_come(self, seen: Snapshot, view: CampaignView) -> float:
        """Persons whom the agents can still take before the account closes, of each campaign."""
        began = seen.at if self.belief.began_at is None else self.belief.began_at
        left_s = DAY_S - (seen.at - began) % DAY_S + view.days_after * DAY_S
        if view.window_s is not None:
            left_s = SPREAD * view.window_s
        handle_s = self.belief.talk_s + self.belief.wrap_up_s
        persons = BUSY * seen.logged_in * left_s / handle_s
        return max(LEAST_TO_COME, persons / max(len(seen.campaigns), 1))

    def _of(self, campaign: str) -> Tuned:
        if campaign not in self.belief.campaigns:
            self.belief.campaigns[campaign] = Tuned()
        return self.belief.campaigns[campaign]
