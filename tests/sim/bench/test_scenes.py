"""The scenes fit the carrier that plays them."""

import pytest

from sim.bench.scenes import scenes
from sim.bench.stage import lab
from sim.carrier.mix import behaviour_of

ALL = scenes(cores=2, minutes=10.0, lines=None, short=False)


@pytest.fixture(scope="module")
def carrier(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("bench")
    return lab(folder, folder, seed=1, hold_s=6.0).carrier


@pytest.mark.parametrize("name", ALL)
def test_every_area_code_of_a_scene_does_something_of_its_own(carrier, name):
    for code, _ in ALL[name].codes:
        known = carrier.mix.fixed[code]
        assert behaviour_of(f"{code}5550100", 1, carrier.mix) == known
        by = "responder" if ALL[name].trunk == "lab-quirks" else "asterisk"
        assert carrier.behaviours[known].by == by


@pytest.mark.parametrize("name", ALL)
def test_the_shares_of_a_scene_make_a_whole(name):
    assert sum(share for _, share in ALL[name].codes) == pytest.approx(1.0)


def test_the_soak_dials_twenty_a_second_for_ten_minutes_on_the_lines_that_the_cores_carry():
    soak = ALL["soak"]
    assert (soak.calls_per_s, soak.seconds, soak.hold_s) == (20.0, 600.0, 4.5)
    assert scenes(cores=8, minutes=10.0, lines=None, short=False)["soak"].hold_s == 18.0
    assert scenes(cores=8, minutes=10.0, lines=100, short=False)["soak"].hold_s == 5.0


def test_how_long_a_soaking_call_lasts_is_written_into_the_carrier(carrier):
    assert min(carrier.seconds("soak_s")) >= 3.0
    assert max(carrier.seconds("soak_s")) <= 9.0


def test_a_short_run_takes_seconds():
    short = scenes(cores=64, minutes=10.0, lines=None, short=True)
    assert sum(scene.seconds for scene in short.values()) <= 30.0
    assert max(scene.lines for scene in short.values()) <= 20
