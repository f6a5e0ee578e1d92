"""The shell of the dialer process: one inbox, one loop, one turn at a time.

Everything that happens comes through the inbox: from the switch, the journal's thread, a person at
the door. The loop hands it to the engine and carries out what follows; when nothing comes it
sends `Tick` at the engine's next deadline, and at the latest every second.
"""

import json
import os
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anyio
import msgspec
import sniffio

from dialer import logs
from dialer.alerts import USUAL, Limits
from dialer.clock import SteadyClock
from dialer.engine.commands import AnyCommand
from dialer.engine.engine import Engine
from dialer.engine.events import (
    CampaignPaused,
    CampaignResumed,
    ClockJumped,
    Event,
    Started,
    Tick,
)
from dialer.engine.put_right import is_wrong
from dialer.memory import give_back
from dialer.picture import picture
from dialer.ports import Journal, Switch
from dialer.turn import replay, turn

Guest = Callable[[Event], bool]
"Whether it takes this event, which then is not the engine's: see `byhand`."
Observer = Callable[[Event, Sequence[AnyCommand]], None]
"Looks on: metrics, the door's watchers, the log."

TICK_S = 1.0
PICTURE_S = 1.0
CHECKPOINT_S = 60.0
LEAN_S = 60.0
BATCH = 100
"Events handled before other tasks get their turn."
JUMP_S = 2.0
SETTLED_S = 10.0
"So long the wall clock must stand before the dialer begins anew by it."
CALM_WITHIN_S = 600.0
"Whoever rings or waits even then is left to the switch."
QUIET_S = 60.0
"An offset that harms nobody waits for a moment that has been quiet for so long."
SHUTTING_DOWN = "shutting down"
"Why a campaign is paused that the next start resumes."


