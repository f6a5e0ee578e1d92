"""The reject file: line, reason and beginning of each row that was not imported."""

import csv
import os
import unicodedata
from collections import Counter
from pathlib import Path
from typing import TextIO

from dialer.leads.text import Bad, Row


class Rejects:
    """Readable for its owner only, and made with its first row."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.reasons: Counter[str] = Counter()
        self._file: TextIO | None = None

    @property
    def any(self) -> bool:
        """Whether there is a file."""
        return self._file is not None

    def add(self, bad: list[tuple[Row | Bad, str]]) -> None:
        """Keep rows that were not imported."""
        for row, reason in bad:
            self.reasons[reason] += 1
            written = row.text if isinstance(row, Bad) else " | ".join(row.cells)
            csv.writer(self._opened()).writerow((row.line, reason, harmless(written[:400])))

    def _opened(self) -> TextIO:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
            file = os.open(self.path, flags, 0o600)
            self._file = os.fdopen(file, "w", encoding="utf-8-sig", newline="", errors="replace")
            csv.writer(self._file).writerow(("line", "reason", "row"))
        return self._file

    def close(self) -> None:
        """All is written."""
        if self._file is not None:
            self._file.close()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> harmless("=cmd|'/C calc'!A0"), harmless("Ada")
    ("'=cmd|'/C calc'!A0", 'Ada')
    """
    plain = "".join(" " if unicodedata.category(char) == "Cc" else char for char in cell)
    return f"'{plain}" if plain.lstrip()[:1] in {"=", "+", "-", "@"} else plain
