"""A backup of a home, taken while it is served, checked; and a home made of one.

A backup is a folder: the databases as of one instant each, their keys, the settings' files, and a
`manifest.json` with the hash of every file. Recordings are named in it with their size, not copied:
they are large, never change, and any tool that copies files can follow them. The warehouse is not
in it: a restore makes it anew from the journal.
"""

import hashlib
import os
import shutil
import socket
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Literal

import msgspec

from dialer.access import database as accounts
from dialer.access.audit import Audit
from dialer.engine.events import CampaignPaused
from dialer.errors import DialerError, JournalError
from dialer.journal import database as journal
from dialer.journal import schemas, vault
from dialer.journal.reader import Reader
from dialer.journal.sqlite import SqliteJournal
from dialer.money import store as money
from dialer.settings import Settings

MANIFEST = "manifest.json"
KNOWN = {
    "journal.sqlite": journal.VERSION, "access.sqlite": accounts.VERSION, "webhooks.sqlite": 1,
    "money.sqlite": money.VERSION,
}  # fmt: skip
"Database -> the newest schema that this program knows."
MESSAGES = "messages"
"Folder in the home of the recordings that campaigns play."
SETTINGS = "settings"
"Folder of a backup, and of the home made of it: for a person to put in place."
EPOCHS = 1000
"A restored journal leaves out so many epochs: those in which calls were placed that it knows not."


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One file."""

    name: str
    bytes: int
    sha256: str = ""
    "Empty for a recording, which is not in the backup."
    schema: int = 0
    "Of a database."


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds."""

    form: Literal[1] = 1
    at: float
    host: str
    home: str
    files: tuple[Kept, ...]
    recordings: tuple[Kept, ...] = ()


class BackupError(DialerError):
    """A backup cannot be made, or is not whole."""


# ---- made ---------------------------------------------------------------------------------------


