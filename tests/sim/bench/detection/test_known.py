"""The bench of recordings that are known."""

import csv
import json

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from dialer.__main__ import app
from tests.audio.sounds import silence, voice
from tests.audio.test_announcements import speech

MENU, BOX, TALK = speech(5.0, seed=61), speech(5.0, seed=62), speech(5.0, seed=63)
CALLS = {
    "menu": ("ivr", "a", MENU),
    "box": ("machine", "b", BOX),
    "again": ("machine", "b", BOX),
    "beep": ("machine", "c", voice(0.4)),
    "hello": ("human", "d", voice(0.7)),
    "talk": ("human", "d", TALK),
    "twice": ("human", "a", MENU),
}


@pytest.fixture
def manifest(tmp_path):
    with (tmp_path / "manifest.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["path", "phase", "country", "label", "voice", "onset_ms"])
        for name, (label, who, sound) in CALLS.items():
            said = np.concatenate([silence(0.4), sound, silence(1.5)])
            soundfile.write(tmp_path / f"{name}.wav", said, 8000)
            rows.writerow([f"{name}.wav", "post", "us", label, who, "400"])
    return tmp_path / "manifest.csv"


def test_each_is_known_over_another_line_and_nobody_else_is_taken_for_one(manifest):
    done = CliRunner().invoke(app, ["bench", "known", "--manifest", str(manifest), "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    assert found["refused"] == {
        "again.wav": "the same recording as box.wav",
        "beep.wav": "too short: 0.4 s of 2.3 s are sound, 1.0 s are needed",
    }
    for label in ("ivr", "machine"):
        machines = found["machines"][label]
        assert [machines[key]["hits"] for key in ("recognised", "at_first")] == [1, 1]
        assert (machines["taken_for_people"]["hits"], machines["recognised"]["of"]) == (0, 1)
    assert found["after_first_word"]["n"] == 2
    assert 1400 < found["after_first_word"]["most"] < 2500
    assert (found["others"]["hits"], found["others"]["of"], found["of_the_same_voice"]) == (1, 3, 1)
