"""The bench, from files to lines and figures."""

import csv
import json

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from dialer.__main__ import app
from dialer.audio.presets import CAREFUL
from dialer.detection.manifest import Recording
from sim.bench.detection.lines import line
from sim.bench.detection.play import play
from tests.audio.sounds import cadence, silence, tone, voice

KEYS = (
    "path phase verdict kind confidence decided_ms greeting_end_ms revised_to revised_ms beep_ms"
    " cause sound_ms"
)
CALLS = {
    "human": ("post", (silence(0.4), voice(0.7), silence(2))),
    "machine": ("post", (silence(0.4), voice(0.7), silence(1.0), tone(0.5, 1000), silence(1))),
    "ringback": ("early", (silence(0.5), cadence((440, 480), 2, 4))),
    "fax": ("post", (silence(0.3), tone(2.5, 2100), silence(1))),
    "silence": ("post", (silence(4.0),)),
}


@pytest.fixture
def manifest(tmp_path):
    with (tmp_path / "manifest.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["path", "phase", "country", "label"])
        for label, (phase, parts) in CALLS.items():
            soundfile.write(tmp_path / f"{label}.wav", np.concatenate(parts), 8000)
            rows.writerow([f"{label}.wav", phase, "us", label])
    return tmp_path / "manifest.csv"


def run(*words):
    done = CliRunner().invoke(app, ["bench", "detection", *map(str, words)])
    assert done.exit_code == 0, done.output
    return done.output


def test_every_call_becomes_a_line_and_every_label_a_row(manifest, tmp_path):
    out = tmp_path / "calls.jsonl"
    found = json.loads(run("--manifest", manifest, "--json", "--calls", out))
    lines = [json.loads(text) for text in out.read_text().splitlines()]
    assert {" ".join(one) for one in lines} == {KEYS}
    heard = {one["path"].removesuffix(".wav"): one for one in lines}
    assert heard["machine"]["verdict"] == "human"
    assert heard["machine"]["revised_to"] == "machine"
    assert {heard[label]["verdict"] for label in CALLS} >= {"human", "ringback", "fax", "silence"}
    ours = found["scores"]["dialer"]
    assert ours["confusion"]["answered"]["human"] == {"human": 1}
    assert ours["rates"]["machine taken for human"]["hits"] == 1
    assert ours["rates"]["machine taken for human, after revision"]["hits"] == 0
    assert found["scores"]["app_amd"]["confusion"]["answered"]["silence"] == {"machine": 1}


def test_the_truth_changes_no_line(manifest, tmp_path):
    blind = tmp_path / "blind.csv"
    text = manifest.read_text().splitlines()
    blind.write_text("\n".join(row.rpartition(",")[0] for row in text))
    run("--manifest", manifest, "--json", "--calls", tmp_path / "seen.jsonl")
    run("--manifest", blind, "--json", "--calls", tmp_path / "blind.jsonl")
    assert (tmp_path / "seen.jsonl").read_bytes() == (tmp_path / "blind.jsonl").read_bytes()


def test_for_the_eye_both_stand_side_by_side(manifest):
    told = run("--manifest", manifest)
    assert "human taken for machine" in told
    assert "app_amd" in told


def recordings():
    for label, (phase, parts) in CALLS.items():
        country = "us"
        where = "early" if phase == "early" else "answer"
        yield Recording(label, where, country, np.concatenate(parts).astype(np.float32))


@pytest.mark.parametrize("packet_ms", [10, 30, 160])
def test_any_size_of_packet_and_any_batch_gives_the_same(packet_ms):
    calls = list(recordings())
    together = play(calls, CAREFUL).heard
    for one in calls:
        alone = play([one], CAREFUL, packet_ms=packet_ms).heard
        assert alone[one.path] == together[one.path]


def test_a_call_without_a_packet_is_silence_to_nobody():
    nothing = Recording("x", "answer", "us", np.zeros(0, dtype=np.float32))
    assert line("x", "post", play([nothing], CAREFUL).heard["x"]).verdict == ""
