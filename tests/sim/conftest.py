"""A PyPy for tests, which are marked `slow`: it is fetched the first time."""

import os
from pathlib import Path

import pytest

from sim.pypy.interpreter import installed

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def pypy() -> Path:
    """The program (DIALER_PYPY, or in var/pypy)."""
    return installed(Path(os.environ.get("DIALER_PYPY") or ROOT / "var/pypy"))
