"""An order to erase somebody, from its paper to its proof.

    id = ordered(settings, "12125550123", by=me, at=clock())
    while why := step(settings, id, clock): ...             # "a call of his is up"

The order is a file in `HOME/erasures`, so that whoever gave it may go, and a crash loses nothing:
every step may be done twice. From the order on nobody calls him. The rest is done once no call of
his is up and no list is being imported. The proof takes the order's place.
"""

import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import msgspec

from dialer import client
from dialer.access.actor import Actor
from dialer.access.store import Access
from dialer.engine.commands import RecordingKept
from dialer.engine.events import RecordingDeleted, RecordingDeleteWanted
from dialer.erasure import ledgers, person
from dialer.erasure.files import Done, Files, swapped
from dialer.erasure.person import Person
from dialer.errors import LeaseTaken, NoServer, OrderRefused
from dialer.journal import database, vault
from dialer.journal.lease import Lease
from dialer.journal.sqlite import SqliteJournal
from dialer.leads.importer import ALONE_S
from dialer.ports import Clock
from dialer.settings import Settings
from dialer.warehouse.store import Place

AUDIT = "lead.erase"
SMALL_FILES = ("webhooks.sqlite", "money.sqlite")
SETTLED_S = 15.0
"So long after a call nothing of it is still on its way to a file."
KEPT = (
    "journal.sqlite: what happened in his calls, under the keyed hash of his numbers",
    "journal.sqlite: that these hashes must not be called",
    "access.sqlite: the audit log, in which his numbers stand with their middle hidden",
)
ELSEWHERE = (
    "backups: they have him until they are deleted; after a restore, erase him again",
    "what was taken away: exports, evidence packs, recordings, what webhooks told",
    "a foreign Asterisk's own records, and the carrier's",
)


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """Who shall be erased, and who said so."""

    id: str
    by: str
    source: str
    "From where he said so, as the audit log has it."
    at: float
    sealed: str
    "The number, encrypted as in the journal."


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at and what was removed. No number is in it."""

    form: Literal[1] = 1
    id: str
    by: str
    ordered_at: float
    done_at: float
    program: str
    tokens: tuple[str, ...]
    "Keyed hashes of his numbers: whoever has the number and the key can tell that it is he."
    leads: tuple[int, ...]
    calls: int
    journal: Mapping[str, int]
    "Table -> rows that were changed."
    letters: int
    packed: Mapping[str, str]
    "Database -> how its free room was emptied."
    warehouse: str
    files: tuple[Done, ...]
    searched_files: int
    searched_bytes: int
    left: tuple[str, ...]
    "Files that still name him: not ours to change. Empty, as it should be."
    kept: tuple[str, ...] = KEPT
    elsewhere: tuple[str, ...] = ELSEWHERE


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """One of them, for a page: ordered, or done."""

    erasure: str
    by: str
    ordered_at: float
    done_at: float | None
    files: int
    "That were removed or changed."
    left: tuple[str, ...]


def folder(home: Path) -> Path:
    """Where orders wait and proofs stay."""
    return home / "erasures"


def ordered(settings: Settings, digits: str, *, by: Actor, at: float) -> str:
    """Take the order in; from now on nobody calls him. Its id."""
    found = person.person(settings.journal, digits)
    known = vault.unlocked(vault.key_file(settings.journal))
    id = f"{int(at)}-{secrets.token_hex(4)}"
    folder(settings.home).mkdir(mode=0o700, exist_ok=True)
    sealed = known.sealed(digits, "erasure").hex()
    swapped(_order_file(settings.home, id), msgspec.json.encode(
        Order(id=id, by=by.name, source=by.source, at=at, sealed=sealed)))  # fmt: skip
    ledgers.must_not_be_called(settings.journal, found.keys, id, by.name, at)
    _noted(settings, by, id, {"ordered": True}, at)
    return id


def waiting(home: Path) -> list[str]:
    """Orders that are not carried out."""
    return sorted(file.stem for file in folder(home).glob("*.wanted"))


def erasures(home: Path) -> list[Erasure]:
    """All of them, the latest first."""
    found = []
    for file in folder(home).glob("*.wanted"):
        with suppress(FileNotFoundError):
            one = msgspec.json.decode(file.read_bytes(), type=Order)
            found.append(Erasure(
                erasure=one.id, by=one.by, ordered_at=one.at, done_at=None, files=0, left=(),
            ))  # fmt: skip
    for file in folder(home).glob("*.json"):
        told = msgspec.json.decode(file.read_bytes(), type=Proof)
        found.append(Erasure(
            erasure=told.id, by=told.by, ordered_at=told.ordered_at, done_at=told.done_at,
            files=len(told.files), left=told.left,
        ))  # fmt: skip
    return sorted(found, key=lambda one: (-one.ordered_at, one.erasure))


def proof_file(home: Path, id: str) -> Path:
    """Where the proof of an order is, once it is carried out."""
    return folder(home) / f"{id}.json"


def step(settings: Settings, id: str, clock: Clock) -> str:
    """Carry an order out if it can be now; else why not. Empty: it is done."""
    with _alone(settings.home) as alone:
        if not alone:
            return "another process is at it"
        file = _order_file(settings.home, id)
        if not file.exists():
            return ""
        order = msgspec.json.decode(file.read_bytes(), type=Order)
        known = vault.unlocked(vault.key_file(settings.journal))
        digits = known.opened(bytes.fromhex(order.sealed), "erasure")
        found = person.person(settings.journal, digits)
        if why := _against(settings, found, clock()):
            return why
        try:
            proof = _carried_out(settings, order, digits, clock)
        except (LeaseTaken, NoServer, OrderRefused) as why_not:
            return str(why_not)
        if proof is None:
            return "a call of his is up"
        swapped(proof_file(settings.home, id), msgspec.json.format(msgspec.json.encode(proof)))
        _shredded(file)
    by = Actor(name=order.by, source=order.source)
    digest = hashlib.sha256(proof_file(settings.home, id).read_bytes()).hexdigest()
    _noted(settings, by, id, {
        "leads": len(proof.leads), "files": len(proof.files), "left": len(proof.left),
        "proof": digest,
    }, clock())  # fmt: skip
    return ""


def _against(settings: Settings, found: Person, at: float) -> str:
    if found.under_way:
        return "a call of his is up"
    dialling = _is_dialling(settings.journal)
    if dialling and at - found.last_at < SETTLED_S:
        return "a call of his has just ended"
    try:
        with client.connected(settings.socket) as dialer:
            if {one["call"] for one in dialer.status()["agents"]} & {*found.calls}:
                return "an agent still has his call before him"
    except NoServer:
        if dialling and any(_kept(settings.journal, found)):
            return "a dialer has the journal, and does not answer at its door"
    with closing(database.opened_to_read(settings.journal)) as db:
        sql = "SELECT 1 FROM imports WHERE state = 'running' AND beat_at > ?"
        if db.execute(sql, (at - ALONE_S,)).fetchone():
            return "a list is being imported"
    return ""


def _carried_out(settings: Settings, order: Order, digits: str, clock: Clock) -> Proof | None:
    before = person.person(settings.journal, digits)
    kept = list(_kept(settings.journal, before))
    files = Files(settings, before)
    done = files.erased()
    _recordings(settings, kept, order, clock)
    found, counts = ledgers.journal(settings.journal, digits, order.by, clock())
    if found.under_way:
        return None
    _cut_imports(settings)
    letters = ledgers.letters(settings.home / "webhooks.sqlite", before)
    warehouse = _warehouse(settings) if before.calls else "he was never called"
    alone = not _is_dialling(settings.journal)
    packed = {
        name: told
        for name in ("journal.sqlite", *SMALL_FILES)
        if (told := ledgers.packed(settings.home / name, alone=alone))
    }
    left, n, size = files.left()
    return Proof(
        id=order.id, by=order.by, ordered_at=order.at, done_at=clock(),
        program=f"predictive-dialer {version('predictive-dialer')}",
        tokens=before.keys, leads=before.leads, calls=len(before.calls), journal=counts,
        letters=letters, packed=packed, warehouse=warehouse, files=tuple(done),
        searched_files=n, searched_bytes=size, left=tuple(left),
    )  # fmt: skip


def _recordings(settings: Settings, kept: list[RecordingKept], order: Order, clock: Clock) -> None:
    """Tell the dialer that they are gone, so that its records say so."""
    if not kept:
        return
    try:
        with client.connected(settings.socket) as dialer:
            for one in kept:
                wanted = RecordingDeleteWanted(one.call, one.campaign, one.path, order.by, at=0.0)
                dialer.order(wanted)
    except NoServer:
        _told_to_the_next(settings, kept, order, clock)


def _told_to_the_next(
    settings: Settings, kept: list[RecordingKept], order: Order, clock: Clock
) -> None:
    """Nobody dials: the dialer that starts next reads it in the journal."""
    book = SqliteJournal(settings.journal, lambda event: None, clock)
    try:
        book.take_lease("erasure", clock())
        for one in kept:
            book.append(RecordingDeleted(
                call=one.call, why="order", campaign=one.campaign, user=order.by, at=clock(),
            ))  # fmt: skip
        book.flush()
    finally:
        book.close()


def _kept(journal: Path, found: Person) -> Iterator[RecordingKept]:
    """Recordings of his calls that are still to be had."""
    sql = "SELECT kind, body FROM facts WHERE kind IN ('RecordingKept', 'RecordingGone') AND "
    sql += "json_extract(body, '$.call') IN (SELECT value FROM json_each(?)) ORDER BY seq"
    there: dict[str, RecordingKept] = {}
    with closing(database.opened_to_read(journal)) as db:
        for kind, body in db.execute(sql, (msgspec.json.encode(found.calls).decode(),)):
            call = str(msgspec.json.decode(body)["call"])
            if kind == "RecordingKept":
                there[call] = msgspec.json.decode(body, type=RecordingKept)
            else:
                there.pop(call, None)
    return (one for one in there.values() if one.path)


def _cut_imports(settings: Settings) -> None:
    """A reject file that is shorter now is still gone on with from its end."""
    with closing(database.opened(settings.journal)) as db, database.transaction(db):
        for id, list_, size in db.execute(
            "SELECT import, list, reject_bytes FROM imports WHERE reject_bytes > 0"
        ).fetchall():
            file = settings.home / "rejects" / f"{list_}-{id}.csv"
            if file.exists() and file.stat().st_size < size:
                sql = "UPDATE imports SET reject_bytes = ? WHERE import = ?"
                db.execute(sql, (file.stat().st_size, id))


def _warehouse(settings: Settings) -> str:
    """Make it anew from the journal, which has no mask of his any more."""
    sources = sorted(one.name for one in (settings.home / "warehouse").glob("*") if one.is_dir())
    if not sources:
        return "there is none"
    for source in sources:
        for aside in Place(settings.home, source).folder.glob("dialer.duckdb.corrupt-*"):
            aside.unlink(missing_ok=True)
    from dialer.warehouse.process import made_anew  # large; most processes never need it

    if not made_anew(settings.journal, settings.home):
        raise OrderRefused("the warehouse was not made anew: its loader ended meanwhile")
    return f"made anew: {', '.join(sources)}"


def _is_dialling(journal: Path) -> bool:
    with closing(database.opened_to_read(journal)) as db:
        return Lease(journal).is_held(db)


def _noted(settings: Settings, by: Actor, id: str, after: Mapping[str, object], at: float) -> None:
    with closing(Access.at(settings.home)) as access:
        access.audit.append(by, AUDIT, f"erasure:{id}", at=at, after=after)


@contextmanager
def _alone(home: Path) -> Iterator[bool]:
    with (folder(home) / "lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _order_file(home: Path, id: str) -> Path:
    return folder(home) / f"{id}.wanted"


def _shredded(file: Path) -> None:
    """Its number is encrypted, and goes all the same."""
    with file.open("r+b") as out:
        out.write(bytes(file.stat().st_size))
        out.flush()
        os.fsync(out.fileno())
    file.unlink()
