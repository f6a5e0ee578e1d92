"""The physical limit: against the table of another program, and against its own policy lived."""

from random import Random

import numpy as np
import pytest

from models.limit import physical_limit

TABLE = {
    (5, 0.3): 0.866, (10, 0.1): 0.851, (10, 0.2): 0.871, (10, 0.3): 0.887, (10, 0.5): 0.911,
    (10, 1.0): 0.946, (20, 0.3): 0.914, (50, 0.1): 0.946, (50, 0.3): 0.950, (50, 0.5): 0.954,
    (100, 0.3): 0.969,
}  # fmt: skip
"Agents and answer rate -> occupancy at 3 %, by another program's value iteration (three digits)."


@pytest.mark.parametrize(("agents", "answer_rate"), TABLE)
def test_it_is_what_another_program_found(agents: int, answer_rate: float):
    found = physical_limit(agents, answer_rate).occupancy
    assert found == pytest.approx(TABLE[agents, answer_rate], abs=0.0025)


def test_it_grows_with_the_team_the_cap_and_the_answer_rate():
    for rising in (
        [physical_limit(n, 0.3).occupancy for n in (2, 5, 10, 20, 40)],
        [physical_limit(10, 0.3, cap).occupancy for cap in (0.001, 0.01, 0.03, 0.05)],
        [physical_limit(10, p).occupancy for p in (0.1, 0.3, 0.6, 1.0)],
    ):
        assert rising == sorted(rising)
        assert 0.0 < rising[0] < rising[-1] < 1.0


def test_nobody_dials_for_agents_who_work():
    best = physical_limit(10, 0.3)
    idle = 10 - np.arange(11)
    assert best.lines[0] > best.lines[9] >= 1
    assert np.all(best.lines[:11] >= np.minimum(idle, 1))


def test_its_policy_reaches_it_in_a_simulation():
    """Memoryless days with the table: occupancy of the optimum, abandoned as the cap says."""
    best = physical_limit(10, 0.3)
    occupancy, abandoned = _lived(best.lines, agents=10, p=0.3, hours=1500.0)
    assert occupancy == pytest.approx(best.occupancy, abs=0.012)
    assert abandoned == pytest.approx(0.03, abs=0.006)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"agents": 0}, "agents: 0 makes no sense here, it must be 1 to 500"),
        ({"answer_rate": 0.0}, "answer_rate: 0.0 makes no sense"),
        ({"cap": 1.0}, "cap: 1.0 makes no sense"),
        ({"ring_s": float("nan")}, "ring_s: nan makes no sense"),
        ({"hold_s": 0.0}, "hold_s: 0.0 makes no sense"),
    ],
)
def test_nonsense_is_refused_in_words(wrong: dict[str, float], said: str):
    with pytest.raises(ValueError, match=said):
        physical_limit(**{"agents": 10, "answer_rate": 0.3, **wrong})  # type: ignore[arg-type]


def _lived(lines: np.ndarray, *, agents: int, p: float, hours: float) -> tuple[float, float]:
    """Jump by jump: persons x, rings k, the next thing by its rate."""
    rng, table = Random(1), [int(n) for n in lines]  # single draws: Python's own are faster
    ring_s, work_s, hold_s = 11.0, 180.0, 2.0
    x, k, at, worked, abandoned, answered = 0, 0, 0.0, 0.0, 0, 0
    most = len(table) - 1
    while at < hours * 3600.0:
        k = max(k, table[x])
        busy = min(x, agents)
        ends, leaves, rings = busy / work_s, (x - busy) / hold_s, k / ring_s
        total = ends + leaves + rings
        took_s = rng.expovariate(total)
        at, worked = at + took_s, worked + took_s * busy
        left = rng.random() * total
        if left < ends:
            x -= 1
        elif (left := left - ends) < leaves:
            x, abandoned = x - 1, abandoned + 1
        elif left - leaves < rings * p:
            x, k, answered = min(x + 1, most), k - 1, answered + 1
        else:
            k -= 1
    return worked / (at * agents), abandoned / answered
