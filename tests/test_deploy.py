"""The unit, the image and the page about running it speak of the program as it is."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from dialer.__main__ import OWN
from dialer.commands.exits import UNFIT, USAGE
from dialer.serve import DRAIN_S
from dialer.settings import Settings
from dialer.tomlfile import build

ROOT = Path(__file__).parents[1]
UNIT = ROOT / "deploy/predictive-dialer.service"
IMAGE = (ROOT / "deploy/Containerfile").read_text()
PAGE = (ROOT / "docs/operations.md").read_text()


def said(key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", UNIT.read_text(), re.MULTILINE)


def test_the_unit_leaves_time_to_drain_and_does_not_try_what_a_person_must_mend() -> None:
    assert float(said("TimeoutStopSec")[0]) > DRAIN_S
    assert said("KillMode") == ["mixed"]
    assert said("RestartPreventExitStatus") == [f"{USAGE.code} {UNFIT.code}"]
    assert said("ExecStart")[0].split()[1:] == ["serve"]


def test_systemd_takes_the_unit_and_finds_little_exposed(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("no systemd here")
    there = UNIT.read_text().replace("/opt/predictive-dialer/.venv/bin/dialer", "/bin/true")
    unit = tmp_path / UNIT.name
    unit.write_text(there)
    verified = subprocess.run([program, "verify", unit], capture_output=True, text=True)
    assert [one for one in verified.stderr.splitlines() if UNIT.name in one] == []
    looked = [program, "security", "--offline=true", "--threshold=20", unit]
    assert subprocess.run(looked, capture_output=True).returncode == 0


def test_the_image_runs_as_nobody_in_particular_and_stops_by_draining() -> None:
    last = IMAGE.split("USER dialer")[1]
    assert "RUN" not in last
    assert "USER root" not in last
    assert "STOPSIGNAL SIGTERM" in last
    assert re.search(r'ENTRYPOINT \["dialer"\]\s+CMD \["serve"\]', last)
    ignored = (ROOT / ".containerignore").read_text().split()
    assert {".git", ".venv", "var"} <= set(ignored)


def test_the_settings_that_the_page_shows_are_settings() -> None:
    shown = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    shown += [re.sub(r"^   ", "", one, flags=re.MULTILINE) for one in
              re.findall(r"```toml\n(   .*?)   ```", PAGE, re.DOTALL)]  # fmt: skip
    built = [build(tomllib.loads(one), Settings, Path("dialer.toml")) for one in shown]
    assert any(one.oidc.issuer for one in built)
    assert any(one.web.certificate for one in built)


def test_the_commands_that_the_page_names_exist() -> None:
    named = set(re.findall(r"(?:^|`)dialer (?:--\S+ \S+ )?([a-z]+)", PAGE, re.MULTILINE))
    assert {"backup", "restore", "upgrade", "doctor"} <= named
    assert named - {"lab"} <= set(OWN)
