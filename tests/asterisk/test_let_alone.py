"""A phone that has rung enough is let alone on a real Asterisk while no agent is free."""

from pathlib import Path

import msgspec
import pytest

from dialer.engine.events import Bridged, HungUp, Intended, Paused, Ringing
from tests.asterisk.pair import Pair, number
from tests.asterisk.shift import SPRING, cdr_of, log_in, shift

pytestmark = pytest.mark.asterisk

PATIENT = msgspec.structs.replace(SPRING, ring_least_s=6.0)


def test_it_stops_ringing_and_is_on_record_as_not_answered(pair: Pair, tmp_path: Path):
    with shift(pair, tmp_path, number(81, 1.0), number(82, 40.0), campaign=PATIENT) as the:
        log_in(the, "ann", "agent1")
        log_in(the, "bob", "agent2")
        talks = the.until(Bridged)
        the.order(Paused("bob" if talks.agent == "ann" else "ann", "break", at=0.0))
        calls = [one.call for one in the.said if isinstance(one, Intended)]
        [other] = [call for call in calls if call != talks.call]
        rang = the.until(Ringing, call=other)
        ended = the.until(HungUp, call=other)
        record = cdr_of(the, other)
    assert 6.0 <= ended.at - rang.at < 9.0
    assert record.hang_up_at is not None
    told = (record.outcome, record.why, record.ended_by, record.answered_at)
    assert told == ("no_answer", "no_agent", "dialer", None)
