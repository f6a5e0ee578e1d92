"""Files that a command writes: there whole, or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

PRIVATE, SHARED = 0o600, 0o666
"For its owner alone; for all whom the umask lets."


def must_be_writable(path: Path | None) -> None:
    """Known before the work, not after hours of it. What is there stays; nothing new is left."""
    if path is None or _is_stream(path):
        return
    was_there = path.exists()
    path.open("ab").close()
    if not was_there:
        path.unlink()


@contextmanager
def whole(path: Path, mode: int = PRIVATE) -> Iterator[BinaryIO]:
    """A file that is in its place when all of it is written.

    If the work fails or is interrupted nothing of it is left, and what was there before stays.
    """
    if _is_stream(path):
        with path.open("wb") as out:
            yield out
        return
    must_be_writable(path)
    place = path.resolve()
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as out:
            yield out
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes, mode: int = SHARED) -> None:
    """All of a file that was made in memory."""
    with whole(path, mode) as out:
        out.write(data)


def _is_stream(path: Path) -> bool:
    """A terminal or a pipe: nothing can be moved into its place."""
    return path.exists() and not path.is_file() and not path.is_dir()
