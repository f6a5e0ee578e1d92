"""The greeting again: what a customer said first, whispered to the agent alone.

The listeners keep it in their memory while the talk lasts. A file of it exists from the order to
the end of its playing, under a name that nobody can guess: most greetings are never wanted again,
and a voice that was never written need not be erased.

The whisper is a snoop on the agent's leg that speaks outwards: it reaches the agent's phone and not
the bridge, and the talk goes on beneath it. It rides on what the bridge sends to the leg: as that
mixes, it sends all the time, also where the customer's line sends nothing in a pause.

All of it runs beside the call's queue, so that no order about the call waits for it.
"""

import secrets
from pathlib import Path

import anyio

from dialer.asterisk import names
from dialer.asterisk.client import Json
from dialer.asterisk.life import CUT_OFF, Leg, Life, Line, Whisper
from dialer.asterisk.settings import AsteriskSettings
from dialer.engine import events
from dialer.engine.commands import PlayGreeting

MARGIN_S = 2.0
"Longer than the recording by so much, and nobody has told of its end: it is over all the same."


async def play_greeting(life: Life, line: Line, order: PlayGreeting) -> None:
    """Begin, unless this agent hears one already. GreetingEnded follows."""
    leg, folder = life.register.legs.get(order.agent), life.world.settings.greetings
    if leg is None or leg.customer != line.call:
        return _tell(life, order.call, order.agent, "they are not joined")
    if folder is None:
        return _tell(life, order.call, order.agent, "Asterisk has no folder for greetings")
    if all(one.agent != order.agent for one in life.whispers.values()):
        channel = names.whisper(order.agent, int(life.now() * 1e6))
        path = folder / f"{secrets.token_hex(16)}.wav"
        life.whispers[channel] = whisper = Whisper(line.call, order.agent, path)
        life.tasks.start_soon(_whisper, life, leg, channel, whisper)
    return None


def hear(life: Life, channel: str, said: Json) -> None:
    """What Asterisk tells of a whisper's channel."""
    match life.whispers.get(channel), said:
        case Whisper() as whisper, {"type": "PlaybackFinished", "playback": {"state": "done"}}:
            whisper.end("")
        case Whisper() as whisper, {"type": "PlaybackFinished"}:
            whisper.end("Asterisk cannot play it")
        case Whisper() as whisper, {"type": "ChannelDestroyed"}:
            whisper.end("the agent's leg is down")


def stop(life: Life, call: str) -> None:
    """The call is over: nothing of it is heard any more."""
    for whisper in life.whispers.values():
        if whisper.call == call:
            whisper.end("call ended")


def clear(settings: AsteriskSettings, *, kept: tuple[Path, ...] = ()) -> None:
    """Make the folder, and empty it of everything but the files that are being played."""
    folder = settings.greetings
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)  # Asterisk may be somebody else: it knows a file's name, and cannot look
    for path in folder.iterdir():
        if path.with_suffix(".wav") not in kept:
            path.unlink(missing_ok=True)


async def _whisper(life: Life, leg: Leg, channel: str, whisper: Whisper) -> None:
    """From the listeners' memory to the agent's ear; nothing stays."""
    try:
        saved = await life.world.listeners.save(whisper.call, whisper.path)
        if saved.why:
            whisper.end(saved.why)
        else:
            whisper.path.chmod(0o644)
            await _speak(life, leg, channel, whisper, saved.seconds)
    finally:
        whisper.path.unlink(missing_ok=True)
        del life.whispers[channel]
        _tell(life, whisper.call, whisper.agent, whisper.why)


async def _speak(life: Life, leg: Leg, channel: str, whisper: Whisper, seconds: float) -> None:
    """Into the ear and out again; what was begun is taken down, however it ends."""
    life.arrivals.expect(channel)
    why = await _begun(life, leg, channel, whisper)
    if why:
        whisper.end(why)
    with anyio.move_on_after(seconds + MARGIN_S):
        await whisper.over.wait()
    whisper.end(CUT_OFF)
    life.arrivals.forget(channel)
    await life.ask(channel, "DELETE", f"channels/{channel}")


async def _begun(life: Life, leg: Leg, channel: str, whisper: Whisper) -> str:
    """Empty, or why it is not played."""
    app, sound = life.world.settings.app, whisper.path.with_suffix("")
    steps: tuple[tuple[str, dict[str, str], str], ...] = (
        (f"channels/{leg.channel}/snoop/{channel}", {"whisper": "out", "app": app}, channel),
        (f"channels/{channel}/play", {"media": f"sound:{sound}"}, ""),
    )
    for path, query, arriving in steps:
        if whisper.over.is_set():
            break
        reply = await life.ask(channel, "POST", path, None, **query)
        if not reply.is_ok:
            return reply.why()
        if arriving and not await life.arrivals.entered(arriving):
            return "the agent's leg is down"
    return ""


def _tell(life: Life, call: str, agent: str, why: str) -> None:
    ended = events.GreetingEnded(call=call, agent=agent, played=not why, why=why, at=life.now())
    life.tell(ended)
