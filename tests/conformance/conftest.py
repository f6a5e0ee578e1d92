"""Every test here is of each journal there is."""

import pytest

from .worlds import World


@pytest.fixture(params=["memory", "sqlite"])
def world(request, tmp_path):
    world = World(request.param, tmp_path)
    yield world
    world.close()
