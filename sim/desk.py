"""Lab agents at their desks: brains that hear a real dialer's news and give it their orders.

They come through the local door like anybody's desk; their voices are on the carrier's side.
"""

import heapq
import signal
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from random import Random

import anyio

from dialer.client import AsyncConnection, connected_async
from dialer.clock import SteadyClock
from dialer.engine.events import LoggedOut
from dialer.errors import NoServer, OrderRefused
from dialer.ports import Clock
from sim.brain import FOREVER, Brain, Plan
from sim.scenario import SCENARIOS

PATIENCE_S = 120.0
"A dialer that is not back by then has ended for good."
AGAIN_S = 0.5
"So long after a connection failed the next is tried."


def lab_brains(agents: int, pool: str, seed: int) -> list[Brain]:
    """`agent1`, `agent2` ...: whose phones the lab has."""
    shift = SCENARIOS["lab"].shift
    return [
        Brain(f"agent{n}", pool, f"PJSIP/agent{n}", shift, Random(1000 * seed + n))
        for n in range(1, agents + 1)
    ]


def staff(door: Path, agents: int, pool: str, seed: int) -> None:
    """Let them work until a signal, then send them home. `NoServer` if there is no dialer, or none
    any more: a short restart they sit out."""
    desks = Desks(lab_brains(agents, pool, seed), SteadyClock())

    async def shift() -> None:
        with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(desks.stay, door)
                await anext(signals)
                tasks.cancel_scope.cancel()
        with suppress(NoServer):
            await desks.go_home(door)

    anyio.run(shift)


class Desks:
    """All the lab's agents, one diary."""

    def __init__(self, brains: Sequence[Brain], clock: Clock) -> None:
        self._brains = {brain.agent: brain for brain in brains}
        self._clock = clock
        self._diary: list[tuple[float, int, Brain, Plan]] = []
        self._number = count()
        self._new = anyio.Event()

    async def stay(self, door: Path, patience_s: float = PATIENCE_S) -> None:
        """Work until cancelled, also for a dialer that was started again."""
        await self.work(door)
        served_at = self._clock()
        while self._clock() - served_at < patience_s:
            await anyio.sleep(AGAIN_S)
            with suppress(NoServer):
                await self.work(door)
                served_at = self._clock()
        raise NoServer(
            f"no dialer has served {door.parent} for {patience_s:.0f} s: the agents are gone"
        )

    async def work(self, door: Path) -> None:
        """Log in, take calls, until cancelled or until the dialer hangs up."""
        async with connected_async(door) as news, connected_async(door) as orders:
            self._diary.clear()
            for brain in self._brains.values():
                self._note(brain, brain.arrive(self._clock()))
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._hear, news, tasks.cancel_scope)
                with suppress(NoServer):
                    await self._act(orders)
                tasks.cancel_scope.cancel()

    async def go_home(self, door: Path) -> None:
        """Everybody logs out, after the call if there is one."""
        async with connected_async(door) as orders:
            for name in self._brains:
                await orders.order(LoggedOut(name, at=0.0))

    async def _hear(self, connection: AsyncConnection, shift: anyio.CancelScope) -> None:
        with suppress(NoServer):
            async for news in connection.watch():
                brain = self._brains.get(getattr(news, "agent", ""))
                if brain is not None:
                    self._note(brain, brain.hear(news, self._clock()))  # type: ignore[arg-type]
        shift.cancel()

    def _note(self, brain: Brain, plans: list[Plan]) -> None:
        for plan in plans:
            heapq.heappush(self._diary, (plan.at, next(self._number), brain, plan))
        if plans:
            self._new.set()

    async def _act(self, orders: AsyncConnection) -> None:
        while True:
            self._new = anyio.Event()
            wait_s = self._diary[0][0] - self._clock() if self._diary else 60.0
            if wait_s > 0:
                with anyio.move_on_after(wait_s):
                    await self._new.wait()
                continue
            _, _, brain, plan = heapq.heappop(self._diary)
            if plan.mood == FOREVER or brain.means(plan):
                try:
                    await orders.order(plan.event)
                except OrderRefused:
                    continue  # the call is over: what was meant for it no longer matters
