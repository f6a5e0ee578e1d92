"""The network between a browser and the web process, as a cable that a test can pull out.

What was sent into a cable that is out does not arrive, and nobody is told: that is how a network
fails. Put back in, it carries new connections; those of before stay dead.

    with cable(port) as wire:
        page.goto(wire.url); wire.pull(); ...; wire.plug()
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

BLOCK = 65_536


class Cable:
    """Carries TCP from a port of its own to another one, both on loopback."""

    def __init__(self, port: int) -> None:
        self._port, self._is_in = port, True
        self._ends: list[socket.socket] = []
        self._dead: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def pull(self) -> None:
        """Out: all that stands is dead, and nobody knows."""
        self._is_in = False
        self._dead += self._ends  # kept open: a closed end would be news
        self._ends = []

    def plug(self) -> None:
        """In again."""
        self._is_in = True

    def close(self) -> None:
        """No cable any more."""
        for one in (self._listener, *self._ends, *self._dead):
            _end(one)
            one.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        ends = self._ends
        ends.append(near)
        if not self._is_in:
            return
        with suppress(OSError):
            far = socket.create_connection(("127.0.0.1", self._port))
            ends.append(far)
            threading.Thread(target=self._pass, args=(far, near, ends), daemon=True).start()
            self._pass(near, far, ends)

    def _pass(self, here: socket.socket, there: socket.socket, ends: list[socket.socket]) -> None:
        with suppress(OSError):
            while (said := here.recv(BLOCK)) and ends is self._ends:
                there.sendall(said)
        if ends is self._ends:
            _end(there)


def _end(one: socket.socket) -> None:
    """Both ways; whoever waits for something of it waits no longer."""
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)


@contextmanager
def cable(port: int) -> Iterator[Cable]:
    """A cable to this port, plugged in."""
    made = Cable(port)
    try:
        yield made
    finally:
        made.close()
