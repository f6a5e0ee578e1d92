"""The demo, whole: our records agree with the carrier's own log, call by call."""

import json
import subprocess
import sys

import pytest

from tests.asterisk_lab import SHIFT, asterisk_prefix

__all__ = ["asterisk_prefix"]


@pytest.mark.asterisk
def test_the_demos_summary_agrees_with_the_labs_own_log(asterisk_prefix, tmp_path):
    out = tmp_path / "out.json"
    words = [
        sys.executable, "-m", "dialer", "--home", str(tmp_path / "home"),
        "--asterisk", str(asterisk_prefix), "demo", "--minutes", "1", "--headless",
        "--json", str(out), "--port-offset", str(3000 + SHIFT), "--seed", "3",
    ]  # fmt: skip
    run = subprocess.run(words, capture_output=True, text=True, timeout=480, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    told = json.loads(out.read_text())
    assert told["mismatches"] == 0, told["mismatch_reasons"]
    for figure in ("placed", "answered", "connected", "abandoned"):
        assert told[figure] == told["lab"][figure]
    assert told["placed"] > 10
    assert told["connected"] > 0
    assert sum(told["by_outcome"].values()) >= told["placed"]
