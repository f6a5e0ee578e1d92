"""Days that no plan foresees, lived by the real engine: nobody answers, everybody, no ring ends."""

import msgspec
import pytest

from dialer.engine.commands import Originate, SwitchCommand
from dialer.engine.pacing import POLICIES
from dialer.engine.pacing.bearing import overdraft
from dialer.ports import Switch
from sim.judge import judge
from sim.run import Result, run
from sim.scenario import People, Rest, Scenario, fixed, scenario
from sim.world import Parts

SILENT = {
    "people": People(human_ring=fixed(1e9), machine_ring=fixed(1e9), no_answer=fixed(1e9)),
    "rest": Rest(machine=0.5, no_answer=0.5, busy=0.0, failed=0.0),
}
"Every telephone rings, nobody answers, no network gives up."
NEVER_S = 1e9
HOURS = 0.15


class Tireless:
    """A switch that lets it ring for as long as nobody hangs up."""

    def __init__(self, switch: Switch) -> None:
        self.switch = switch

    def execute(self, command: SwitchCommand) -> None:
        if isinstance(command, Originate):
            command = msgspec.structs.replace(command, ring_timeout_s=NEVER_S)
        self.switch.execute(command)


def day(pacing: str, **other: object) -> Scenario:
    found = scenario("std", agents=4, hours=HOURS, pacing=pacing, ratio=3.0, lines=12, **other)
    return msgspec.structs.replace(
        found, warm_up_s=0.0, shift=msgspec.structs.replace(found.shift, logins=fixed(0.0))
    )


def lived(one: Scenario, parts: Parts | None = None) -> Result:
    """The day kept every promise, also that of lines and of the cap, and it did dial."""
    result = run(one, seed=4, parts=parts)
    assert [str(violation) for violation in judge(result.case)] == []
    assert most_at_once(result) <= (one.lines or 0)
    return result


def most_at_once(result: Result) -> int:
    moments = [(at, step) for cdr in result.case.cdr.values() if cdr.placed_at is not None
               for at, step in ((cdr.placed_at, 1), (cdr.ended_at, -1))]  # fmt: skip
    standing = most = 0
    for _, step in sorted(moments):
        standing += step
        most = max(most, standing)
    return most


@pytest.mark.parametrize("pacing", POLICIES)
def test_where_nobody_answers_it_goes_on_and_abandons_nobody(pacing):
    score = lived(day(pacing, p=0.0)).score
    assert (score.persons, score.abandoned, score.occupancy) == (0, 0, 0.0)
    # A call without an answer takes 19.7 s in the mean: one per agent, all the time.
    assert score.calls > 0.8 * 4 * HOURS * 3600 / 19.7


@pytest.mark.parametrize("pacing", POLICIES)
def test_where_everybody_answers_agents_talk_and_hardly_anybody_waits_in_vain(pacing):
    score = lived(msgspec.structs.replace(day(pacing, p=1.0, ring_least_s=0.0), hours=0.4)).score
    assert score.persons == score.calls > 20
    beyond = overdraft(4) if pacing == "predictive" else 0.0
    assert score.abandoned <= 0.03 * score.persons + beyond
    assert score.occupancy > 0.85


@pytest.mark.parametrize("pacing", POLICIES)
@pytest.mark.parametrize("switch", [lambda switch: switch, Tireless], ids=["switch", "dialer"])
def test_a_ring_that_never_ends_is_ended_and_the_next_lead_is_called(pacing, switch):
    result = lived(day(pacing, **SILENT), Parts(switch=switch))
    calls = list(result.case.cdr.values())
    assert {cdr.outcome for cdr in calls} <= {"no_answer", "cancelled"}
    assert sum(cdr.outcome == "cancelled" for cdr in calls) <= 12  # those of the day's end
    rings_s = 30.0 if switch is not Tireless else 35.0
    rang_s = [cdr.ended_at - cdr.placed_at for cdr in calls if cdr.outcome == "no_answer"]
    assert rang_s
    assert max(rang_s) < rings_s + 1.0
    assert len(calls) > 0.8 * 4 * HOURS * 3600 / rings_s
