"""A listening process: one UDP socket, a bank of listeners, a pipe to the dialer.

Each 20 ms it empties its socket, listens to all calls in one go, and says what it heard. It ends
when its stdin does, which is when the dialer ends or lets go of it.
"""

import contextlib
import gc
import os
import select
import signal
import socket
import sys
import time
from pathlib import Path

import msgspec

from dialer.audio.features import warm_up
from dialer.audio.tones import read, special_information
from dialer.detection.library import loaded, stamp
from dialer.errors import SettingsError
from dialer.listening.capture import Keep
from dialer.listening.desk import Desk
from dialer.listening.protocol import News, Ready, decode_order, encode
from dialer.listening.sockets import bound, drain

TICK_S = 0.02
STATS_S = 1.0
STALE_S = 1.0
"""Audio that has waited for so long is let go, and counts as lost: it decides nothing any more, and
whoever insists on hearing it all never catches up."""
MOST_UNSENT = 4 * 1024 * 1024
"Bytes for a dialer that does not read; more than that and it is as good as gone."
ORDERS, NEWS = 0, 1
"Where stdin and stdout are."


class Pipes:
    """Orders in, news out; neither ever waits."""

    def __init__(self) -> None:
        os.set_blocking(ORDERS, False)
        os.set_blocking(NEWS, False)
        self._partial = b""
        self._unsent = bytearray()

    def orders(self) -> list[bytes] | None:
        """The lines that have come; None when there will be no more."""
        lines: list[bytes] = []
        while True:
            try:
                data = os.read(ORDERS, 65536)
            except BlockingIOError:
                return lines
            if not data:
                return None
            *whole, self._partial = (self._partial + data).split(b"\n")
            lines += whole

    def say(self, news: list[News]) -> None:
        """Send as much as the dialer takes."""
        for item in news:
            self._unsent += encode(item) + b"\n"
        while self._unsent:
            try:
                sent = os.write(NEWS, self._unsent)
            except BlockingIOError:
                break
            del self._unsent[:sent]

    @property
    def is_stuck(self) -> bool:
        """The dialer has read nothing for very long."""
        return len(self._unsent) > MOST_UNSENT


class Prompts:
    """The file of the announcements that are known, taken up anew when it is another one."""

    def __init__(self, desk: Desk, file: Path | None) -> None:
        self._desk, self._file = desk, file
        self._known = (0, 0)

    def look(self) -> None:
        """Whether there is another one. One that cannot be read leaves the one before."""
        if self._file is None or (now := stamp(self._file)) == self._known:
            return
        self._known = now
        try:
            self._desk.learn(loaded(self._file))
        except SettingsError as why:
            sys.stderr.write(f"listener: {why}\n")


def work(
    prompts_file: Path | None = None, keep: Keep | None = None, openings: Keep | None = None
) -> None:
    """Listen until the dialer is gone."""
    pipes, udp = Pipes(), bound()
    desk = Desk(lambda data, port: _send(udp, data, port), keep, openings)
    prompts = Prompts(desk, prompts_file)
    prompts.look()
    warm(desk)
    pipes.say([Ready(udp.getsockname()[1])])
    next_tick = time.monotonic() + TICK_S
    next_stats, cpu_s = time.monotonic() + STATS_S, time.process_time()
    while not pipes.is_stuck:
        select.select([ORDERS], [], [], max(0.0, next_tick - time.monotonic()))
        lines = pipes.orders()
        if lines is None:
            return
        news: list[News] = []
        began = time.monotonic()
        for data, port, at in drain(udp):
            if began - at < STALE_S:
                desk.receive(data, port, at)
        for line in lines:
            news += _obey(desk, line)
        now = time.monotonic()
        if now >= next_stats:  # before the audio: a worker that has much to do is not a hung one
            used = time.process_time()
            pipes.say([desk.stats(now, round(used - cpu_s, 4))])
            cpu_s, next_stats = used, now + STATS_S
            prompts.look()
        if now >= next_tick:
            news += desk.tick(now, now - next_tick)
            next_tick = max(next_tick + TICK_S, now)
        pipes.say(news)


def _obey(desk: Desk, line: bytes) -> list[News]:
    """An order that cannot be read is skipped: the next may be about another call."""
    try:
        return desk.obey(decode_order(line))
    except msgspec.MsgspecError as error:
        sys.stderr.write(f"listener: an order that cannot be read: {error}\n")
        return []


def _send(udp: socket.socket, data: bytes, port: int) -> None:
    with contextlib.suppress(OSError):
        udp.sendto(data, ("127.0.0.1", port))


def warm(desk: Desk) -> None:
    """Everything that is slow the first time, before there is a call."""
    warm_up()
    read()
    special_information()
    desk.rehearse()
    gc.collect()
    gc.freeze()


def _told(words: list[str]) -> tuple[Path | None, Keep | None, Keep | None]:
    """`[PROMPTS [early FOLDER DAYS MOST] [opening FOLDER DAYS MOST]]`.

    >>> _told(["known.npz", "opening", "openings", "14", "500"])[2].most
    500
    """
    kept = {
        words[i]: Keep(Path(words[i + 1]), float(words[i + 2]), int(words[i + 3]))
        for i in range(1, len(words) - 3, 4)
    }
    return Path(words[0]) if words else None, kept.get("early"), kept.get("opening")


def main() -> None:
    """The process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the dialer's to obey
    with contextlib.suppress(BrokenPipeError):
        work(*_told(sys.argv[1:]))


if __name__ == "__main__":
    main()
