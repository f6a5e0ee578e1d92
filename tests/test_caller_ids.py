"""Numbers that we show: what came of their calls, which are flagged; pre-flight says so."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from dialer.asterisk.trunks import Trunk
from dialer.caller_ids import Health, health, judged, overview, standing
from dialer.campaign import Campaign
from dialer.engine.caller_ids import Flaw
from dialer.engine.commands import CallerIdRested, Cdr
from dialer.i18n import words
from dialer.journal.book import Book
from dialer.journal.ownership import Proof, Trial
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
    return {one.caller_id: one.flaw.why if one.flaw else "" for one in judged(cdrs, MONDAY_10AM)}


def test_a_number_is_counted_by_what_came_of_its_calls():
    short = calls(1, **{**TALK, "ended_at": MONDAY_10AM + 3})
    [one] = judged([*calls(6), *calls(1, sip=603), *calls(2, **TALK), *short], MONDAY_10AM)
    assert one == Health(
        caller_id="4420", calls=10, answer_rate=0.3, short_rate=pytest.approx(1 / 3), blocked=1,
        unwanted=0,
    )  # fmt: skip


def test_a_number_that_three_networks_call_unwanted_is_flagged_however_few_its_calls():
    assert flagged(*calls(5), *calls(2, sip=608)) == {"4420": ""}
    three = [*calls(5), *calls(2, sip=608), *calls(1, sip=607)]
    assert flagged(*three) == {"4420": "unwanted"}
    [one] = judged(three, MONDAY_10AM)
    assert standing(words("en"), one, "") == (
        "should rest: 3 of 8 calls were refused as unwanted (607, 608)"
    )


def test_a_number_that_rests_is_not_flagged_and_afterwards_is_judged_anew():
    rest = CallerIdRested(
        caller_id="4420", at=MONDAY_10AM, cause="flagged", until_at=MONDAY_10AM + 3600,
        why="unwanted", n=3, of=3, usual=0.0, said="", campaign="spring", user="",
    )  # fmt: skip
    told = [*calls(3, sip=608), rest]
    [now] = judged(told, MONDAY_10AM + 60)
    assert (now.rest, now.flaw, now.calls) == (rest, None, 3)
    [later] = judged(told, MONDAY_10AM + 3600)
    assert (later.rest, later.flaw) == (None, None)
    [again] = judged([*told, *calls(4, sip=608)], MONDAY_10AM + 7200)
    assert again.flaw == Flaw("unwanted", 4, 4)


def test_whoever_called_us_and_what_was_never_placed_counts_for_nothing():
    told = [*calls(3, direction="in"), *calls(3, placed_at=None), *calls(3, "")]
    assert judged(told, MONDAY_10AM) == []


def test_ownership_attestation_and_tests_stand_beside_each_number(tmp_path: Path):
    world = World("sqlite", tmp_path)
    at = world.at
    with Book(world.path) as book:
        old = book.prove(proof("4420", expires_at=at - 1))
        new = book.prove(proof("4420"))
        book.keep_test(
            Trial(caller_id="4421", shown="4420", trunk="north", asked_by="eva", began_at=at,
                   came_at=None, why="busy")
        )  # fmt: skip
        first, second = overview(world.path, {"north": NORTH}, at)
        assert (first.caller_id, first.attestation, first.is_proved) == ("4420", "A", True)
        assert [one.proof for one in first.proofs] == [new, old]
        assert (second.attestation, second.is_proved, second.tested is not None) == (
            "C", False, True,
        )  # fmt: skip
        assert book.withdraw_proof("4421", new, by="eva", at=at) is False  # another number's
        assert book.withdraw_proof("4420", new, by="eva", at=at) is True
        assert book.withdraw_proof("4420", new, by="eva", at=at) is False
    assert overview(world.path, {"north": NORTH}, at)[0].is_proved is False
    world.close()


def proof(caller_id: str, **more: Any) -> Proof:
    return Proof(
        caller_id=caller_id, source="contract", says="folder 7, page 12", proved_by="eva",
        proved_at=MONDAY_10AM, **more,
    )  # fmt: skip


NORTH = Trunk(
    name="north", country="gb", hosts=("a.example",), caller_ids=("4420", "4421"),
    attestation="A", attestations={"4421": "C"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("proof", "refused", "warned"), [("off", 0, 1), ("warn", 0, 2), ("refuse", 1, 1)]
)
def test_preflight_asks_for_proof_as_the_setting_says_and_tells_of_attestation_c(
    tmp_path: Path, proof: str, refused: int, warned: int
):
    world = World("sqlite", tmp_path)
    world.lists(people=people(3))
    campaign = Campaign(
        name="spring", lists=("people",), law="lab", trunk="north", caller_ids=("4421",)
    )  # fmt: skip
    found = preflight(
        world.path, of_file(campaign), world.at, trunks={"north": NORTH}, proof=proof
    )  # fmt: skip
    of_numbers = [one for one in found.refused if one.reason.startswith("caller_id")]
    assert (len(of_numbers), len(found.warned)) == (refused, warned)
    assert any("attested C" in one.detail for one in found.warned)
    world.close()


def test_preflight_names_a_flagged_number_of_the_campaign_and_no_other(tmp_path: Path):
    world = World("sqlite", tmp_path)
    world.lists(people=people(6))
    world.open(caller_ids=("4420",))
    for call in world.promised(3):
        record = cdr(call, "rejected", world.at + 1)
        world.record(msgspec.structs.replace(record, placed_at=world.at, sip=608))
    assert [one.flaw is not None for one in health(world.path, world.at)] == [True]
    assert health(world.path, world.at + 8 * 86400) == []

    def refused(caller_id: str, language: str = "en") -> list[str]:
        campaign = Campaign(
            name="spring", lists=("people",), law="lab", caller_ids=(caller_id,)
        )  # fmt: skip
        found = preflight(world.path, of_file(campaign), world.at).refused
        return [words(language).because(one.reason, one.values) for one in found]

    assert refused("4421") == []
    assert refused("4420") == [
        "caller id 4420 is flagged: 3 of 3 calls were refused as unwanted (607, 608); let it rest "
        "(`dialer caller-ids rest`), and ask the carrier why"
    ]
    assert refused("4420", "zh") == [
        "主叫号码 4420 已被标记：3 次呼叫中有 3 次被拒为骚扰（607、608）；请停用它"
        "（`dialer caller-ids rest`），并向运营商问明原因"
    ]
    world.close()
