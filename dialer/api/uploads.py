"""Files that came in and wait to become lists, each under the hash of what is in it.

A file goes when its import is done, or after a week. Nobody but the dialer's user can read it.
"""

import hashlib
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import anyio.to_thread

from dialer.errors import ImportRefused
from dialer.ports import Clock

KEEP_S = 7 * 86400.0
"A file that nobody has imported is deleted so long after it came."
FILE_MAX = 500_000_000
"Bytes of a file."
NAME = re.compile(r"[0-9a-f]{64}")


class Uploads:
    """A folder of them."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder, self._clock = folder, clock

    async def keep(self, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
        """Take a file in: its name from now on, and its size."""
        await anyio.to_thread.run_sync(self._tidy)
        part = self._folder / f"{os.urandom(8).hex()}.part"
        digest, size = hashlib.sha256(), 0
        try:
            async with await anyio.open_file(part, "xb", opener=_private) as file:
                async for chunk in chunks:
                    digest.update(chunk)
                    size += await file.write(chunk)
            if not size:
                raise ImportRefused("the file is empty", "file_empty")
            name = digest.hexdigest()
            await anyio.to_thread.run_sync(self._named, part, name)
        finally:
            await anyio.to_thread.run_sync(lambda: part.unlink(missing_ok=True))
        return name, size

    def file(self, name: str) -> Path | None:
        """The file of that name, if it is here."""
        file = self._folder / name if NAME.fullmatch(name) else None
        return file if file is not None and file.is_file() else None

    def drop(self, name: str) -> None:
        """Nobody needs it any more."""
        if (file := self.file(name)) is not None:
            file.unlink(missing_ok=True)

    def _named(self, part: Path, name: str) -> None:
        os.utime(part, (self._clock(), self._clock()))
        part.replace(self._folder / name)

    def _tidy(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file in self._folder.iterdir():
            if self._clock() - file.stat().st_mtime > KEEP_S:
                file.unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
