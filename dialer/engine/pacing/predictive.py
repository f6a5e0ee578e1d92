"""As many calls as the next one is unlikely to find nobody: a look ahead by ages, and the account.

One more call is worth it while the chance that whoever answers it finds no agent free stays below
a limit. The forecast gives that chance for each delay after which the call could be answered. The
limit is the share of abandoned that the account can bear from here on, times a factor that is
learnt: up by `STEP * aim` with everybody who was connected, down by `STEP * (1 - aim)` with
everybody who was not, so that what the forecast gets wrong is made good.

The cap of the day is not left to the limit. Beyond the ready agents it dials only while the day
would close within the cap even if everybody whom all those calls reach were abandoned and fewer
than half of the people came who are expected, and while the count is not beyond the cap by more
than a few (`overdraft`); otherwise progressively.
"""

from math import exp
from typing import Any

import msgspec
import numpy as np

from dialer.engine.pacing.answering import PRIOR_RATE, Answering, Kept
from dialer.engine.pacing.bearing import (
    account,
    beyond,
    calls_for,
    hours_target,
    overdraft,
    spare_at_close,
    spare_now,
)
from dialer.engine.pacing.facts import Abandoned, Connected, Freed, Resolved, TalkEnded
from dialer.engine.pacing.forecast import DELAYS, MEAN, THIRD, VARIANCE, Forecast
from dialer.engine.pacing.progressive import progressive
from dialer.engine.pacing.selftuned import (
    BUSY,
    DAY_S,
    FORGETTING,
    LEARNING,
    LEAST_TO_COME,
    TALK_S,
    WRAP_UP_S,
)
from dialer.engine.pacing.snapshot import Ahead, CampaignView, Decision, Floats, Snapshot, share_out
from models.lookahead import Instants, calls_ahead

STEP = 0.08
LEAST, START, MOST = -1.5, 0.0, 2.0
"Of the factor's logarithm."
MARGIN, HOURS_MARGIN = 0.97, 0.84
"Of the cap that is aimed at; in an account of hours."
SOON_S, LATELY = 1800.0, 0.002
"""Where the cap binds always: within this time the account should have room for as many calls as
there are in flight beyond the ready agents lately, and the weight of the newest count of them."""
LEAST_CHANCE = 1e-3
GONE = 500
"Abandoned that are remembered one by one."


class Tuned(msgspec.Struct):
    """What is known of one campaign, but who answers."""

    log_factor: float = START
    aim: float = 0.0
    foretold: float = PRIOR_RATE
    "The chance that was thought of the calls that ended lately, where one was thought."
    persons: int = 0
    "In the account when it was last seen: fewer than that, and a new day has begun."
    began_at: float | None = None
    gone: list[float] = []
    "When the last ones were abandoned."
    in_flight: float = 0.0
    "Calls beyond the ready agents, lately."


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

    looks_at_ages = True

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
                tuned.gone = [*tuned.gone[-GONE:], fact.at]
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
        bearable, target = self._bears(seen, view, who.mean)
        if target <= 0.0 or bearable <= agents:
            return agents, "cap"
        most = min(view.lines_left, view.may_place, bearable - seen.in_flight)
        if most <= 0:
            return max(agents, bearable), "cap"
        factor = exp(self._of(view.campaign).log_factor)
        wanted = seen.in_flight + self._more(seen, view, factor * target, most)
        if wanted >= bearable:
            return bearable, "cap"
        return (wanted, "forecast") if wanted > agents else (agents, bound)

    def _bears(self, seen: Snapshot, view: CampaignView, rate: float) -> tuple[int, float]:
        """How many calls in flight the account bears, and the share of abandoned to aim at."""
        tuned = self._of(view.campaign)
        today = self._to_come(seen, view)
        tuned.aim = MARGIN * view.cap
        if view.window_s is not None:
            target = hours_target(
                view,
                gone_ago_s=[seen.at - at for at in tuned.gone if at > seen.at - view.window_s],
                persons_per_s=self._persons(seen, seen.logged_in),
                margin=HOURS_MARGIN,
            )
            tuned.aim = target
            is_full = beyond(view) > 0.0
            return (seen.ready if is_full else seen.in_flight + view.lines_left), target
        later = self._persons(seen, seen.logged_in * view.days_after * DAY_S)
        target = account(view, to_come=max(LEAST_TO_COME, today + later), margin=MARGIN).target
        if view.binds_always:
            spare = spare_now(view)
            extra = max(0, seen.in_flight - seen.ready)
            tuned.in_flight += LATELY * (extra - tuned.in_flight)
            soon = max(LEAST_TO_COME, self._persons(seen, seen.logged_in * SOON_S))
            room = view.cap + (spare - tuned.in_flight) / soon
            return seen.ready + max(0, spare), max(0.0, min(target, room))
        if beyond(view) > overdraft(seen.logged_in):
            return seen.ready, target
        spare = spare_at_close(view, today)
        return seen.ready + spare if spare <= 0 else calls_for(seen.ready + spare, rate), target

    def _more(self, seen: Snapshot, view: CampaignView, allowed: float, most: int) -> int:
        """How many more calls, each of which finds nobody with less than this chance."""
        who = self._who_answers(view.campaign)
        instants = self._instants(seen, view, who.mean)
        found = calls_ahead(instants, limit=allowed, most=most, begun=seen.pending, doubt=who.doubt)
        answers = sum(instants.answers) / DELAYS
        left = sum(instants.mean) / DELAYS
        free = left + answers - (seen.ready - seen.waiting - seen.deciding)
        self._ahead[view.campaign] = Ahead(free, answers, found.chance, found.next_chance, allowed)
        return found.calls

    def _instants(self, seen: Snapshot, view: CampaignView, rate: float) -> Instants:
        """What will be, after each delay."""
        ahead, known = self.forecast, self.forecast.tables(seen)
        ready = seen.ready - seen.waiting - seen.deciding
        free = ahead.free(seen, known)
        answers = ahead.answers(seen, known, self._chances(seen, view, rate))
        return Instants(
            (ready + free[MEAN] - answers[MEAN]).tolist(),
            (free[VARIANCE] + answers[VARIANCE]).tolist(),
            (free[THIRD] - answers[THIRD]).tolist(),
            answers[MEAN].tolist(),
            [rate * each for each in known.first],  # of the calls after the next nothing is known
        )

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
        staffed_s = seen.logged_in * max(0.0, closes_at - seen.at)
        for at, agents in seen.departures:
            staffed_s -= agents * max(0.0, closes_at - max(at, seen.at))
        return self._persons(seen, max(0.0, staffed_s))

    def _persons(self, seen: Snapshot, staffed_s: float) -> float:
        """Whom agents can take in so much time of theirs all together, of each campaign."""
        handle_s = self.belief.talk_s + self.belief.wrap_up_s
        return BUSY * staffed_s / handle_s / len(seen.campaigns)

    def _of(self, campaign: str) -> Tuned:
        if campaign not in self.belief.campaigns:
            self.belief.campaigns[campaign] = Tuned()
        return self.belief.campaigns[campaign]

    def _who_answers(self, campaign: str) -> Answering:
        if campaign not in self._answered:
            self._answered[campaign] = Answering()
        return self._answered[campaign]
