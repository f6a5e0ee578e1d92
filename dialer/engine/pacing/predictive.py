"""As many calls as the next one is unlikely to find nobody: a look ahead by ages, and the account.

One more call is worth it while the chance that whoever answers it finds no agent free stays below
a limit. The forecast gives that chance for each delay after which the call could be answered. The
limit is the share of abandoned that the account can bear from here on, times a factor that is
learnt: up by `STEP * aim` with everybody who was connected, down by `STEP * (1 - aim)` with
everybody who was not, so that what the forecast gets wrong is made good.

The cap of the day is not left to the limit. Beyond the ready agents it dials only while the day
would close within the cap even if all those calls were abandoned and only half of the people came
who are expected, and while the count is not beyond the cap by more than one abandoned for every
five agents; otherwise progressively.
"""

from collections.abc import Sequence
from math import erf, exp, floor, pi, sqrt
from typing import Any, NamedTuple

import msgspec
import numpy as np

from dialer.engine.pacing.facts import Abandoned, Connected, Freed, Resolved, TalkEnded
from dialer.engine.pacing.forecast import DELAYS, Forecast
from dialer.engine.pacing.progressive import progressive
from dialer.engine.pacing.selftuned import (
    BUSY,
    DAY_S,
    FORGETTING,
    LEARNING,
    LEAST_TO_COME,
    PRIOR_CALLS,
    PRIOR_RATE,
    TALK_S,
    WRAP_UP_S,
    account,
)
from dialer.engine.pacing.snapshot import CampaignView, Decision, Floats, Snapshot, share_out
from models.estimators import Rate, Run, Watched

STEP = 0.08
LEAST, START, MOST = -1.5, 0.0, 2.0
"Of the factor's logarithm."
MARGIN = 0.97
"Of the cap that is aimed at."
OVERDRAFT = 0.2
"Abandoned per agent by which the count may be beyond the cap while the day lasts."
SURE = 0.5
"Of the people who are expected before the account closes so many are counted on."
HALF_LIFE = 300.0
"Of so many resolved calls the oldest counts half."
LEAST_CHANCE = 1e-3
CERTAIN = 1e-6
"Variance where nothing is uncertain."
FAR, ROOT_HALF, DENSITY = 5.0, sqrt(0.5), 1.0 / sqrt(2.0 * pi)


class Tuned(msgspec.Struct):
    """What is known of one campaign, but who answers."""

    log_factor: float = START
    aim: float = 0.0
    foretold: float = PRIOR_RATE
    "The chance that was thought of the calls that ended lately, where one was thought."
    persons: int = 0
    "In the account when it was last seen: fewer than that, and a new day has begun."
    began_at: float | None = None


Trials = tuple[float, float, int, tuple[Run, Run]]
"Of `Watched`: hits, trials, changes, runs."


class Belief(msgspec.Struct):
    """All that was learnt."""

    campaigns: dict[str, Tuned] = {}
    answered: dict[str, Trials] = {}
    "Empty but in a checkpoint."
    durations: bytes = b""
    "Likewise."
    talk_s: float = TALK_S
    wrap_up_s: float = WRAP_UP_S


