"""All tests in two lanes side by side: what waits for telephones, and behind it what only computes.

Half of the complete run is waiting for rings, talks and kills in real time. Meanwhile the other
half computes at the lowest priority, so that no telephone waits for it.

`python -m tests.lanes [pytest arguments]` ends with one closing line; it fails if one does.
"""

import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from typing import IO

LIVE = "asterisk or browser or crash or (slow and not computes)"
NOTHING_CHOSEN = 5
"pytest's exit code where the arguments leave a lane no test."
_CLOSING = re.compile(
    r"^=+ (?:.*, )?(?:\d+ (?:passed|failed|error|skipped)|no tests ran).* in .*=+$"
)
_COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)")


def command(marks: str, lane: str, given: Sequence[str]) -> list[str]:
    """pytest for one lane. Each remembers its own failures."""
    return [sys.executable, "-m", "pytest", "-m", marks, "-o", f"cache_dir=.pytest_cache/{lane}",
            *given]  # fmt: skip


def counted(lines: Sequence[str]) -> Counter[str]:
    """What pytest's closing line says.

    >>> dict(counted(["noise", "=== 1 failed, 3 passed, 9 deselected in 2.00s ==="]))
    {'failed': 1, 'passed': 3}
    """
    closing = next((line for line in reversed(lines) if _CLOSING.match(line)), "")
    return Counter({word.rstrip("s"): int(n) for n, word in _COUNT.findall(closing)})


def closing_line(counts: Counter[str], seconds: float) -> str:
    """One for both lanes, in pytest's form.

    >>> closing_line(Counter(passed=5), 90.0)
    '===== 5 passed in 90.00s ====='
    """
    told = ", ".join(f"{n} {word}" for word, n in sorted(counts.items()) if n)
    return f"===== {told or 'no tests ran'} in {seconds:.2f}s ====="


def verdict(codes: Sequence[int]) -> int:
    """The exit code of both: the first that failed; a lane without a test fails nothing.

    >>> verdict([0, 5]), verdict([5, 5]), verdict([0, 1])
    (0, 5, 1)
    """
    ran = [code for code in codes if code != NOTHING_CHOSEN]
    return next((code for code in ran if code), 0) if ran else NOTHING_CHOSEN


def main(given: Sequence[str]) -> int:
    """Run both lanes; what the second says is shown when the first has ended."""
    began = time.monotonic()
    patient = ["nice", "-n", "19"] if shutil.which("nice") else []
    with tempfile.TemporaryFile("w+") as kept:
        computing = subprocess.Popen(
            [*patient, *command(f"not ({LIVE})", "computing", given)],
            stdin=subprocess.DEVNULL, stdout=kept, stderr=subprocess.STDOUT,
        )  # fmt: skip
        live = subprocess.Popen(
            command(LIVE, "live", given), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            text=True, errors="replace",
        )  # fmt: skip
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            assert live.stdout is not None
            told = _echoed(live.stdout)
            codes = [live.wait(), computing.wait()]
        finally:
            for lane in (live, computing):
                lane.terminate()
                lane.wait()
        kept.seek(0)
        told_too = _echoed(kept)
    print(closing_line(counted(told) + counted(told_too), time.monotonic() - began))  # noqa: T201
    return verdict(codes)


def _echoed(stream: IO[str]) -> list[str]:
    """Show what a lane says, and keep it."""
    lines = []
    for line in stream:
        sys.stdout.write(line)
        sys.stdout.flush()
        lines.append(line.rstrip("\n"))
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
