"""Kill or stop a dialer at a given moment and measure what the person on the line hears.

`python -m tests.asterisk.kill --runs 25` prints a table: for each moment and signal, how long after
the death or the answer, whichever came later, the person heard the message or was released.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np

from dialer.engine.events import Event, decode
from tests.asterisk.ear import heard
from tests.asterisk.pair import AGENT_HZ, MESSAGE_HZ, PERSON_HZ, Pair, number, running
from tests.asterisk.victim import Plan
from tests.patience import PATIENCE_S

TONES = (MESSAGE_HZ, AGENT_HZ, PERSON_HZ)
SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}
LIMIT_S = 2.5
"p99 of the silence that a person may hear."


class Moment(msgspec.Struct, frozen=True):
    """When the dialer dies."""

    event: str
    "After this event was reported."
    after_s: float = 0.0
    ring_s: float = 0.5
    then: str = "wait"
    then_after_s: float = 0.0
    scatter_s: float = 0.0
    "At most so much later, by chance."


MOMENTS = {
    "launching": Moment("SwitchUp", ring_s=1.0, scatter_s=0.06),
    "just placed": Moment("Placed", ring_s=1.0),
    "ringing, answered at once": Moment("Ringing", 0.2, ring_s=0.4),
    "ringing, answered in 1 s": Moment("Ringing", 0.2, ring_s=1.2),
    "ringing, answered in 3 s": Moment("Ringing", 0.2, ring_s=3.2),
    "at the answer": Moment("Answered"),
    "listening": Moment("Answered", 0.5),
    "waiting for an agent": Moment("Answered", 3.0),
    "ordering the message": Moment("Answered", 0.5, then="play", then_after_s=0.5),
    "in the message": Moment("MessageStarted", 0.5, then="play", then_after_s=0.5),
    "ordering the bridge": Moment("Answered", 1.001, then="bridge", then_after_s=1.0),
}
"Every state before the agent."


class Silence(msgspec.Struct, frozen=True):
    """What one person had to bear."""

    seconds: float
    "From the death or the answer to the message, the agent or the release."
    ended: str
    "`message`, `agent`, `released`"


def one(pair: Pair, moment: Moment, how: str, who: int, calls: int = 1) -> list[Silence]:
    """Start a dialer, hurt it, look into the ears of whoever answered."""
    numbers = [number(who + n, moment.ring_s) for n in range(calls)]
    for dialled in numbers:
        _recording(pair, dialled).unlink(missing_ok=True)
    plan = Plan(tuple(numbers), moment.then, moment.then_after_s)
    victim = start(pair, plan)
    try:
        await_moment(victim, moment)
        time.sleep(random.Random(who).uniform(0, moment.scatter_s))
        victim.send_signal(SIGNALS[how])
        died_at = time.time()
        until_quiet(pair)
    finally:
        victim.kill()
        victim.wait()
        assert victim.stdout is not None
        victim.stdout.close()
    return [_silence(pair, dialled, died_at) for dialled in numbers]


def start(pair: Pair, plan: Plan) -> "subprocess.Popen[bytes]":
    settings, plans = pair.home / "settings.json", pair.home / "plan.json"
    settings.write_bytes(msgspec.json.encode(pair.settings, enc_hook=str))
    plans.write_bytes(msgspec.json.encode(plan))
    command = [sys.executable, "-m", "tests.asterisk.victim", str(settings), str(plans)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def await_moment(victim: "subprocess.Popen[bytes]", moment: Moment) -> None:
    for event in reported(victim):
        if type(event).__name__ == moment.event:
            time.sleep(moment.after_s)
            return
    raise AssertionError(f"the dialer ended before {moment.event}")


def reported(victim: "subprocess.Popen[bytes]") -> Iterator[Event]:
    assert victim.stdout is not None
    for line in victim.stdout:
        yield decode(line)


def until_quiet(pair: Pair, within_s: float = PATIENCE_S) -> None:
    """Until every customer's channel is gone."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        time.sleep(0.2)
        if not any("!PJSIP/lab" in f"!{line}" for line in pair.leftovers()):
            time.sleep(0.3)
            return
    raise AssertionError("a customer is still on the line")


def _recording(pair: Pair, dialled: str) -> Path:
    return pair.heard / f"{dialled}-ear.wav"


def _silence(pair: Pair, dialled: str, died_at: float) -> Silence:
    if not _recording(pair, dialled).exists():
        return Silence(0.0, "never answered")
    ear = heard(_recording(pair, dialled), TONES)
    since = max(died_at, ear.answered_at)
    ends = {
        "message": ear.after(since, MESSAGE_HZ),
        "agent": ear.after(since, AGENT_HZ),
        "released": ear.answered_at + ear.length_s,
    }
    first = min((at, what) for what, at in ends.items() if at is not None)
    return Silence(max(0.0, first[0] - since), first[1])


def main() -> None:
    """The table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=25)
    parser.add_argument("--calls", type=int, default=1, help="at once, in each run")
    parser.add_argument("--moment", action="append", choices=MOMENTS)
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory() as home:
        os.chmod(home, 0o755)
        with running(Path(home) / "pair") as pair:
            who = 0
            for name in given.moment or MOMENTS:
                for how in SIGNALS:
                    silences = []
                    for _ in range(given.runs):
                        silences += one(pair, MOMENTS[name], how, who, given.calls)
                        who = (who + given.calls) % 9000
                    _row(name, how, silences)


def _row(name: str, how: str, silences: list[Silence]) -> None:
    seconds = [one.seconds for one in silences]
    ends = {one.ended: sum(other.ended == one.ended for other in silences) for one in silences}
    sys.stdout.write(
        f"{how:5} {name:28} n={len(seconds):3} p50 {np.percentile(seconds, 50):5.2f} s  "
        f"p99 {np.percentile(seconds, 99):5.2f} s  max {max(seconds):5.2f} s  {ends}\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
