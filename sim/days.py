"""Days of the real engine, and what each came to, wherever it is lived.

>>> from sim.scenario import scenario
>>> day = scenario("lab", agents=3, hours=0.05)
>>> first, other, again = several()(day, (1, 2, 1))
>>> first.calls > 3, first.stream == again.stream, first.stream == other.stream
(True, True, False)
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from functools import partial
from hashlib import sha256

import msgspec

from dialer.engine.commands import Cdr
from dialer.ports import Journal
from sim.judge import collected
from sim.run import Score, begun, lived, score
from sim.scenario import MONDAY, Scenario


class Worth(msgspec.Struct, frozen=True, kw_only=True):
    """What a day came to."""

    seed: int
    score: Score
    calls: int
    "With a CDR: also those of the first minutes, and of people who called us."
    cpu_s: float
    "From the first login to the last CDR, of engine, journal, people and SimPy together."
    stream: str
    "SHA-256 of all events and CDRs: where it is the same, so was the day."


Lives = Callable[[Scenario, Sequence[int]], Iterator[Worth]]
"Lives a day with each of these seeds; what they came to, as they end."


def several(executor: Executor | None = None) -> Lives:
    """By the processes of an executor; None: one after the other, in this process."""
    run = executor.map if executor else map
    return lambda day, seeds: iter(run(partial(worth, day), seeds))


def worth(day: Scenario, seed: int) -> Worth:
    """Live through the day in this process."""
    world = begun(day, seed)
    began_s = time.process_time()
    ended = lived(world)
    spent_s = time.process_time() - began_s
    case = collected(world.journal, world.switch.network.truth)
    return Worth(
        seed=seed,
        score=score(case, MONDAY + day.warm_up_s, ended),
        calls=sum(isinstance(fact, Cdr) for fact in case.facts),
        cpu_s=spent_s,
        stream=stream(world.journal),
    )


def stream(journal: Journal) -> str:
    """Of all that happened. A struct is written down as Python shows it, to the last digit."""
    told = sha256()
    for _, event in journal.since(0):
        told.update(f"{event!r}\n".encode())
    for _, fact in journal.facts(0):
        if isinstance(fact, Cdr):
            told.update(f"{fact!r}\n".encode())
    return told.hexdigest()
