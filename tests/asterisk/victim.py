"""A dialer process to be killed: it dials, does what it is told at each moment, prints its events.

`python -m tests.asterisk.victim SETTINGS.json PLAN.json`; one line of JSON per event on stdout.
"""

import sys
import time
from pathlib import Path

import anyio
import msgspec

from dialer.asterisk.settings import AsteriskSettings
from dialer.engine.commands import Bridge, CallAgent, Listen, Play
from dialer.engine.events import Answered, Event, LegUp, SwitchUp, encode
from tests.asterisk.desk import Desk, desk
from tests.asterisk.pair import TRUNKS

MAX_TALK_S = 6.0


class Plan(msgspec.Struct, frozen=True):
    """What the victim shall do with its calls."""

    numbers: tuple[str, ...]
    then: str = "wait"
    "After the answer: `wait`, `play` the message, `bridge` to an agent."
    after_s: float = 0.0
    "So long after the answer."


async def main(settings: AsteriskSettings, plan: Plan) -> None:
    async with desk(settings, TRUNKS) as the, anyio.create_task_group() as tasks:
        the.on = _tell
        if plan.then == "bridge":
            the.order(CallAgent("ann", "PJSIP/agent1"))
            await the.until(LegUp)
        _tell(SwitchUp(at=time.time()))
        for number in plan.numbers:
            tasks.start_soon(_one, the, plan, number)
            await anyio.sleep(0.02)
        await anyio.sleep(60)


async def _one(the: Desk, plan: Plan, number: str) -> None:
    call = the.dial(number, max_talk_s=MAX_TALK_S)
    await the.until(Answered, within_s=60, call=call)
    the.order(Listen(call, "answer"))
    await anyio.sleep(plan.after_s)
    if plan.then == "play":
        the.order(Play(call, "safe_harbour"))
    if plan.then == "bridge":
        the.order(Bridge(call, "ann"))


def _tell(event: Event) -> None:
    sys.stdout.write(encode(event).decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _settings, _plan = (Path(arg).read_bytes() for arg in sys.argv[1:3])
    anyio.run(
        main,
        msgspec.json.decode(
            _settings, type=AsteriskSettings, dec_hook=lambda kind, text: kind(text)
        ),
        msgspec.json.decode(_plan, type=Plan),
    )
