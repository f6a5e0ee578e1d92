"""What the dialer and a listening worker say to each other: JSON lines on the worker's pipes.

The dialer writes orders to the worker's stdin, the worker writes news to its stdout; its stderr
is the dialer's. A worker whose stdin ends has lost its dialer and ends. Instants are seconds of
CLOCK_MONOTONIC, which all processes of a machine share: no process needs the other's clock.

    dialer                         worker
      <------------------- Ready           warmed up; this is my UDP port
      Open -------------------->           the audio of call c comes from port p
      <------------------- Told            Heard(ringback)
      Phase(answer) ----------->           what comes now is after the answer
      <------------------- Told            Heard(human)
      Save -------------------->           keep its first seconds as WAV
      <------------------- Saved
      Close ------------------->
      <------------------- Stats           each second

RTP of all of a worker's calls arrives on its one socket; the source port tells them apart. It may
come before `Open` does: a worker keeps the last second of ports it has not been told about.

>>> decode_order(encode(Open("d1-1", 14000, "cn")))
Open(call='d1-1', source_port=14000, country='cn', preset='careful', talk_back=False)
"""

from typing import Literal

import msgspec

from dialer.engine.events import Heard


# ---- dialer to worker ---------------------------------------------------------------------------
class Open(msgspec.Struct, frozen=True, tag_field="order", tag=True):
    """Listen to a call."""

    call: str
    source_port: int
    "UNICASTRTP_LOCAL_PORT of its external media channel."
    country: str
    preset: str = "careful"
    talk_back: bool = False
    "Send silence to that port: some taps latch onto it. A snoop needs none."


class Phase(msgspec.Struct, frozen=True, tag_field="order", tag=True):
    """What comes from now on belongs to this phase."""

    call: str
    phase: Literal["early", "answer"]


class Close(msgspec.Struct, frozen=True, tag_field="order", tag=True):
    """Stop listening to a call."""

    call: str


class Rest(msgspec.Struct, frozen=True, tag_field="order", tag=True):
    """Stop listening to a call, but keep what was heard of it until it is closed."""

    call: str


class Save(msgspec.Struct, frozen=True, tag_field="order", tag=True):
    """Write what was heard since the answer, its first seconds, as a WAV file."""

    call: str
    path: str


Order = Open | Phase | Close | Rest | Save


# ---- worker to dialer ---------------------------------------------------------------------------
class Ready(msgspec.Struct, frozen=True, tag_field="news", tag=True):
    """The worker is warmed up and listens here."""

    udp_port: int


class Told(msgspec.Struct, frozen=True, tag_field="news", tag=True):
    """Something was heard; `heard.at` is on CLOCK_MONOTONIC."""

    heard: Heard


class Saved(msgspec.Struct, frozen=True, tag_field="news", tag=True):
    """A WAV file is written, or could not be."""

    call: str
    path: str
    seconds: float
    why: str = ""
    "Why there is no file."


class Stats(msgspec.Struct, frozen=True, tag_field="news", tag=True):
    """A worker's last second."""

    frames: int = 0
    "Of 20 ms, heard."
    late: int = 0
    "Of them: heard more than 60 ms after they had arrived."
    lost: int = 0
    "Of them: never arrived, silence in their place."
    calls: int = 0
    "Open now."
    cpu_s: float = 0.0
    strangers: int = 0
    "Ports that send audio and were not opened."
    tones_only: int = 0
    "1 while it has too much to do, and hears nothing but tones."
    behind_ms: tuple[int, ...] = ()
    "How late each tick began."


News = Ready | Told | Saved | Stats

_orders: msgspec.json.Decoder[Order] = msgspec.json.Decoder(Order)
_news: msgspec.json.Decoder[News] = msgspec.json.Decoder(News)
_encoder = msgspec.json.Encoder()


def encode(message: Order | News) -> bytes:
    """One line, without its end."""
    return _encoder.encode(message)


def decode_order(line: bytes) -> Order:
    """The order of a line."""
    return _orders.decode(line)


def decode_news(line: bytes) -> News:
    """The news of a line."""
    return _news.decode(line)
