"""The demo, whole: our records agree with the carrier's own log, call by call."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from dialer.detection.library import Shelf
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
    assert told["callers"] == told["lab_callers"]
    assert told["placed"] > 10
    assert told["connected"] > 0
    assert told["recorded"] == told["connected"]
    assert sum(told["by_outcome"].values()) >= told["placed"]
    known = {card.kind for card in Shelf(tmp_path / "demo/dialer/prompts").cards()}
    assert known == {"vacant", "powered_off", "congestion", "no_service", "menu"}
    assert told_in_the_open(tmp_path / "demo") == []


def told_in_the_open(demo: Path) -> list[str]:
    """The dialer's files in which a telephone number of the list can be read: there are none."""
    with (demo / "list.csv").open(encoding="utf-8", newline="") as file:
        numbers = [row["phone"].strip().lstrip("+").encode() for row in csv.DictReader(file)]
    secret = [number for number in numbers if len(number) > 6]
    assert len(secret) > 100
    files = [demo / "serve.log", *(demo / "dialer").rglob("*")]
    return [str(file) for file in files if file.is_file() and _holds(file.read_bytes(), secret)]


def _holds(text: bytes, words: list[bytes]) -> bool:
    return any(word in text for word in words)
