"""One call's RTP as an unbroken run of samples: put in order, gaps filled, placed in time.

Packets wait a moment for one that is missing; then silence takes its place. When nothing comes at
all, silence goes on at the pace of the clock: whoever counts samples must not stop counting
because a line has gone quiet. The earliest arrival of all is taken for the true one: a network
can make a packet late, but not early.

Time is an argument: seconds of CLOCK_MONOTONIC.
"""

from collections import deque

from dialer.audio.g711 import ALAW, FRAME, PAYLOAD_TYPES, SILENCE, Law
from dialer.listening.rtp import Packet

RATE = 8000
REORDER_S = 0.045
"How long a packet that comes too soon waits for the one before it."
STARVED_S = 0.2
"Nothing for so long: silence takes the place of what should have come,"
STARVED_KEEP_S = 0.06
"up to so much before now."
LARGEST_GAP, OLDEST = 10 * FRAME, 50 * FRAME
"A jump of the timestamp by more, on or back, is a new beginning: no loss, no late packet."
KEPT_UNKNOWN = RATE
"Samples that are kept of a source nobody has asked for yet."
LATE_S = 0.06
_WRAP = 1 << 32


class Stream:
    """The audio of one source port."""

    def __init__(self, ssrc: int) -> None:
        self.ssrc = ssrc
        self.law: Law = ALAW
        self.heard_at = 0.0
        "When the last packet arrived."
        self.frames = self.late = self.lost = 0
        self._ready = bytearray()
        self._taken = 0
        "Samples handed out, or dropped while nobody asked."
        self._next: int | None = None
        "Timestamp of the next sample."
        self._waiting: dict[int, tuple[bytes, float]] = {}
        self._arrivals: deque[tuple[int, float]] = deque()
        "Sample that a packet ends with, and when it arrived; NaN for silence of ours."
        self._origin = float("inf")
        "Instant of sample 0."
        self._starved = False

    @property
    def position(self) -> int:
        """Samples handed out so far."""
        return self._taken

    def instant(self, sample: float) -> float:
        """When this sample was spoken, as far as we can know."""
        return self._origin + sample / RATE

    def begin_again(self, ssrc: int) -> None:
        """Another source sends from this port now; its timestamps are its own."""
        self.ssrc, self._starved = ssrc, True

    def receive(self, packet: Packet, now: float) -> None:
        """A packet has arrived."""
        self.heard_at = now
        law = PAYLOAD_TYPES.get(packet.payload_type)
        if law is None:  # comfort noise, telephone events: their time passes by itself
            return
        self.law = law
        if packet.timestamp == self._next and not self._starved:
            self._append(packet.payload, now)
        else:
            self._place(packet.timestamp, packet.payload, now)
        if self._waiting:
            self._release(now)

    def _place(self, timestamp: int, payload: bytes, now: float) -> None:
        if self._next is None:
            self._next = timestamp
        elif self._starved or self._is_a_jump(timestamp):
            self._waiting.clear()
            self._catch_up(now - len(payload) / RATE)
            self._next, self._starved = timestamp, False
        ahead = _ahead(timestamp, self._next)
        if ahead == 0:
            self._append(payload, now)
        elif ahead > 0:
            self._waiting[timestamp] = (payload, now)

    def _is_a_jump(self, timestamp: int) -> bool:
        return not -OLDEST <= _ahead(timestamp, self._next or 0) <= LARGEST_GAP

    def _append(self, payload: bytes, arrived: float) -> None:
        assert self._next is not None
        self._ready += payload
        self._next = (self._next + len(payload)) % _WRAP
        end = self._taken + len(self._ready)
        self._arrivals.append((end, arrived))
        self._origin = min(self._origin, arrived - end / RATE)

    def _release(self, now: float) -> None:
        """Packets whose turn has come, or that have waited long enough for another."""
        while self._waiting and self._next is not None:
            timestamp = min(self._waiting, key=lambda known: _ahead(known, self._next or 0))
            ahead = _ahead(timestamp, self._next)
            payload, arrived = self._waiting[timestamp]
            if ahead > 0 and now - arrived < REORDER_S:
                return
            del self._waiting[timestamp]
            if ahead > 0:
                self._fill(ahead)
            if ahead >= 0:
                self._append(payload, arrived)

    def _fill(self, samples: int) -> None:
        """Silence in the place of what did not come."""
        assert self._next is not None
        self._ready += SILENCE[self.law][:1] * samples
        self._next = (self._next + samples) % _WRAP
        self.lost += -(-samples // FRAME)

    def trim(self) -> None:
        """Nobody has asked for this source: keep its last second."""
        surplus = len(self._ready) - KEPT_UNKNOWN
        if surplus > 0:
            del self._ready[:surplus]
            self._taken += surplus
        self._arrivals.clear()

    def take(self, now: float) -> list[bytes]:
        """Frames of 20 ms that are due, oldest first."""
        if self._next is None:
            return []
        if self._waiting:
            self._release(now)
        self._keep_pace(now)
        frames = self._whole()
        self._taken += len(frames) * FRAME
        self.frames += len(frames)
        while self._arrivals and self._arrivals[0][0] <= self._taken:
            _, arrived = self._arrivals.popleft()
            self.late += now - arrived > LATE_S
        return frames

    def _whole(self) -> list[bytes]:
        """The frames that are complete."""
        if len(self._ready) == FRAME:
            frames = [bytes(self._ready)]
            self._ready.clear()
            return frames
        count = len(self._ready) // FRAME
        frames = [bytes(self._ready[k * FRAME : (k + 1) * FRAME]) for k in range(count)]
        del self._ready[: count * FRAME]
        return frames

    def _keep_pace(self, now: float) -> None:
        """When nothing comes, silence goes on."""
        if now - self.instant(self._taken + len(self._ready)) > STARVED_S:
            self._starved = True
            self._catch_up(now - STARVED_KEEP_S)

    def _catch_up(self, until: float) -> None:
        """Silence from the last sample until then, in whole frames."""
        behind = until - self.instant(self._taken + len(self._ready))
        if behind > 0.0:
            self._fill(int(behind * RATE) // FRAME * FRAME)


def _ahead(timestamp: int, other: int) -> int:
    """How far a timestamp lies after another, around the corner of 32 bits."""
    return (timestamp - other + _WRAP // 2) % _WRAP - _WRAP // 2
