"""Who will be free and who will have answered, a few seconds from now.

Everything that takes time is looked at with its age. A phone that has rung for fifteen seconds, an
agent who has talked for two minutes: what is known of such gives the chance that it is answered, or
that the agent is free, within each of a few delays. The delays are those after which a call placed
now would be answered, each as likely as the others, so that the mean over them is the mean over
the call's own fate. Sums over all calls and agents are sums of rows of two tables.

What has not ended yet counts as well: the first conversations of a day to end are the short ones,
and whoever learnt from them alone would expect everybody to be free too soon.
"""

from copy import copy
from dataclasses import dataclass, field, replace

import msgspec
import numpy as np

from dialer.engine.pacing.facts import Fact, Freed, Resolved, TalkEnded
from dialer.engine.pacing.snapshot import Floats, Ints, Snapshot
from models.durations import Ages, Durations, Way, grid

DELAYS = 8
RING_STEP_S, RING_ROWS = 0.5, 120
TALK_STEP_S, WRAP_UP_STEP_S, ROWS = 5.0, 1.0, 360
"The last row stands for all that have lasted longer."
STEP_S = 1.0
"Of the sum over when a conversation ends and its wrap-up begins."
YOUNG, MANY, MANY_OLD, FRESH_S = 200, 20, 40, 10.0
"Tables are made anew with so many new facts; once many are known with more, and not at once."
NEAR = 0.005
"A table for another chance than before is made when it differs by more, of itself."
TALKING = 0
"Among the phases of the busy."
MOMENTS = 3
MEAN, VARIANCE, THIRD = (slice(n * DELAYS, (n + 1) * DELAYS) for n in range(MOMENTS))
"Where each of them stands in a row, by delay."
ALL_ROWS = np.arange(RING_ROWS)
_sum = np.add.reduce


def rings(prior: Way) -> Durations:
    """How long it rings until something happens."""
    return Durations(grid(1.0, 60.0, growth=1.01), (prior,), weight=20.0, half_life=1500.0)


@dataclass(slots=True)
class Learnt:
    """All durations, learnt from facts."""

    person: Durations = field(default_factory=lambda: rings(Way(11.0, 0.6)))
    other: Durations = field(default_factory=lambda: rings(Way(22.0, 0.5)))
    talk: Durations = field(
        default_factory=lambda: Durations(
            grid(5.0, 3600.0, growth=1.08), (Way(150.0, 1.0),), weight=10.0, half_life=1000.0
        )
    )
    wrap_up: Durations = field(
        default_factory=lambda: Durations(
            grid(2.0, 600.0, growth=1.08), (Way(30.0, 0.8),), weight=10.0, half_life=1000.0
        )
    )
    facts: int = 0

    def hear(self, fact: Fact) -> None:
        """Fold a fact."""
        match fact:
            case Resolved(ring_s=float() as ring_s, let_alone=True):
                self.other.add(ring_s, way=None)
            case Resolved(ring_s=float() as ring_s):
                (self.person if fact.person else self.other).add(ring_s)
            case TalkEnded():
                self.talk.add(fact.talk_s)
            case Freed():
                self.wrap_up.add(fact.wrap_up_s)
            case _:
                return
        self.facts += 1

    def with_unended(self, talking_s: Floats, wrapping_s: Floats) -> "Learnt":
        """The same, and what has lasted so long and goes on."""
        more = replace(self, talk=copy(self.talk), wrap_up=copy(self.wrap_up))
        more.talk.exposed_s = self.talk.exposed_s + self.talk.at_risk_s(talking_s)
        more.wrap_up.exposed_s = self.wrap_up.exposed_s + self.wrap_up.at_risk_s(wrapping_s)
        return more

    def keep(self) -> "Kept":
        """As plain bytes."""
        return self.facts, tuple(
            (one.ended.tobytes(), one.exposed_s.tobytes()) for one in self._each()
        )

    def resume(self, kept: "Kept") -> None:
        """Go on where that was kept."""
        self.facts, pairs = kept
        for one, (ended, exposed_s) in zip(self._each(), pairs, strict=True):
            one.ended = np.frombuffer(ended).reshape(one.ended.shape).copy()
            one.exposed_s = np.frombuffer(exposed_s).copy()

    def _each(self) -> tuple[Durations, ...]:
        return self.person, self.other, self.talk, self.wrap_up


