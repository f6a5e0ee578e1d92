"""As many calls as the next one is unlikely to find nobody: a look ahead by ages, and the account.

One more call is worth it while the chance that whoever answers it finds no agent free stays below
a limit. The forecast gives that chance for each delay after which the call could be answered. The
limit is the share of abandoned that the account can bear from here on, times a factor that is
learnt: up by `STEP * aim` with everybody who was connected, down by `STEP * (1 - aim)` with
everybody who was not, so that what the forecast gets wrong is made good.

The cap of the day is not left to the limit. Beyond the ready agents it dials only while the day
would close within the cap even if everybody whom all those calls reach were abandoned and only half
of the people came who are expected, and while the count is not beyond the cap by more than a few
(`overdraft`); otherwise progressively.
"""

from math import exp, floor, sqrt
from typing import Any

import msgspec
import numpy as np

from dialer.engine.pacing.answering import PRIOR_RATE, Answering, Kept
from dialer.engine.pacing.facts import Abandoned, Connected, Freed, Resolved, TalkEnded
from dialer.engine.pacing.forecast import DELAYS, Forecast
from dialer.engine.pacing.progressive import progressive
from dialer.engine.pacing.selftuned import (
    BUSY,
    DAY_S,
    FORGETTING,
    LEARNING,
    LEAST_TO_COME,
    TALK_S,
    WRAP_UP_S,
    account,
)
from dialer.engine.pacing.snapshot import Ahead, CampaignView, Decision, Floats, Snapshot, share_out
from models.lookahead import Instant, calls_ahead

STEP = 0.08
LEAST, START, MOST = -1.5, 0.0, 2.0
"Of the factor's logarithm."
MARGIN = 0.97
"Of the cap that is aimed at."
OVERDRAFT, OVERDRAFT_EACH = 5.0, 0.2
"Abandoned, and more per agent, by which the count may be beyond the cap while the day lasts."
SURE = 0.5
"Of the people who are expected before the account closes so many are counted on."
SURE_SD = 3.0
"How far chance may go in how many people a number of calls reaches."
LEAST_CHANCE = 1e-3


class Tuned(msgspec.Struct):
    """What is known of one campaign, but who answers."""

    log_factor: float = START
    aim: float = 0.0
    foretold: float = PRIOR_RATE
    "The chance that was thought of the calls that ended lately, where one was thought."
    persons: int = 0
    "In the account when it was last seen: fewer than that, and a new day has begun."
    began_at: float | None = None


class Belief(msgspec.Struct):
    """All that was learnt."""

    campaigns: dict[str, Tuned] = {}
    answered: dict[str, Kept] = {}
    "Empty but in a checkpoint."
    durations: bytes = b""
    "Likewise."
    talk_s: float = TALK_S
    wrap_up_s: float = WRAP_UP_S


