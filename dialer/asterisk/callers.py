"""Who calls us, in Asterisk: known from the first message on, looked up in the journal.

Such a call has Asterisk's own channel id; ours is made from it (`names.arrived`), the same after a
restart. It rings under the same lease as a call of ours that was answered: two seconds at a time.
"""

from collections.abc import Mapping
from typing import Any

from dialer.asterisk import names, notes
from dialer.asterisk.client import Json
from dialer.asterisk.dialplan import HARBOUR, IN, MESSAGE, NOTED_CALLER, OUT
from dialer.asterisk.life import Life, Line
from dialer.engine import events
from dialer.ports import Caller

INSIDE = "in"
"First argument of the application for whoever called us."


def call_on(life: Life, channel: str, said: Json) -> str:
    """The call on a channel that somebody called us by; empty for any other channel."""
    if channel in life.register.callers:
        return life.register.callers[channel]
    match said:
        case {"type": "StasisStart", "args": [args, *_]} if args == INSIDE:
            return names.arrived(life.world.install, channel)
    return ""


def arrive(life: Life, line: Line, at: float, said: Mapping[str, Any]) -> None:
    """He is in our application: who is it?"""
    args, reception = said["args"], life.world.reception
    trunk = life.world.trunks.get(args[1]) if len(args) == 4 else None
    life.register.callers[line.channel] = line.call
    line.is_placed = True
    line.entered.set()
    if reception is None or trunk is None:
        life.enqueue(line.call, lambda: send_away(life, line))
        return
    digits = "".join(one for one in said["channel"]["caller"]["number"] if one in "0123456789")
    note = f"{line.channel}:{args[1]}:{args[2]}:{digits[:15]}:{args[3]}"
    life.enqueue(line.call, lambda: conceal(life, line))
    if shown := notes.own_number(life, digits, trunk):
        life.tell(events.OwnNumberReached(args[2], shown=shown, trunk=trunk.name, at=at))
        life.tasks.start_soon(notes.forget_when, life, NOTED_CALLER, note, _at_once, line.call)
        life.enqueue(line.call, lambda: decline(life, line))
        return
    line.leased_at = line.waits_since = at
    caller = Caller(
        call=line.call, trunk=trunk.name, caller_id=args[2], digits=digits[:15],
        country=trunk.country, source=trunk.kind, at=at,
    )  # fmt: skip
    reception.welcome(caller)
    life.tasks.start_soon(
        notes.forget_when, life, NOTED_CALLER, note, reception.is_welcome, line.call
    )


def _at_once(call: str) -> bool:
    """Nobody is called back who is ourselves: nothing need be kept."""
    return True


async def conceal(life: Life, line: Line) -> None:
    """Asterisk's own call record is in the clear: it is not to say who called."""
    path = f"channels/{line.channel}/variable"
    await life.ask(line.call, "POST", path, variable="CALLERID(all)", value="")


async def decline(life: Life, line: Line) -> None:
    """It has come in, which is all that was asked."""
    await life.ask(line.call, "DELETE", f"channels/{line.channel}", reason="busy")


async def send_away(life: Life, line: Line) -> None:
    """To the message at once: nobody here could say who he is."""
    path = f"channels/{line.channel}/continue"
    await life.ask(line.call, "POST", path, context=OUT, extension=HARBOUR, priority=1)


async def answer(life: Life, line: Line) -> bool:
    """Answer a caller, once; whether he can be spoken to."""
    if not line.is_answered:
        reply = await life.ask(line.call, "POST", f"channels/{line.channel}/answer")
        line.is_answered = reply.is_ok
    return line.is_answered


async def say_who(life: Life, line: Line, recording: str) -> None:
    """The message that this caller shall hear is his campaign's own."""
    path = f"channels/{line.channel}/variable"
    await life.ask(line.call, "POST", path, variable=MESSAGE, value=recording)


def standing_call(install: str, channel: Mapping[str, Any]) -> str:
    """The call on a channel of Asterisk's list; empty if nobody called us by it."""
    context = channel.get("dialplan", {}).get("context", "")
    is_caller = context in (OUT, IN) or context.startswith(f"{IN}-")
    return names.arrived(install, channel["id"]) if is_caller else ""
