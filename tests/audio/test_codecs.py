"""Through a mobile network: full-rate GSM (6.10) between us and them, and noise 5 dB below."""

import io

import numpy as np
import pytest
import soundfile

from tests.audio.sounds import cadence, hear_all, noise, silence, told, tone, voice

SIT = np.concatenate([tone(0.33, hz) for hz in (950.0, 1400.0, 1800.0)] * 2 + [silence(1.0)])
EARLY = {
    "ringback": cadence((450.0,), 1.0, 4.0, times=2),
    "busy": cadence((450.0,), 0.35, 0.35, times=6),
    "sit": SIT,
}
ANSWERED = {
    "human": np.concatenate([silence(0.4), voice(0.6), silence(3.0)]),
    "machine": np.concatenate(
        [silence(0.4), voice(2.5), silence(0.3), tone(0.5, 1000.0, dbov=-14.0), silence(1.5)]
    ),
}


def gsm(sound):
    """Coded and decoded."""
    file = io.BytesIO()
    soundfile.write(file, sound, 8000, subtype="GSM610", format="WAV")
    file.seek(0)
    return soundfile.read(file, dtype="float32")[0].astype(np.float32)


def noisy(sound):
    """5 dB below what is loud in it, -20 to -22 dBov; in the pauses, too."""
    return sound + noise(len(sound) / 8000, -26.0)


WAYS = {"gsm": gsm, "5 dB": noisy, "gsm, 15 dB": lambda sound: gsm(sound + noise(
    len(sound) / 8000, -36.0))}  # fmt: skip


@pytest.fixture(scope="module")
def early():
    calls = {f"{what} {how}": ("cn", change(sound)) for what, sound in EARLY.items()
             for how, change in WAYS.items()}  # fmt: skip
    return hear_all(calls, "early")


@pytest.fixture(scope="module")
def answered():
    calls = {f"{what} {how}": ("cn", change(sound)) for what, sound in ANSWERED.items()
             for how, change in WAYS.items()}  # fmt: skip
    return hear_all(calls, "answer")


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("what", EARLY)
def test_tones_of_the_network_are_known(early, what, how):
    said = told(early[f"{what} {how}"])
    assert what in said
    assert not {"announcement", "crbt"} & set(said)


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("what", ANSWERED)
def test_who_answers_is_known(answered, what, how):
    said = told(answered[f"{what} {how}"])
    assert what in said
    assert ("beep" in said) == (what == "machine")
