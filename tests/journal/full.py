"""A journal on a small disk that fills up: says what it saw, as JSON. Run by `test_kills`."""

import json
import sys
import time
from pathlib import Path

from dialer.engine.events import HungUp, Intended, Refused
from tests.conformance.worlds import World, people

EVENTS = 2000


def until(condition, limit_s=20):
    end = time.monotonic() + limit_s
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return bool(condition())


def fill(path):
    """Take all the room there is, to the last byte."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            while True:
                try:
                    if not file.write(bytes(size)):
                        break
                except OSError:
                    break


def main(folder):
    world = World("sqlite", folder)
    world.lists(people=people(50))
    world.open()
    calls = world.promised(4)
    saw = {"promised": len(calls)}

    def told(n):
        for _ in range(n):
            seq = world.journal.append(HungUp(at=world.at, call="d1-" + "0" * 32, cause=16))
        return seq

    fill(folder / "filler")
    spare = folder / "journal.sqlite.spare"
    saw["spent"] = spare.exists()
    seq = told(EVENTS)
    saw["spent"] &= until(lambda: not spare.exists())
    saw["written into the reserve"] = until(lambda: world.journal.durable >= seq)
    saw["trouble"] = world.journal.trouble
    world.ended(calls[0], "busy")
    saw["cdr kept"] = len(list(world.journal.facts(0)))
    saw["refused"] = [one.why for one in world.claim(1) if isinstance(one, Refused)]
    while not world.journal.trouble.startswith("database"):
        seq = told(EVENTS)
        time.sleep(0.05)
    saw["durable is behind"] = world.journal.durable < seq
    (folder / "filler").unlink()
    saw["all written"] = until(lambda: world.journal.durable == seq)
    saw["well again"] = until(lambda: not world.journal.trouble)
    saw["in order"] = [n for n, _ in world.journal.since(0)] == list(range(1, seq + 1))
    saw["promised again"] = sum(isinstance(one, Intended) for one in world.claim(3))
    world.close()
    sys.stdout.write(json.dumps(saw))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
