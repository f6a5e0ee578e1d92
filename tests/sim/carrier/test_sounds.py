import numpy as np
import pytest
import soundfile

from dialer.audio.g711 import ALAW, FRAME, decode
from dialer.errors import SettingsError
from sim.carrier.behaviours import load
from sim.carrier.media import Ears
from sim.carrier.pilots import PILOTS, Pilot
from sim.carrier.sounds import RATE, Audio, samples, write_sounds


def heard(sound):
    ears = Ears()
    for start in range(0, len(sound) - FRAME, FRAME):
        ears.feed(sound[start : start + FRAME])
    return ears.heard


def sound(tmp_path, **words):
    return samples(Audio(**words), tmp_path, tmp_path)


@pytest.mark.parametrize("pilot", PILOTS)
def test_a_voice_is_known_by_its_pilot_and_by_no_other(tmp_path, pilot):
    voice = sound(tmp_path, speech=3, seconds=10.0, pilot=pilot)
    windows = heard(voice)
    assert set(windows) == {pilot}
    assert windows[pilot] >= 10.0 / PILOTS[pilot].period_s


@pytest.mark.parametrize("words", [{"speech": 11}, {"music": 5}, {"noise": 3}])
def test_talk_music_and_noise_are_nobodys_pilot(tmp_path, words):
    assert heard(sound(tmp_path, **words, seconds=30.0)) == {}


@pytest.mark.parametrize(
    "tones",
    ["2100:3000", "1100:500|0:3000", "1000:400", "1336+770:100|0:100", "440+480:2000|0:4000"],
)
def test_the_networks_own_tones_are_nobodys_pilot(tmp_path, tones):
    assert heard(sound(tmp_path, tones=tones)) == {}


def test_two_notes_last_as_long_as_they_should(tmp_path):
    wave = sound(tmp_path, tones="985.2:380|1370.6:274|0:400")
    assert len(wave) == (380 + 274 + 400) * 8
    for start, length, hz in ((0, 380, 985.2), (380, 274, 1370.6)):
        note = wave[start * 8 : (start + length) * 8]
        spectrum = np.abs(np.fft.rfft(note, 8 * RATE))
        assert np.argmax(spectrum) / 8 == pytest.approx(hz, abs=2)
    assert not np.any(wave[-400 * 8 :])


def test_a_lower_voice_takes_longer(tmp_path):
    soundfile.write(tmp_path / "hello.wav", np.ones(8000) * 0.1, 8000)
    usual, low = (
        sound(tmp_path, prompts=("hello",), pitch=pitch, pause_s=0.5) for pitch in (1.0, 0.8)
    )
    assert (len(usual), len(low)) == pytest.approx((12000, 14000), abs=2)


def test_a_file_of_another_rate_is_brought_to_eight_kilohertz(tmp_path):
    soundfile.write(tmp_path / "jingle.wav", np.zeros((22050, 2)), 22050)
    assert len(sound(tmp_path, file="jingle.wav")) == pytest.approx(8000, abs=2)


def test_a_sound_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"missing.wav: no sound"):
        sound(tmp_path, file="missing.wav")


def test_sounds_are_made_once_and_again_when_their_words_change(tmp_path):
    made = tmp_path / "beep/beep.alaw"

    def write(ms):
        write_sounds({"beep": Audio(tones=f"1000:{ms}")}, tmp_path, tmp_path, tmp_path)
        return made.stat().st_mtime_ns, len(made.read_bytes())

    first, again, longer = write(400), write(400), write(500)
    assert first == again
    assert (again[1], longer[1]) == (3200, 4000)
    level = np.abs(decode(np.frombuffer(made.read_bytes(), dtype=np.uint8), ALAW)).max()
    assert level == pytest.approx(0.28, abs=0.02)


def test_a_voice_is_made_again_when_its_pilot_changes(tmp_path, monkeypatch):
    def write():
        write_sounds(
            {"anne": Audio(speech=1, seconds=1, pilot="agent")}, tmp_path, tmp_path, tmp_path
        )
        return (tmp_path / "anne/anne.alaw").read_bytes()

    before = write()
    monkeypatch.setitem(PILOTS, "agent", Pilot(1500, burst_s=0.12, period_s=0.5))
    assert write() != before


def test_the_message_says_who_it_is_from_its_first_frames_on():
    message = load().audio["safe_harbour"]
    assert message.pilot == "message"
    assert load().audio["agent"].pilot == "agent"
