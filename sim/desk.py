"""Lab agents at their desks: brains that hear a real dialer's news and give it their orders.

They come through the local door like anybody's desk; their voices are on the carrier's side.
"""

import heapq
import signal
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from random import Random

import anyio

from dialer.client import AsyncConnection, connected_async
from dialer.clock import SteadyClock
from dialer.engine.events import LoggedOut
from dialer.errors import OrderRefused
from dialer.ports import Clock
from sim.brain import FOREVER, Brain, Plan
from sim.scenario import SCENARIOS


def lab_brains(agents: int, pool: str, seed: int) -> list[Brain]:
    """`agent1`, `agent2` ...: whose phones the lab has."""
    shift = SCENARIOS["lab"].shift
    return [
        Brain(f"agent{n}", pool, f"PJSIP/agent{n}", shift, Random(1000 * seed + n))
        for n in range(1, agents + 1)
    ]


def staff(door: Path, agents: int, pool: str, seed: int) -> None:
    """Let them work until a signal, then send them home."""
    desks = Desks(lab_brains(agents, pool, seed), SteadyClock())

    async def shift() -> None:
        with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(desks.work, door)
                await anext(signals)
                tasks.cancel_scope.cancel()
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

    async def work(self, door: Path) -> None:
        """Log in, take calls, until cancelled."""
        async with (
            connected_async(door) as news,
            connected_async(door) as orders,
            anyio.create_task_group() as tasks,
        ):
            tasks.start_soon(self._hear, news)
            for brain in self._brains.values():
                self._note(brain, brain.arrive(self._clock()))
            await self._act(orders)

    async def go_home(self, door: Path) -> None:
        """Everybody logs out, after the call if there is one."""
        async with connected_async(door) as orders:
            for name in self._brains:
                await orders.order(LoggedOut(name, at=0.0))

    async def _hear(self, connection: AsyncConnection) -> None:
        async for news in connection.watch():
            brain = self._brains.get(getattr(news, "agent", ""))
            if brain is not None:
                self._note(brain, brain.hear(news, self._clock()))  # type: ignore[arg-type]

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
