"""The day itself, compiled: calls ring, persons wait, agents work, one event after the other.

Events lie in a binary heap by time, then by the order in which they were foreseen. Nothing else
decides between two of the same instant, here and in `reference`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import kept
from sim.fast.lives import Floats, Lives

RINGS, WORKS, WAITS = 0, 1, 2
"What an event is the end of."
RINGING, TALKED, ABANDONED, MISSED = 0, 1, 2, 3
"What became of a call; a person whom the end of the day cuts off counts as ringing."
Ints = NDArray[np.int64]


class Lived(NamedTuple):
    """What a day came to, call by call."""

    placed_at: Floats
    "Seconds from the start; as many as were placed."
    fate: Ints
    waited_s: Floats
    work_s: float
    "Of all agents together, without the first minutes."
    persons: int
    abandoned: int
    "Without the first minutes."
    ran_out: bool
    "More calls were wanted than there were lives."


def day(lives: Lives, lines: Ints, *, hours: float, hold_s: float, warm_up_s: float) -> Lived:
    """Live through it. `lines[x]`: so many calls ring when x persons talk or wait.

    `len(lines) - 1` agents are there from the first second to the last.
    """
    placed_at = np.empty(len(lives.person))
    fate = np.zeros(len(lives.person), dtype=np.int64)
    waited_s = np.zeros(len(lives.person))
    placed, work_s, persons, abandoned, ran_out = _lived(
        lives.person, lives.rings_s, lives.works_s, np.asarray(lines, dtype=np.int64),
        hours * 3600.0, hold_s, warm_up_s, placed_at, fate, waited_s,
    )  # fmt: skip
    return Lived(
        placed_at[:placed], fate[:placed], waited_s[:placed], work_s, persons, abandoned, ran_out
    )


@kept
def _push(heap: Floats, order: Ints, what: Ints, size: int, at: float, nth: int, event: int) -> int:
    """Foresee an event; how many are foreseen now."""
    here = size
    while here > 0:
        above = (here - 1) // 2
        if heap[above] < at or (heap[above] == at and order[above] < nth):
            break
        heap[here], order[here], what[here] = heap[above], order[above], what[above]
        here = above
    heap[here], order[here], what[here] = at, nth, event
    return size + 1


@kept
def _pop(heap: Floats, order: Ints, what: Ints, size: int) -> int:
    """Take the first one out, which the caller has read; how many are left."""
    size -= 1
    at, nth, event = heap[size], order[size], what[size]
    here = 0
    while True:
        below = 2 * here + 1
        if below >= size:
            break
        right = below + 1
        if right < size and (
            heap[right] < heap[below]
            or (heap[right] == heap[below] and order[right] < order[below])
        ):
            below = right
        if at < heap[below] or (at == heap[below] and nth < order[below]):
            break
        heap[here], order[here], what[here] = heap[below], order[below], what[below]
        here = below
    heap[here], order[here], what[here] = at, nth, event
    return size


@kept
def _lived(
    person: NDArray[np.bool_],
    rings_s: Floats,
    works_s: Floats,
    lines: Ints,
    ends_at: float,
    hold_s: float,
    warm_up_s: float,
    placed_at: Floats,
    fate: Ints,
    waited_s: Floats,
) -> tuple[int, float, int, int, bool]:
    agents = len(lines) - 1
    room = 4 * (agents + lines.max() + 16)
    heap = np.empty(room)
    order = np.empty(room, dtype=np.int64)
    what = np.empty(room, dtype=np.int64)
    queue = np.empty(len(person), dtype=np.int64)
    first, last = 0, 0
    size = foreseen = placed = ringing = busy = waiting = persons = abandoned = 0
    at = work_s = 0.0
    while True:
        x = busy + waiting
        wanted = lines[x] if x <= agents else 0
        while ringing < wanted:
            if placed == len(person):
                return placed, work_s, persons, abandoned, True
            placed_at[placed] = at
            size = _push(
                heap, order, what, size, at + rings_s[placed], foreseen, 4 * placed + RINGS
            )
            foreseen += 1
            placed += 1
            ringing += 1
        if size == 0 or heap[0] >= ends_at:
            break
        at, event = heap[0], what[0]
        size = _pop(heap, order, what, size)
        call, kind = event // 4, event % 4
        free = -1
        if kind == RINGS:
            ringing -= 1
            if not person[call]:
                fate[call] = MISSED
            elif busy < agents:
                free = call
            else:
                queue[last] = call
                last += 1
                waiting += 1
                size = _push(heap, order, what, size, at + hold_s, foreseen, 4 * call + WAITS)
                foreseen += 1
        elif kind == WORKS:
            busy -= 1
            while first < last and fate[queue[first]] != RINGING:
                first += 1
            if first < last:
                free = queue[first]
                first += 1
                waiting -= 1
        elif fate[call] == RINGING:
            fate[call] = ABANDONED
            waited_s[call] = hold_s
            waiting -= 1
            if at >= warm_up_s:
                persons += 1
                abandoned += 1
        if free >= 0:
            busy += 1
            fate[free] = TALKED
            waited_s[free] = at - placed_at[free] - rings_s[free]
            persons += at >= warm_up_s
            until = at + works_s[free]
            work_s += max(0.0, min(until, ends_at) - max(at, warm_up_s))
            size = _push(heap, order, what, size, until, foreseen, 4 * free + WORKS)
            foreseen += 1
    return placed, work_s, persons, abandoned, False
