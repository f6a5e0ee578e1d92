"""Steady seconds since 1970: the wall clock read once, the monotonic one ever after."""

import time
from collections.abc import Callable


class SteadyClock:
    """Never jumps. `jump_s` says by how much the wall clock has since moved against it.

    >>> clock = SteadyClock()
    >>> clock() <= clock()
    True
    """

    def __init__(self, wall: Callable[[], float] = time.time) -> None:
        self._wall = wall
        self._offset = wall() - time.monotonic()

    def __call__(self) -> float:
        """Seconds since 1970 UTC."""
        return time.monotonic() + self._offset

    def of(self, monotonic: float) -> float:
        """The instant of another process' CLOCK_MONOTONIC reading on this machine."""
        return monotonic + self._offset

    def jump_s(self) -> float:
        """How far the wall clock is ahead of this one; some drift is normal, seconds are not."""
        return self._wall() - self()
