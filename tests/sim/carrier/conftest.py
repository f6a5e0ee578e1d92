"""A lab in a hurry: the same numbers, the same sounds, short waits."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.carrier.behaviours import LAB
from sim.carrier.lab import Lab
from tests.asterisk_lab import SEED, asterisk_prefix, lab_ports

__all__ = ["asterisk_prefix"]

HURRIED = """
[draws]
pdd_s = { fixed = 0.2 }
ring_s = { fixed = 3.0 }
lift_s = { fixed = 0.3 }
patience_s = { fixed = 2.5 }
talk_s = { fixed = 3.0 }
listen_s = { fixed = 1.5 }
message_s = { fixed = 1.0 }
"""


def hurried(folder: Path) -> Path:
    words = (LAB / "carrier.toml").read_text()
    before, rest = words.split("[draws]\n")
    after = rest[rest.index("# ---- what is heard") :]
    (folder / "carrier.toml").write_text(before + HURRIED + after)
    return folder


@pytest.fixture(scope="session")
def quick_lab(asterisk_prefix: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = hurried(tmp_path_factory.mktemp("hurried"))
    home = tmp_path_factory.mktemp("quick-lab")
    network = Lab(home, asterisk_prefix, SEED, folder, lab_ports(shift=200), agents=3)
    network.up()
    yield network
    network.down()
