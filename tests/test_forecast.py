"""A list's standing out of a journal, and what is said of it."""

from pathlib import Path

import pytest

from dialer.forecast import of_campaign, standing
from dialer.forecast_words import lines
from dialer.i18n import words
from tests.conformance.worlds import World, people, person

DAY = 86400.0


@pytest.fixture
def world(tmp_path: Path):
    world = World("sqlite", tmp_path)
    yield world
    world.close()


def test_a_list_tells_how_far_it_is_and_when_it_is_through(world: World) -> None:
    world.lists(people=[*people(170), person("447711900000", "447711900001")])
    world.block("447700900169")
    world.open(retry="once")
    for day in range(5):
        for n, call in enumerate(world.promised(30)):
            world.ended(call, "vacant" if n % 10 == 0 else "no_answer" if day else "busy")
        world.at += DAY
    found = standing(world.path, "people", world.at)
    assert found is not None
    assert (found.leads, found.called, found.done, found.calls) == (171, 150, 151, 150)
    assert found.why == {"dead": 15, "caps": 135, "dnc": 1}
    assert (found.numbers, found.dead) == (172, 15)
    assert found.forecast is not None
    assert found.forecast.calls == 20, "who was called once is done: one call for each that is left"
    assert (found.forecast.calls_per_day, found.forecast.tested) == (30.0, 1)
    told = list(lines(found, words("en")))
    assert told[0] == "people: 171 leads; 150 (88 %) called, 151 (88 %) done"
    assert told[2].startswith("Its leads still take 20 calls: 0.7 days of calling, at 30 calls a")
    assert told[3].startswith("How wrong that is cannot be said: only 1 days")


def test_a_list_that_was_hardly_called_foretells_nothing(world: World) -> None:
    world.lists(people=people(3))
    world.open()
    found = standing(world.path, "people", world.at)
    assert found is not None
    assert found.forecast is None
    assert "0 calls tell too little" in list(lines(found, words("en")))[2]
    assert standing(world.path, "others", world.at) is None


def test_a_campaign_as_a_whole_is_the_sum_of_its_lists_forecast_by_the_calls_of_all(
    tmp_path: Path,
):
    world = World("sqlite", tmp_path)
    world.lists(people=people(30), more=people(20, first=447_700_910_000))
    world.open(lists=("people", "more"))
    for call in world.promised(12):
        world.ended(call, "busy")
    whole = of_campaign(world.path, "spring", ("people", "more", "nowhere"), world.at)
    parts = [standing(world.path, name, world.at) for name in ("people", "more")]
    world.close()
    assert whole is not None
    for key in ("leads", "called", "done", "numbers", "calls"):
        assert getattr(whole, key) == sum(getattr(one, key) for one in parts), key
    assert (whole.list, whole.leads, whole.calls) == ("spring", 50, 12)
    assert of_campaign(world.path, "spring", ("nowhere",), world.at) is None
