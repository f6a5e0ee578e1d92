"""One dialer process of the twin: the real engine, an inbox, one turn at a time.

It can be stopped and killed, also between any two steps of a turn: a *fuse* is burnt down by one
at each of them, and when it is through the process is dead. What a dead process had not
committed is lost; what it had ordered happens.
"""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import simpy

from dialer.engine.commands import AnyCommand, JournalCommand, SwitchCommand
from dialer.engine.engine import Engine
from dialer.engine.events import Event, Started, Tick
from dialer.ports import Journal, Switch
from dialer.turn import replay, turn

TICK_S = 1.0

Look = Callable[[Event, int, Sequence[AnyCommand]], None]
"Looks on after every turn: the event, its number, the orders."


class Killed(BaseException):
    """The process ends here, in the middle of whatever it does."""


class Fuse:
    """Counts steps; at zero the process dies."""

    def __init__(self, steps: int | None = None) -> None:
        self.left = steps
        self.burnt = 0

    def burn(self) -> None:
        """One step."""
        self.burnt += 1
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Killed


class FusedSwitch:
    """A switch whose caller may die before or after each order."""

    def __init__(self, switch: Switch, fuse: Fuse) -> None:
        self._switch, self._fuse = switch, fuse

    def execute(self, command: SwitchCommand) -> None:
        """Take the order, if the caller lives to give it."""
        self._fuse.burn()
        self._switch.execute(command)
        self._fuse.burn()


class FusedJournal:
    """A journal whose caller may die before or after each word."""

    def __init__(self, journal: Journal, fuse: Fuse) -> None:
        self._journal, self._fuse = journal, fuse
        self.since, self.facts = journal.since, journal.facts
        self.open_intents, self.number_of = journal.open_intents, journal.number_of
        self.open_arrivals, self.campaigns = journal.open_arrivals, journal.campaigns
        self.restore = journal.restore

    @property
    def durable(self) -> int:
        """The last committed sequence number."""
        return self._journal.durable

    def append(self, event: Event) -> int:
        """Keep an event."""
        self._fuse.burn()
        seq = self._journal.append(event)
        self._fuse.burn()
        return seq

    def execute(self, command: JournalCommand, *, cause: int, index: int) -> None:
        """Carry out an order."""
        self._fuse.burn()
        self._journal.execute(command, cause=cause, index=index)
        self._fuse.burn()

    def checkpoint(self, seq: int, state: bytes) -> None:
        """Keep the engine's state."""
        self._journal.checkpoint(seq, state)
        self._fuse.burn()


class Process:
    """A dialer from its start to its end."""

    def __init__(
        self,
        env: simpy.Environment,
        journal: Journal,
        switch: Switch,
        *,
        engine: Engine,
        looks: Sequence[Look] = (),
        fuse: Fuse | None = None,
    ) -> None:
        self._env, self._looks, self._fuse = env, looks, fuse
        self.engine = engine
        self.journal: Journal = FusedJournal(journal, fuse) if fuse else journal
        self.switch: Switch = FusedSwitch(switch, fuse) if fuse else switch
        self.inbox: deque[Event] = deque()
        "What it has not handled."
        self._busy = False
        self.alive, self.stopped = True, False
        self.death = env.event()
        "Comes when the process dies."
        self._ticked_at = float(env.now)
        self._wakes_at = float("inf")

    def start(self, epoch: int) -> None:
        """Remember what the journal kept, and begin."""
        self.carefully(self._start, epoch)
        self._work()

    def _start(self, epoch: int) -> None:
        forgotten = replay(self.engine, self.journal)
        self.inbox.extend((Started(epoch=epoch, at=self._now()), *forgotten))

    def carefully(self, act: Callable[..., None], *args: Any) -> None:
        """Do something in this process, if it lives; it may die of it."""
        try:
            if self.alive:
                act(*args)
        except Killed:
            self.die()

    def die(self) -> None:
        """At once, whatever it was doing; once."""
        if self.alive:
            self.alive = False
            self.death.succeed()

    def stop(self) -> None:
        """SIGSTOP."""
        self.stopped = True

    def go_on(self) -> None:
        """SIGCONT."""
        self.stopped = False
        self._wakes_at = float("inf")
        self._work()

    def _now(self) -> float:
        return float(self._env.now)

    # ---- the loop -----------------------------------------------------------------------------
    def report(self, event: Event) -> None:
        """The inbox."""
        self.inbox.append(event)
        if not self._busy:
            self._work()

    def _work(self) -> None:
        if self.stopped:
            return
        self._busy = True
        self.carefully(self._turns)
        self._busy = False
        if self.alive:
            self._set_alarm()

    def _turns(self) -> None:
        inbox, fuse, looks = self.inbox, self._fuse, self._looks
        engine, journal, switch = self.engine, self.journal, self.switch
        while inbox:
            if fuse:
                fuse.burn()
            event = inbox[0]  # still there if this turn is the last
            seq, orders = turn(engine, journal, switch, event)
            inbox.popleft()
            for look in looks:
                look(event, seq, orders)

    # ---- time ---------------------------------------------------------------------------------
    def _set_alarm(self) -> None:
        due = min(self.engine.due, self._ticked_at + TICK_S)
        if due >= self._wakes_at:
            return
        now = self._now()
        if (due := max(now, due)) < self._wakes_at:
            self._wakes_at = due
            timeout = self._env.timeout(due - now)
            timeout.callbacks.append(lambda _: self._wake(due))

    def _wake(self, due: float) -> None:
        if due != self._wakes_at or not self.alive or self.stopped:
            return  # an earlier alarm came in between, or nobody hears it
        self._wakes_at = float("inf")
        now = self._now()
        if now >= min(self.engine.due, self._ticked_at + TICK_S):
            self._ticked_at = now
            self.report(Tick(at=now))
        else:
            self._set_alarm()