Kept = tuple[int, tuple[tuple[bytes, bytes], ...]]
"Facts; ended and at risk, by kind of duration."


class Checkpoint(msgspec.Struct):
    """What was learnt, and of what and when the tables were made: they are made again."""

    learnt: Kept
    made_of: Kept | None
    made_at: float
    chance: float | None
    "For which the answers were tabulated."


class Tables(msgspec.Struct, frozen=True):
    """What has lasted so long ends within each delay: chances by row and delay."""

    delays_s: Floats
    answered: Floats
    "Of calls that a person answers: the share answered between the age of the row and the delay."
    first: list[float]
    "The same of a call that is placed now, by delay."
    person_left: Floats
    "Of those calls the share that still rings at that age."
    other_left: Floats
    "The same of calls that no person answers."
    free: Floats
    "By phase, age and delay: chance, variance and third moment that the agent is free."


def tables(learnt: Learnt) -> Tables:
    """From what is known now."""
    person, other = learnt.person.ages(), learnt.other.ages()
    delays_s = _quantiles(person)
    ages_s = RING_STEP_S * (np.arange(RING_ROWS) + 0.5)
    ages_s[0] = 0.0
    left = person.lasting(ages_s)
    answered = left[:, None] - person.lasting(ages_s[:, None] + delays_s)
    return Tables(
        delays_s=delays_s,
        answered=answered,
        first=answered[0].tolist(),
        person_left=left[:, None],
        other_left=np.maximum(other.lasting(ages_s), 1e-12)[:, None],
        free=_moments(_free(learnt.talk.ages(), learnt.wrap_up.ages(), delays_s)),
    )


def _quantiles(law: Ages) -> Floats:
    """Delays that are each as likely."""
    at_s = np.arange(0.0, 90.0, 0.25)
    wanted = (np.arange(DELAYS) + 0.5) / DELAYS
    return np.asarray(np.interp(wanted, 1.0 - law.lasting(at_s), at_s))


def _free(talk: Ages, wrap_up: Ages, delays_s: Floats) -> Floats:
    """The chance that an agent who talks or wraps up is free within each delay."""
    wrapped_s = WRAP_UP_STEP_S * (np.arange(ROWS) + 0.5)
    lines_s = np.arange(0.0, delays_s[-1] + STEP_S, STEP_S)
    lasting = _talking(talk, len(lines_s))
    ended = 1.0 - lasting / lasting[:, :1]
    then_s = delays_s - (lines_s[:-1, None] + 0.5 * STEP_S)
    wrapped = np.where(then_s > 0.0, 1.0 - wrap_up.lasting(np.maximum(then_s, 0.0)), 0.0)
    after_talk = np.diff(ended, axis=1) @ wrapped
    left = wrap_up.lasting(wrapped_s)[:, None]
    after_wrap_up = 1.0 - wrap_up.lasting(wrapped_s[:, None] + delays_s) / np.maximum(left, 1e-280)
    return np.concatenate((after_talk, after_wrap_up))


def _talking(talk: Ages, lines: int) -> Floats:
    """The chance to talk for so long: by age, and so many steps later.

    A step of ages is five of those, so that each instant stands in several rows: reckoned once.
    """
    steps = round(TALK_STEP_S / STEP_S)
    at_s = 0.5 * TALK_STEP_S + STEP_S * np.arange(steps * (ROWS - 1) + lines)
    return np.asarray(talk.lasting(at_s)[steps * np.arange(ROWS)[:, None] + np.arange(lines)])


def _moments(chance: Floats) -> Floats:
    """Mean, variance and third central moment of yes or no, side by side."""
    variance = chance * (1.0 - chance)
    return np.concatenate((chance, variance, variance * (1.0 - 2.0 * chance)), axis=1)


