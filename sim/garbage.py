"""Python's collector looks for rings of objects that nobody needs; a day of the twin has few.

What a day makes is either thrown away at once, without the collector, or stays in journal and
truth to the end. Looking through it every 700 objects takes up to a fiftieth of the time.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = (50_000, 10, 10)
"New objects between two looks; looks between two at the older ones; and at the oldest."


@contextmanager
def seldom_collected() -> Iterator[None]:
    """While this lasts the collector looks seldom; then as before. PyPy's is another one."""
    if not hasattr(gc, "set_threshold"):
        yield
        return
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
