"""The records of ended calls, as the warehouse has them: filtered, in pages, numbers masked."""

import re
from pathlib import Path
from typing import Any

import msgspec

from dialer.errors import QueryError
from dialer.warehouse import Warehouse
from dialer.warehouse.reading import EVER, instant

QUESTION = Path(__file__).with_name("sql") / "calls.sql"
PAGE = re.compile(r"(?P<us>[0-9]{1,18}):(?P<call>[0-9a-z-]{1,64})")


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """The record of an ended call."""

    call: str
    direction: str
    "`out`: we called; `in`: the person did."
    campaign: str
    list: str
    lead: str
    attempt: int
    masked: str
    region: str
    trunk: str
    outcome: str
    early: str
    verdict: str
    disposition: str | None
    placed_at: float
    ended_at: float
    ring_s: float | None
    talk_s: float | None
    billed_s: float | None
    ended_by: str
    why: str
    agents: tuple[str, ...]
    "All who had it."
    outside: tuple[str, ...]
    "Parties outside to whom it was handed over, by the names of the trunk's list."
    page: str
    "Asked for with it, the list goes on after this call."


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which calls. The first three are the asker's scope, what is empty asks for nothing."""

    everything: bool = False
    campaigns: tuple[str, ...] = ()
    me: str = ""
    "And the calls of this agent."
    campaign: str = ""
    outcome: str = ""
    agent: str = ""
    disposition: str = ""
    lead: str = ""
    call: str = ""
    since: float | None = None
    until: float | None = None
    page: str = ""
    n: int = 100


def ended(home: Path, source: str, asked: Asked) -> list[Ended]:
    """The calls of one world, the latest first."""
    frame = Warehouse(home, source).query(QUESTION.read_text(), bound(asked))
    return [_ended(row) for row in frame.to_dict("records")]


def bound(asked: Asked) -> dict[str, object]:
    """What the questions here are asked with."""
    given: dict[str, Any] = msgspec.structs.asdict(asked)
    page = given.pop("page")
    found = PAGE.fullmatch(page)
    if page and not found:
        raise QueryError("page: not one that was told with a call")
    return {
        **given,
        "campaigns": list(asked.campaigns),
        "since": instant(asked.since, EVER[0]),
        "until": instant(asked.until, EVER[1]),
        "page_us": int(found["us"]) if found else 0,
        "page_call": found["call"] if found else "",
    }


def _ended(row: dict[Any, Any]) -> Ended:
    # A missing figure is NaN in a frame, and would be no JSON.
    lists = ("agents", "outside")
    plain: dict[str, Any] = {
        name: tuple(v) if name in lists else None if v != v else v for name, v in row.items()
    }
    return Ended(**plain)