class Predictive:
    """Learner, account and rule."""

    def __init__(self) -> None:
        self.belief, self.forecast = Belief(), Forecast()
        self._answered: dict[str, Answering] = {}
        self._ahead: dict[str, Ahead] = {}

    def hear(self, fact: Any) -> None:
        """Fold a fact."""
        belief = self.belief
        self.forecast.hear(fact)
        match fact:
            case Resolved(campaign=name):
                self._who_answers(name).hear(fact)
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
        return share_out(seen, self._rule, self._ahead)

    def checkpoint(self) -> bytes:
        """What was learnt, for a restart."""
        kept = msgspec.structs.replace(
            self.belief,
            answered={name: who.keep() for name, who in self._answered.items()},
            durations=self.forecast.checkpoint(),
        )
        return msgspec.msgpack.encode(kept)

    def resume(self, kept: bytes) -> None:
        """Go on where that was kept."""
        belief = msgspec.msgpack.decode(kept, type=Belief)
        for name, who in belief.answered.items():
            self._who_answers(name).resume(who)
        self.forecast.resume(belief.durations)
        self.belief = msgspec.structs.replace(belief, answered={}, durations=b"")

    # ---- the rule ----
    def _rule(self, seen: Snapshot, view: CampaignView) -> tuple[int, str]:
        agents, bound = progressive(seen, view)
        self._ahead.pop(view.campaign, None)
        if not seen.logged_in:
            return agents, bound
        who = self._who_answers(view.campaign)
        who.of_team(seen.logged_in)
        to_come = self._to_come(seen, view)
        left = account(view, to_come=max(LEAST_TO_COME, to_come), margin=MARGIN)
        tuned = self._of(view.campaign)
        tuned.aim = MARGIN * view.cap
        over = view.abandoned + 1 - view.cap * (view.persons + 1)
        if left.target <= 0.0 or over > overdraft(seen.logged_in):
            return agents, "cap"
        spare = spare_at_close(view, to_come)
        bearable = agents + spare if spare <= 0 else calls_for(agents + spare, who.mean)
        most = min(view.lines_left, view.may_place, bearable - seen.in_flight)
        if most <= 0:
            return max(agents, bearable), "cap"
        wanted = seen.in_flight + self._more(seen, view, exp(tuned.log_factor) * left.target, most)
        if wanted >= bearable:
            return bearable, "cap"
        return (wanted, "forecast") if wanted > agents else (agents, bound)

    def _more(self, seen: Snapshot, view: CampaignView, allowed: float, most: int) -> int:
        """How many more calls, each of which finds nobody with less than this chance."""
        who = self._who_answers(view.campaign)
        instants = self._instants(seen, view, who.mean)
        found = calls_ahead(instants, limit=allowed, most=most, begun=seen.pending, doubt=who.doubt)
        answers = sum([one.answers for one in instants]) / DELAYS
        left = sum([one.mean for one in instants]) / DELAYS
        free = left + answers - (seen.ready - seen.waiting - seen.deciding)
        self._ahead[view.campaign] = Ahead(free, answers, found.chance, found.next_chance, allowed)
        return found.calls

    def _instants(self, seen: Snapshot, view: CampaignView, rate: float) -> list[Instant]:
        """What will be, after each delay."""
        ahead, known = self.forecast, self.forecast.tables(seen)
        ready = seen.ready - seen.waiting - seen.deciding
        free = ahead.free(seen, known)
        answers = ahead.answers(seen, known, self._chances(seen, view, rate))
        variance = free + answers
        moments = (
            (ready + free[:DELAYS] - answers[:DELAYS]).tolist(),
            variance[DELAYS : 2 * DELAYS].tolist(),
            (free[2 * DELAYS :] - answers[2 * DELAYS :]).tolist(),
            answers[:DELAYS].tolist(),
            (rate * known.answered[0]).tolist(),  # of the calls after the next nothing is known,
        )
        return [*map(Instant, *moments)]

    def _chances(self, seen: Snapshot, view: CampaignView, rate: float) -> Floats | float:
        """Of the calls that ring: everybody's, or each one's where leads differ."""
        if view.next_chance is None and len(seen.campaigns) == 1:
            return rate
        if view.next_chance is None:
            rates = [self._who_answers(one.campaign).mean for one in seen.campaigns]
            return np.array([*rates, rate])[seen.ringing_campaign]  # -1: of a campaign that is gone
        scale = rate / max(self._of(view.campaign).foretold, LEAST_CHANCE)
        return np.clip(scale * seen.ringing_chance, LEAST_CHANCE, 1.0 - LEAST_CHANCE)

    def _to_come(self, seen: Snapshot, view: CampaignView) -> float:
        """Persons whom the agents can still take before the account closes, of this campaign."""
        tuned = self._of(view.campaign)
        if tuned.began_at is None or view.persons < tuned.persons:
            tuned.began_at = seen.at
        tuned.persons = view.persons
        closes_at = tuned.began_at + DAY_S  # agents go home before the calling hours end
        if view.closes_at is not None:
            closes_at = min(closes_at, view.closes_at)
        handle_s = self.belief.talk_s + self.belief.wrap_up_s
        persons = BUSY * seen.logged_in * (closes_at - seen.at) / handle_s
        return max(0.0, persons / len(seen.campaigns))

    def _of(self, campaign: str) -> Tuned:
        if campaign not in self.belief.campaigns:
            self.belief.campaigns[campaign] = Tuned()
        return self.belief.campaigns[campaign]

    def _who_answers(self, campaign: str) -> Answering:
        if campaign not in self._answered:
            self._answered[campaign] = Answering()
        return self._answered[campaign]


def overdraft(logged_in: int) -> float:
    """Abandoned by which the count may be beyond the cap while the day lasts.

    >>> overdraft(10), overdraft(50)
    (7.0, 15.0)
    """
    return OVERDRAFT + OVERDRAFT_EACH * logged_in


def spare_at_close(view: CampaignView, to_come: float) -> int:
    """So many people could all be abandoned now, and the day would close within the cap.

    >>> rich = CampaignView(campaign="spring", persons=1000, abandoned=25)
    >>> spare_at_close(rich, to_come=0.0), spare_at_close(rich, to_come=1000.0)
    (5, 20)
    """
    persons = view.persons + SURE * to_come
    return floor((view.cap * persons - view.abandoned) / (1.0 - view.cap))


def calls_for(persons: int, rate: float) -> int:
    """The most calls that reach no more people than these, unless by a chance of one in a thousand.

    They reach `n rate` in the mean, and `SURE_SD` standard deviations more at worst.

    >>> [calls_for(10, rate) for rate in (1.0, 0.3, 0.1)]
    [10, 15, 41]
    """
    spread = SURE_SD * sqrt(rate * (1.0 - rate))
    root = (sqrt(spread * spread + 4.0 * rate * persons) - spread) / (2.0 * rate)
    return max(persons, floor(root * root))
