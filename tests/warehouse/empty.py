"""An empty warehouse, made once: its tables and figures take most of a second of CPU each time."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from dialer.warehouse import schema
from dialer.warehouse.live import LiveFile
from dialer.warehouse.store import writing


@contextmanager
def made_once(folder: Path) -> Iterator[None]:
    """Within, the first file of each schema is made as always, and the next ones are copies."""
    make = LiveFile.make

    def copied(new: LiveFile, file: Path) -> None:
        empty = folder / f"{schema.tables_fingerprint()}-{schema.views_fingerprint()}.duckdb"
        if not empty.exists():
            make(new, empty)
        shutil.copy(empty, file)
        with writing(file, wait_s=1.0, rng=Random(1)) as con:
            con.execute("UPDATE meta SET source = ?, journal = ?", [new.place.source, new.journal])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LiveFile, "make", copied)
        yield
