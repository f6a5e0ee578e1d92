"""A short run of the whole bench on a real Asterisk: that it works, never how fast it was."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.asterisk_lab import SHIFT

pytestmark = pytest.mark.asterisk


def test_a_short_bench_dials_every_scene_and_loses_no_call(asterisk_prefix: Path, tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-m", "dialer", "--home", str(tmp_path / "home"),
         "--asterisk", str(asterisk_prefix), "bench", "calls", "--short", "--json",
         "--port-offset", str(SHIFT)],
        capture_output=True, text=True, check=False, timeout=600, env=dict(os.environ),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    scenes = json.loads(done.stdout)["scenes"]
    assert set(scenes) == {"voice", "rate", "ears", "soak", "engine"}
    for name in ("voice", "rate", "ears", "soak"):
        seen = scenes[name]
        assert seen["calls"] > 0, name
        assert (seen["lost"], seen["doubled"], seen["leftovers"]) == (0, 0, 0), name
        assert seen["cpu_percent_of_a_core"]["asterisk"] > 0, name
    assert scenes["voice"]["connected"] > 0
    assert scenes["voice"]["agent_not_heard"] == 0
    assert scenes["ears"]["frames_per_s"] > 0
