"""A person erased from files: whole ones, rows of tables, digits in logs; then every file searched.

What belongs to a call of his goes. A table of ours loses his rows. A log keeps its length: whoever
writes it need not be stopped. A list that waits to be imported goes as a whole.
"""

import csv
import gzip
import hashlib
import io
import os
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

import msgspec

from dialer.detection.library import Shelf, of_call
from dialer.erasure.person import Person
from dialer.erasure.traces import REACH, Traces
from dialer.errors import DialerError
from dialer.leads import table
from dialer.leads.reading import Source
from dialer.leads.text import Row
from dialer.settings import Settings

BLOCK = 1 << 22
LOGS = ("log", "logs")
"A file below a folder of that name is a log: overwritten, never cut."
SOUND = frozenset({".flac", ".wav", ".npz", ".raw", ".gsm", ".sln"})
"Told by the call in their names, not by what is in them."
UNPACKED_MOST = 1 << 30
"Bytes of one packed file that are looked at."


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What was done to one file."""

    file: str
    what: str
    bytes: int
    sha256: str = ""
    "Before; empty for what is written to all the time."
    sha256_after: str = ""
    "Empty where nothing is left of it."


class Files:
    """The files of one home, and those that its settings put elsewhere."""

    def __init__(self, settings: Settings, person: Person) -> None:
        self._settings, self._person = settings, person
        self._sure = Traces(person.numbers, person.addresses)
        self._loose = Traces(person.numbers, [*person.addresses, *person.names])
        self._done: list[Done] = []

    def erased(self) -> list[Done]:
        """Do all of it; what was done to which file."""
        for file in self._files():
            self._one(file)
        self._prompts()
        return self._done

    def left(self) -> tuple[list[str], int, int]:
        """Search every byte of every file: where he still is, how many files, how many bytes."""
        found, n, size = [], 0, 0
        for file in self._files():
            if file.suffix in SOUND:
                continue
            with suppress(FileNotFoundError):
                n, size = n + 1, size + file.stat().st_size
                if self._is_in(file):
                    found.append(self._name(file))
        return found, n, size

    def _files(self) -> Iterator[Path]:
        settings = self._settings
        folders = {settings.home, settings.recordings_folder}
        folders |= {settings.asterisk.spool} if settings.asterisk.spool else set()
        logs = settings.logs.file
        beside = logs.parent.glob(f"{logs.name}*") if logs else iter(())
        within = (file for one in sorted(folders) for file in sorted(one.rglob("*")))
        for file in dict.fromkeys(chain(within, beside)):
            if file.is_file() and not file.is_symlink():
                yield file

    def _name(self, file: Path) -> str:
        home = self._settings.home
        return file.relative_to(home).as_posix() if file.is_relative_to(home) else str(file)

    def _one(self, file: Path) -> None:
        home = self._settings.home
        if any(call in file.name for call in self._person.calls):
            self._remove(file, "of a call of his: removed")
        elif file.parent == home / "uploads":
            if self._is_listed(file):
                self._remove(file, "a list that waits, with him on it: removed")
        elif file.parent in (home / "rejects", home / "archives"):
            self._without_rows(file)
        elif file.suffix == ".zip" and self._is_packed(file):
            self._remove(file, "a pack of his calls: removed")
        elif self._is_log(file):
            self._overwrite(file)

    def _is_log(self, file: Path) -> bool:
        if ".sqlite" in file.name or ".duckdb" in file.name:
            return False
        home, logs = self._settings.home, self._settings.logs.file
        below = file.relative_to(home).parts if file.is_relative_to(home) else ()
        return bool({*below} & {*LOGS}) or bool(logs and file.name.startswith(logs.name))

    # ---- what is done
    def _remove(self, file: Path, what: str) -> None:
        with suppress(FileNotFoundError):
            size, before = file.stat().st_size, _hash(file)
            file.unlink()
            self._done.append(Done(file=self._name(file), what=what, bytes=size, sha256=before))

    def _without_rows(self, file: Path) -> None:
        """A CSV file of ours, without the rows that name him."""
        kept, gone = [], 0
        with file.open(encoding="utf-8-sig", errors="replace", newline="") as opened:
            for row in csv.reader(opened):
                if self._loose.in_text(" | ".join(row)):
                    gone += 1
                else:
                    kept.append(row)
        if not gone:
            return
        text = io.StringIO(newline="")
        csv.writer(text).writerows(kept)
        size, before, body = file.stat().st_size, _hash(file), text.getvalue().encode("utf-8-sig")
        swapped(file, body)
        self._done.append(Done(
            file=self._name(file), what=f"{gone} of {gone + len(kept)} rows removed", bytes=size,
            sha256=before, sha256_after=hashlib.sha256(body).hexdigest(),
        ))  # fmt: skip

    def _overwrite(self, file: Path) -> None:
        """Every place that names him, by as many `x`; whoever appends to the file may go on."""
        places = [place for block in _blocks(file) for place in self._places(*block)]
        if not places:
            return
        with file.open("r+b") as opened:
            for begin, end in sorted(set(places)):
                opened.seek(begin)
                opened.write(b"x" * (end - begin))
            opened.flush()
            os.fsync(opened.fileno())
        self._done.append(Done(
            file=self._name(file), what=f"{len(set(places))} places overwritten",
            bytes=file.stat().st_size,
        ))  # fmt: skip

    def _places(self, at: int, block: bytes) -> Iterator[tuple[int, int]]:
        return ((at + begin, at + end) for begin, end in self._loose.places(block))

    def _prompts(self) -> None:
        """Announcements that were enrolled from a call of his."""
        shelf = Shelf(self._settings.prompts_folder)
        his = {of_call(call) for call in self._person.calls}
        for card in shelf.cards():
            if card.source in his:
                size = shelf.sound_of(card.name).stat().st_size
                shelf.remove(card.name)
                self._done.append(Done(
                    file=self._name(shelf.sound_of(card.name)), bytes=size,
                    what="an announcement learnt from a call of his: removed",
                ))  # fmt: skip

    # ---- whether he is in it
    def _is_listed(self, file: Path) -> bool:
        """On a list that somebody brought: read as an import would, and byte by byte."""
        if self._is_in(file):
            return True
        with suppress(DialerError), table.opened(file, Source(country="us"), to_look=True) as found:
            return any(
                self._sure.in_text(" | ".join(row.cells))
                for row in found.rows(lambda bytes: None) if isinstance(row, Row)
            )  # fmt: skip
        return False

    def _is_packed(self, file: Path) -> bool:
        """An evidence pack or the like: he, or a call of his, is in it."""
        calls = [call.encode() for call in self._person.calls]
        try:
            with zipfile.ZipFile(file) as archive:
                return any(
                    self._sure.in_bytes(body) or any(call in body for call in calls)
                    for body in _members(archive)
                )
        except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
            return False

    def _is_in(self, file: Path) -> bool:
        if any(self._sure.in_bytes(block) for _, block in _blocks(file)):
            return True
        with suppress(zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError):
            if zipfile.is_zipfile(file):
                with zipfile.ZipFile(file) as archive:
                    return any(map(self._sure.in_bytes, _members(archive)))
            with file.open("rb") as opened:
                packed = opened.read(2) == b"\x1f\x8b"
            if packed:
                with gzip.open(file) as opened_:
                    return self._sure.in_bytes(opened_.read(UNPACKED_MOST))
        return False


def _blocks(file: Path) -> Iterator[tuple[int, bytes]]:
    """The file piece by piece, each a little into the next one: where it begins, what is there."""
    with suppress(FileNotFoundError), file.open("rb") as opened:
        for at in range(0, file.stat().st_size, BLOCK):
            opened.seek(at)
            yield at, opened.read(BLOCK + REACH)


def _members(archive: zipfile.ZipFile) -> Iterator[bytes]:
    for one in archive.infolist():
        if one.file_size <= UNPACKED_MOST:
            yield archive.read(one)


def swapped(file: Path, body: bytes) -> None:
    """Whole or not at all."""
    new = file.with_name(f".{file.name}.new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(body)
        out.flush()
        os.fsync(out.fileno())
    new.replace(file)


def _hash(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
