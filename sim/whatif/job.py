"""A question that is reckoned in a process of its own, so that whoever asked is not blocked."""

import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import IO

import msgspec

from sim.whatif.answer import Answer
from sim.whatif.question import Question

MOST_AT_ONCE = 2
"Of one board: the machine may have calls to serve."
FORGOTTEN_S = 20.0
"Nobody has looked for so long: whoever asked has gone."
STDERR_TAIL = 2000

_running: set["Job"] = set()
_taking = threading.Lock()


class Busy(Exception):
    """As many are being reckoned as may be; try again soon."""


class Job:
    """Begins at once. `answer` grows; `failed` says what went wrong."""

    def __init__(self, asked: Question) -> None:
        """Raises `Busy`."""
        self.asked = asked
        self.failed = ""
        self._answer = Answer(question=asked)
        self._seen_at = time.monotonic()
        with _taking:
            if len(_running) >= MOST_AT_ONCE:
                raise Busy
            self._process = subprocess.Popen(
                [sys.executable, "-m", "sim.whatif.worker"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )  # fmt: skip
            _running.add(self)
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode(asked) + b"\n")
        self._process.stdin.flush()
        for act in (self._listen, self._watch):
            threading.Thread(target=act, daemon=True).start()

    @property
    def answer(self) -> Answer:
        """As far as it is known. Whoever asks keeps the job alive."""
        self._seen_at = time.monotonic()
        return self._answer

    @property
    def is_running(self) -> bool:
        """Whether more is to come."""
        return self in _running

    def cancel(self) -> None:
        """No more; what is known stays."""
        with suppress(ProcessLookupError):
            self._process.kill()

    def _listen(self) -> None:
        out, err = self._process.stdout, self._process.stderr
        assert out is not None
        assert err is not None
        words: list[bytes] = []
        aside = threading.Thread(target=_gather, args=(err, words), daemon=True)
        aside.start()
        for line in out:
            self._answer = msgspec.json.decode(line, type=Answer)
        code = self._process.wait()
        aside.join()
        if code > 0:
            self.failed = b"".join(words)[-STDERR_TAIL:].decode(errors="replace").strip()
        for pipe in (self._process.stdin, out, err):
            assert pipe is not None
            with suppress(OSError):
                pipe.close()
        with _taking:
            _running.discard(self)

    def _watch(self) -> None:
        while self.is_running:
            if time.monotonic() - self._seen_at > FORGOTTEN_S:
                self.cancel()
            time.sleep(0.5)


def _gather(pipe: IO[bytes], words: list[bytes]) -> None:
    words.extend(pipe)
