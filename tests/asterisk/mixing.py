"""What a bridge that always mixes costs, against one that passes packets on (ADR 10).

    python -m tests.asterisk.mixing 30

CPU of the dialer's Asterisk with so many agents' legs, while all wait and while all talk.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import anyio

from dialer.asterisk import config, instance, seat
from dialer.engine.commands import Bridge, CallAgent, DropAgent, HangUp, Listen, StopListening
from dialer.engine.events import Answered, Bridged, HungUp, LegDown, LegUp
from tests.asterisk import pair as pairs
from tests.asterisk.desk import Desk, desk
from tests.asterisk.pair import PORT, TRUNKS, Pair, number

WATCHED_S = 15.0
KINDS = {"passes on": "mixing", "always mixes": seat.ALWAYS_MIXES}
ROUNDS = 2


async def percent(pair: Pair) -> float:
    """Of a core, over some seconds."""
    used, since = _cpu_s(pair), time.monotonic()
    await anyio.sleep(WATCHED_S)
    return 100 * (_cpu_s(pair) - used) / (time.monotonic() - since)


def _cpu_s(pair: Pair) -> float:
    fields = Path(f"/proc/{instance.pid_of(pair.ours)}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def talks(the: Desk, agents: list[str]) -> list[str]:
    """A customer for each of them."""
    calls = []
    for who in range(len(agents)):
        calls.append(the.dial(number(who, ring_s=0.3), max_talk_s=300.0))
        await anyio.sleep(0.1)
    for call, agent in zip(calls, agents, strict=True):
        await the.until(Answered, call=call)
        the.order(Listen(call, "answer"))
        the.order(StopListening(call))
        the.order(Bridge(call, agent))
        await the.until(Bridged, call=call)
    await anyio.sleep(2.0)
    return calls


async def main(pair: Pair, count: int) -> None:
    """A line for each kind, twice: a busy machine is told by how far they are apart."""
    agents = [f"a{n}" for n in range(1, count + 1)]
    for kind in ROUNDS * list(KINDS):
        seat.ALWAYS_MIXES = KINDS[kind]
        async with desk(pair.settings, TRUNKS) as the:
            for n, agent in enumerate(agents, 1):
                the.order(CallAgent(agent, f"PJSIP/agent{n}"))
            for agent in agents:
                await the.until(LegUp, within_s=30, agent=agent)
            waiting = await percent(pair)
            calls = await talks(the, agents)
            talking = await percent(pair)
            sys.stdout.write(
                f"{kind}: {count} wait {waiting:.1f} %, {count} talk {talking:.1f} % of a core\n"
            )
            for call in calls:
                the.order(HangUp(call, "measured"))
                await the.until(HungUp, call=call)
            for agent in agents:
                the.order(DropAgent(agent))
                await the.until(LegDown, agent=agent)


if __name__ == "__main__":
    legs = int(sys.argv[1])
    carrier = f"127.0.0.1:{PORT + 10}"
    pairs.SEATS = tuple(
        config.Seat(name=f"agent{n}", contact=f"sip:agent{n}@{carrier}") for n in range(1, legs + 1)
    )
    with pairs.running(Path(tempfile.mkdtemp())) as both:
        anyio.run(main, both, legs)
