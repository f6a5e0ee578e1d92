"""The plug for whoever judges a pacer from outside: `policy(name, limits)`."""

import heapq
from random import Random

import msgspec
import numpy as np
import pytest

from dialer.engine.pacing import POLICIES, CampaignView, Limits, Snapshot, calm, policy
from dialer.engine.pacing.facts import Abandoned, Connected, Freed, Resolved, TalkEnded


@pytest.mark.parametrize("name", POLICIES)
def test_no_mode_places_more_than_the_limits_allow(name: str):
    pacer = policy(name, Limits(lines=7, calls_per_s=3.0))
    (share,) = pacer.decide(calm(ready=10, ringing=5, in_flight=5, ratio=4.0)).shares
    assert share.n == 2
    (share,) = policy(name, Limits(calls_per_s=3.0)).decide(calm(ready=10, ratio=4.0)).shares
    assert share.n == 3


@pytest.mark.parametrize("name", POLICIES)
def test_within_wide_limits_a_mode_decides_as_without(name: str):
    wide = Limits(cap=1.0, lines=10_000, calls_per_s=1e6)
    seen = calm(ready=10, ratio=3.0, persons=1000, abandoned=5)
    assert policy(name, wide).decide(seen) == policy(name).decide(seen)


def test_what_was_learnt_passes_through():
    one, other = policy("selftuned", Limits(cap=0.02)), policy("selftuned", Limits(cap=0.02))
    for at in range(50):
        one.hear(Resolved(at=float(at), campaign="spring", person=at % 2 == 0))
    other.resume(one.checkpoint())
    assert other.checkpoint() == one.checkpoint()


@pytest.mark.parametrize("wrong", [{"cap": 1.5}, {"lines": -1}, {"calls_per_s": -0.1}])
def test_nonsense_is_refused(wrong: dict[str, float]):
    with pytest.raises(ValueError, match=f"{next(iter(wrong))}: .* makes no sense"):
        Limits(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_a_foreign_simulator_can_judge_it(name: str):
    """Twenty agents for an hour in a world of this test alone: it tells what a dialer can see."""
    persons, abandoned, worked = _foreign(policy(name, Limits(cap=0.03, lines=200)))
    assert persons > 200
    assert worked > 0.6
    bounded = name in ("progressive", "selftuned")
    assert abandoned <= (0.031 if bounded else 0.06) * persons + 3


def _foreign(pacer, agents: int = 20, hours: float = 1.0) -> tuple[int, int, float]:
    """Events in a heap: when, order, what, since. Rings of 11 s, 180 s of work, 2 s to wait."""
    rng, order = Random(5), 0
    heap: list[tuple[float, int, str, float]] = []
    ringing: list[float] = []
    waiting: list[float] = []
    busy: list[tuple[float, int]] = []
    persons = abandoned = 0
    worked = 0.0

    def foresee(at: float, what: str, since: float) -> None:
        nonlocal order
        order += 1
        heapq.heappush(heap, (at, order, what, since))

    def join(at: float, waited_s: float) -> None:
        nonlocal persons, worked
        persons += 1
        pacer.hear(Connected(at=at, campaign="spring", wait_s=waited_s))
        busy.append((at, 0))
        talk_s = rng.expovariate(1 / 150.0)
        worked += min(talk_s + 30.0, hours * 3600.0 - at)
        foresee(at + talk_s, "talked", at)

    for tick in range(int(hours * 3600.0)):
        while heap and heap[0][0] <= tick:
            at, _, what, since = heapq.heappop(heap)
            if what in ("answer", "nobody"):
                ringing.remove(since)
                person = what == "answer"
                pacer.hear(Resolved(at=at, campaign="spring", person=person, ring_s=at - since))
                if person and len(busy) < agents:
                    join(at, 0.0)
                elif person:
                    waiting.append(at)
                    foresee(at + 2.0, "gives up", at)
            elif what == "talked":
                busy.remove((since, 0))
                busy.append((at, 1))
                pacer.hear(TalkEnded(at=at, talk_s=at - since))
                foresee(at + 30.0, "free", at)
            elif what == "free":
                busy.remove((since, 1))
                pacer.hear(Freed(at=at, wrap_up_s=30.0))
                if waiting:
                    join(at, at - waiting.pop(0))
            elif since in waiting:
                waiting.remove(since)
                persons, abandoned = persons + 1, abandoned + 1
                pacer.hear(Abandoned(at=at, campaign="spring"))
        seen = _seen(float(tick), agents, ringing, waiting, busy, persons, abandoned)
        for share in pacer.decide(seen).shares:
            for _ in range(share.n):
                ringing.append(float(tick) + 1e-6 * order)
                answers = rng.random() < 0.3
                rings_s = rng.gammavariate(4.0, 11.0 / 4.0) if answers else 22.0
                foresee(ringing[-1] + rings_s, "answer" if answers else "nobody", ringing[-1])
    return persons, abandoned, worked / (agents * hours * 3600.0)


def _seen(
    at: float, agents: int, ringing: list[float], waiting: list[float],
    busy: list[tuple[float, int]], persons: int, abandoned: int,
) -> Snapshot:  # fmt: skip
    view = CampaignView(
        campaign="spring", leads_now=10_000, lines_left=1000, may_place=1000, persons=persons,
        abandoned=abandoned, in_flight=len(ringing), answer_rate=0.3,
    )  # fmt: skip
    return msgspec.structs.replace(
        calm(),
        at=at,
        ready=agents - len(busy),
        logged_in=agents,
        ringing_since=np.array(ringing),
        ringing_chance=np.full(len(ringing), 0.3),
        ringing_campaign=np.zeros(len(ringing), dtype=np.int64),
        waiting_since=np.array(waiting),
        busy_since=np.array([since for since, _ in busy]),
        busy_phase=np.array([phase for _, phase in busy], dtype=np.int64),
        campaigns=(view,),
    )
