"""What a worker does, without its sockets and pipes: packets and orders in, news out.

Time is an argument: seconds of CLOCK_MONOTONIC.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np

from dialer.audio.bank import Bank
from dialer.audio.g711 import ALAW, FRAME, SILENCE, ULAW, Law, decode
from dialer.audio.listener import Listening
from dialer.audio.presets import CAREFUL, Preset, preset
from dialer.audio.prompts import Library
from dialer.audio.tones import plan
from dialer.engine.events import Heard
from dialer.errors import SettingsError
from dialer.listening.capture import LEAST_OPENING, Early, Keep, expire, put, write
from dialer.listening.overload import Overload
from dialer.listening.protocol import (
    Close,
    News,
    Open,
    Order,
    Phase,
    Rest,
    Save,
    Saved,
    Stats,
    Told,
)
from dialer.listening.rtp import Packet, build, parse
from dialer.listening.stream import RATE, Stream

KEPT_S = 8.0
"""Of the audio after the answer, for replay to the agent: the verdict comes within four seconds,
the agent or a message within two more."""
FORGOTTEN_S = 5.0
"A port that nobody opens and that says nothing is forgotten."
STRANGERS = 1024
TIDY_S = 600.0
"From one look at what is kept for too long to the next."
_TABLE = np.stack([decode(np.arange(256, dtype=np.uint8), law) for law in (ALAW, ULAW)])
_ROW: dict[Law, int] = {ALAW: 0, ULAW: 1}

Kept = tuple[Law, bytes]
"What was said after the answer, as it came."
NOTHING: Kept = (ALAW, b"")
Send = Callable[[bytes, int], None]
"Send a packet to a port."


@dataclass(slots=True)
class _Call:
    call: str
    port: int
    stream: Stream | None = None
    zero: int = 0
    "Sample of the stream that was the bank's first."
    phase: Literal["early", "answer"] = "early"
    kept: bytearray = field(default_factory=bytearray)
    kept_law: Law = ALAW
    talk_back: bool = False
    sent: int = 0
    early: Early | None = None
    "What is said before the answer, where it may be captured."

    @property
    def what_was_said(self) -> Kept:
        """Since the answer, its first seconds."""
        return self.kept_law, bytes(self.kept)


class Desk:
    """The calls of one worker."""

    def __init__(
        self, send: Send | None = None, keep: Keep | None = None, openings: Keep | None = None
    ) -> None:
        self._keep, self._openings = keep, openings
        self._bank = Bank(128)
        self._overload = Overload()
        self._calls: dict[str, _Call] = {}
        self._by_port: dict[int, _Call] = {}
        self._strangers: dict[int, Stream] = {}
        self._resting: dict[str, Kept] = {}
        """Of calls that talk: what was said before. It is kept here, in memory, until the call's
        end: few greetings are ever wanted again, and no voice shall lie on a disk unasked."""
        self._over: dict[int, int] = {}
        "Port -> source of its last call that is closed: what still comes of it is nobody's."
        self._send = send
        self._behind_ms: list[int] = []
        self._gone = [0, 0, 0]
        "Frames, late, lost of calls that are closed since the last count."
        self._tidy_at = 0.0

    def rehearse(self) -> None:
        """Listen to a second of sound once, so that nothing is slow in the first call."""
        bank, sound = Bank(2), np.sin(np.arange(RATE, dtype=np.float32))[np.newaxis]
        bank.open("", Listening("answer"))
        bank.feed([""], (0.1 * sound).astype(np.float32))

    def learn(self, library: Library) -> None:
        """From now on these announcements are known."""
        self._bank.learn(library)

    # ---- orders ----
    def obey(self, order: Order) -> list[News]:
        """Carry out an order of the dialer's."""
        match order:
            case Open():
                self._open(order)
            case Phase(call, phase):
                self._phase(call, phase)
            case Close(call):
                self._close(call)
            case Rest(call):
                self._rest(call)
            case Save(call, path):
                return [self._save(call, path)]
        return []

    def _open(self, order: Open) -> None:
        self._close(order.call)
        if order.source_port in self._by_port:  # Asterisk gave the port to a new call
            self._close(self._by_port[order.source_port].call)
        call = _Call(order.call, order.source_port, talk_back=order.talk_back)
        call.early = Early() if self._keep else None
        call.stream = self._strangers.pop(order.source_port, None)
        call.zero = call.stream.position if call.stream else 0
        self._calls[call.call] = self._by_port[call.port] = call
        self._bank.open(call.call, Listening("early", plan(order.country), _preset(order.preset)))

    def _phase(self, call: str, phase: Literal["early", "answer"]) -> None:
        known = self._calls.get(call)
        if known is not None and known.phase != phase:
            known.phase = phase
            known.early = None
            self._bank.phase(call, phase)

    def _rest(self, call: str) -> None:
        known = self._calls.get(call)
        if known is not None:
            self._let_go(known)
            self._resting[call] = known.what_was_said

    def _close(self, call: str) -> None:
        law, said = self._resting.pop(call, NOTHING)
        known = self._calls.get(call)
        if known is not None:
            law, said = known.what_was_said
            self._let_go(known)
        if self._openings is not None and len(said) >= LEAST_OPENING:
            self._put(self._openings, call, law, said)

    def _let_go(self, known: _Call) -> None:
        """Hear it no more."""
        call = known.call
        del self._calls[call]
        del self._by_port[known.port]
        self._bank.close(call)
        early = known.early
        if self._keep is not None and early is not None and early.is_worth_keeping:
            # Nobody answered, and somebody spoke: keep it to be named, or to be named rightly.
            law = known.stream.law if known.stream else ALAW
            keep = self._keep.recognised(early.known_as) if early.known_as else self._keep
            self._put(keep, call, law, bytes(early.sound))
        if known.stream is not None:
            self._over[known.port] = known.stream.ssrc
            self._count(known.stream)

    def _put(self, keep: Keep, call: str, law: Law, sound: bytes) -> None:
        try:
            put(keep, call, law, sound)
        except OSError as error:
            sys.stderr.write(f"listener: nothing kept: {error.strerror}: {error.filename}\n")

    def _save(self, call: str, path: str) -> Saved:
        known = self._calls.get(call)
        law, kept = known.what_was_said if known else self._resting.get(call, NOTHING)
        if not kept:
            return Saved(call, path, 0.0, "nothing was heard of it")
        try:
            return Saved(call, path, write(Path(path), law, kept))
        except OSError as error:
            return Saved(call, path, 0.0, f"{error.strerror}: {error.filename}")

    # ---- audio ----
    def receive(self, data: bytes, port: int, now: float) -> None:
        """A packet has arrived from a port."""
        packet = parse(data)
        if packet is None:
            return
        call = self._by_port.get(port)
        if call is None:
            self._receive_stranger(packet, port, now)
            return
        if call.stream is None:
            call.stream = Stream(packet.ssrc)
        elif call.stream.ssrc != packet.ssrc:
            call.stream.begin_again(packet.ssrc)
        call.stream.receive(packet, now)

    def _receive_stranger(self, packet: Packet, port: int, now: float) -> None:
        if self._over.get(port) == packet.ssrc:
            return
        stream = self._strangers.get(port)
        if stream is None or stream.ssrc != packet.ssrc:
            if stream is None and len(self._strangers) >= STRANGERS:
                return
            stream = self._strangers[port] = Stream(packet.ssrc)
        stream.receive(packet, now)
        stream.trim()

    def tick(self, now: float, behind_s: float = 0.0) -> list[News]:
        """Listen to what is there, all calls at once, frame by frame. The tick is so late."""
        self._behind_ms.append(round(1000.0 * behind_s))
        overloaded = self._overload.lasts
        if self._overload.tick(now, behind_s) != overloaded:
            self._bank.spare(tones_only=not overloaded)
        due = {
            call: (known, frames)
            for call, known in self._calls.items()
            if known.stream is not None and (frames := known.stream.take(now))
        }
        news: list[News] = []
        for k in range(max((len(frames) for _, frames in due.values()), default=0)):
            batch = [(known, frames[k]) for known, frames in due.values() if k < len(frames)]
            news += [Told(self._placed(event)) for event in self._hear(batch)]
        if self._send is not None:
            self._talk_back(self._send)
        return news

    def _hear(self, batch: list[tuple[_Call, bytes]]) -> list[Heard]:
        for known, frame in batch:
            if known.early is not None:
                known.early.hear(frame)
            if known.phase == "answer" and len(known.kept) < KEPT_S * RATE:
                known.kept += frame
                known.kept_law = known.stream.law if known.stream else ALAW
        data = np.frombuffer(b"".join(frame for _, frame in batch), dtype=np.uint8)
        laws = [_ROW[known.stream.law] if known.stream else 0 for known, _ in batch]
        samples = _TABLE[np.array(laws)[:, np.newaxis], data.reshape(len(batch), FRAME)]
        heard = self._bank.feed([known.call for known, _ in batch], samples)
        for event in heard:
            early = self._calls[event.call].early
            if early is not None:
                early.told(event.sound, event.kind)
        return heard

    def _placed(self, event: Heard) -> Heard:
        """The event on the clock: the bank counts from the first sample that it was given."""
        known = self._calls[event.call]
        assert known.stream is not None
        at = known.stream.instant(known.zero + event.at * RATE)
        return msgspec.structs.replace(event, at=at)

    def _talk_back(self, send: Send) -> None:
        for known in self._calls.values():
            if known.talk_back:
                known.sent += 1
                packet = Packet(8, known.sent, known.sent * FRAME, known.port, SILENCE[ALAW])
                send(build(packet), known.port)

    # ---- figures ----
    def stats(self, now: float, cpu_s: float) -> Stats:
        """What has been done since this was asked last."""
        self._tidy(now)
        self._strangers = {
            port: stream
            for port, stream in self._strangers.items()
            if now - stream.heard_at < FORGOTTEN_S
        }
        for known in self._calls.values():
            if known.stream is not None:
                self._count(known.stream)
        frames, late, lost = self._gone
        self._gone = [0, 0, 0]
        behind_ms, self._behind_ms = tuple(self._behind_ms), []
        return Stats(
            frames, late, lost, len(self._calls), cpu_s, len(self._strangers),
            int(self._overload.lasts), behind_ms,
        )  # fmt: skip

    def _tidy(self, now: float) -> None:
        """Once in a while let go of what has been kept for long enough, though no more comes."""
        if now < self._tidy_at:
            return
        self._tidy_at = now + TIDY_S
        for keep in (self._keep, self._openings):
            for one in keep.all() if keep else ():
                expire(one)

    def _count(self, stream: Stream) -> None:
        self._gone[0] += stream.frames
        self._gone[1] += stream.late
        self._gone[2] += stream.lost
        stream.frames = stream.late = stream.lost = 0


def _preset(words: str) -> Preset:
    """What is in force was found right once; an order that is not understood stops no call."""
    try:
        return preset(words)
    except SettingsError:
        return CAREFUL
