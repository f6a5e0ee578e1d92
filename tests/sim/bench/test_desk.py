"""A short run of the desks' bench, real but for telephones: that it works, not how fast it was."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_a_few_desks_take_calls_and_none_loses_its_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dialer", "--home", str(tmp_path / "home"), "bench", "desk",
         "--short", "--json", "--port-offset", "77"],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert found["lost"] == 0
    for what in ("pop", "update", "order"):
        assert found[what]["n"] > 0, what
        assert 0 < found[what]["p50"] <= found[what]["p99"] <= found[what]["most"]
    assert found["web"]["rss_mb"] > found["web_idle_mb"] > 0
