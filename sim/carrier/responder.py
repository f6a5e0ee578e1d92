"""A small SIP peer for what an Asterisk cannot say: the quirks of networks, on a trunk of its own.

180 with SDP, 183 without, no 100 at all, two phones that ring at once, Retry-After, an answer that
crosses our CANCEL. It plays the same behaviours from the same folder and writes the same log.

    python -m sim.carrier.responder FOLDER SEED PORT AUDIO LOG
"""

import json
import random
import sys
import time
from pathlib import Path
from typing import TextIO

import anyio
import anyio.abc

from sim.carrier.behaviours import Carrier, load
from sim.carrier.callee import Callee, Peer
from sim.carrier.mix import behaviour_of
from sim.carrier.sip import Message, parse, response

_REMEMBERED_S = 5.0
"What is said again finds a call that has just ended."


class Responder:
    """The socket, and the calls on it."""

    def __init__(
        self, carrier: Carrier, *, seed: int, audio: Path, log: TextIO, rng: random.Random
    ) -> None:
        self.carrier = carrier
        self.rng = rng
        self.contact = ""
        self._seed = seed
        self._audio = audio
        self._log = log
        self._outbox, self._posted = anyio.create_memory_object_stream[tuple[bytes, Peer]](10_000)
        self._calls: dict[str, Callee] = {}

    async def run(self, port: int) -> None:
        """Answer until cancelled."""
        socket = await anyio.create_udp_socket(local_host="127.0.0.1", local_port=port)
        self.contact = f"sip:lab@127.0.0.1:{port}"
        async with socket, self._outbox, self._posted, anyio.create_task_group() as calls:
            calls.start_soon(self._post, socket)
            sys.stdout.write("ready\n")
            sys.stdout.flush()
            async for data, peer in socket:
                if message := parse(data):
                    self._hear(message, peer, calls)

    async def _post(self, socket: anyio.abc.UDPSocket) -> None:
        """Only one task may write to a socket."""
        async for data, peer in self._posted:
            await socket.sendto(data, *peer)

    def _hear(self, message: Message, peer: Peer, calls: anyio.abc.TaskGroup) -> None:
        call = self._calls.get(message.get("call-id"))
        if message.method == "INVITE" and call is None:
            calls.start_soon(self._take, message, peer)
        elif message.method == "OPTIONS":
            self.send(response(message, 200, tag="lab", contact=self.contact), peer)
        elif call is not None:
            call.hear(message)
        elif message.method in ("BYE", "CANCEL"):
            self.send(response(message, 481, tag="lab", contact=self.contact), peer)

    async def _take(self, invite: Message, peer: Peer) -> None:
        call = self._calls[invite.get("call-id")] = Callee(self, invite, peer)
        name = behaviour_of(invite.user, self._seed, self.carrier.quirks)
        try:
            await call.run(name)
        finally:
            await anyio.sleep(_REMEMBERED_S)
            del self._calls[invite.get("call-id")]

    def send(self, data: bytes, peer: Peer) -> None:
        """One datagram."""
        self._outbox.send_nowait((data, peer))

    def note(self, channel: str, event: str, extra: str = "") -> None:
        """A line of the log, as Asterisk writes them."""
        words = json.dumps({"extra": extra})
        row = {"eventtype": event, "eventtime": time.time(), "uniqueid": channel}
        self._log.write(json.dumps(row | {"eventextra": words}) + "\n")
        self._log.flush()

    def sound(self, name: str) -> bytes:
        """A sound of the folder."""
        return (self._audio / name / f"{name}.alaw").read_bytes()


def main(folder: str, seed: str, port: str, audio: str, log: str) -> None:
    """Run until killed."""
    with Path(log).open("a") as out:
        responder = Responder(
            load(Path(folder)),
            seed=int(seed),
            audio=Path(audio),
            log=out,
            rng=random.Random(int(seed)),
        )
        anyio.run(responder.run, int(port))


if __name__ == "__main__":
    main(*sys.argv[1:])
