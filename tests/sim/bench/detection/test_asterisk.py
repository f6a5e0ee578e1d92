"""The app_amd of a real Asterisk beside ours, which was written anew: the same words."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from dialer.detection.manifest import Recording
from sim.bench.detection.app_amd import app_amd
from sim.bench.detection.asterisk import real_app_amd
from tests.asterisk_lab import SHIFT, asterisk_prefix
from tests.audio.sounds import noise, silence, voice

__all__ = ["asterisk_prefix"]

pytestmark = pytest.mark.asterisk
CALLS = {
    "human": [silence(0.4), voice(0.7), silence(2.0)],
    "machine": [silence(0.4), voice(5.0)],
    "dead": [silence(4.0)],
    "street": [noise(6.0, -30.0)],
}


def test_a_real_asterisk_says_what_our_app_amd_says(asterisk_prefix: Path, tmp_path: Path):
    recordings = [
        Recording(name, "answer", "us", np.concatenate(parts)) for name, parts in CALLS.items()
    ]
    real = real_app_amd(recordings, asterisk_prefix, tmp_path, SHIFT)
    ours = [app_amd(one.samples) for one in recordings]
    assert [one.status for one in real] == [one.status for one in ours]
    assert [one.cause.split("-")[0] for one in real] == [one.cause.split("-")[0] for one in ours]


def test_the_bench_sets_it_beside_ours(asterisk_prefix: Path, tmp_path: Path):
    with (tmp_path / "manifest.csv").open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["path", "phase", "country", "label"])
        for label in ("human", "machine"):
            soundfile.write(tmp_path / f"{label}.wav", np.concatenate(CALLS[label]), 8000)
            lines.writerow([f"{label}.wav", "post", "us", label])
    done = subprocess.run(
        [sys.executable, "-m", "dialer", "--home", str(tmp_path / "home"),
         "--asterisk", str(asterisk_prefix), "bench", "detection",
         "--manifest", str(tmp_path / "manifest.csv"), "--asterisk", "--asterisk-calls", "1",
         "--port-offset", str(SHIFT), "--json"],
        capture_output=True, text=True, check=False, timeout=120, env=dict(os.environ),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    scores = json.loads(done.stdout)["scores"]
    assert set(scores) == {"dialer", "app_amd", "Asterisk"}
    assert scores["Asterisk"]["confusion"]["answered"] == {"human": {"human": 1}}
