"""The tone plan: its table, and what is made of it."""

from dialer.audio.tones import DEFAULT, MEANING, SIT_KINDS, plan, read, special_information
from dialer.engine.outcomes import OUTCOMES


def test_every_country_has_at_least_one_tone_that_can_be_heard():
    assert len(read()) == 59
    for country, known in read().items():
        assert known.country == country
        assert known.tones, country
        for tone in known.tones:
            assert len(tone.cadence) % 2 == 0, (country, tone)
            assert all(300.0 < hz < 1000.0 for hz in tone.freqs_hz), (country, tone)
            assert all(0.0 < span.at_least_s < span.at_most_s for span in tone.cadence)


def test_a_modulated_tone_is_a_carrier_and_two_bands():
    (ring,) = [tone for tone in plan("in").tones if tone.sound == "ringback"]
    assert ring.freqs_hz == (375.0, 400.0, 425.0)


def test_case_does_not_matter_and_an_unknown_country_has_the_default():
    assert plan("CN") is plan("cn")
    assert plan("zz") is plan("") is DEFAULT


def test_what_a_tone_says_about_a_number_is_an_outcome_or_unknown():
    kinds = {kind for _, kind in MEANING.values()} | set(SIT_KINDS.values())
    assert kinds - {"", "unknown"} <= set(OUTCOMES)


def test_the_seven_special_information_tones():
    assert [(known.label.split()[0], known.kind) for known in special_information()] == [
        ("IC", "no_service"), ("VC", "vacant"), ("RO", "congestion"), ("RO", "congestion"),
        ("NC", "congestion"), ("NC", "congestion"), ("ITU", "unknown"),
    ]  # fmt: skip


def test_dial_tones_and_the_three_notes_are_no_cadences():
    assert {tone.sound for tone in plan("de").tones} == {"ringback", "busy", "congestion"}
