"""Reckons for another process: a question on standard input, the growing answer on standard output.

`python -m sim.whatif.worker`. It gives way to whoever else wants the processor, for a dialer may
serve calls on the same machine, and it ends when its standard input does.
"""

import os
import sys
import threading

import msgspec

from sim.whatif.question import Question
from sim.whatif.reckon import reckoned

GIVES_WAY = 3
"Niceness: who serves calls gets twice as much of a core."


def main() -> None:
    """One question, then a line for every step."""
    os.nice(GIVES_WAY)
    asked = msgspec.json.decode(sys.stdin.buffer.readline(), type=Question)
    threading.Thread(target=_end_with_input, daemon=True).start()
    for told in reckoned(asked):
        sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
        sys.stdout.buffer.flush()


def _end_with_input() -> None:
    # Not the kernel's word of a parent's death: it dies with a thread, and pages are threads.
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
