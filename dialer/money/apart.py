"""What is done with a file that may be anything, by a process of its own: bounded, and gently.

    python -m dialer.money.apart        # a job on standard input, its answer on standard output

A list of half a million prices takes seconds of Python and hundreds of megabytes: the web process,
through which agents telephone, has neither to give. Who asks waits in a thread of his.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from dialer import errors
from dialer.errors import ImportRefused
from dialer.money import billing, pricelist
from dialer.money.billing import Told
from dialer.money.pricelist import Look, Wanted
from dialer.money.store import MoneyError

MOST_BYTES = 2_000_000_000
"Memory of the process."
MOST_CPU_S = 180
GENTLE = 5
"Niceness: calls come first."
REFUSED = 3
"Exit code: standard output says what is wrong."
T = TypeVar("T")


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done with a file; fields that a kind of work does not need stay empty."""

    what: str
    "One of `WORK`."
    home: str
    file: str
    wanted: Wanted | None = None
    at: float = 0.0
    today: date = date.min
    by: str = ""
    origin: str = ""
    journal: str = ""
    trunk: str = ""
    zone: str = "UTC"
    within_s: float = billing.WITHIN_S
    out: str = ""
    "Where differences are written, as CSV."


class Wrong(msgspec.Struct, frozen=True):
    """An error of ours on its way back."""

    kind: str
    why: str
    reason: str
    values: Mapping[str, Any]


def asked(job: Job, answer: type[T]) -> T:
    """The answer to a job. Whatever speaks against it is raised as if it had been done here."""
    done = subprocess.run(
        (sys.executable, "-m", "dialer.money.apart"), input=msgspec.json.encode(job),
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    if done.returncode == REFUSED:
        wrong = msgspec.json.decode(done.stdout, type=Wrong)
        raise _KINDS[wrong.kind](wrong.why, wrong.reason, **wrong.values)
    if done.returncode:
        raise ImportRefused(
            "the file needs more memory or time than there is: make several of it", "apart_failed"
        )
    return msgspec.json.decode(done.stdout, type=answer)


_KINDS: Mapping[str, type[errors.DialerError]] = {
    "ImportRefused": errors.ImportRefused,
    "Misgiven": errors.Misgiven,
    "JournalError": errors.JournalError,
    "DialerError": MoneyError,
}
"The nearest of these that an error is."


# ---- in the process apart ------------------------------------------------------------------------
def _look(job: Job) -> Look:
    assert job.wanted is not None
    return pricelist.looked(Path(job.home), Path(job.file), job.wanted, job.today)


def _take(job: Job) -> Look:
    assert job.wanted is not None
    return pricelist.taken(
        Path(job.home), Path(job.file), job.wanted, at=job.at, today=job.today, by=job.by,
        origin=job.origin,
    )  # fmt: skip


def _bill(job: Job) -> Told:
    found = billing.reconciled(
        Path(job.home), Path(job.journal), Path(job.file), trunk=job.trunk, zone=job.zone,
        within_s=job.within_s,
    )  # fmt: skip
    if job.out:
        with open(job.out, "w", encoding="utf-8-sig", newline="") as out:
            billing.written(found, job.zone, out)
    return billing.told(found)


WORK: Mapping[str, Callable[[Job], msgspec.Struct]] = {"look": _look, "take": _take, "bill": _bill}


def main() -> int:
    """Do one job within bounds."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    os.nice(GENTLE)
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    try:
        sys.stdout.buffer.write(msgspec.json.encode(WORK[job.what](job)))
    except errors.DialerError as error:
        kind = next(one.__name__ for one in type(error).__mro__ if one.__name__ in _KINDS)
        said = Wrong(kind, str(error), error.reason, error.values)
        sys.stdout.buffer.write(msgspec.json.encode(said))
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main())
