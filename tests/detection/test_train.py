"""Thresholds that were taught, and mistakes that agents told of."""

import csv
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile

from dialer.audio.presets import BALANCED, PRESETS, preset
from dialer.detection import searches, thresholds, train
from dialer.detection.card import Calls, shipped
from dialer.detection.manifest import Row, Truth, rows
from dialer.detection.report import mistakes
from dialer.detection.searches import SEARCHES, Search, search_of
from dialer.errors import SettingsError
from tests.audio.sounds import silence, voice


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """Four people who say hello, one who greets for 2.4 s with a pause, four recordings."""
    calls = {}
    for k in range(4):
        calls[f"h{k}"] = ("human", [silence(0.3), voice(0.6, seed=k), silence(3.5)])
        calls[f"m{k}"] = ("machine", [silence(0.3), voice(4.2, seed=10 + k)])
    calls["h4"] = (
        "human",
        [silence(0.3), voice(1.2, seed=20), silence(0.4), voice(0.8, seed=21), silence(2.0)],
    )
    path = tmp_path / "calls.csv"
    with path.open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(
            ("path", "phase", "country", "label", "sublabel", "voice", "licence", "eou_ms")
        )
        for name, (label, parts) in calls.items():
            soundfile.write(tmp_path / f"{name}.wav", np.concatenate(parts), 8000)
            kind = "business" if name == "h4" else ""
            lines.writerow((f"{name}.wav", "post", "us", label, kind, name, "own", 900))
    return path


def test_thresholds_are_taught_the_same_each_time_and_no_voice_judges_itself(manifest: Path):
    search = Search(
        waiting={},
        reciting={"machine_s": (3.0, 3.5), "resumed_s": (1.8, 3.9)},
        at_the_deadline={},
        most=0.0,
    )
    card, same = (
        train.taught(rows(manifest), "balanced", BALANCED, search, divisions=2, folds=3)
        for _ in range(2)
    )
    assert card == same
    # h4 pauses for breath and goes on. What is taught waits for him; judged by what was taught
    # without him he is missed, for nobody else warns of such people.
    assert card.detection == "balanced, machine_s=3, resumed_s=3.9"
    assert (card.taught.person_as_machine.hits, card.before.person_as_machine.hits) == (0, 1)
    crossed = card.crossed
    missed = crossed.person_as_machine
    assert (missed.mean, missed.least, missed.most, missed.deviation) == (1.0, 1, 1, 0.0)
    assert (missed.of, crossed.easy_person_as_machine.of) == (5, 4)
    assert (crossed.easy_person_as_machine.most, crossed.machine_connected.of) == (0, 4)
    waits = crossed.person_waits_s
    assert (waits.n, crossed.machine_speaks_s.n) == (
        4, round(4 - crossed.machine_connected.mean),
    )  # fmt: skip
    assert 0.5 < waits.p50 <= waits.p95 <= waits.p99 < 1.6
    assert crossed.machine_as_person.most <= 1
    assert card.learnt_from == Calls({"human": 5, "machine": 4}, 9, {"own": 9})
    assert card.only_judged == Calls({}, 0, {})
    assert card.thresholds == {"machine_s": 3.0, "resumed_s": 3.9}
    assert preset(card.detection).resumed_s == 3.9


def test_each_preset_has_a_search_that_could_find_it():
    assert set(SEARCHES) == set(PRESETS)
    for name, search in SEARCHES.items():
        tried = {**search.waiting, **search.reciting, **search.at_the_deadline}
        missing = {field for field in tried if getattr(PRESETS[name], field) not in tried[field]}
        assert (name, missing) == (name, set())


def test_a_search_is_that_of_the_preset_which_is_meant():
    assert search_of("favour_human, pause_s=0.7") == SEARCHES["careful"]
    assert search_of("balanced", most=0.02) == replace(SEARCHES["balanced"], most=0.02)


def test_as_few_people_are_missed_as_the_bound_on_machines_allows():
    missed, passed = np.array([0.0, 0.01, 0.01, 0.02]), np.array([0.6, 0.4, 0.3, 0.1])
    careful = thresholds.in_order(missed, passed, SEARCHES["careful"]).tolist()
    balanced = thresholds.in_order(missed, passed, SEARCHES["balanced"]).tolist()
    assert (careful, balanced) == ([2, 1, 3, 0], [3, 2, 1, 0])


