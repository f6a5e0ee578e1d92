"""A month for the reports: each day really lived, moved to its date, marked as simulated."""

from datetime import date
from pathlib import Path

import pytest

from dialer.warehouse import Warehouse
from sim.month import Day, Moved, days, write_month

FRIDAY = date(2026, 11, 20)
SHORT = 0.04
"Hours of a day in a hurry."


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    home = tmp_path_factory.mktemp("month")
    todo = [one for one in days(date(2026, 11, 24), 4) if one.on == FRIDAY]
    told: list[tuple[str, int]] = []
    calls = write_month(
        home, todo, at=1_795_500_000.0, hours=SHORT,
        told=lambda day, calls: told.append((day.firm.campaign, calls)),
    )  # fmt: skip
    assert [name for name, _ in told] == ["renewals", "survey"]
    assert told[-1][1] == calls > 20
    return home, calls


def test_every_call_is_simulated_and_on_its_day(filled: tuple[Path, int]):
    home, calls = filled
    seen = Warehouse(home, "sim").query(
        "SELECT source, day, count(*) AS n, count(DISTINCT call) AS calls "
        "FROM v_attempts GROUP BY ALL"
    )
    assert [(row.source, str(row.day)[:10], row.n, row.calls) for row in seen.itertuples()] == [
        ("sim", "2026-11-20", calls, calls)
    ]
    assert not (home / "warehouse/live").exists()


def test_the_reports_of_it_are_full(filled: tuple[Path, int]):
    warehouse = Warehouse(filled[0], "sim")
    states = warehouse.figure("number_states")
    assert set(states["list"]) == {"renewals-2026-w47", "survey-2026-w47"}
    assert states["dialled"].sum() > 0
    assert "intended" not in set(states["state"])
    cost = warehouse.figure("cost", only="renewals")
    assert (cost["currency"].tolist(), cost["unrated"].tolist()) == (["USD"], [0])
    assert float(cost["calls_amount"].iloc[0]) > 0
    assert float(cost["labour_amount"].iloc[0]) > 0
    assert set(warehouse.figure("agents", only="research")["agent"]) <= {"gus", "hana", "ivo"}
    assert set(warehouse.figure("trunks", only="survey")["trunk"]) == {"carrier-west"}


def test_what_is_there_stays_when_it_is_broken_off(tmp_path: Path):
    def told(day: Day, calls: int) -> None:
        raise KeyboardInterrupt

    calls = write_month(
        tmp_path, days(date(2026, 11, 24), 4), at=1_795_500_000.0, hours=SHORT, told=told
    )
    assert Warehouse(tmp_path, "sim").figure("answered")["placed"].tolist() == [calls]


def test_a_disposition_with_an_instant_is_moved_with_its_day():
    from dialer.engine.commands import DispositionSet

    day = days(date(2026, 11, 24), 4)[0]
    word = DispositionSet(
        call="d1-7", lead="3", campaign="twin", agent="agent2",
        disposition="callback@1790003600", at=1_790_000_000.0,
    )  # fmt: skip
    moved = Moved(day, 9, 100).fact(word)
    assert (moved.call, moved.lead, moved.campaign, moved.agent) == (
        "d9-7", "103", "renewals", "bob",
    )  # fmt: skip
    assert moved.at == day.opens_at
    assert moved.disposition == f"callback@{day.opens_at + 3600:.0f}"
