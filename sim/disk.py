"""The disk under the twin's journal: commits in groups, a little later, as a real one does."""

from collections.abc import Sequence
from random import Random

import simpy

from dialer.engine.commands import AnyCommand
from dialer.engine.events import Event
from dialer.journal.memory import MemoryJournal
from dialer.ports import Caller
from sim.process import Fuse, Process

COMMIT_S = (0.002, 0.02)
DELIVER_S = (0.0005, 0.003)
AGAIN_S = 0.5
"A disk that takes nothing is tried again so soon."


class Disk:
    """Drives one process's journal, whose commits are by hand."""

    def __init__(
        self, env: simpy.Environment, journal: MemoryJournal, fuse: Fuse, rng: Random
    ) -> None:
        self._env, self._journal, self._fuse, self._rng = env, journal, fuse, rng
        self.process: Process
        "Set by whoever starts it."
        self._waiting = False

    # ---- whom the switch has noted --------------------------------------------------------------
    def welcome(self, caller: Caller) -> None:
        """Look the caller up, with the next commit."""
        self._journal.welcome(caller)
        self._soon()

    def is_welcome(self, call: str) -> bool:
        """The arrival is committed and reported."""
        return self._journal.is_welcome(call)

    def has_opted_out(self, call: str) -> bool:
        """The wish not to be called any more is, too."""
        return self._journal.has_opted_out(call)

    def look(self, event: Event, seq: int, orders: Sequence[AnyCommand]) -> None:
        """Something was written: commit soon."""
        self._soon()

    def _soon(self) -> None:
        if not self._waiting:
            self._waiting = True
            self._after(self._rng.uniform(*COMMIT_S), self._commit)

    def _after(self, delay_s: float, act: object) -> None:
        timeout = self._env.timeout(delay_s)
        timeout.callbacks.append(lambda _: self.process.carefully(act))  # type: ignore[arg-type]

    def _commit(self) -> None:
        if self.process.stopped:
            self._after(AGAIN_S, self._commit)
            return
        self._waiting = False
        self._fuse.burn()
        self._journal.commit()
        self._fuse.burn()
        self._after(self._rng.uniform(*DELIVER_S), self._deliver)
        if self._journal.trouble:
            self._waiting = True
            self._after(AGAIN_S, self._commit)

    def _deliver(self) -> None:
        self._journal.deliver()