def test_only_what_may_be_given_away_teaches_unless_asked():
    free = [train.may_ship(Truth(licence=one)) for one in ("Apache-2.0", "CC0 (generated)", "own")]
    bound = [train.may_ship(Truth(licence=one)) for one in ("GPL-2+", "CC-BY-SA", "")]
    assert (free, bound) == ([True] * 3, [False] * 3)
    assert not train.may_ship(Truth(licence="MIT", voice="gtts-en"))


def test_who_may_not_teach_is_judged_all_the_same(manifest: Path):
    search = Search(
        waiting={}, reciting={"resumed_s": (1.8, 3.9)}, at_the_deadline={}, most=0.0
    )  # fmt: skip
    known = [
        msgspec.structs.replace(row, truth=msgspec.structs.replace(row.truth, licence="CC-BY-SA"))
        if row.truth.voice == "h4"
        else row
        for row in rows(manifest)
    ]
    card = train.taught(known, "balanced", BALANCED, search, divisions=1, folds=3)
    # Nobody else warns of people who pause for breath, so the one who does is missed.
    assert card.thresholds == {"resumed_s": 1.8}
    assert card.only_judged == Calls({"human": 1}, 1, {"CC-BY-SA": 1})
    assert (card.taught.person_as_machine.of, card.taught.person_as_machine.hits) == (4, 0)
    assert (card.unheard.person_as_machine.of, card.unheard.person_as_machine.hits) == (1, 1)
    assert (card.crossed.person_as_machine.of, card.crossed.person_as_machine.mean) == (5, 1.0)
    all_teach = train.taught(
        known, "balanced", BALANCED, search, all_licences=True, divisions=1, folds=3
    )
    assert all_teach.thresholds == {"resumed_s": 3.9}
    assert (all_teach.unheard.person_as_machine.of, all_teach.taught.person_as_machine.hits) == (
        0, 0,
    )  # fmt: skip


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_is_what_its_card_says_and_learnt_from_nothing_that_is_not_free(name: str):
    card, search = shipped(name), SEARCHES[name]
    assert (card.detection, set(card.thresholds)) == (name, set(search.thresholds))
    assert {field: getattr(PRESETS[name], field) for field in card.thresholds} == card.thresholds
    assert all(train.may_ship(Truth(licence=licence)) for licence in card.learnt_from.licences)
    learnt, judged = (
        sum(calls.labels.values()) for calls in (card.learnt_from, card.only_judged)
    )  # fmt: skip
    crossed = card.crossed
    assert learnt + judged == crossed.person_as_machine.of + crossed.machine_as_person.of
    assert card.taught.person_as_machine.of == card.learnt_from.labels["human"]
    wanted = (search.most_passed, search.most, search.a_person)
    assert (card.most_passed, card.most, card.a_person) == wanted


def test_no_card_is_invented():
    assert shipped("favour_human") == shipped("careful")
    with pytest.raises(SettingsError, match="no card of 'rash': there are balanced, careful"):
        shipped("rash")


def test_people_alone_teach_nothing(tmp_path: Path):
    row = Row("a.wav", "post", "us", tmp_path / "a.wav", Truth(label="human"))
    with pytest.raises(SettingsError, match=r"labelled human and machine .* under other"):
        train.taught([row], "balanced", BALANCED, searches.BALANCED)


def test_mistakes_are_counted_of_calls_of_which_an_agent_told():
    answer = [
        {"campaign": "spring", "heard_as": "machine", "calls": 9, "told": 0, "machines": 0,
         "persons": 0},
        {"campaign": "spring", "heard_as": "person", "calls": 140, "told": 124, "machines": 2,
         "persons": 122},
    ]  # fmt: skip
    nobody, person = mistakes(answer)
    assert (nobody.wrong.of, nobody.wrong.high) == (0, 1.0)
    assert msgspec.to_builtins(person.wrong) == {"hits": 2, "of": 124, "low": 0.002, "high": 0.057}
