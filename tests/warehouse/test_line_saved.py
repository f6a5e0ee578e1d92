"""Seconds of line that hearing before the answer saved, counted by hand."""

from dialer.warehouse import Warehouse
from tests.warehouse.day import FACTS, Book, cdr, loader
from tests.warehouse.test_kpi import rows

CALLS = (
    cdr("h01", "powered_off", 10, placed_at=0.1, progress_at=1, early_at=1.5, hang_up_at=4.1,
        ended_at=4.2, early="announcement", why="heard announcement"),
    cdr("h02", "powered_off", 20, placed_at=0.1, hang_up_at=6.1, ended_at=6.2,
        early="announcement", why="heard announcement"),
    cdr("h03", "busy", 30, placed_at=0.1, hang_up_at=2.1, ended_at=2.2, early="busy",
        why="heard busy"),
    cdr("h04", "machine", 40, placed_at=0.1, answered_at=1, hang_up_at=3.1, ended_at=3.2,
        early="announcement", why="heard announcement"),
    cdr("h05", "no_answer", 50, placed_at=0.1, hang_up_at=30.1, ended_at=30.2, early="ringback",
        why="ring"),
)  # fmt: skip


def test_a_line_that_was_freed_early_saved_what_was_left_of_its_ringing(tmp_path):
    loader(tmp_path, Book([*FACTS, *CALLS])).step()
    saved = Warehouse(tmp_path, "lab").figure("line_saved")
    # 30 s of ringing were left to it; it was on the line for 4 s, and for 6 s
    assert rows(saved, "campaign", "early", "outcome", "calls", "saved_s") == [
        ("spring", "announcement", "powered_off", 2, 50.0),
        ("spring", "busy", "busy", 1, 28.0),
    ]
