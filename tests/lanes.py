"""The tests in lanes side by side: what waits for telephones, what browses, what only computes.

`python -m tests.lanes` runs the quick tests, a half of their files on each of two cores. With
`--all` telephones go first, then browsers: both mostly wait in real time. What only computes has
the time that is left. All end with one closing line, and fail if one does. What failed last
(`--last-failed`) has the machine for itself: a lane at a time, and none that failed nowhere.
Whoever names files gets pytest as it is.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import IO, NamedTuple

from dialer.listening.pool import ONE_THREAD

QUICK = "not asterisk and not browser and not crash and not slow"
NOTHING_CHOSEN = 5
"pytest's exit code where the arguments leave a lane no test."
AGAIN = frozenset({"--lf", "--last-failed"})
LOOK_S = 0.2
_CLOSING = re.compile(
    r"^(?:=+ )?(?:.*, )?(?:\d+ (?:passed|failed|error|skipped)|no tests ran).* in [\d.]+s.*$"
)
_COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)")


class Lane(NamedTuple):
    """A pytest of its own, which remembers its own failures."""

    name: str
    marks: str
    share: str = "1/1"
    "Which part of the files."
    marked: str = ""
    "Only files with one of these marks are read; all, where it is empty."
    nice: int = 0
    "Those with less go first; none stands still meanwhile."

    @property
    def cache(self) -> Path:
        return Path(".pytest_cache", self.name)

    def command(self, given: Sequence[str]) -> list[str]:
        """How it is started."""
        nice = ["nice", "-n", str(self.nice)] if self.nice and shutil.which("nice") else []
        return [
            *nice, sys.executable, "-m", "pytest", "-p", "tests.shares", "--share", self.share,
            "--marked", self.marked, "-m", self.marks, "-o", f"cache_dir={self.cache}", *given,
        ]  # fmt: skip

    def failed(self) -> bool:
        """Whether a test of it failed when it last ran."""
        kept = self.cache / "v/cache/lastfailed"
        return kept.exists() and bool(json.loads(kept.read_text()))


HALVES = (Lane("quick-1", QUICK, "1/2"), Lane("quick-2", QUICK, "2/2"))
EVERYTHING = (
    Lane(
        "telephones",
        "(asterisk or crash or (slow and not computes)) and not browser",
        marked="asterisk,crash,slow",
    ),
    Lane("browsers", "browser", marked="browser", nice=5),
    Lane(
        "long", "slow and computes and not (asterisk or browser or crash)", marked="slow", nice=10
    ),
    *(half._replace(nice=10) for half in HALVES),
)
"Each test is in exactly one."


def counted(lines: Sequence[str]) -> Counter[str]:
    """What pytest's closing line says.

    >>> dict(counted(["noise", "=== 1 failed, 3 passed, 9 deselected in 2.00s ==="]))
    {'failed': 1, 'passed': 3}
    >>> dict(counted(["3 passed in 2.00s"]))
    {'passed': 3}
    """
    closing = next((line for line in reversed(lines) if _CLOSING.match(line)), "")
    return Counter({word.rstrip("s"): int(n) for n, word in _COUNT.findall(closing)})


def closing_line(counts: Counter[str], seconds: float) -> str:
    """One for all lanes, in pytest's form.

    >>> closing_line(Counter(passed=5), 90.0)
    '===== 5 passed in 90.00s ====='
    """
    told = ", ".join(f"{n} {word}" for word, n in sorted(counts.items()) if n)
    return f"===== {told or 'no tests ran'} in {seconds:.2f}s ====="


def verdict(codes: Sequence[int]) -> int:
    """The exit code of all: the first that failed; a lane without a test fails nothing.

    >>> verdict([0, 5]), verdict([5, 5]), verdict([0, 1])
    (0, 5, 1)
    """
    ran = [code for code in codes if code != NOTHING_CHOSEN]
    return next((code for code in ran if code), 0) if ran else NOTHING_CHOSEN


def names_a_file(given: Sequence[str]) -> bool:
    """Whether somebody wants these tests and no others.

    >>> names_a_file(["-q", "tests/lanes.py::any"]), names_a_file(["-k", "lanes"])
    (True, False)
    """
    return any(Path(one.partition("::")[0]).exists() for one in given)


def in_turns(lanes: Sequence[Lane], given: Sequence[str]) -> list[list[Lane]]:
    """Which lanes run side by side, and which after them.

    >>> [len(each) for each in in_turns(HALVES, ["-q"])]
    [2]
    """
    again = [lane for lane in lanes if lane.failed()] if AGAIN.intersection(given) else []
    return [[lane] for lane in again] or [list(lanes)]


def main(given: Sequence[str]) -> int:
    """Run the lanes, each on a core at most: numpy's threads would spin while others want it."""
    os.environ.update(ONE_THREAD)
    lanes = EVERYTHING if "--all" in given else HALVES
    if lanes is HALVES and names_a_file(given):
        os.execv(sys.executable, [sys.executable, "-m", "pytest", "-m", QUICK, *given])
    given = [one for one in given if one != "--all"]
    began, counts, codes = time.monotonic(), Counter[str](), list[int]()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    for some in in_turns(lanes, given):
        told, ended = _side_by_side(some, given)
        counts.update(told)
        codes += ended
    print(closing_line(counts, time.monotonic() - began))  # noqa: T201
    return verdict(codes)


def _side_by_side(lanes: Sequence[Lane], given: Sequence[str]) -> tuple[Counter[str], list[int]]:
    """What the second says is shown when the first has ended, and so on."""
    with tempfile.TemporaryDirectory(prefix="lanes-") as kept:
        started: list[tuple[subprocess.Popen[bytes], Path]] = []
        try:
            for lane in lanes:
                said = Path(kept) / lane.name
                with said.open("wb") as out:
                    one = subprocess.Popen(
                        lane.command(given), stdin=subprocess.DEVNULL, stdout=out, stderr=out
                    )
                started.append((one, said))
            counts = sum((counted(_shown(*one)) for one in started), Counter[str]())
            return counts, [one.wait() for one, _ in started]
        finally:
            for one, _ in started:
                one.terminate()
                one.wait()


def _shown(lane: subprocess.Popen[bytes], said: Path) -> list[str]:
    """Show what a lane says until it ends, and keep it."""
    with said.open(errors="replace") as stream:
        told = _more(stream)
        while lane.poll() is None:
            time.sleep(LOOK_S)
            told += _more(stream)
        told += _more(stream)
    return told.split("\n")


def _more(stream: IO[str]) -> str:
    new = stream.read()
    sys.stdout.write(new)
    sys.stdout.flush()
    return new


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