class Inbox:
    """Where events wait. `put` may be called from any thread."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque()
        self._there = anyio.Event()
        self._wake: Callable[[Callable[[], Any]], Any] | None = None

    def open(self) -> None:
        """Tell the inbox which loop reads it."""
        if sniffio.current_async_library() == "trio":
            import trio  # a test's world

            self._wake = trio.lowlevel.current_trio_token().run_sync_soon
        else:
            import asyncio

            self._wake = asyncio.get_running_loop().call_soon_threadsafe

    def put(self, event: Event) -> None:
        """Hand over an event."""
        self._events.append(event)
        if self._wake is not None:
            self._wake(self._ring)

    def _ring(self) -> None:
        self._there.set()

    async def wait(self) -> None:
        """Until something is there."""
        if not self._events:
            self._there = anyio.Event()
            if not self._events:
                await self._there.wait()

    def take(self, most: int) -> list[Event]:
        """What is there, oldest first."""
        return [self._events.popleft() for _ in range(min(most, len(self._events)))]

    def __len__(self) -> int:
        return len(self._events)


class Dialer:
    """One engine in the real world."""

    def __init__(
        self,
        *,
        engine: Engine,
        journal: Journal,
        switch: Switch,
        inbox: Inbox,
        clock: SteadyClock,
        epoch: int,
        state_file: Path | None = None,
        observers: Sequence[Observer] = (),
        limits: Limits = USUAL,
    ) -> None:
        self._limits = msgspec.structs.asdict(limits)
        self.engine, self.journal, self.switch = engine, journal, switch
        self.inbox, self.clock, self.epoch = inbox, clock, epoch
        self.state_file, self.observers = state_file, list(observers)
        self.guests: list[Guest] = []
        self.lag_s = 0.0
        "How long the newest event waited in the inbox."
        self._ticked_at = 0.0
        self._seq = 0
        self._drain_until: float | None = None
        self._jumped = (0.0, 0.0)
        "By how much the wall clock has moved, and when that was seen."
        self._loud_at = 0.0
        "When it was last seen that a new beginning would disturb somebody."
        self.begins_anew = False
        "It has ended so that another one reads the wall clock."

    def submit(self, event: Event) -> int:
        """Handle a person's order now; its sequence number in the journal.

        It may be acknowledged once `journal.durable` has reached that number.
        """
        return self._turn(event)

    def state(self) -> dict[str, Any]:
        """What the dialer looks like now, for boards and `dialer status`; from when on to warn."""
        seen = picture(self.engine.state, self.engine.index, at=self.clock())
        return {**seen, "limits": self._limits}

    async def run(self) -> None:
        """Until cancelled, or drained and empty, or until the clock wants another one."""
        self.inbox.open()
        for event in replay(self.engine, self.journal):
            self.inbox.put(event)
        self._turn(Started(epoch=self.epoch, at=self.clock()))
        self._resume()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._keep_picture)
            tasks.start_soon(self._keep_checkpoint)
            tasks.start_soon(self._keep_lean)
            while not (self._is_drained() or self.begins_anew):
                await self._step()
                self.begins_anew = self._is_outdated()
            tasks.cancel_scope.cancel()

    def drain(self, timeout_s: float) -> None:
        """Place nothing more; `run` returns when the last call has ended, or after the timeout.

        Who rings or waits is still served: the campaigns are paused, and `run` resumes them at the
        next start. Calls that are up at the timeout are left to the switch and to reconcile.
        """
        for name in self._campaigns("dialling"):
            self._turn(CampaignPaused(campaign=name, why=SHUTTING_DOWN, at=self.clock()))
        self._drain_until = self.clock() + timeout_s

    def _resume(self) -> None:
        for name in self._campaigns("paused", SHUTTING_DOWN):
            self._turn(CampaignResumed(campaign=name, at=self.clock()))

    def _campaigns(self, state: str, why: str = "") -> list[str]:
        campaigns = self.engine.state.campaigns.items()
        return [name for name, one in campaigns if (one.state, one.why) == (state, why)]

    def _is_drained(self) -> bool:
        if self._drain_until is None:
            return False
        is_empty = not (self.engine.state.calls or self.guests)
        return is_empty or self.clock() >= self._drain_until

    def _is_outdated(self) -> bool:
        """The clock was put right, and nobody rings or waits whom a new process might lose."""
        state, now = self.engine.state, self.clock()
        if self._drain_until is not None or abs(state.clock_off_s) <= JUMP_S:
            return False
        if is_wrong(state):
            is_calm = self.engine.is_calm and not self.guests
            return now - self._jumped[1] >= (SETTLED_S if is_calm else CALM_WITHIN_S)
        if self.guests or not self.engine.is_quiet:
            self._loud_at = now
        return now - max(self._jumped[1], self._loud_at) >= QUIET_S

    async def _step(self) -> None:
        due = min(self.engine.due, self._ticked_at + TICK_S)
        with anyio.move_on_after(max(0.0, due - self.clock())):
            await self.inbox.wait()
        self._look_at_clock()
        for event in self.inbox.take(BATCH):
            self.lag_s = max(0.0, self.clock() - event.at)
            self._turn(event)
        now = self.clock()
        if now >= self.engine.due or now >= self._ticked_at + TICK_S:
            self._ticked_at = now
            self._turn(Tick(at=now))
        await anyio.lowlevel.checkpoint()

    def _turn(self, event: Event) -> int:
        if any(takes(event) for takes in self.guests):
            self.tell(event, ())
            return self._seq
        self._seq, commands = turn(self.engine, self.journal, self.switch, event)
        self.tell(event, commands)
        return self._seq

    def _look_at_clock(self) -> None:
        """Before anything else: nothing is ordered by a clock that is known to be wrong."""
        by_s, at = self.clock.jump_s(), self.clock()
        if abs(by_s - self._jumped[0]) > JUMP_S:
            self._jumped = by_s, at
            self._turn(ClockJumped(by_s, at=at))

    def tell(self, event: Event, commands: Sequence[AnyCommand]) -> None:
        """Let those who look on know."""
        for look in self.observers:
            look(event, commands)

    # ---- at its leisure ----
    async def _keep_picture(self) -> None:
        trouble = ""
        while self.state_file is not None:
            text, before = json.dumps(self.state()), trouble
            trouble = await anyio.to_thread.run_sync(_replace, self.state_file, text)
            if trouble and not before:
                _log.error("the picture cannot be written", why=trouble)
            await anyio.sleep(PICTURE_S)

    async def _keep_checkpoint(self) -> None:
        while True:
            await anyio.sleep(CHECKPOINT_S)
            self.journal.checkpoint(self._seq, self.engine.checkpoint())

    async def _keep_lean(self) -> None:
        while True:
            await anyio.sleep(LEAN_S)
            await anyio.to_thread.run_sync(give_back)


def _replace(path: Path, text: str) -> str:
    """Readers see the old picture or the new one, never half of one. Why not, where it failed.

    A full disk ends no dialer: whoever reads sees how old the picture is.
    """
    beside = path.with_suffix(".new")
    try:
        beside.write_text(text)
        os.replace(beside, path)
    except OSError as why:
        return why.strerror or "it failed"
    return ""


_log = logs.get(__name__)
