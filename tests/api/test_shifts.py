"""An agent's last shift in figures: the warehouse's, and the same as the board's."""

from pathlib import Path

import pytest

from dialer.api.shifts import Said, Shift, shifts
from dialer.engine.commands import AgentWas, DispositionSet
from dialer.warehouse import Warehouse
from tests.warehouse.day import FACTS, T0, cdr, loader
from tests.warehouse.day import Book as Monday

AT = T0 + 50_000.0


def was(
    state: str, from_s: float, to_s: float, *, agent: str = "dora", pool: str = "sales"
) -> AgentWas:
    return AgentWas(agent=agent, pool=pool, state=state, from_at=AT + from_s, to_at=AT + to_s)


def said(call: str, disposition: str, at_s: float) -> DispositionSet:
    return DispositionSet(call=call, lead="1", campaign="spring", agent="dora",
                          disposition=disposition, at=AT + at_s)  # fmt: skip


def call(name: str, begun_s: float, ended_s: float) -> object:
    at_s = 50_000 + begun_s
    return cdr(name, "connected", at_s, lead="1", placed_at=0, answered_at=0, bridged_at=0,
               agent_heard_at=0, ended_at=ended_s - begun_s,
               legs=[("dora", 0, ended_s - begun_s)])  # fmt: skip


SHIFT = (
    was("PAUSED", -900, -600), was("READY", -600, -500),  # an earlier shift
    call("s0", -590, -580), said("s0", "sale", -570),
    was("PAUSED", 0, 10), was("READY", 10, 15), was("RESERVED", 15, 16),
    was("TALKING", 16, 46), call("s1", 16, 46), was("WRAP_UP", 46, 50), said("s1", "sale", 50),
    was("READY", 50, 60), was("TALKING", 60, 70), was("HELD", 70, 75, pool="east"),
    was("TALKING", 75, 80), call("s2", 60, 80), said("s2", "callback@1795500000", 80),
    was("READY", 80, 84), was("TALKING", 84, 90), call("s3", 84, 90),
    said("s3", "callback@1795500000", 90), said("s3", "", 91), said("s3", "done", 92),
)  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("shifts")
    loader(home, Monday((*FACTS, *SHIFT))).step()
    return home


def test_the_last_shift_begins_where_nothing_goes_before(home: Path) -> None:
    assert shifts(home, "lab", ["dora", "nobody"]) == {
        "dora": Shift(
            agent="dora", began_at=AT, upto_at=AT + 90, ready_s=20.0, talk_s=51.0, hold_s=5.0,
            wrap_up_s=4.0, paused_s=10.0, calls=3, callbacks=1,
            dispositions=(Said("callback", 1), Said("done", 1), Said("sale", 1)),
        )
    }  # fmt: skip


def test_a_shift_that_is_long_over_is_not_told(home: Path) -> None:
    assert shifts(home, "lab", ["dora"], since=AT + 90.0) == {}


def test_its_figures_are_those_of_the_board(home: Path) -> None:
    [mine] = shifts(home, "lab", ["dora"]).values()
    board = Warehouse(home, "lab").figure("agents", since=mine.began_at)
    theirs = board[board["agent"] == "dora"]
    assert {name: theirs[name].sum() for name in ("calls", "talk_s", "hold_s", "ready_s")} == {
        "calls": mine.calls, "talk_s": mine.talk_s, "hold_s": mine.hold_s,
        "ready_s": mine.ready_s,
    }  # fmt: skip
