"""Tells each desk its shift in figures: the warehouse's, which other pages show too."""

from collections.abc import Callable, Collection

import anyio

from dialer import logs
from dialer.api.house import House, in_thread
from dialer.api.shifts import Shift
from dialer.desk.seat import Seat
from dialer.errors import DialerError

COUNT_S = 3.0
"One question for all desks at which something happened."
BACK_S = 7 * 86400.0
"A shift that is over is shown for so long."


class Totals:
    """Asks while anybody waits for figures. Needs `run` in a task group."""

    def __init__(self, house: House, seats: Callable[[], Collection[Seat]]) -> None:
        self._house, self._seats = house, seats

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.count()
            await anyio.sleep(COUNT_S)

    async def count(self) -> None:
        """Ask once, for those of whom something is new."""
        waiting = [seat for seat in self._seats() if seat.rounds or _is_behind(seat)]
        if not waiting:
            return
        try:
            found = await in_thread(self._found, sorted({seat.agent for seat in waiting}))
        except DialerError as why:  # there is no warehouse before the first campaign
            _log.debug("no figures of shifts", why=str(why))
            return
        for seat in waiting:
            seat.rounds = max(0, seat.rounds - 1)
            _tell(seat, found.get(seat.agent))

    def _found(self, agents: list[str]) -> dict[str, Shift]:
        return self._house.records.shifts(agents, self._house.clock() - BACK_S)


def _is_behind(seat: Seat) -> bool:
    """The agent's last interval is not in the figures yet."""
    since = seat.me.get("since")
    return since is not None and (seat.shift is None or seat.shift.upto_at < since - 0.001)


def _tell(seat: Seat, shift: Shift | None) -> None:
    if shift != seat.shift:
        seat.shift = shift
        seat.put(shift=shift)


_log = logs.get(__name__)
