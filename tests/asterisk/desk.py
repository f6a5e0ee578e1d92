"""A switch in a test's hand: order something, await what is reported."""

import random
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from typing import Any, TypeVar

import anyio

from dialer.asterisk.settings import AsteriskSettings
from dialer.asterisk.switch import AsteriskSwitch
from dialer.asterisk.trunks import Trunk
from dialer.engine.commands import Originate, Reconcile, SwitchCommand
from dialer.engine.events import Event, Reconciled, SwitchUp
from tests.asterisk.ears import CountingEars
from tests.patience import PATIENCE_S

E = TypeVar("E", bound=Event)


class Desk:
    """What was reported so far, in order; the numbers of the calls."""

    def __init__(
        self, settings: AsteriskSettings, trunks: Mapping[str, Trunk], ears: Any = None
    ) -> None:
        self.events: list[Event] = []
        self.ears = ears or CountingEars()
        self.numbers: dict[str, str] = {}
        self.on: Callable[[Event], None] = lambda event: None
        self._count = 0
        self._more = anyio.Event()
        self.switch = AsteriskSwitch(
            settings, trunks, self.ears, self.numbers.__getitem__, self._report,
            time.time, random.Random(7),
        )  # fmt: skip

    def _report(self, event: Event) -> None:
        self.events.append(event)
        self._more.set()
        self._more = anyio.Event()
        self.on(event)

    def order(self, command: SwitchCommand) -> None:
        self.switch.execute(command)

    def dial(self, number: str, **changed: object) -> str:
        """Place a call; its id."""
        self._count += 1
        call = f"d1-{int(time.time() * 1000):012x}{self._count:020x}"
        self.numbers[call] = number
        usual = {
            "trunk": "lab", "caller_id": "15550000000", "ring_timeout_s": 30.0,
            "not_after": time.time() + 60, "max_talk_s": 60.0, "country": "us",
            "detection": "careful",
        }  # fmt: skip
        self.order(Originate(call=call, **{**usual, **changed}))  # type: ignore[arg-type]
        return call

    async def until(self, kind: type[E], within_s: float = PATIENCE_S, **wanted: object) -> E:
        """The first event of that kind whose fields are as wanted."""
        with anyio.move_on_after(within_s):
            while True:
                for event in self.events:
                    if isinstance(event, kind) and all(
                        getattr(event, key) == value for key, value in wanted.items()
                    ):
                        return event
                await self._more.wait()
        raise AssertionError(f"no {kind.__name__} {wanted}, but {self.events[-8:]}")

    def of(self, call: str) -> list[str]:
        """Names of what was reported of a call."""
        return [type(event).__name__ for event in self.events if getattr(event, "call", "") == call]


@asynccontextmanager
async def desk(
    settings: AsteriskSettings, trunks: Mapping[str, Trunk], ears: Any = None
) -> AsyncIterator[Desk]:
    """Connected and reconciled. `ears` are the listeners, opened; unless: some that count."""
    one = Desk(settings, trunks, ears)
    async with nullcontext() if ears else one.ears, anyio.create_task_group() as tasks:
        tasks.start_soon(one.switch.run)
        await one.until(SwitchUp)
        one.order(Reconcile(calls=(), agents=(), whole=True))
        await one.until(Reconciled)
        try:
            yield one
            with anyio.move_on_after(PATIENCE_S):
                while not one.switch.is_idle:  # noqa: ASYNC110
                    await anyio.sleep(0.02)
        finally:
            tasks.cancel_scope.cancel()
