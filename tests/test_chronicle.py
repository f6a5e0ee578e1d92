"""The log's lines: every field that is told is one that the log lets through."""

import pytest

from dialer import chronicle, logs
from dialer.chronicle import CALL, TOLD, Chronicle
from dialer.engine.commands import CallerIdRested, Record
from dialer.engine.events import CampaignPaused, Event, Ringing, SwitchDown, TrunkSeen
from tests.test_metrics import TALKED


class Log:
    """Keeps what is said."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str, dict[str, object]]] = []

    def __getattr__(self, level: str) -> object:
        return lambda words, **fields: self.said.append((level, words, fields))


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    kept = Log()
    monkeypatch.setattr(chronicle.logs, "get", lambda _: kept)
    return kept


@pytest.mark.parametrize("kind", TOLD, ids=lambda kind: kind.__name__)
def test_what_is_told_exists_and_passes_the_allow_list(kind: type[Event]) -> None:
    _, _, fields = TOLD[kind]
    assert set(fields) <= set(kind.__struct_fields__)
    assert set(fields) <= set(logs.KEYS)


def test_an_order_is_a_line_with_who_gave_it(log: Log) -> None:
    Chronicle()(CampaignPaused(campaign="spring", why="lunch", user="ann", at=0.0), [])
    fields = {"campaign": "spring", "why": "lunch", "user": "ann"}
    assert log.said == [("info", "campaign paused", fields)]


def test_a_lost_switch_is_a_warning(log: Log) -> None:
    Chronicle()(SwitchDown(why="connection refused", at=0.0), [])
    assert log.said == [("warning", "switch down", {"why": "connection refused"})]


def test_a_trunk_is_told_of_when_it_changes(log: Log) -> None:
    tell = Chronicle()
    for reachable in (True, True, False, False, True):
        tell(TrunkSeen(trunk="sip1", reachable=reachable, at=0.0), [])
    assert [(level, words) for level, words, _ in log.said] == [
        ("info", "trunk answers"), ("warning", "trunk is silent"), ("info", "trunk answers"),
    ]  # fmt: skip


def test_a_number_that_begins_to_rest_is_a_warning_with_its_reason(log: Log) -> None:
    rest = CallerIdRested(
        caller_id="12125550100", at=0.0, cause="flagged", until_at=3600.0, why="blocked", n=9,
        of=60, usual=0.0, said="", campaign="spring", user="",
    )  # fmt: skip
    Chronicle()(Ringing(call="d1-0", at=0.0), [Record(rest)])
    ((level, words, fields),) = log.said
    assert (level, words) == ("warning", "caller id rests")
    assert fields["caller_id"] == "12125550100"
    assert set(fields) <= set(logs.KEYS)


def test_a_call_is_told_of_at_its_end_without_a_number(log: Log) -> None:
    Chronicle()(Ringing(call="d1-0", at=0.0), [Record(TALKED)])
    ((level, words, fields),) = log.said
    assert (level, words, set(fields)) == ("debug", "call ended", set(CALL))
    assert set(CALL) <= set(logs.KEYS)
    assert "4567" not in str(fields)
