"""Orders to erase somebody, carried out by the web process beside its requests."""

import sqlite3

import anyio
import anyio.to_thread

from dialer import logs
from dialer.api.house import House
from dialer.erasure import work
from dialer.errors import DialerError

LOOK_S = 2.0
"How often it looks whether one waits and can be carried out."


class Erasing:
    """Carries out what waits, one at a time; `run` does it."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._turn = anyio.CapacityLimiter(1)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await anyio.sleep(LOOK_S)
            await anyio.to_thread.run_sync(self._look, limiter=self._turn)

    def _look(self) -> None:
        for id in work.waiting(self._house.home):
            try:
                work.step(self._house.settings, id, self._house.clock)
            except (DialerError, OSError, sqlite3.Error) as error:  # it stays, and is tried again
                _log.warning("erasure_waits", error=type(error).__name__)


_log = logs.get(__name__)
