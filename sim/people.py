"""Life stories: what a telephone does when it is called, and who answers it.

A story depends on the number, the attempt and the seed alone, never on when others were called:
two policies meet the same people.

>>> from sim.scenario import scenario
>>> town = Town(scenario("lab"), seed=1)
>>> town.story("15550100007", 1, at_s=0.0) == town.story("15550100007", 1, at_s=0.0)
True
"""

from bisect import bisect
from collections.abc import Callable, Sequence
from itertools import accumulate
from random import Random

import msgspec

from dialer.engine.events import Event, Heard, Progressed, Ringing
from sim.scenario import Rest, Scenario, answer_chance

NOBODY = ""


class Step(msgspec.Struct, frozen=True):
    """Something that is seen or heard, so many seconds after the beginning."""

    at_s: float
    event: Event
    "Without its call and its instant."


class Release(msgspec.Struct, frozen=True):
    """The network ends the attempt."""

    at_s: float
    cause: int
    sip: int | None = None
    local: bool = False


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """What one telephone does when it is called this time."""

    kind: str
    "`person`, `machine`, ... or how the network ends it."
    before: tuple[Step, ...] = ()
    "Since the order."
    answer_s: float | None = None
    release: Release | None = None
    "Instead of an answer. Neither: it rings until somebody ends it."
    after: tuple[Step, ...] = ()
    "What the listeners report, since the answer."
    greeting_end_s: float = 0.0
    patience_s: float = 1e9
    "Since the answer: who hears nothing hangs up then."
    talk_s: float = 1e9
    "Since the agent was there."
    end_s: float = 1e9
    "Since the answer: a machine hangs up by itself."

    @property
    def is_person(self) -> bool:
        """Somebody says hello."""
        return self.kind == "person"


KINDS = tuple(field.name for field in msgspec.structs.fields(Rest))
"What the shares of `Rest` are shares of."


def drawn(rng: Random, names: Sequence[str], up_to: Sequence[float]) -> str:
    """One of some names, by lot; `up_to`: the sums of their shares. As `Random.choices` draws it.

    >>> [drawn(Random(seed), ("a", "b"), (0.9, 1.0)) for seed in (1, 2)]
    ['a', 'b']
    """
    return names[bisect(up_to, rng.random() * up_to[-1], 0, len(names) - 1)]


def _heard(at_s: float, sound: str, **other: object) -> Step:
    fields = {"phase": "answer", **other}
    return Step(at_s, Heard("", sound, at=0.0, **fields))  # type: ignore[arg-type]


_TOLD_HUMAN = (_heard(0.0, "human", cause="told", greeting_end_s=0.0),)
_TOLD_MACHINE: tuple[Step, ...] = (_heard(0.0, "machine", cause="told"),)
_RINGING = Ringing("", at=0.0)
_PROGRESSED = Progressed("", at=0.0)
_RINGBACK = Heard("", "ringback", "early", at=0.0)
_POST_DIAL = (0.4, 1.6)
"Seconds from INVITE to the first reply."


