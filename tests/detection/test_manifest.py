"""Manifests: what is heard, and apart from it what is known."""

import numpy as np
import pytest
import soundfile

from dialer.detection.manifest import load, recordings, rows, samples
from dialer.errors import SettingsError
from tests.audio.sounds import tone

HEAD = "path,phase,country,label,eou_ms,real_voice,enrolled\n"


@pytest.fixture
def folder(tmp_path):
    soundfile.write(tmp_path / "a.wav", tone(0.5, 440), 8000)
    return tmp_path


def written(folder, text):
    file = folder / "manifest.csv"
    file.write_text(text)
    return file


def test_path_and_phase_are_enough(folder):
    [row] = rows(written(folder, "path,phase\na.wav,post\n"))
    [heard] = recordings([row])
    assert (heard.phase, heard.country, len(heard.samples)) == ("answer", "", 4000)
    assert row.truth.label == ""
    assert row.truth.is_real is None


def test_one_that_names_no_recording_is_refused(folder):
    with pytest.raises(SettingsError, match="names no recording"):
        rows(written(folder, HEAD))


def test_what_is_known_never_reaches_a_recording(folder):
    [row] = rows(written(folder, HEAD + "a.wav,early,CN,ringback,120,1,1\n"))
    assert (row.truth.label, row.truth.greeting_end_ms) == ("ringback", 120.0)
    assert row.truth.is_real
    assert row.truth.enrolled
    assert set(load(row).__struct_fields__) == {"path", "phase", "country", "samples"}
    assert load(row).country == "cn"


def test_paths_may_be_relative_to_the_folder_above(folder):
    (folder / "dev").mkdir()
    [row] = rows(written(folder / "dev", "path,phase\na.wav,post\n"))
    assert row.file == folder / "a.wav"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("path,country\na.wav,cn\n", "has no column phase"),
        ("path,phase\na.wav,ringing\n", "phase 'ringing' is none of early, post, answer"),
        ("path,phase\n\xff", None),
    ],
)
def test_a_manifest_that_cannot_be_used_says_why(folder, text, why):
    if why is None:
        file = folder / "manifest.csv"
        file.write_bytes(text.encode("latin-1"))
        why = "cannot be read"
    else:
        file = written(folder, text)
    with pytest.raises(SettingsError, match=why):
        rows(file)


def test_a_sound_file_that_is_none_says_so(folder):
    (folder / "b.wav").write_bytes(b"not a sound")
    with pytest.raises(SettingsError, match=r"b\.wav: no recording .*: Format"):
        samples(folder / "b.wav")


def test_two_channels_and_other_rates_become_one_at_8_khz(folder):
    both = np.stack([tone(1.0, 440), tone(1.0, 440)], axis=1)
    soundfile.write(folder / "c.wav", both, 16000)
    assert len(samples(folder / "c.wav")) == 4000
