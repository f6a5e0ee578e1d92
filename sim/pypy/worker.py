"""Runs on PyPy: a day and its seed come in, a line of JSON each; what the day came to goes out.

One process lives many days, as its compiler learns from each.
"""

import gc
import json
import sys
from collections.abc import Iterable
from typing import IO, Any

import msgspec

from sim.days import worth
from sim.scenario import Scenario


def answers(asked: Iterable[str], out: IO[str]) -> None:
    """Until nobody asks any more."""
    for line in asked:
        words = json.loads(line)
        day = msgspec.convert(words["day"], Scenario)
        found = worth(day, words["seed"])
        out.write(json.dumps(_plain(found)) + "\n")
        out.flush()
        gc.collect()  # the day is over: while one lasts hardly anything is thrown away


def _plain(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return {name: _plain(one) for name, one in msgspec.structs.asdict(value).items()}
    return value


if __name__ == "__main__":
    answers(sys.stdin, sys.stdout)
