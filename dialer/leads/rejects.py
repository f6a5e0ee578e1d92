"""The reject file: line, reason and beginning of each row that was not imported."""

import csv
import io
import os
import unicodedata
from pathlib import Path
from typing import BinaryIO

from dialer.leads.text import Bad, Row

HEADER = ("line", "reason", "row")


class Rejects:
    """Readable for its owner only, and made with its first row.

    `bytes` of a file that is there already are its beginning; what follows them was never counted,
    and is cut off.
    """

    def __init__(self, path: Path, bytes: int = 0) -> None:
        self.path = path
        self._bytes = bytes
        self._file: BinaryIO | None = None

    def add(self, bad: list[tuple[Row | Bad, str]]) -> None:
        """Keep rows that were not imported."""
        if not bad:
            return
        text = io.StringIO(newline="")
        table = csv.writer(text)
        if not self._bytes:
            table.writerow(HEADER)
        for row, reason in bad:
            written = row.text if isinstance(row, Bad) else " | ".join(row.cells)
            table.writerow((row.line, reason, harmless(written[:400])))
        encoding = "utf-8" if self._bytes else "utf-8-sig"
        self._bytes += self._opened().write(text.getvalue().encode(encoding, "replace"))

    def kept(self) -> int:
        """How long the file is, all of it handed to the system."""
        if self._file is not None:
            self._file.flush()
        return self._bytes

    def _opened(self) -> BinaryIO:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            self._file = os.fdopen(handle, "r+b")
            self._file.truncate(self._bytes)
            self._file.seek(self._bytes)
        return self._file

    def close(self) -> None:
        """All is written."""
        if self._file is not None:
            self._file.close()


def harmless(cell: str, keeps: str = "") -> str:
    """A cell that no spreadsheet takes for a formula. `keeps`: control characters that stay.

    >>> harmless("=cmd|'/C calc'!A0"), harmless("Ada")
    ("'=cmd|'/C calc'!A0", 'Ada')
    """
    plain = "".join(
        " " if unicodedata.category(char) == "Cc" and char not in keeps else char for char in cell
    )
    return f"'{plain}" if plain.lstrip()[:1] in {"=", "+", "-", "@"} else plain
