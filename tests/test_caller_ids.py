"""Numbers that we show: what came of their calls, which are flagged; pre-flight says so."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from dialer.caller_ids import Health, health, judged
from dialer.campaign import Campaign
from dialer.engine.commands import Cdr
from dialer.preflight import of_file, preflight

from .conformance.worlds import MONDAY_10AM, World, cdr, people

CALL = Cdr(
    call="d1-0", lead="1", list="people", campaign="spring", version=1, pool="main", attempt=1,
    number_key="k", masked="m", region="GB", trunk="lab", caller_id="4420", mode="progressive",
    source="lab", epoch=1, intended_at=MONDAY_10AM, placed_at=MONDAY_10AM,
    ended_at=MONDAY_10AM + 30, outcome="no_answer",
)  # fmt: skip
TALK = {"outcome": "connected", "bridged_at": MONDAY_10AM}


def calls(n: int, caller_id: str = "4420", **changed: Any) -> list[Cdr]:
    return [msgspec.structs.replace(CALL, caller_id=caller_id, **changed) for _ in range(n)]


def flagged(*cdrs: Cdr) -> dict[str, str]:
    return {one.caller_id: one.flagged for one in judged(cdrs)}


def test_a_number_is_counted_by_what_came_of_its_calls():
    short = calls(1, **{**TALK, "ended_at": MONDAY_10AM + 3})
    [one] = judged([*calls(6), *calls(1, sip=603), *calls(2, **TALK), *short])
    assert one == Health(
        caller_id="4420", calls=10, answer_rate=0.3, short_rate=pytest.approx(1 / 3), blocked=1,
        unwanted=0,
    )  # fmt: skip


def test_a_number_that_three_networks_call_unwanted_is_flagged_however_few_its_calls():
    assert flagged(*calls(5), *calls(2, sip=608)) == {"4420": ""}
    assert flagged(*calls(5), *calls(2, sip=608), *calls(1, sip=607)) == {
        "4420": "3 calls were refused as unwanted (607, 608)"
    }


def test_blocks_short_talks_and_few_answers_flag_a_number_of_enough_calls():
    assert "blocked" in flagged(*calls(90), *calls(10, sip=603))["4420"]
    assert flagged(*calls(30), *calls(10, sip=603))["4420"] == ""
    hung_up = {**TALK, "ended_at": MONDAY_10AM + 2}
    assert (
        "end within 6 s" in flagged(*calls(50), *calls(30, **hung_up), *calls(20, **TALK))["4420"]
    )
    told = flagged(
        *calls(70, "4421"), *calls(30, "4421", **TALK), *calls(95), *calls(5, **TALK)
    )  # fmt: skip
    assert told["4421"] == ""
    assert "5 % are answered" in told["4420"]


def test_whoever_called_us_and_what_was_never_placed_counts_for_nothing():
    assert judged([*calls(3, direction="in"), *calls(3, placed_at=None), *calls(3, "")]) == []


def test_preflight_names_a_flagged_number_of_the_campaign_and_no_other(tmp_path: Path):
    world = World("sqlite", tmp_path)
    world.lists(people=people(6))
    world.open(caller_ids=("4420",))
    for call in world.promised(3):
        record = cdr(call, "rejected", world.at + 1)
        world.record(msgspec.structs.replace(record, placed_at=world.at, sip=608))
    assert [one.flagged != "" for one in health(world.path, world.at)] == [True]
    assert health(world.path, world.at + 8 * 86400) == []

    def refused(caller_id: str) -> list[str]:
        campaign = Campaign(
            name="spring", lists=("people",), law="lab", caller_ids=(caller_id,)
        )  # fmt: skip
        return list(preflight(world.path, of_file(campaign), world.at).refused)

    assert refused("4421") == []
    assert refused("4420") == [
        "caller id 4420 is flagged: 3 calls were refused as unwanted (607, 608); let it rest, take "
        "it out of caller_ids, and ask the carrier why"
    ]
    world.close()
