"""Bursts and their meaning, without any sound."""

from hypothesis import given
from hypothesis import strategies as st

from dialer.audio.cadence import Burst, recognise
from dialer.audio.tones import plan, read

CN = plan("cn").tones
ALL = frozenset(range(len(CN)))


def sound(*seconds, clean=True, tones=CN, fits=ALL):
    """The meaning of on, off, on, off, ... seconds."""
    bursts = [Burst(seconds[i], seconds[i + 1], fits) for i in range(0, len(seconds), 2)]
    verdict = recognise(tones, bursts, clean_gap=clean)
    return (verdict.sound, verdict.tone.kind) if verdict else None


def test_a_long_burst_that_has_ended_is_ringback():
    assert sound(1.0, 0.05) is None
    assert sound(1.0, 0.2) == ("ringback", "")


def test_a_long_note_that_goes_over_into_another_is_nothing():
    assert sound(1.0, 0.2, clean=False) is None


def test_the_end_of_a_ring_could_be_congestion_until_the_gap_is_too_long_for_it():
    assert sound(0.6, 0.6) is None
    assert sound(0.6, 1.0) == ("ringback", "")


def test_three_blips_and_a_longer_one_say_that_the_number_is_vacant():
    assert sound(*[0.1, 0.1] * 3, 0.4, 0.4, *[0.1, 0.1] * 3, 0.4, 0.35) == ("sit", "vacant")


def test_busy_and_congestion_of_one_cadence_cannot_be_told_apart():
    tones = plan("jp").tones
    fits = frozenset(range(len(tones)))
    assert sound(0.5, 0.5, 0.5, 0.5, 0.5, 0.1, tones=tones, fits=fits) == ("busy_or_congestion", "")


def test_brazil_s_congestion_begins_like_its_busy_and_is_waited_for():
    tones = plan("br").tones
    fits = frozenset(range(len(tones)))
    begun = [0.25, 0.25]
    assert sound(*begun, *begun, *begun, 0.25, 0.1, tones=tones, fits=fits) == ("busy", "")
    assert sound(*begun, 0.75, 0.25, 0.25, 0.25, 0.75, 0.2, tones=tones, fits=fits) == (
        "congestion",
        "",
    )


def test_a_burst_of_another_frequency_is_no_tone_of_the_plan():
    assert sound(1.0, 1.0, fits=frozenset()) is None


@given(st.lists(st.tuples(st.floats(0.01, 6.0), st.floats(0.01, 8.0)), max_size=8))
def test_nothing_is_ever_meant_that_the_plan_does_not_have(bursts):
    for tones in (known.tones for known in read().values()):
        verdict = recognise(
            tones, [Burst(on, off, frozenset(range(len(tones)))) for on, off in bursts]
        )
        assert verdict is None or verdict.tone in tones
