"""Twice a minute: what stands in Asterisk and is nobody's goes, what is gone unseen is told."""

from functools import partial

import anyio

from dialer.asterisk import greeting, names, notes
from dialer.asterisk import line as lines
from dialer.asterisk.life import Life
from dialer.asterisk.reconcile import Standing, clear, look

SWEEP_S = 30.0
"Asterisk's list of channels is expensive: never more often than each 5 s."

BRIDGES = ("tap", "floor", "monitors bridge")


async def sweep(life: Life) -> None:
    """Whatever was an orphan at two looks in a row is one."""
    before: frozenset[str] = frozenset()
    while True:
        await anyio.sleep(SWEEP_S)
        seen = await look(life) if life.is_reconciled else None
        if seen is None:
            continue
        orphans = strays(seen, life)
        twice = [name for name in orphans if name in before]
        before = frozenset(orphans)
        channels = [name for name in twice if names.kind(name) not in BRIDGES]
        await clear(life, channels, [name for name in twice if name not in channels])
        _tell_ends(life, seen)
        playing = tuple(whisper.path for whisper in life.whispers.values())
        await notes.take_over(life)
        greeting.clear(life.world.settings, kept=playing)


def strays(seen: Standing, life: Life) -> list[str]:
    """Objects of ours without an owner: channels first, then bridges."""
    calls = life.register.lines
    legs = {leg.channel for leg in life.register.legs.values()}
    ears = life.ears.values()
    heard = {name for one in ears for name in (*one.channels, names.monitors_bridge(one.leg))}
    return [
        *(call for call in seen.calls if call not in calls and call not in seen.left_alone),
        *(name for name in seen.side if names.call_of(name) not in calls),
        *(name for name in seen.whispers if name not in heard),  # a greeting is over by then
        *(name for name in seen.monitors if name not in heard),
        *(leg for leg in seen.legs if leg not in legs),
        *(floor for floor in seen.floors if names.leg_on(floor) not in legs),
    ]


def _tell_ends(life: Life, seen: Standing) -> None:
    """A call whose end was not told: absent at two looks."""
    for line in list(life.register.lines.values()):
        line.missed = 0 if line.call in seen.calls else line.missed + 1
        if line.missed < 2:
            continue
        life.enqueue(line.call, partial(lines.ended_unseen, life, line))
