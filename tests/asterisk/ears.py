"""Listeners that count: one UDP socket, and what the switch told them."""

import asyncio
import time
from collections import defaultdict
from pathlib import Path

from dialer.listening.protocol import Saved


class CountingEars(asyncio.DatagramProtocol):
    """By source port: the instants at which packets came."""

    def __init__(self) -> None:
        self.packets: dict[int, list[float]] = defaultdict(list)
        self.ports: dict[str, int] = {}
        self.told: list[tuple[str, ...]] = []
        self.port = 0
        self._transport: asyncio.BaseTransport | None = None

    async def __aenter__(self) -> "CountingEars":
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=("127.0.0.1", 0)
        )
        self.port = self._transport.get_extra_info("sockname")[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._transport is not None
        self._transport.close()
        await asyncio.sleep(0)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.packets[addr[1]].append(time.time())

    def of(self, call: str) -> list[float]:
        """When the packets of a call came."""
        return self.packets[self.ports[call]]

    def endpoint_for(self, call: str) -> tuple[str, int]:
        return "127.0.0.1", self.port

    def open(self, call: str, source_port: int, country: str, preset: str) -> None:
        self.ports[call] = source_port
        self.told.append(("open", call, country, preset))

    def phase(self, call: str, phase: str) -> None:
        self.told.append(("phase", call, phase))

    def rest(self, call: str) -> None:
        self.told.append(("rest", call))

    async def save(self, call: str, path: Path) -> Saved:
        return Saved(call, str(path), 0.0, "these ears only count")

    def close(self, call: str) -> None:
        self.told.append(("close", call))
