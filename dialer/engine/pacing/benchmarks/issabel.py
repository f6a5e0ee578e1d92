"""Issabel's predictor: busy agents count as free once their call has lasted unusually long.

Written anew from the behaviour of Predictor and CampaignProcess of the Elastix call centre module.
Every three seconds it wants a call for each free agent and for each busy one whose call should be
over when the next is answered; with overcommit it divides what is missing by the share of calls
that are answered. Here that share is of people: pacers are not told of machines, which count there.
"""

from math import exp

from dialer.engine.pacing.benchmarks.peer import Every, Mean, Tally
from dialer.engine.pacing.facts import Fact, Resolved, TalkEnded
from dialer.engine.pacing.snapshot import CampaignView, Snapshot

PLACE_S, ASR_S = 3.0, 1800.0
QOS, ENOUGH = 0.97, 10
"Of the exponential law; completed calls, or calls in the share, before either is used."
LEAST_ASR = 0.20
TALKING = 0


def is_over(in_call_s: float, answer_s: float, talk_s: float, qos: float = QOS) -> bool:
    """Whether the predictor takes an agent for free: not before 3.5 mean talks, answer included.

    >>> is_over(510.0, answer_s=10.0, talk_s=150.0), is_over(520.0, answer_s=10.0, talk_s=150.0)
    (False, True)
    """
    return 1.0 - exp(-(in_call_s + answer_s) / talk_s) >= qos


def wanted(free: int, predicted: int, queued: int, awaited: int, asr: float) -> int:
    """Calls to place: pending ones are taken off first, what is left is divided.

    >>> wanted(free=5, predicted=1, queued=0, awaited=2, asr=0.4)
    10
    >>> wanted(free=5, predicted=0, queued=0, awaited=4, asr=0.1)
    5
    """
    missing = max(0, free + predicted - queued) - awaited
    return round(missing / max(LEAST_ASR, asr)) if missing > 0 else 0


class Issabel:
    """Means of talk and answer, and the share of answered calls of half an hour."""

    def __init__(self) -> None:
        self._tally = Tally(ASR_S)
        self._talk_s, self._answer_s = Mean(150.0), Mean(8.0)
        self._place = Every(PLACE_S)

    def hear(self, fact: Fact) -> None:
        """Durations and answers."""
        self._tally.hear(fact)
        match fact:
            case TalkEnded(talk_s=seconds):
                self._talk_s.add(seconds)
            case Resolved(person=True, ring_s=float() as seconds):
                self._answer_s.add(seconds)

    def wish(self, seen: Snapshot, view: CampaignView) -> int:
        """Every three seconds; in between nothing."""
        if not self._place.is_due(seen.at):
            return 0
        lately = self._tally.lately(seen.at)
        asr = lately.persons / lately.calls if lately.calls >= ENOUGH else 1.0
        awaited = seen.in_flight - seen.waiting
        more = wanted(seen.ready, self._predicted(seen), seen.waiting, awaited, asr)
        return seen.in_flight + more

    def _predicted(self, seen: Snapshot) -> int:
        if self._talk_s.n < ENOUGH:
            return 0
        talking = seen.busy_since[seen.busy_phase == TALKING]
        ages_s = (seen.at - talking).tolist()
        return sum(is_over(age_s, self._answer_s.mean, self._talk_s.mean) for age_s in ages_s)
