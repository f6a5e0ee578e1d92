"""How the loader divides its day."""

import time
from pathlib import Path
from typing import Any

import pytest

from dialer.warehouse.loader import Progress
from dialer.warehouse.service import Service


class Loads:
    """A loader whose every step costs some CPU and brings the same."""

    def __init__(self, progress: Progress, cpu_s: float) -> None:
        self.rebuilt: dict[str, int] = {}
        self._progress, self._cpu_s = progress, cpu_s

    def step(self) -> Progress:
        until = time.process_time() + self._cpu_s
        while time.process_time() < until:
            pass
        return self._progress

    def publish(self) -> dict[str, Any]:
        return {}


def rest_s(home: Path, progress: Progress, *, cpu_s: float) -> float:
    loads: Any = Loads(progress, cpu_s)
    return Service(loads, home, every_s=0.1, snapshot_s=300.0)._once()


@pytest.mark.parametrize("came_meanwhile", [0, 4])
def test_a_step_that_cost_much_is_followed_by_a_long_rest(tmp_path: Path, came_meanwhile: int):
    seen = Progress(loaded=300, seq=900, lag_rows=came_meanwhile, lag_s=0.1)
    assert rest_s(tmp_path, seen, cpu_s=0.05) >= 9 * 0.05


def test_nobody_waits_longer_than_five_seconds_for_a_step_that_cost_a_second(tmp_path: Path):
    assert rest_s(tmp_path, Progress(300, 900, 0, 0.1), cpu_s=0.8) == 5.0


def test_a_step_that_cost_nothing_is_followed_by_the_usual_rest(tmp_path: Path):
    assert rest_s(tmp_path, Progress(0, 900, 0, 0.0), cpu_s=0.0) == 0.1


def test_a_loader_that_is_behind_does_not_rest(tmp_path: Path):
    assert rest_s(tmp_path, Progress(5000, 5000, 60_000, 90.0), cpu_s=0.05) == 0.0


def test_a_loader_that_brings_nothing_in_rests_whatever_is_left(tmp_path: Path):
    assert rest_s(tmp_path, Progress(0, 5000, 60_000, 90.0), cpu_s=0.0) == 0.1
