"""Days in the mode `preview`: an agent looks at a lead, calls, talks and wraps up, and again.

Each call is one agent's, who hears it ring. So agents are alone with their leads, nobody waits for
anybody, and nobody is abandoned for want of an agent.
"""

from collections.abc import Iterator
from itertools import chain
from random import Random
from typing import NamedTuple

from sim.pacing.fates import shifts
from sim.scenario import SECONDS, Law, Scenario, gamma
from sim.whatif.answer import Day
from sim.whatif.question import MACHINE_S


class Turn(NamedTuple):
    """One lead of an agent's, from the look at it to the next."""

    began_s: float
    is_person: bool
    work_s: float
    "Conversation and wrap-up."
    lasted_s: float


def previewed(day: Scenario, look_s: float, seed: int) -> Day:
    """Live the day. How long leads are looked at is spread as wrap-up is; `look_s` is the mean."""
    rng, ends_s = Random(f"preview {seed}"), day.hours * SECONDS
    look = gamma(look_s, day.shift.wrap_up.cv)
    crew = [one.comes_s for one in shifts(day, Random(f"agents {seed}"))]
    turns = list(chain.from_iterable(_alone(day, look, comes_s, rng) for comes_s in crew))
    scored = [one for one in turns if one.began_s >= day.warm_up_s]
    there_s = sum(one.lasted_s for one in scored)
    scored_h = (ends_s - day.warm_up_s) / SECONDS
    return Day(
        occupancy=sum(one.work_s for one in scored) / there_s if there_s else 0.0,
        persons=sum(one.is_person for one in turns),
        abandoned=0,
        contacts_per_h=sum(one.is_person for one in scored) / scored_h,
        calls_per_h=len(scored) / scored_h,
        wait_s=0.0,
    )


def _alone(day: Scenario, look: Law, comes_s: float, rng: Random) -> Iterator[Turn]:
    """One agent's leads; the last one is finished."""
    at = comes_s
    while at < day.hours * SECONDS:
        is_person = rng.random() < day.p
        work_s = 0.0
        if is_person:
            ring_s = day.people.human_ring.draw(rng)
            work_s = day.people.talk.draw(rng) + day.shift.wrap_up.draw(rng)
        else:
            ring_s = _in_vain_s(day, rng)
        lasted_s = look.draw(rng) + ring_s + work_s
        yield Turn(at, is_person, work_s, lasted_s)
        at += lasted_s


def _in_vain_s(day: Scenario, rng: Random) -> float:
    """A call that no person answers: its ring, and of a machine what tells it from a person."""
    people, rest = day.people, day.rest
    kinds = (
        (people.machine_ring, MACHINE_S, rest.machine), (people.no_answer, 0.0, rest.no_answer),
        (people.busy, 0.0, rest.busy), (people.failed, 0.0, rest.failed),
    )  # fmt: skip
    ((ring, heard_s, _),) = rng.choices(kinds, [weight for *_, weight in kinds])
    return ring.draw(rng) + heard_s
