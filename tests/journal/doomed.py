"""A dialer's journal at work, for tests that kill it: says what it was promised, line by line."""

import os
import random
import sys
import time
from pathlib import Path

from dialer.engine.commands import Claim, Record
from dialer.engine.events import Event, Intended, Tick
from dialer.journal.sqlite import SqliteJournal
from tests.conformance.worlds import cdr


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def main(path: str, seed: str) -> None:
    """Claim, end and append until somebody kills us."""
    rng = random.Random(seed)
    calls: list[Intended] = []

    def report(event: Event) -> None:
        if isinstance(event, Intended):
            say("promised", event.call)
            calls.append(event)

    journal = SqliteJournal(Path(path), report, time.time)
    epoch = journal.take_lease(f"doomed {seed}", time.time())
    say("epoch", epoch)
    calls += journal.open_intents()
    while True:
        seq = journal.append(Tick(at=time.time()))
        order = Claim(campaign="spring", n=rng.randint(1, 4), mode="progressive", epoch=epoch)
        journal.execute(order, cause=seq, index=0)
        over = [calls.pop(rng.randrange(len(calls))) for _ in range(len(calls) // 2)]
        for index, call in enumerate(over, start=1):
            journal.execute(Record(fact=cdr(call, "busy", time.time())), cause=seq, index=index)
        if rng.random() < 0.5:
            journal.flush()
            for call in over:
                say("ended", call.call)
            say("durable", journal.durable, seq)
            over.clear()


if __name__ == "__main__":
    main(*sys.argv[1:])
