"""The tests in lanes side by side: what waits for telephones, what browses, what only computes.

`python -m tests.lanes` runs the quick tests, a half of their files on each of two cores. With
`--all` telephones go first, then browsers: both mostly wait in real time. Two lanes only compute,
and so that nobody waits for them they come last. All end with one closing line, and fail if one
does. Whoever names files gets pytest as it is.
"""

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

QUICK = "not asterisk and not browser and not crash and not slow"
NOTHING_CHOSEN = 5
"pytest's exit code where the arguments leave a lane no test."
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
    nice: int = 0
    "Lets those with less go first."

    def command(self, given: Sequence[str]) -> list[str]:
        """How it is started."""
        nice = ["nice", "-n", str(self.nice)] if self.nice and shutil.which("nice") else []
        return [
            *nice, sys.executable, "-m", "pytest", "-p", "tests.shares", "--share", self.share,
            "-m", self.marks, "-o", f"cache_dir=.pytest_cache/{self.name}", *given,
        ]  # fmt: skip


HALVES = (Lane("quick-1", QUICK, "1/2"), Lane("quick-2", QUICK, "2/2"))
EVERYTHING = (
    Lane("telephones", "(asterisk or crash or (slow and not computes)) and not browser"),
    Lane("browsers", "browser", nice=5),
    Lane("long", "slow and computes and not (asterisk or browser or crash)", nice=19),
    Lane("quick", QUICK, nice=10),
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


def main(given: Sequence[str]) -> int:
    """Run the lanes; what the second says is shown when the first has ended, and so on."""
    if "--all" in given:
        return _side_by_side(EVERYTHING, [one for one in given if one != "--all"])
    if names_a_file(given):
        os.execv(sys.executable, [sys.executable, "-m", "pytest", "-m", QUICK, *given])
    return _side_by_side(HALVES, given)


def _side_by_side(lanes: Sequence[Lane], given: Sequence[str]) -> int:
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
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
            codes = [one.wait() for one, _ in started]
        finally:
            for one, _ in started:
                one.terminate()
                one.wait()
    print(closing_line(counts, time.monotonic() - began))  # noqa: T201
    return verdict(codes)


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
