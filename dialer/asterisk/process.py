"""A process that outlives whoever started it, and is found again by its pid file.

A pid alone may meanwhile be somebody else's, so the file also holds the instant at which the
process began, in the kernel's ticks: what does not match both is not ours and is left alone.
"""

import os
import pwd
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

_OPEN_FILES = 65536
_LAUNCH = """
ulimit -n "$1"; log=$2; shift 2
setsid "$@" </dev/null >>"$log" 2>&1 &
echo $!
"""


class Process(msgspec.Struct, frozen=True):
    """One process of ours."""

    pid_file: Path

    def start(
        self,
        args: Sequence[str],
        *,
        folder: Path,
        log: Path,
        user: pwd.struct_passwd | None = None,
    ) -> None:
        """Begin it in `folder`, as `user` (if root may choose), its words to `log`."""
        shell = subprocess.run(
            ["sh", "-c", _LAUNCH, "-", str(_open_files()), str(log), *args],
            capture_output=True, text=True, check=True, cwd=folder,
            env=os.environ | {"HOME": str(folder)},
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )  # fmt: skip
        # The shell has ended: the process is nobody's child that would have to be waited for.
        pid = int(shell.stdout)
        self.pid_file.write_text(f"{pid} {_began(pid)}\n")

    def pid(self) -> int | None:
        """Its pid, if it is alive and still the one that was started."""
        try:
            pid, began = self.pid_file.read_text().split()
        except (FileNotFoundError, ValueError):
            return None
        return int(pid) if began == _began(int(pid)) else None

    def stop(self, timeout_s: float = 10.0) -> None:
        """Ask it to end, then make it. A process that is stopped (SIGSTOP) ends, too."""
        for order in (signal.SIGTERM, signal.SIGKILL):
            if pid := self.pid():
                os.kill(pid, order)
                os.kill(pid, signal.SIGCONT)
                until(lambda: self.pid() is None, timeout_s)
        self.pid_file.unlink(missing_ok=True)


def until(done: Callable[[], bool], timeout_s: float) -> bool:
    """Wait for something; whether it came in time."""
    end = time.monotonic() + timeout_s
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _open_files() -> int:
    hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return _OPEN_FILES if hard_limit == resource.RLIM_INFINITY else min(_OPEN_FILES, hard_limit)


def _began(pid: int) -> str:
    """When it began, in ticks since the machine did; empty if it is gone or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return "" if fields[0] in "ZX" else fields[19]