class Town:
    """Everybody who may be called, on one day."""

    def __init__(self, day: Scenario, seed: int) -> None:
        self.day, self.seed = day, seed
        self._chance = answer_chance(day, Random(f"{seed} mood"))
        self._shares = [*accumulate(getattr(day.rest, kind) for kind in KINDS)]
        self._rng = Random(0)
        "Sown anew for every story: making a generator costs more than sowing it."

    def story(self, number: str, attempt: int, at_s: float) -> Story:
        """What happens when `number` is called for the `attempt`-th time, `at_s` into the day."""
        rng = self._rng
        rng.seed(f"{self.seed} {number} {attempt}")
        if rng.random() < self._chance(at_s):
            return self._person(rng)
        return _STORIES[drawn(rng, KINDS, self._shares)](self, rng)

    # ---- somebody -----------------------------------------------------------------------------
    def _person(self, rng: Random) -> Story:
        people, hearing = self.day.people, self.day.hearing
        ring_s = people.human_ring.draw(rng)
        talk_s = people.talk.draw(rng)
        patience_s = people.patience.draw(rng)
        greeting_s, after = self._greeting(rng, hearing.human_as_machine)
        return Story(
            kind="person",
            before=_rings(rng, ring_s),
            answer_s=ring_s,
            after=after,
            greeting_end_s=greeting_s,
            patience_s=max(patience_s, greeting_s + 1.0),
            talk_s=talk_s,
        )

    def _greeting(self, rng: Random, mistaken: float) -> tuple[float, tuple[Step, ...]]:
        hearing = self.day.hearing
        if hearing.perfect:
            return 0.0, _TOLD_HUMAN
        if rng.random() < self.day.people.says_nothing:
            return 0.0, ()
        begin_s = rng.uniform(0.1, 0.6)
        end_s = begin_s + self.day.people.greeting.draw(rng)
        if rng.random() < mistaken:
            verdict = _heard(begin_s + hearing.machine_after_s, "machine", confidence=0.6)
        else:
            verdict = _heard(
                end_s + hearing.human_after_s, "human", confidence=0.9, greeting_end_s=end_s,
                cause=f"greeting {end_s - begin_s:.1f} s",
            )  # fmt: skip
        heard = (_heard(begin_s, "speech"), _heard(end_s, "speech_end"), verdict)
        return end_s, tuple(sorted(heard, key=lambda step: step.at_s))

    def visit(self, rng: Random) -> Story:
        """Somebody who calls us."""
        return Story(
            kind="person",
            patience_s=rng.uniform(2.0, 30.0),
            talk_s=self.day.people.talk.draw(rng),
        )

    # ---- something ----------------------------------------------------------------------------
    def _machine(self, rng: Random) -> Story:
        people, hearing = self.day.people, self.day.hearing
        ring_s = people.machine_ring.draw(rng)
        end_s = 0.3 + people.machine_greeting.draw(rng)
        if hearing.perfect:
            after = _TOLD_MACHINE
        elif rng.random() < hearing.machine_as_human:
            pause_s = rng.uniform(0.9, 1.6)
            human = _heard(pause_s + hearing.human_after_s, "human", greeting_end_s=pause_s)
            after = (_heard(0.3, "speech"), human)
        else:
            machine = _heard(0.3 + hearing.machine_after_s, "machine", confidence=0.95)
            beep = _heard(end_s, "beep", confidence=0.97)
            steps = (_heard(0.3, "speech"), machine, beep)
            after = tuple(sorted(steps, key=lambda step: step.at_s))
        return Story(
            kind="machine", before=_rings(rng, ring_s), answer_s=ring_s, after=after,
            end_s=end_s + 30.0,
        )  # fmt: skip

    def _sounding(self, rng: Random, kind: str, after_s: float) -> Story:
        ring_s = self.day.people.human_ring.draw(rng)
        return Story(
            kind=kind, before=_rings(rng, ring_s), answer_s=ring_s,
            after=(_heard(after_s, kind, confidence=0.9),), end_s=45.0,
        )  # fmt: skip

    # ---- nothing ------------------------------------------------------------------------------
    def _no_answer(self, rng: Random) -> Story:
        people = self.day.people
        ring_s = people.no_answer.draw(rng)
        if ring_s >= self.day.ring_timeout_s:
            return Story(kind="no_answer", before=_rings(rng, 60.0))
        return Story(kind="no_answer", before=_rings(rng, ring_s), release=Release(ring_s, 19, 480))

    def _refused(self, rng: Random, kind: str, cause: int, sip: int) -> Story:
        law = self.day.people.busy if kind == "busy" else self.day.people.failed
        return Story(kind=kind, release=Release(law.draw(rng), cause, sip))

    def _announced(self, rng: Random, kind: str, cause: int, sip: int) -> Story:
        first_s = rng.uniform(*_POST_DIAL)
        told = Heard("", "announcement", "early", kind=kind, at=0.0)
        before = (Step(first_s, _PROGRESSED), Step(first_s + rng.uniform(1.5, 3.0), told))
        return Story(kind=kind, before=before, release=Release(first_s + 6.0, cause, sip))


def _rings(rng: Random, ring_s: float) -> tuple[Step, ...]:
    """180, or 183 with ringback in it; nothing when the answer is too quick."""
    first_s = rng.uniform(*_POST_DIAL)
    early = rng.random() < 0.4
    if first_s >= ring_s:
        return ()
    if not early:
        return (Step(first_s, _RINGING),)
    progressed = Step(first_s, _PROGRESSED)
    if first_s + 1.2 >= ring_s:
        return (progressed,)
    return progressed, Step(first_s + 1.2, _RINGBACK)


_STORIES: dict[str, Callable[[Town, Random], Story]] = {
    "machine": Town._machine,
    "no_answer": Town._no_answer,
    "busy": lambda town, rng: town._refused(rng, "busy", 17, 486),
    "failed": lambda town, rng: town._refused(rng, "failed", 34, 503),
    "vacant": lambda town, rng: town._announced(rng, "vacant", 1, 404),
    "off": lambda town, rng: town._announced(rng, "powered_off", 20, 480),
    "ivr": lambda town, rng: town._sounding(rng, "ivr", 3.5),
    "fax": lambda town, rng: town._sounding(rng, "fax", 1.1),
    "dead_air": lambda town, rng: Story(
        kind="dead_air",
        answer_s=town.day.people.human_ring.draw(rng),
        after=(_heard(3.0, "silence"),),
        end_s=30.0,
    ),
    "mute": lambda town, rng: Story(kind="mute"),
}