def made(settings: Settings, folder: Path, *, at: float, file: Path | None = None) -> Manifest:
    """Make a backup in a folder that does not exist yet; it appears there whole or not at all.

    `file` is where the settings were read from.
    """
    if folder.exists():
        raise BackupError(f"{folder} exists: name a new folder, a backup is never overwritten")
    if not settings.journal.exists() and not accounts.file_in(settings.home).exists():
        raise BackupError(f"there is nothing in {settings.home} to keep")
    beside = folder.with_name(f".{folder.name}.part")
    try:
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True, mode=0o700)
        manifest = _filled(settings, beside, at, file)
        _written(beside / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
        must_be_whole(beside)
        beside.rename(folder)
    except (OSError, sqlite3.Error) as why:
        raise BackupError(f"{folder}: the backup did not work out: {why}") from why
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return manifest


def _filled(settings: Settings, folder: Path, at: float, origin: Path | None) -> Manifest:
    home = settings.home
    for name in KNOWN:
        if (home / name).exists():
            _copied(home / name, folder / name)
    for key in sorted(home.glob("*.key")):
        _written(folder / key.name, key.read_bytes())
    for message in sorted((home / MESSAGES).glob("*.wav")):
        (folder / MESSAGES).mkdir(exist_ok=True, mode=0o700)
        _written(folder / MESSAGES / message.name, message.read_bytes())
    for name, file in _settings_files(settings, origin):
        (folder / SETTINGS).mkdir(exist_ok=True, mode=0o700)
        _written(folder / SETTINGS / name, file.read_bytes())
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    return Manifest(
        at=at, host=socket.gethostname(), home=str(home),
        files=tuple(_kept(folder, one) for one in files),
        recordings=tuple(_recordings(settings.recordings_folder)),
    )  # fmt: skip


def _copied(source: Path, target: Path) -> None:
    """As of one instant, whoever writes meanwhile; one file, with nothing beside it."""
    target.touch(mode=0o600)
    with closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as old:  # noqa: SIM117
        with closing(sqlite3.connect(target, isolation_level=None)) as new:
            old.backup(new)
            new.execute("PRAGMA journal_mode = DELETE")


def _written(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _settings_files(settings: Settings, origin: Path | None) -> Iterator[tuple[str, Path]]:
    named = {
        "settings.toml": origin,
        "trunks.toml": settings.trunks,
        "seats.toml": settings.seats,
        "safe-harbour.wav": settings.asterisk.safe_harbour,
    }
    for name, file in named.items():
        if file is not None and file.exists():
            yield name, file


def _kept(folder: Path, file: Path) -> Kept:
    name = file.relative_to(folder).as_posix()
    schema = _version(file) if name in KNOWN else 0
    return Kept(name=name, bytes=file.stat().st_size, sha256=_hash(file), schema=schema)


def _recordings(folder: Path) -> Iterator[Kept]:
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield Kept(name=file.relative_to(folder).as_posix(), bytes=file.stat().st_size)


def _hash(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _version(file: Path) -> int:
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as db:
        return schemas.version_of(db)


# ---- checked ------------------------------------------------------------------------------------


def must_be_whole(folder: Path) -> Manifest:
    """Every file as the manifest has it, every database sound, the key that of the journal."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError) as why:
        raise BackupError(f"{folder} is no backup of ours: {why}") from why
    for one in manifest.files:
        file = folder / one.name
        if ".." in Path(one.name).parts or Path(one.name).is_absolute():
            raise BackupError(f"{folder}: {one.name} lies outside of it")
        if not file.is_file():
            raise BackupError(f"{folder}: {one.name} is missing")
        if _hash(file) != one.sha256:
            raise BackupError(f"{folder}: {one.name} is not as it was written")
    for name, newest in KNOWN.items():
        if (folder / name).exists():
            _must_be_sound(folder / name, newest)
    _must_fit(folder)
    return manifest


def _must_be_sound(file: Path, newest: int) -> None:
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as db:
        version = schemas.version_of(db)
        if version > newest:
            raise BackupError(schemas.too_new(file, version, newest))
        [(found,), *_] = db.execute("PRAGMA integrity_check").fetchall()
        if found != "ok":
            raise BackupError(f"{file} is damaged: {found}")
        if file.name == "access.sqlite" and (broken := Audit(db).verify()):
            raise BackupError(f"{file}: the audit log is broken at row {broken.seq}: {broken.why}")


def _must_fit(folder: Path) -> None:
    """Without its key, nobody in a journal can be called or named."""
    file = folder / "journal.sqlite"
    if not file.exists():
        return
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as db:
        meta = dict(db.execute("SELECT key, value FROM meta").fetchall())
    if vault.unlocked(vault.key_file(file)).key(meta["install"]) != meta["key_check"]:
        raise JournalError(f"{vault.key_file(file)} is not the key of {file}")


# ---- restored -----------------------------------------------------------------------------------


def restored(folder: Path, home: Path, *, at: float) -> tuple[Manifest, list[str]]:
    """Make a home of a backup; the manifest, and the campaigns that were paused.

    What was called after the backup nobody knows here. So every campaign waits for a person who
    resumes it, and call ids go on where no lost call can have been.
    """
    there = [one.name for one in _valuable(home)]
    if there:
        raise BackupError(f"{home} holds {there[0]} already: restore into an empty home")
    manifest = must_be_whole(folder)
    try:
        home.mkdir(parents=True, exist_ok=True)
        for one in manifest.files:
            (home / one.name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _written(home / one.name, (folder / one.name).read_bytes())
    except OSError as why:
        raise BackupError(f"{home}: cannot be restored: {why}") from why
    paused = _settled(home, manifest.at, at) if (home / "journal.sqlite").exists() else []
    if accounts.file_in(home).exists():
        accounts.opened(accounts.file_in(home)).close()
    return manifest, paused


def _valuable(home: Path) -> Iterable[Path]:
    return [*(home / name for name in KNOWN if (home / name).exists()), *home.glob("*.key")]


def _settled(home: Path, taken_at: float, at: float) -> list[str]:
    path = home / "journal.sqlite"
    with closing(journal.opened(path)) as db:
        db.execute("UPDATE lease SET epoch = epoch + ?, beat = 0", (EPOCHS,))
    campaigns = [one.opened.campaign for one in Reader(path).campaigns()]
    book = SqliteJournal(path, lambda event: None, lambda: at)
    try:
        book.take_lease("restore", at)
        for name in campaigns:
            book.append(CampaignPaused(campaign=name, user="restore", why=_why(taken_at), at=at))
        book.flush()
    finally:
        book.close()
    return campaigns


def _why(taken_at: float) -> str:
    return f"restored from a backup of {int(taken_at)}: calls placed after it are not known here"
