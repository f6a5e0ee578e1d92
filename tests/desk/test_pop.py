"""What an agent reads of a person's earlier calls."""

from pathlib import Path

from msgspec.structs import replace

from dialer.api.records import Records
from dialer.desk.pop import Pop, with_history
from tests.warehouse.day import SPRING, Book, cdr, loader

RANG = {"lead": "7", "source": "live", "placed_at": 0.1, "ringing_at": 2, "ended_by": "dialer"}


def test_of_a_call_that_was_given_up_early_the_history_says_why(tmp_path: Path) -> None:
    calls = (
        cdr("c01", "no_answer", 0, **RANG, hang_up_at=30, ended_at=30.1, why="ring"),
        cdr("c02", "no_answer", 100, **RANG, hang_up_at=17, ended_at=17.1, why="no_agent"),
        cdr("c03", "cancelled", 200, **RANG, hang_up_at=5, ended_at=5.1, why="campaign stopped"),
        cdr("c04", "machine", 300, **RANG, answered_at=5, hang_up_at=7, ended_at=7.1,
            why="machine"),
    )  # fmt: skip
    loader(tmp_path, Book(calls, [replace(SPRING, source="live")])).step()
    history = with_history(Records(tmp_path), Pop(call="", campaign="spring", lead="7")).history
    assert [(one.outcome, one.why) for one in history or ()] == [
        ("machine", ""),  # the outcome says it
        ("cancelled", "campaign stopped"),
        ("no_answer", "no_agent"),
        ("no_answer", ""),
    ]
