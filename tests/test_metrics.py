"""Metrics: a fold of what happened, the state as gauges, and a dialer that hangs is seen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import msgspec
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from dialer import door, metrics
from dialer.client import Lost, News
from dialer.door import Door
from dialer.engine.commands import Cdr, Decided, DispositionSet, RecordingKept
from dialer.engine.events import Refused, Ringing, SwitchDown
from dialer.metrics import Fold, Gauges
from dialer.settings import Settings

TALKED = Cdr(
    call="d1-0", lead="7", list="vip", campaign="spring", version=1, pool="main", attempt=1,
    number_key="k", masked="+1555•••4567", region="US", trunk="lab", caller_id="", mode="ratio",
    source="lab", epoch=1, intended_at=0.0, placed_at=0.1, ringing_at=1.0, answered_at=5.0,
    verdict_at=6.0, agent_heard_at=6.05, ended_at=60.0, outcome="connected",
)  # fmt: skip
BUSY = msgspec.structs.replace(
    TALKED, outcome="busy", ringing_at=None, answered_at=None, verdict_at=None
)
DECIDED = Decided(
    at=1.0, pool="main", campaign="spring", mode="ratio", ready=2, logged_in=3, waiting=0,
    ringing=1, lines_free=9, leads_left=50, answer_rate=0.3, persons=0, abandoned=0, n=2,
    level=1.5, bound="agents", worst_rate=0.0,
)  # fmt: skip

STATE: dict[str, Any] = {
    "at": 0.0, "switch": "up", "inbox": 3, "lag_s": 0.004, "up_s": 9.0, "pid": 1, "epoch": 1,
    "journal": {"durable": 9, "waiting": 2, "commit_s": 0.001, "trouble": "", "lost": 0},
    "pools": {"main": {"agents": {"READY": 4, "TALKING": 6}, "calls": {"RINGING": 5},
                       "lines": 30, "lines_free": 19}},
    "campaigns": {"spring": {"leads_left": 940, "leads_now": 400, "level": 1.5, "persons": 100,
                             "abandoned": 2, "cap": 0.03}},
    "trunks": {"lab": {"reachable": True, "breaker": False}},
    "children": {"loader": {"pid": 42, "starts": 2, "why": "SIGKILL"}},
    "loader": {"lag_rows": 12, "lag_s": 0.5},
    "recording_room": False,
    "listeners": {"frames": 5000.0, "late": 7.0, "workers": 1.0},
}  # fmt: skip


def told(*news: News) -> dict[str, float]:
    registry = CollectorRegistry()
    fold = Fold(registry)
    for one in news:
        fold.observe(one)
    return figures(registry)


def figures(registry: CollectorRegistry) -> dict[str, float]:
    """Sample -> value, as a scrape sees them."""
    lines = generate_latest(registry).decode().splitlines()
    samples = [line.rpartition(" ") for line in lines if not line.startswith("#")]
    return {name: float(value) for name, _, value in samples}


def test_calls_are_counted_by_outcome_and_persons_by_flag() -> None:
    seen = told(TALKED, TALKED, BUSY, msgspec.structs.replace(BUSY, outcome="abandoned"))
    call = 'dialer_calls_total{campaign="spring",outcome="%s",trunk="lab"}'
    assert [seen[call % kind] for kind in ("connected", "busy", "abandoned")] == [2.0, 1.0, 1.0]
    assert seen['dialer_persons_total{campaign="spring"}'] == 3.0
    assert seen['dialer_abandoned_total{campaign="spring"}'] == 1.0


def test_phones_let_alone_for_want_of_an_agent_are_counted_unless_somebody_answered() -> None:
    alone = msgspec.structs.replace(BUSY, outcome="no_answer", why="no_agent")
    crossed = msgspec.structs.replace(TALKED, outcome="abandoned", why="no_agent")
    seen = told(TALKED, BUSY, alone, alone, crossed)
    assert seen['dialer_let_alone_total{campaign="spring"}'] == 2.0


def test_times_are_histograms() -> None:
    seen = told(TALKED, BUSY)
    assert seen['dialer_ring_seconds_sum{campaign="spring"}'] == 4.0
    assert seen['dialer_verdict_to_agent_seconds_bucket{campaign="spring",le="0.06"}'] == 1.0
    assert seen['dialer_verdict_to_agent_seconds_count{campaign="spring"}'] == 1.0


def test_events_decisions_refusals_and_gaps_are_counted() -> None:
    seen = told(
        Ringing(call="d1-0", at=1.0),
        DECIDED,
        Refused(campaign="spring", asked=3, given=1, why="hours", at=1.0),
        SwitchDown(why="gone", at=1.0),
        Lost(7),
        DispositionSet(call="d1-0", lead="7", campaign="spring", agent="li",
                       disposition="callback@1790000000", at=1.0),
    )  # fmt: skip
    assert seen['dialer_events_total{event="Ringing"}'] == 1.0
    assert seen['dialer_decisions_total{bound="agents",campaign="spring"}'] == 1.0
    assert seen['dialer_refused_total{campaign="spring",why="hours"}'] == 1.0
    assert seen["dialer_switch_down_total"] == 1.0
    assert seen["dialer_news_lost_total"] == 7.0
    assert seen['dialer_dispositions_total{campaign="spring",disposition="callback"}'] == 1.0


def test_recordings_are_counted_by_what_came_of_them_and_figures_are_no_labels() -> None:
    kept = RecordingKept(
        call="d1-0", campaign="spring", at=9.0, path="day/d1-0.flac", why="", seconds=3.0,
        talk_s=60.0, size=9, customer_db=-20.0, agent_db=-20.0,
    )  # fmt: skip
    short = msgspec.structs.replace(kept, why="too short: 3.0 s of 60.0 s")
    seen = told(kept, kept, short)
    counted = 'dialer_recordings_total{campaign="spring",result="%s"}'
    assert [seen[counted % result] for result in ("kept", "too short")] == [2.0, 1.0]


def test_no_label_names_a_person() -> None:
    registry = CollectorRegistry()
    Fold(registry).observe(TALKED)
    lines = generate_latest(registry).decode().splitlines()
    text = "\n".join(line.rpartition(" ")[0] for line in lines)  # a value may be any number
    assert not [word for word in ("4567", "d1-0", "agent=") if word in text]


def test_the_state_becomes_gauges() -> None:
    registry, shown = CollectorRegistry(), Gauges()
    shown.state = STATE
    registry.register(shown)
    seen = figures(registry)
    assert seen["dialer_up"] == 1.0
    assert seen["dialer_inbox_events"] == 3.0
    assert seen["dialer_recording_room"] == 0.0
    assert seen['dialer_agents_now{pool="main",state="READY"}'] == 4.0
    assert seen['dialer_calls_now{pool="main",state="RINGING"}'] == 5.0
    assert seen['dialer_campaign_leads_left{campaign="spring"}'] == 940.0
    assert seen['dialer_trunk_breaker{trunk="lab"}'] == 0.0
    assert seen['dialer_child_starts{child="loader"}'] == 2.0
    assert seen["dialer_loader_lag_rows"] == 12.0
    assert seen["dialer_listeners_late"] == 7.0


def test_a_dialer_that_is_not_there_is_down_and_tells_nothing_else() -> None:
    registry = CollectorRegistry()
    registry.register(Gauges())
    assert figures(registry) == {"dialer_up": 0.0}


@asynccontextmanager
async def dialer_at(home: Path) -> AsyncIterator[Door]:
    one = Door(
        submit=lambda _: 1, durable=lambda: 1, state=lambda: STATE,
        clock=lambda: 0.0,
    )  # fmt: skip
    async with door.opened(one, home / "door.sock"):
        yield one


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_it_watches_a_dialer_that_comes_and_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, anyio_backend: str
) -> None:
    monkeypatch.setattr(metrics, "AGAIN_S", 0.01)
    registry, shown = CollectorRegistry(), Gauges()
    fold = Fold(registry)
    registry.register(shown)

    async def until_up(expected: float) -> None:
        with anyio.fail_after(60):
            while figures(registry)["dialer_up"] != expected:  # noqa: ASYNC110
                await anyio.sleep(0.01)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(metrics.run, Settings(home=tmp_path), fold, shown)
        for times in (1, 2):
            async with dialer_at(tmp_path) as one:
                await until_up(1.0)
                with anyio.fail_after(60):
                    name = 'dialer_events_total{event="Ringing"}'
                    while figures(registry).get(name, 0.0) < times:
                        one.publish(Ringing(call="d1-0", at=1.0))
                        await anyio.sleep(0.05)
            await until_up(0.0)
        tasks.cancel_scope.cancel()
