"""The summary of the Monday, and of a day without calls."""

from pathlib import Path

import pytest

from dialer.warehouse import summary
from tests.warehouse.day import T0, Book, loader


def steps(**told: float) -> dict[str, object]:
    """Percentiles are told in steps of 1 %."""
    return {name: pytest.approx(value, rel=0.006) for name, value in told.items()}


def test_the_summary_is_what_was_counted_by_hand(monday_home: Path):
    assert summary(monday_home, "lab") == {
        "placed": 11,
        "answered": 8,
        "persons": 7,
        "connected": 5,
        "abandoned": 2,
        "by_outcome": {
            "abandoned": 1, "agent_lost": 1, "busy": 1, "congestion": 1, "connected": 3,
            "failed": 1, "hung_up_waiting": 1, "late_connect": 1, "machine": 1, "no_answer": 1,
        },
        "agent_occupancy": pytest.approx(208 / 279),
        # 40, 40, 60, 100 and 3020 ms
        "verdict_to_agent_ms": steps(p50=60.0, p95=2436.0, p99=2903.2, calls=5),
        # 1040, 1060, 1100, 1540 and 4020 ms
        "answer_to_agent_ms": steps(p50=1100.0, p95=3524.0, p99=3920.8, calls=5),
    }  # fmt: skip


def test_the_summary_begins_when_one_says(monday_home: Path):
    later = summary(monday_home, "lab", since=T0 + 3600)
    assert (later["placed"], later["by_outcome"]) == (1, {"connected": 1})


def test_a_day_without_calls(tmp_path: Path):
    loader(tmp_path, Book([])).step()
    nothing = {"p50": None, "p95": None, "p99": None, "calls": 0}
    assert summary(tmp_path, "lab") == {
        "placed": 0, "answered": 0, "persons": 0, "connected": 0, "abandoned": 0, "by_outcome": {},
        "agent_occupancy": None, "verdict_to_agent_ms": nothing, "answer_to_agent_ms": nothing,
    }  # fmt: skip
