"""Fixtures for tests on a real Asterisk: where one is, and a lab that is up for the whole session.

Import what you need into a conftest: `from tests.asterisk_lab import asterisk_prefix, lab`. The
ports are this suite's own, shifted by DIALER_TEST_PORTS, so that two runs do not meet.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialer.asterisk.instance import ensure_installed
from sim.carrier.lab import Lab, Ports

ROOT = Path(__file__).parents[1]
SHIFT = int(os.environ.get("DIALER_TEST_PORTS", "0"))
"Added to every port."


def lab_ports(shift: int = 0) -> Ports:
    """The ports of a lab; another shift for another lab beside it."""
    by = SHIFT + shift
    return Ports(sip=17070 + by, http=17089 + by, responder=17090 + by, rtp=(30000, 34999))


DIALER_SIP = 17060 + SHIFT
DIALER_HTTP = 17088 + SHIFT
DIALER_RTP = (20000, 24999)
"For the dialer's own Asterisk in tests."

SEED = 7


@pytest.fixture(scope="session")
def asterisk_prefix() -> Path:
    """An unpacked Asterisk; fetched the first time (DIALER_ASTERISK, or var/asterisk)."""
    prefix = Path(os.environ.get("DIALER_ASTERISK") or ROOT / "var/asterisk").absolute()
    ensure_installed(prefix)
    return prefix


@pytest.fixture(scope="session")
def lab(asterisk_prefix: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The telephone network, up until the last test is done."""
    network = Lab(tmp_path_factory.mktemp("lab"), asterisk_prefix, SEED, ports=lab_ports())
    network.up()
    yield network
    network.down()
