"""The last shift of an agent in figures, as the warehouse has them: what is over counts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from dialer.warehouse import Warehouse
from dialer.warehouse.reading import EVER, instant

QUESTION = Path(__file__).with_name("sql") / "shifts.sql"


class Said(msgspec.Struct, frozen=True):
    """A disposition, and of how many calls it was said last."""

    word: str
    calls: int


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """From `began_at` to `upto_at`, the end of the last interval that is known."""

    agent: str
    began_at: float
    upto_at: float
    ready_s: float
    talk_s: float
    hold_s: float
    wrap_up_s: float
    paused_s: float
    calls: int
    "Of which the agent had a part that is over."
    callbacks: int
    "Promised for a time, and not taken back."
    dispositions: tuple[Said, ...]


def shifts(
    home: Path, source: str, agents: Sequence[str], since: float | None = None
) -> dict[str, Shift]:
    """The last shift of each of these, as far as it is later than `since`."""
    asked = {"agents": list(agents), "since": instant(since, EVER[0])}
    frame = Warehouse(home, source).query(QUESTION.read_text(), asked)
    return {row["agent"]: _shift(row) for row in frame.to_dict("records")}


def _shift(row: dict[Any, Any]) -> Shift:
    said = tuple(Said(one["word"], int(one["calls"])) for one in row.pop("dispositions"))
    return Shift(**row, dispositions=said)
