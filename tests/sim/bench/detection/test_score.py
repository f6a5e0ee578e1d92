"""What was heard against what is known."""

import numpy as np

from dialer.audio.prompts import Library, compiled, printed
from dialer.detection.manifest import Truth
from sim.bench.detection.lines import Line
from sim.bench.detection.score import Rate, begins_ms, rate, score
from sim.bench.detection.soonest import Soonest, soonest
from tests.audio.sounds import voice


def answered(label, verdict, at=0.0, sublabel="plain", **more):
    known = {
        name: more.pop(name) for name in ("greeting_end_ms", "beep_ms", "onset_ms") if name in more
    }
    heard = {name.removeprefix("said_"): value for name, value in more.items()}
    return Truth(label=label, sublabel=sublabel, **known), Line(
        "x", "post", verdict, decided_ms=at, **heard
    )


def early(label, verdict, kind="", **known):
    return Truth(label=label, **known), Line("x", "early", verdict, kind, decided_ms=900.0)


def test_a_rate_has_the_exact_interval():
    assert rate([True, False, False, False]) == Rate(1, 4, 0.25, 0.0063, 0.8059)
    assert rate([]) == Rate(0, 0, None, 0.0, 1.0)


def test_a_person_is_lost_by_machine_ivr_and_fax_and_by_nothing_else():
    verdicts = ("machine", "ivr", "fax", "human", "silence", "")
    rates = score([answered("human", verdict) for verdict in verdicts]).rates
    assert rates["human taken for machine"].hits == 3
    assert rates["human taken for machine, easy"].of == 6


def test_who_is_hard_to_tell_does_not_count_among_the_easy():
    rates = score([answered("human", "machine", sublabel="business")]).rates
    assert rates["human taken for machine"].hits == 1
    assert rates["human taken for machine, easy"].of == 0


def test_a_revision_makes_a_machine_good_again():
    rates = score([answered("machine", "human", said_revised_to="machine")]).rates
    assert rates["machine taken for human"].hits == 1
    assert rates["machine taken for human, after revision"].hits == 0


def test_silence_must_be_said_in_time():
    rates = score([answered("silence", "silence", 1500.0), answered("silence", "silence", 1520.0)])
    assert rates.rates["dead air called silence by 1.5 s"].hits == 1


def test_a_beep_must_be_where_it_is():
    cases = [
        answered("machine", "machine", beep_ms=2000.0, said_beep_ms=2150.0),
        answered("machine", "machine", beep_ms=2000.0, said_beep_ms=1000.0),
        answered("human", "human", said_beep_ms=700.0),
    ]
    rates = score(cases).rates
    assert (rates["beep"].hits, rates["beep"].of) == (1, 2)
    assert rates["calls with a false beep"].hits == 2


def test_busy_may_be_said_of_both():
    rates = score([early("busy", "busy_or_congestion"), early("congestion", "busy")]).rates
    assert rates["busy"].hits == 1
    assert rates["congestion"].hits == 0


def test_an_enrolled_kind_is_right_or_wrong_or_not_said():
    known = {"sublabel": "plain:vacant", "enrolled": True}
    rates = score([
        early("announcement", "announcement", "vacant", **known),
        early("announcement", "announcement", "busy", **known),
        early("announcement", "announcement", "unknown", **known),
    ]).rates  # fmt: skip
    assert rates["enrolled announcement: kind right"].hits == 1
    assert rates["enrolled announcement: kind wrong"].hits == 1


def test_times_count_from_where_the_class_begins():
    truth = Truth(label="crbt", boundaries="0-300:ringback;360-900:crbt:music")
    assert begins_ms(truth) == 360.0
    person = answered("human", "human", 1900.0, greeting_end_ms=1500.0)
    assert score([person]).times["human, from the greeting's end"].p50 == 400.0


def test_calls_without_a_label_are_heard_but_not_scored():
    assert score([answered("", "human")]).confusion == {"early": {}, "answered": {}}


def test_an_unknown_announcement_is_told_apart_when_it_is_called_one_not_when_its_kind_is_known():
    truth = Truth(label="announcement", sublabel="vacant", onset_ms=100.0)
    soon = Line("x", "early", "announcement", "vacant", decided_ms=3600.0, sound_ms=1400.0)
    late = Line("x", "early", "announcement", "vacant", decided_ms=3600.0, sound_ms=3200.0)
    rates = score([(truth, soon), (truth, late)]).rates
    assert rates["crbt or unknown announcement told apart by 3 s"].hits == 1


def test_no_announcement_is_known_before_it_parts_from_another_kind():
    same, end, other_end = voice(1.5, seed=1), voice(1.0, seed=2), voice(1.0, seed=3)
    sounds = {
        "off": ("powered_off", np.concatenate([same, end])),
        "busy": ("busy", np.concatenate([same, other_end])),
        "vacant": ("vacant", voice(2.0, seed=9)),
    }
    library = Library(
        compiled([(name, kind, printed(one)) for name, (kind, one) in sounds.items()])
    )
    known = soonest(library, {"busy": 200.0})
    assert 1500.0 <= known["off"].parted_ms <= 1700.0
    assert known["busy"].parted_ms == known["off"].parted_ms + 200.0
    assert known["off"].told_ms >= 1500.0
    assert known["vacant"].parted_ms == 100.0


def test_what_we_add_stands_beside_what_nobody_could_know_sooner():
    truth = Truth(label="announcement", sublabel="vacant", enrolled=True, prompt="a", onset_ms=0.0)
    heard = Line("x", "early", "announcement", "vacant", decided_ms=2400.0)
    times = score([(truth, heard)], soonest={"a": Soonest(800.0, 1900.0)}).times
    assert times["... had parted from all prompts of another kind"].p50 == 800.0
    assert times["... had said what no other kind says"].p50 == 1900.0
    assert times["... known so long after that"].p50 == 500.0