class Forecast:
    """Learns, keeps its tables fresh, and looks ahead."""

    def __init__(self) -> None:
        self.learnt = Learnt()
        self._tables: Tables | None = None
        self._made_at = 0.0
        self._made_of: Kept | None = None
        self._scale = np.array([1.0 / TALK_STEP_S, 1.0 / WRAP_UP_STEP_S])
        self._made: tuple[Tables, float, Floats] | None = None
        self._none = np.zeros(MOMENTS * DELAYS)

    def hear(self, fact: Fact) -> None:
        """Fold a fact."""
        self.learnt.hear(fact)

    def checkpoint(self) -> bytes:
        """What was learnt, for a restart."""
        chance = None if self._made is None else self._made[1]
        return msgspec.msgpack.encode(
            Checkpoint(self.learnt.keep(), self._made_of, self._made_at, chance)
        )

    def resume(self, kept: bytes) -> None:
        """Go on where that was kept, with the same tables to the last bit."""
        was = msgspec.msgpack.decode(kept, type=Checkpoint)
        if was.made_of is not None:
            self.learnt.resume(was.made_of)
            self._renew(self.learnt, was.made_at)
            if was.chance is not None and self._tables is not None:
                self._of_all(self._tables, was.chance)
        self.learnt.resume(was.learnt)

    def tables(self, seen: Snapshot) -> Tables:
        """Fresh ones."""
        at, known, facts = seen.at, self._tables, self.learnt.facts
        if known is None or self._made_of is None:
            return self._of_now(seen)
        few = MANY if facts < YOUNG else MANY_OLD
        late = facts < YOUNG or at >= self._made_at + FRESH_S
        return self._of_now(seen) if late and facts >= self._made_of[0] + few else known

    def _of_now(self, seen: Snapshot) -> Tables:
        lasted_s = seen.at - seen.busy_since
        talks = seen.busy_phase == TALKING
        return self._renew(self.learnt.with_unended(lasted_s[talks], lasted_s[~talks]), seen.at)

    def _renew(self, learnt: Learnt, at: float) -> Tables:
        self._tables = tables(learnt)
        self._made_at, self._made_of = at, learnt.keep()
        return self._tables

    def free(self, seen: Snapshot, known: Tables) -> Floats:
        """Of the agents who are busy now and stay: moments of how many are free, by delay."""
        since, phase = seen.busy_since, seen.busy_phase
        if len(since) == 0:
            return self._none
        if len(seen.leaving):
            stays = ~np.isin(since, seen.leaving)
            since, phase = since[stays], phase[stays]
        rows = ((seen.at - since) * self._scale[phase]).astype(np.int64)
        np.minimum(rows, ROWS - 1, out=rows)
        rows += phase * ROWS
        return np.asarray(_sum(known.free.take(rows, axis=0)))

    def answers(self, seen: Snapshot, known: Tables, chance: Floats | float) -> Floats:
        """Of the calls that ring now: moments of how many are answered, by delay.

        The chance is each one's own or everybody's.
        """
        since = seen.ringing_since
        if len(since) == 0:
            return self._none
        rows = ((seen.at - since) * (1.0 / RING_STEP_S)).astype(np.int64)
        np.minimum(rows, RING_ROWS - 1, out=rows)
        if isinstance(chance, float):
            return np.asarray(_sum(self._of_all(known, chance).take(rows, axis=0)))
        return np.asarray(_moments(_answered(known, chance[:, None], rows)).sum(axis=0))

    def _of_all(self, known: Tables, chance: float) -> Floats:
        made = self._made
        if made is None or made[0] is not known or abs(chance - made[1]) > NEAR * made[1]:
            made = self._made = known, chance, _moments(_answered(known, chance, ALL_ROWS))
        return made[2]


def _answered(known: Tables, chance: Floats | float, rows: Ints) -> Floats:
    """By Bayes: what has rung so long was the less likely to be answered at all."""
    still = chance * known.person_left[rows] + (1.0 - chance) * known.other_left[rows]
    return np.asarray(chance * known.answered[rows] / still)
