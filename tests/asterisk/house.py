"""A whole dialer in a process of its own, on a real Asterisk: to be obeyed, stopped and killed.

`python -m tests.asterisk.house SETTINGS.json HOME`; orders come in and events go out as lines of
JSON. It takes the lease of the journal in HOME by force: the one before it may only be stopped.
"""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

import anyio
import msgspec

from dialer.asterisk.settings import AsteriskSettings
from dialer.asterisk.switch import AsteriskSwitch
from dialer.clock import SteadyClock
from dialer.engine.commands import AnyCommand, Originate, Record
from dialer.engine.engine import Engine
from dialer.engine.events import AnyEvent, Event, Tick, decode, encode
from dialer.journal.sqlite import SqliteJournal
from dialer.live import Dialer, Inbox
from dialer.settings.inbound import Inbound
from tests.asterisk.desk import desk
from tests.asterisk.ears import CountingEars
from tests.asterisk.pair import TRUNKS, Pair
from tests.patience import PATIENCE_S

HOUSE = Inbound(wait_s=4.0, last_agent_s=3.0, callback_after_s=0.0)

E = TypeVar("E", bound=Event)


async def main(settings: AsteriskSettings, home: Path) -> None:
    inbox, clock = Inbox(), SteadyClock()
    journal = SqliteJournal(home / "journal.sqlite", inbox.put, clock, HOUSE)
    epoch = journal.take_lease(f"house:{time.time()}", clock(), force=True)
    ears = CountingEars()
    switch = AsteriskSwitch(
        settings, TRUNKS, ears, journal.number_of, inbox.put, clock, random.Random(3),
        journal, journal.install,
    )  # fmt: skip
    dialer = Dialer(
        engine=Engine(), journal=journal, switch=switch, inbox=inbox, clock=clock, epoch=epoch,
        observers=[_tell],
    )  # fmt: skip
    async with ears, anyio.create_task_group() as tasks:
        tasks.start_soon(switch.run)
        tasks.start_soon(anyio.to_thread.run_sync, _obey, inbox, clock)
        await dialer.run()


def _obey(inbox: Inbox, clock: SteadyClock) -> None:
    for line in sys.stdin:
        inbox.put(msgspec.structs.replace(decode(line.encode()), at=clock()))


def _tell(event: Event, commands: object) -> None:
    if not isinstance(event, Tick):
        sys.stdout.write(encode(event).decode() + "\n")
    for command in commands:  # type: ignore[attr-defined]
        if isinstance(command, Originate | Record):
            sys.stdout.write(msgspec.json.encode(command).decode() + "\n")
    sys.stdout.flush()


class House:
    """The process, from outside."""

    def __init__(self, pair: Pair, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        settings = home / "settings.json"
        settings.write_bytes(msgspec.json.encode(pair.settings, enc_hook=str))
        self.home = home
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.asterisk.house", str(settings), str(home)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self.said: list[Event | AnyCommand] = []
        self._lines: SimpleQueue[bytes] = SimpleQueue()
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def order(self, event: AnyEvent) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(encode(event) + b"\n")
        self.process.stdin.flush()

    def until(self, kind: type[E], within_s: float = PATIENCE_S, **wanted: object) -> E:
        """The first of that kind whose fields are as wanted."""
        end, seen = time.monotonic() + within_s, 0
        while True:
            for one in self.said[seen:]:
                if isinstance(one, kind) and all(
                    getattr(one, key) == value for key, value in wanted.items()
                ):
                    return one
            seen = len(self.said)
            try:
                line = self._lines.get(timeout=max(0.01, end - time.monotonic()))
            except Empty:
                told = [type(one).__name__ for one in self.said[-20:]]
                raise AssertionError(f"no {kind.__name__} {wanted}, but {told}") from None
            self.said.append(_understood(line))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        self.kill()
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()


def _understood(line: bytes) -> Event | AnyCommand:
    said = msgspec.json.decode(line)
    return decode(line) if "event" in said else msgspec.json.decode(line, type=Originate | Record)


@contextmanager
def house(pair: Pair, home: Path) -> Iterator[House]:
    one = House(pair, home)
    try:
        yield one
    finally:
        one.close()
        anyio.run(_tidy, pair)


async def _tidy(pair: Pair) -> None:
    """Legs and bridges of a dialer that was killed: the next one's first look ends them."""
    async with desk(pair.settings, TRUNKS):
        pass


if __name__ == "__main__":
    _settings, _home = map(Path, sys.argv[1:3])
    anyio.run(
        main,
        msgspec.json.decode(
            _settings.read_bytes(), type=AsteriskSettings, dec_hook=lambda kind, text: kind(text)
        ),
        _home,
    )
