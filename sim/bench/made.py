"""Beside the bench of questions: who builds the file, who writes while it is asked."""

import json
import sys
import time
from pathlib import Path
from random import Random

from dialer.engine.commands import Cdr, Leg
from dialer.warehouse.live import Batch, LiveFile
from dialer.warehouse.store import Busy, Place
from sim.bench.questions import SOURCE, build

EACH_S = 1.0
CALLS = 20
"In each batch: twenty calls a second."
NOVEMBER = 1793530800.0
"The calls come after those of the month that was made."


def write(folder: Path, rows: int) -> None:
    """A batch each second until the process is ended, as the loader writes them."""
    file = LiveFile(Place(folder, SOURCE), "bench", Random(1))
    seq = 4 * rows
    count = 0
    while True:
        began = NOVEMBER + count
        calls = [(seq + n + 1, _call(f"w{seq + n}", began)) for n in range(CALLS)]
        try:
            file.write(Batch(seq + CALLS, calls), began)
        except Busy:
            pass  # readers were in: the next one takes these, too
        else:
            seq, count = seq + CALLS, count + 1
            (folder / "written").write_text(str(count))
        time.sleep(EACH_S)


def _call(name: str, at: float) -> Cdr:
    return Cdr(
        call=name, lead="1", list="list-1", campaign="campaign-1", version=1, pool="pool-1",
        attempt=1, number_key=f"key-{name}", masked="+1555•••0000", region="US-1", trunk="trunk-1",
        caller_id="+15550001001", mode="predictive", source=SOURCE, epoch=1, intended_at=at,
        placed_at=at + 0.03, ringing_at=at + 2, answered_at=at + 9, verdict_at=at + 10,
        bridged_at=at + 10.1, agent_heard_at=at + 10.2, ended_at=at + 90, outcome="connected",
        verdict="human", cause=16, legs=(Leg("agent-1-1", at + 10.1, at + 90),),
    )  # fmt: skip


def main() -> None:
    """`build FOLDER ROWS` or `write FOLDER ROWS`."""
    what, folder, rows = sys.argv[1:]
    if what == "build":
        print(json.dumps(build(Path(folder), int(rows))))  # noqa: T201
    else:
        write(Path(folder), int(rows))


if __name__ == "__main__":
    main()
