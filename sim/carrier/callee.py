"""One call as the responder plays it: step by step, until somebody has enough."""

import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

import anyio
import anyio.abc

from dialer.audio.g711 import ALAW, encode
from sim.carrier.behaviours import Carrier, Step, steps_of
from sim.carrier.media import Stream, open_stream
from sim.carrier.sip import Message, render, response, sdp
from sim.carrier.sounds import Audio, samples
from sim.carrier.tones import tone

Peer = tuple[str, int]
_T1_S = 0.5
"RFC 3261: how soon a 200 is said again without an ACK; then half as often each time."
_INVITE_S = 32.0
"After so long without an answer nobody asks any more."


class House(Protocol):
    """Where the call came in."""

    carrier: Carrier
    rng: random.Random
    contact: str

    def send(self, data: bytes, peer: Peer) -> None:
        """One datagram."""

    def note(self, channel: str, event: str, extra: str = "") -> None:
        """A line of the log."""

    def sound(self, name: str) -> bytes:
        """A sound of the folder."""


class Callee:
    """One call: steps that are taken one after the other until somebody has enough."""

    def __init__(self, house: House, invite: Message, peer: Peer) -> None:
        self._house = house
        self._invite = invite
        self._peer = peer
        self._channel = "r-" + invite.get("call-id")
        self._tag = f"lab{house.rng.getrandbits(32):08x}"
        self._last = b""
        self._retry_after = ""
        self._answers_cancel = False
        self._answered = False
        self._ended = False
        self._acknowledged = anyio.Event()
        self._scope = anyio.CancelScope()
        self._stream: Stream
        self._tasks: anyio.abc.TaskGroup

    async def run(self, name: str) -> None:
        """From the INVITE to the end."""
        self._note("CHAN_START")
        self._note("BEGINS", f"{name} {self._invite.user} {self._invite.get('call-id')}")
        behaviour = self._house.carrier.behaviours[name]
        self._stream = await open_stream(self._invite.media or ("127.0.0.1", 9))
        with self._scope:
            async with anyio.create_task_group() as media:
                self._tasks = media
                media.start_soon(self._stream.run)
                if behaviour.by != "responder":  # dialled on the wrong trunk
                    await self._release(Step("release", ("404", "1")))
                else:
                    for step in steps_of(behaviour):
                        await _STEPS[step.verb](self, step)
                media.cancel_scope.cancel()
        self._note("EARS", str(self._stream.ears.heard.get("agent", 0)))
        if self._stream.loud_at is not None:
            self._note("LOUD", f"{self._stream.loud_at:.4f}")
        self._note("HANGUP")
        self._note("CHAN_END")

    def hear(self, message: Message) -> None:
        """What the dialer says meanwhile."""
        if message.method == "INVITE" and self._last:
            self._house.send(self._last, self._peer)
        elif message.method == "ACK":
            self._acknowledged.set()
        elif message.method == "CANCEL":
            self._cancelled(message)
        elif message.method == "BYE":
            self._reply(message, 200)
            self._scope.cancel()

    def _cancelled(self, cancel: Message) -> None:
        if self._answers_cancel and not self._answered:
            self._answer(mute=False)
            self._reply(cancel, 200)
            return
        if self._last:  # who never said a word says none now
            self._reply(cancel, 200)
        if not (self._answered or self._ended):
            if self._last:
                self._say(487)
            self._scope.cancel()

    # ---- steps ----------------------------------------------------------------------------------
    async def _100(self, step: Step) -> None:
        self._say(100)

    async def _180(self, step: Step) -> None:
        self._note("RINGING")
        self._say(180)

    async def _180_sdp(self, step: Step) -> None:
        self._note("RINGING")
        self._note("EARLY")
        self._say(180, media=True)

    async def _183(self, step: Step) -> None:
        self._note("EARLY")
        self._say(183, media=True)

    async def _183_no_sdp(self, step: Step) -> None:
        self._say(183)

    async def _fork(self, step: Step) -> None:
        """From here on another phone speaks: a dialogue of its own."""
        self._tag = f"lab{self._house.rng.getrandbits(32):08x}"
        self._stream.fork()

    async def _200(self, step: Step) -> None:
        self._answer(mute=step.verb == "200-mute")

    def _answer(self, *, mute: bool) -> None:
        self._answered = True
        self._note("ANSWER")
        if not mute:
            self._stream.play(self._house.sound("room"), loop=True)
        self._say(200, media=True)
        self._tasks.start_soon(self._insist, self._last)

    async def _insist(self, answer: bytes) -> None:
        for doubling in range(6):
            with anyio.move_on_after(_T1_S * 2**doubling):
                await self._acknowledged.wait()
                return
            self._house.send(answer, self._peer)

    async def _wait(self, step: Step) -> None:
        await anyio.sleep(self._draw(step.args[0]))

    async def _tone(self, step: Step) -> None:
        kind, country, seconds = step.args
        if country == "here":
            country = self._house.carrier.country_of(self._invite.user)
        audio = Audio(tones=tone(kind, country))
        wave = samples(audio, Path(), Path())
        self._stream.play(encode(wave, ALAW).tobytes(), loop=True)
        await anyio.sleep(self._draw(seconds))
        self._stream.play(b"")

    async def _play(self, step: Step) -> None:
        await anyio.sleep(self._stream.play(self._house.sound(step.args[0])))

    async def _loop(self, step: Step) -> None:
        self._stream.play(self._house.sound(step.args[0]), loop=True)
        await anyio.sleep(self._draw(step.args[1]))
        self._stream.play(b"")

    async def _person(self, step: Step) -> None:
        hello, voice, patience, talk = step.args
        heard = await self._first_of("agent", self._stream.play(self._house.sound(hello)))
        if not heard:
            self._note("GREETED")
            self._stream.play(self._house.sound("room"), loop=True)
            heard = await self._first_of("agent message", self._draw(patience))
        if heard == "agent":
            heard = await self._talk(voice, talk)
            why = "talked"
        else:
            why = "impatient"
        if heard == "message":
            self._note("HEARD_MESSAGE")
            why = "listened"
            if await self._first_of("agent", self._draw("listen_s")):
                await self._talk(voice, talk)
                why = "talked"
        self._leave(why)

    async def _talk(self, voice: str, seconds: str) -> str:
        self._note("HEARD_AGENT")
        self._stream.play(self._house.sound(voice), loop=True)
        return await self._first_of("message", self._draw(seconds))

    async def _release(self, step: Step) -> None:
        sip, cause = step.args
        self._note("RELEASES", f"{sip} {cause}")
        more = {"reason": f"Q.850;cause={cause}"}
        if self._retry_after:
            more["retry-after"] = self._retry_after
        self._say(int(sip), more=more)
        self._ended = True

    async def _set_retry_after(self, step: Step) -> None:
        self._retry_after = step.args[0]

    async def _answer_on_cancel(self, step: Step) -> None:
        self._answers_cancel = True

    async def _bye(self, step: Step) -> None:
        self._leave("done")

    async def _ever(self, step: Step) -> None:
        if not self._last:
            await anyio.sleep(_INVITE_S)
            return
        if await self._first_of("message", 3600):
            self._note("HEARD_MESSAGE")
        await anyio.sleep(3600)

    # ---- words ----------------------------------------------------------------------------------
    async def _first_of(self, pilots: str, timeout_s: float) -> str:
        """The pilot that is heard first from now on; empty if none comes in time."""
        before = dict(self._stream.ears.heard)
        with anyio.move_on_after(timeout_s):
            while True:
                for name in pilots.split():
                    if self._stream.ears.heard.get(name, 0) > before.get(name, 0):
                        return name
                await anyio.sleep(0.02)
        return ""

    def _leave(self, why: str) -> None:
        self._note("LEAVES", why)
        headers = [
            ("via", f"SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK{self._tag}bye"),
            ("max-forwards", "70"),
            ("from", f"{self._invite.get('to')};tag={self._tag}"),
            ("to", self._invite.get("from")),
            ("call-id", self._invite.get("call-id")),
            ("cseq", "1 BYE"),
        ]
        target = self._invite.get("contact").strip("<>").split(">")[0]
        self._house.send(render(f"BYE {target} SIP/2.0", headers), self._peer)
        self._ended = True

    def _say(self, status: int, *, media: bool = False, more: dict[str, str] | None = None) -> None:
        self._last = response(
            self._invite,
            status,
            tag=self._tag,
            contact=self._house.contact,
            body=sdp(self._stream.port) if media else "",
            more=more,
        )
        self._house.send(self._last, self._peer)

    def _reply(self, request: Message, status: int) -> None:
        answer = response(request, status, tag=self._tag, contact=self._house.contact)
        self._house.send(answer, self._peer)

    def _draw(self, arg: str) -> float:
        return self._house.rng.choice(self._house.carrier.seconds(arg))

    def _note(self, event: str, extra: str = "") -> None:
        self._house.note(self._channel, event, extra)


_STEPS: dict[str, Callable[[Callee, Step], Awaitable[None]]] = {
    "100": Callee._100,
    "180": Callee._180,
    "180+sdp": Callee._180_sdp,
    "183": Callee._183,
    "183-sdp": Callee._183_no_sdp,
    "fork": Callee._fork,
    "200": Callee._200,
    "200-mute": Callee._200,
    "wait": Callee._wait,
    "tone": Callee._tone,
    "say": Callee._play,
    "loop": Callee._loop,
    "person": Callee._person,
    "release": Callee._release,
    "retry-after": Callee._set_retry_after,
    "on-cancel": Callee._answer_on_cancel,
    "bye": Callee._bye,
    "ever": Callee._ever,
}
