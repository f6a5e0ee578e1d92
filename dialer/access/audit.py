"""The audit log: who changed what, from where and when; each row sealed with the one before it.

A row that is changed, removed or moved no longer fits its neighbours, and `verify` names it. Who
can write the file can also seal all of it anew; against him a head that was kept elsewhere helps.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from hashlib import sha256

import msgspec

from dialer import logs
from dialer.access.actor import Actor
from dialer.access.database import transaction
from dialer.errors import AccessError
from dialer.leads.normalise import masked

ORIGIN = "0" * 64
"What the first row has in place of a row before it."
NUMBERS = frozenset({"dnc", "number"})
"Kinds of objects whose name is a telephone number: `dnc:+15551234567`."

Details = Mapping[str, object]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One change."""

    seq: int
    at: float
    who: str
    source: str
    action: str
    object: str
    before: str
    "JSON of what changed, as it was."
    after: str
    previous: str
    hash: str = ""

    def seal(self) -> str:
        """The hash that this row must bear."""
        told = (self.seq, self.at, self.who, self.source, self.action, self.object,
                self.before, self.after, self.previous)  # fmt: skip
        return sha256(msgspec.json.encode(told)).hexdigest()


class Head(msgspec.Struct, frozen=True):
    """The last row at some time. Kept elsewhere, it proves that the log up to it is the same."""

    seq: int
    hash: str

    def __str__(self) -> str:
        """As a person keeps it: `17:4f2a...`."""
        return f"{self.seq}:{self.hash}"

    @classmethod
    def of(cls, text: str) -> "Head":
        """What a person kept."""
        seq, _, found = text.strip().partition(":")
        if not (seq.isdecimal() and re.fullmatch("[0-9a-f]{64}", found)):
            raise AccessError(f"{text!r} is no head: a number, a colon, 64 hexadecimal digits")
        return cls(int(seq), found)


class Broken(msgspec.Struct, frozen=True):
    """The first row that is not as it was written."""

    seq: int
    why: str


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries; what is empty asks for nothing."""

    who: str = ""
    object: str = ""
    "`campaign:spring`, or a kind: `campaign`."
    action: str = ""
    since: float = 0.0
    until: float = 1e12
    before: int = 2**62
    "Only rows before this one: where the last page ended."
    limit: int = 100


EVERYTHING = Asked()


class Audit:
    """The log in one file."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def append(
        self, by: Actor, action: str, thing: str, *, at: float,
        before: Details | None = None, after: Details | None = None,
    ) -> Head:  # fmt: skip
        """Write down a change; within the transaction that makes it, if there is one."""
        with transaction(self._db):
            head = self.head()
            entry = Entry(
                seq=head.seq + 1, at=at, who=by.name, source=by.source, action=action,
                object=without_person(thing), before=_shown(before), after=_shown(after),
                previous=head.hash,
            )  # fmt: skip
            sealed = msgspec.structs.replace(entry, hash=entry.seal())
            self._db.execute(_INSERT, msgspec.structs.astuple(sealed))
        return Head(sealed.seq, sealed.hash)

    def head(self) -> Head:
        """The last row; of an empty log, the origin."""
        row = self._db.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
        return Head(*row) if row else Head(0, ORIGIN)

    def entries(self, asked: Asked = EVERYTHING) -> list[Entry]:
        """What was changed, the latest first."""
        return list(self._rows(_QUESTION, msgspec.structs.asdict(asked)))

    def verify(self, kept: Head | None = None) -> Broken | None:
        """The first row that is broken, or nothing. `kept` is a head from earlier."""
        last = Head(0, ORIGIN)
        for entry in self._rows("SELECT * FROM audit ORDER BY seq", {}):
            why = _flaw(entry, last) or _unlike(entry, kept)
            if why:
                return Broken(min(entry.seq, last.seq + 1), why)
            last = Head(entry.seq, entry.hash)
        if kept and kept.seq > last.seq:
            return Broken(last.seq + 1, "missing, and all after it")
        return None

    def _rows(self, sql: str, bound: Mapping[str, object]) -> Iterator[Entry]:
        names = Entry.__struct_fields__
        for row in self._db.execute(sql, bound):
            yield Entry(**dict(zip(names, row, strict=True)))


_INSERT = "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
# Who changed what, by whom, and when?
_QUESTION = """
SELECT * FROM audit
WHERE (:who = '' OR who = :who)
  AND (:object = '' OR object = :object OR substr(object, 1, length(:object) + 1) = :object || ':')
  AND (:action = '' OR action = :action)
  AND at >= :since AND at < :until AND seq < :before
ORDER BY seq DESC LIMIT :limit
"""


def _flaw(entry: Entry, last: Head) -> str:
    """Why a row does not follow the one before it."""
    if entry.seq != last.seq + 1:
        return "missing"
    if entry.hash != entry.seal():
        return "changed"
    return "" if entry.previous == last.hash else "does not follow the row before it"


def _unlike(entry: Entry, kept: Head | None) -> str:
    changed = kept is not None and kept.seq == entry.seq and kept.hash != entry.hash
    return "not the row that was kept: the log was written anew" if changed else ""


def without_person(thing: str) -> str:
    """An object's name; a telephone number only as far as people may see it.

    >>> without_person("dnc:+1 555 123-4567"), without_person("campaign:spring-2026-11-23")
    ('dnc:+1555•••4567', 'campaign:spring-2026-11-23')
    """
    kind, _, name = thing.partition(":")
    if kind not in NUMBERS:
        return thing
    return f"{kind}:{masked(''.join(filter(str.isdigit, name)))}"


def _shown(details: Details | None) -> str:
    return msgspec.json.encode(_masked(details or {}), order="sorted").decode()


def _masked(value: object) -> object:
    """What the logs would show: no telephone numbers, no addresses, no secrets."""
    if isinstance(value, Mapping):
        return {str(key): _masked(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(one) for one in value]
    if isinstance(value, set | frozenset):
        return sorted(str(_masked(one)) for one in value)
    if isinstance(value, bool | None):
        return value
    return logs.count(value) if isinstance(value, int | float) else logs.text(value)
