"""The schema of a database file, step by step: `schema.sql`, then `schema-2.sql` on top, and so on.

A new file takes all steps. A file of an older program takes those that it lacks, in one
transaction, after a copy of it was laid beside; what a newer program wrote is not touched.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory


def steps(folder: Path) -> tuple[Path, ...]:
    """The files in a folder; version n is the first n of them."""
    later = sorted(folder.glob("schema-*.sql"), key=lambda file: int(file.stem.split("-")[1]))
    return (folder / "schema.sql", *later)


def version_of(db: sqlite3.Connection) -> int:
    """The version of a file; 0 is a file with nothing in it."""
    found: int = db.execute("PRAGMA user_version").fetchone()[0]
    return found


def too_new(path: Path, version: int, known: int) -> str:
    """What to say of a file that a newer program wrote."""
    return f"{path} has schema {version}, this program knows {known}: use the newer program"


def too_old(path: Path, version: int, known: int) -> str:
    """What to say of a file that cannot be read as it is by who does not write it."""
    return f"{path} has schema {version}: `dialer upgrade` makes {known} of it, and keeps a copy"


def bring_up(db: sqlite3.Connection, path: Path, files: Sequence[Path]) -> int:
    """Make the newest schema of this file's, in the caller's transaction. What version it had."""
    version = version_of(db)
    if version == len(files):
        return version
    if version:
        kept_aside(path, version)
    for file in files[version:]:
        for statement in _statements(file.read_text()):
            db.execute(statement)
    db.execute(f"PRAGMA user_version = {len(files)}")
    return version


def make_whole(path: Path, files: Sequence[Path]) -> None:
    """The whole file, or none: it is made beside, then put in place by whoever is the first.

    SQLite waits for nobody while a file becomes one with a write-ahead log, so two processes that
    made it in place would meet as an error.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{path.stem}-", dir=path.parent) as beside:
        made = Path(beside, path.name)
        made.touch(mode=0o600)
        with closing(sqlite3.connect(made, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("BEGIN IMMEDIATE")
            bring_up(db, made, files)
            db.execute("COMMIT")
        with suppress(FileExistsError):
            os.link(made, path)


def kept_aside(path: Path, version: int) -> Path:
    """A copy of the file as the older program can read it: `journal.sqlite.schema-1`."""
    kept = path.with_name(f"{path.name}.schema-{version}")
    beside = kept.with_name(f"{kept.name}.part")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(beside)) as new:
        old.backup(new)
    os.replace(beside, kept)
    return kept


def _statements(script: str) -> Iterator[str]:
    # executescript() would commit: the schema and its version must be one transaction.
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