class Predictive:
    """Learner, account and rule."""

    def __init__(self) -> None:
        self.belief, self.forecast = Belief(), Forecast()
        self._answered: dict[str, Watched] = {}

    def hear(self, fact: Any) -> None:
        """Fold a fact."""
        belief = self.belief
        self.forecast.hear(fact)
        match fact:
            case Resolved(campaign=name):
                self._who_answers(name).add(fact.person)
                if fact.chance is not None:
                    tuned = self._of(name)
                    tuned.foretold += (1.0 - FORGETTING) * (fact.chance - tuned.foretold)
            case Connected(campaign=name):
                tuned = self._of(name)
                tuned.log_factor = min(MOST, tuned.log_factor + STEP * tuned.aim)
            case Abandoned(campaign=name):
                tuned = self._of(name)
                tuned.log_factor = max(LEAST, tuned.log_factor - STEP * (1.0 - tuned.aim))
            case TalkEnded(talk_s=seconds):
                belief.talk_s += LEARNING * (seconds - belief.talk_s)
            case Freed(wrap_up_s=seconds):
                belief.wrap_up_s += LEARNING * (seconds - belief.wrap_up_s)

    def decide(self, seen: Snapshot) -> Decision:
        """How many calls to place now."""
        return share_out(seen, self._rule)

    def checkpoint(self) -> bytes:
        """What was learnt, for a restart."""
        kept = msgspec.structs.replace(
            self.belief,
            answered={name: _trials(watched) for name, watched in self._answered.items()},
            durations=self.forecast.checkpoint(),
        )
        return msgspec.msgpack.encode(kept)

    def resume(self, kept: bytes) -> None:
        """Go on where that was kept."""
        belief = msgspec.msgpack.decode(kept, type=Belief)
        for name, (hits, trials, changes, runs) in belief.answered.items():
            watched = self._who_answers(name)
            watched.rate.hits, watched.rate.trials = hits, trials
            watched.changes, watched.runs = changes, runs
        self.forecast.resume(belief.durations)
        self.belief = msgspec.structs.replace(belief, answered={}, durations=b"")

    # ---- the rule ----
    def _rule(self, seen: Snapshot, view: CampaignView) -> tuple[int, str]:
        agents, bound = progressive(seen, view)
        if not seen.logged_in:
            return agents, bound
        tuned = self._of(view.campaign)
        to_come = self._to_come(seen, view, tuned)
        left = account(view, to_come=to_come, margin=MARGIN)
        tuned.aim = MARGIN * view.cap
        over = view.abandoned + 1 - view.cap * (view.persons + 1)
        if left.target <= 0.0 or over > OVERDRAFT * seen.logged_in:
            return agents, "cap"
        bearable = agents + spare_at_close(view, to_come)
        most = min(view.lines_left, view.may_place, bearable - seen.in_flight)
        if most <= 0:
            return max(agents, bearable), "cap"
        wanted = seen.in_flight + self._more(seen, view, exp(tuned.log_factor) * left.target, most)
        if wanted >= bearable:
            return bearable, "cap"
        return (wanted, "forecast") if wanted > agents else (agents, bound)

    def _more(self, seen: Snapshot, view: CampaignView, limit: float, most: int) -> int:
        """How many more calls, each of which finds nobody with less than this chance."""
        ahead, known = self.forecast, self.forecast.tables(seen.at)
        rate = self._who_answers(view.campaign).mean
        free = ahead.free(seen, known)
        answers = ahead.answers(seen, known, self._chances(seen, view, rate))
        outlook = [
            _Delay(*numbers)
            for numbers in zip(
                (free[:DELAYS] - answers[:DELAYS]).tolist(),
                (free[DELAYS : 2 * DELAYS] + answers[DELAYS : 2 * DELAYS]).tolist(),
                (free[2 * DELAYS :] - answers[2 * DELAYS :]).tolist(),
                known.answered[0].tolist(),
                strict=True,
            )
        ]
        ready = seen.ready - seen.waiting - seen.deciding - 0.5
        return _count(outlook, ready, seen.pending, rate, limit, most)

    def _chances(self, seen: Snapshot, view: CampaignView, rate: float) -> Floats | float:
        """Of the calls that ring: everybody's, or each one's where leads differ."""
        if view.next_chance is None and len(seen.campaigns) == 1:
            return rate
        if view.next_chance is None:
            rates = [self._who_answers(one.campaign).mean for one in seen.campaigns]
            return np.array([*rates, rate])[seen.ringing_campaign]  # -1: of a campaign that is gone
        scale = rate / max(self._of(view.campaign).foretold, LEAST_CHANCE)
        return np.clip(scale * seen.ringing_chance, LEAST_CHANCE, 1.0 - LEAST_CHANCE)

    def _to_come(self, seen: Snapshot, view: CampaignView, tuned: Tuned) -> float:
        """Persons whom the agents can still take before the account closes, of this campaign."""
        if tuned.began_at is None or view.persons < tuned.persons:
            tuned.began_at = seen.at
        tuned.persons = view.persons
        closes_at = tuned.began_at + DAY_S if view.closes_at is None else view.closes_at
        handle_s = self.belief.talk_s + self.belief.wrap_up_s
        persons = BUSY * seen.logged_in * (closes_at - seen.at) / handle_s
        return max(LEAST_TO_COME, persons / len(seen.campaigns))

    def _of(self, campaign: str) -> Tuned:
        if campaign not in self.belief.campaigns:
            self.belief.campaigns[campaign] = Tuned()
        return self.belief.campaigns[campaign]

    def _who_answers(self, campaign: str) -> Watched:
        if campaign not in self._answered:
            rate = Rate(prior=PRIOR_RATE, weight=PRIOR_CALLS, half_life=HALF_LIFE)
            self._answered[campaign] = Watched(rate)
        return self._answered[campaign]


def spare_at_close(view: CampaignView, to_come: float) -> int:
    """So many calls could all be abandoned now, and the day would close within the cap.

    >>> rich = CampaignView(campaign="spring", persons=1000, abandoned=25)
    >>> spare_at_close(rich, to_come=0.0), spare_at_close(rich, to_come=1000.0)
    (5, 20)
    """
    persons = view.persons + SURE * to_come
    return floor((view.cap * persons - view.abandoned) / (1.0 - view.cap))


class _Delay(NamedTuple):
    """After it: moments of agents free less people who want one, and of one call's answer."""

    mean: float
    variance: float
    third: float
    answered: float


def _count(
    outlook: Sequence[_Delay], ready: float, begun: int, rate: float, limit: float, most: int
) -> int:
    for more in range(most):
        calls, lost = begun + more, 0.0
        for mean, variance, third, answered in outlook:
            q = rate * answered
            spread = q * (1.0 - q)
            lost += _none(
                ready + mean - calls * q,
                variance + calls * spread + CERTAIN,
                third - calls * spread * (1.0 - 2.0 * q),
            )
        if lost > limit * len(outlook):
            return more
    return most


def _none(mean: float, variance: float, third: float) -> float:
    """That nobody is left, by the normal law and its correction for skewness.

    >>> _none(0.0, 1.0, 0.0), round(_none(1.0, 1.0, 0.0), 4), _none(9.0, 1.0, 0.0)
    (0.5, 0.1587, 0.0)
    """
    sd = sqrt(variance)
    z = -mean / sd
    if abs(z) > FAR:
        return 1.0 if z > 0.0 else 0.0
    skew = third / (variance * sd) / 6.0 * (z * z - 1.0) * exp(-0.5 * z * z) * DENSITY
    return min(1.0, max(0.0, 0.5 * (1.0 + erf(z * ROOT_HALF)) - skew))


def _trials(watched: Watched) -> Trials:
    return watched.rate.hits, watched.rate.trials, watched.changes, watched.runs
