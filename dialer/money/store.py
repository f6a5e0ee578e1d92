"""The file of the money, `money.sqlite`: decks, what is paid by month and hour, and every cost.

Nothing in it is ever changed: a new version of a deck, a new charge, a new cost of the same call
stand beside the old ones, and the newest counts. So every earlier figure can be had again.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from dialer.errors import DialerError, Misgiven
from dialer.journal import database, schemas
from dialer.money.exchange import Exchange
from dialer.money.rating import Deck, Rate

SCHEMAS = schemas.steps(Path(__file__).parent)
VERSION = len(SCHEMAS)
Kind = Literal["trunk", "number", "pool", "agent"]
AT_ONCE = 500
"Calls that are asked of in one question."
BY_MONTH: tuple[Kind, ...] = ("trunk", "number")
BY_HOUR: tuple[Kind, ...] = ("pool", "agent")


class MoneyError(DialerError):
    """The file of the money cannot be read or written, or what is asked of it cannot be had."""


class NoDeck(MoneyError, Misgiven):
    """There is no deck of that name and version."""


class Cost(NamedTuple):
    """What a call cost, as it was rated once."""

    source: str
    call: str
    deck: str
    version: int
    prefix: str
    billed_s: int
    amount: Decimal | None
    "None: the deck has no rate for the number at that time."
    currency: str
    rated_at: float
    again: bool = False
    "The call had a cost before."


Changed = tuple[Cost | None, Cost]


class Kept(NamedTuple):
    """A version of a deck, without its rates."""

    deck: Deck
    rates: int
    imported_at: float
    imported_by: str
    origin: str


class Charge(NamedTuple):
    """What is paid by the month (trunk, number) or by the hour (pool, agent)."""

    kind: Kind
    name: str
    "Empty: every pool that has no charge of its own."
    amount: Decimal
    currency: str
    since: str
    "First day, ISO 8601."


def file_in(home: Path) -> Path:
    """Where it lies."""
    return home / "money.sqlite"


class Money:
    """The file, open. One thread at a time."""

    def __init__(self, path: Path) -> None:
        try:
            if not path.exists():
                schemas.make_whole(path, SCHEMAS)
            self._db = _connection(path)
            with database.closed_if_unfit(self._db):
                _prepare(self._db, path)
        except (OSError, sqlite3.Error) as error:
            raise MoneyError(f"{path} cannot be opened: {error}") from error

    def __enter__(self) -> "Money":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All of what is written within, or nothing."""
        try:
            with database.transaction(self._db):
                yield
        except sqlite3.OperationalError as error:
            raise MoneyError(f"the file of the money cannot be written: {error}") from error

    # ---- decks ------------------------------------------------------------------------------
    def add_deck(
        self, deck: Deck, *, at: float, by: str, origin: str, after: int | None = None
    ) -> int:
        """Keep a deck as its name's next version; which one that is.

        `after`: the newest there may be, else somebody has imported another one meanwhile.
        """
        with self.writing():
            [(last,)] = self._db.execute(
                "SELECT coalesce(max(version), 0) FROM decks WHERE deck = ?", (deck.name,)
            )
            if after is not None and last != after:
                raise Misgiven(
                    f"deck `{deck.name}` has had version {last} meanwhile: look again",
                    "deck_moved", deck=deck.name, version=last,
                )  # fmt: skip
            version = int(last) + 1
            bare = msgspec.structs.replace(deck, rates=(), version=version)
            self._db.execute(
                "INSERT INTO decks VALUES (?, ?, ?, ?, ?, ?, ?)",
                (deck.name, version, _text(bare), len(deck.rates), at, by, origin),
            )
            self._db.executemany(
                "INSERT INTO rates VALUES (?, ?, ?)",
                ((deck.name, version, _text(rate)) for rate in deck.rates),
            )
        return version

    def decks(self) -> list[Kept]:
        """Every version of every deck, the newest first."""
        rows = self._db.execute(
            "SELECT body, rates, imported_at, imported_by, origin FROM decks "
            "ORDER BY deck, version DESC"
        )
        return [Kept(msgspec.json.decode(body, type=Deck), *rest) for body, *rest in rows]

    def newest(self, deck: str) -> int:
        """The version of a deck that is used now; 0 if there is none."""
        sql = "SELECT coalesce(max(version), 0) FROM decks WHERE deck = ?"
        return int(self._db.execute(sql, (deck,)).fetchone()[0])

    def deck(self, name: str, version: int = 0) -> Deck:
        """A deck with its rates; the newest version unless another is named."""
        return self._deck(name, version, "", ())

    def deck_for(self, name: str, digits: str, version: int = 0) -> Deck:
        """A deck with only those rates whose prefix a number begins with."""
        prefixes = tuple(digits[:n] for n in range(len(digits) + 1))
        like = f"AND json_extract(body, '$.prefix') IN ({','.join('?' * len(prefixes))})"
        return self._deck(name, version, like, prefixes)

    def prefixes(self, name: str, version: int) -> int:
        """How many prefixes a version has prices for."""
        sql = (
            "SELECT count(DISTINCT json_extract(body, '$.prefix')) FROM rates "
            "WHERE deck = ? AND version = ?"
        )
        return int(self._db.execute(sql, (name, version)).fetchone()[0])

    def _deck(self, name: str, version: int, like: str, given: tuple[str, ...]) -> Deck:
        version = version or self.newest(name)
        row = self._db.execute(
            "SELECT body FROM decks WHERE deck = ? AND version = ?", (name, version)
        ).fetchone()
        if row is None:
            known = ", ".join(dict.fromkeys(one.deck.name for one in self.decks())) or "none"
            raise NoDeck(
                f"no deck `{name}` of that version; there are: {known}", "deck_unknown", deck=name
            )
        rates = self._db.execute(
            f"SELECT body FROM rates WHERE deck = ? AND version = ? {like} ORDER BY rowid",
            (name, version, *given),
        )
        return msgspec.structs.replace(
            msgspec.json.decode(row[0], type=Deck),
            rates=tuple(msgspec.json.decode(body, type=Rate) for (body,) in rates),
        )

    def use(self, trunk: str, deck: str, *, at: float, by: str) -> None:
        """Rate a trunk's calls by a deck from now on; an empty name: by none."""
        if deck and not self.newest(deck):
            self.deck(deck)  # says which there are
        with self.writing():
            self._db.execute("INSERT INTO uses VALUES (?, ?, ?, ?)", (trunk, deck, at, by))

    def uses(self) -> Mapping[str, str]:
        """Trunk -> the deck that its calls are rated by."""
        rows = self._db.execute("SELECT trunk, deck FROM uses ORDER BY rowid")
        return {trunk: deck for trunk, deck in dict(rows).items() if deck}

    # ---- charges ----------------------------------------------------------------------------
    def charge(self, charge: Charge, *, at: float, by: str) -> None:
        """Set what is paid from a day on."""
        with self.writing():
            self._db.execute(
                "INSERT INTO charges (kind, name, amount, currency, since, set_at, set_by) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (charge.kind, charge.name, str(charge.amount), charge.currency, charge.since, at,
                 by),
            )  # fmt: skip

    def charges(self) -> list[Charge]:
        """What counts: of each kind, name and day the row that was set last."""
        rows = self._db.execute(
            "SELECT kind, name, amount, currency, since, max(charge) FROM charges "
            "GROUP BY kind, name, since ORDER BY kind, name, since"
        )
        return [Charge(kind, name, Decimal(amount), *rest) for kind, name, amount, *rest, _ in rows]

    # ---- exchange ---------------------------------------------------------------------------
    def add_exchange(self, rates: Iterable[Exchange], *, at: float, by: str) -> None:
        """Keep rates of exchange; of one day and pair the row that came last counts."""
        with self.writing():
            self._db.executemany(
                "INSERT INTO exchange (day, base, quote, rate, origin, imported_at, imported_by) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    (one.day, one.base, one.quote, str(one.rate), one.origin, at, by)
                    for one in rates
                ),
            )

    def exchange(self) -> list[Exchange]:
        """What counts, pair by pair, the oldest day first."""
        rows = self._db.execute(
            "SELECT day, base, quote, rate, origin, max(number) FROM exchange "
            "GROUP BY base, quote, day ORDER BY base, quote, day"
        )
        return [
            Exchange(day, base, quote, Decimal(rate), origin)
            for day, base, quote, rate, origin, _ in rows
        ]

    # ---- costs ------------------------------------------------------------------------------
    def rated_upto(self, journal: str) -> int:
        """The last fact of a journal that has been looked at."""
        sql = "SELECT facts_seq FROM rated WHERE journal = ?"
        row = self._db.execute(sql, (journal,)).fetchone()
        return int(row[0]) if row else 0

    def add(self, costs: Iterable[Cost], *, journal: str = "", upto: int = 0) -> None:
        """Keep the costs of calls that have none, and how far the journal is rated, together."""
        with self.writing():
            given = list(costs)
            known = self.newest_of(one.call for one in given)
            self._keep(one for one in given if one.call not in known)
            if journal:
                self._db.execute(
                    "INSERT INTO rated VALUES (?, ?) ON CONFLICT DO UPDATE SET facts_seq = ?2",
                    (journal, upto),
                )

    def add_again(self, costs: Iterable[Cost]) -> list[Changed]:
        """Keep what comes out otherwise than it was rated last, or was not rated: see `differing`.

        Nobody else rates a call in between: what was looked at is what is there.
        """
        with self.writing():
            changed = self.differing(costs)
            self._keep(new for _, new in changed)
        return changed

    def differing(self, costs: Iterable[Cost]) -> list[Changed]:
        """What comes out otherwise: the newest cost that a call has, and the one it would get."""
        given = list(costs)
        before = self.newest_of(one.call for one in given)
        return [
            (before.get(one.call), one._replace(again=one.call in before))
            for one in given
            if _what(one) != _what(before.get(one.call))
        ]

    def _keep(self, costs: Iterable[Cost]) -> None:
        self._db.executemany(
            "INSERT INTO costs (source, call, deck, version, prefix, billed_s, amount, "
            "currency, rated_at, again) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            map(_row, costs),
        )

    def costs(self, source: str, after: int, limit: int = 5000) -> list[tuple[int, Cost]]:
        """Costs of one world in the order in which they were rated, with their numbers."""
        rows = self._db.execute(
            "SELECT cost, source, call, deck, version, prefix, billed_s, amount, currency, "
            "rated_at, again FROM costs WHERE source = ? AND cost > ? ORDER BY cost LIMIT ?",
            (source, after, limit),
        )
        return [(number, _cost(rest)) for number, *rest in rows]

    def last_cost(self, source: str) -> int:
        """The number of the newest cost of a world; 0 if there is none."""
        sql = "SELECT coalesce(max(cost), 0) FROM costs WHERE source = ?"
        return int(self._db.execute(sql, (source,)).fetchone()[0])

    def newest_of(self, calls: Iterable[str]) -> dict[str, Cost]:
        """The newest cost of each of these calls."""
        found: dict[str, Cost] = {}
        wanted = iter(calls)
        while part := list(islice(wanted, AT_ONCE)):
            rows = self._db.execute(
                "SELECT source, call, deck, version, prefix, billed_s, amount, currency, rated_at, "
                "again, max(cost) FROM costs "
                f"WHERE call IN ({','.join('?' * len(part))}) GROUP BY call", part,
            )  # fmt: skip
            found |= {row[1]: _cost(row[:-1]) for row in rows}
        return found


def _what(cost: Cost | None) -> tuple[object, ...] | None:
    """What it says of the call, whenever it was said."""
    return cost and cost[:-2]


def _cost(row: Iterable[object]) -> Cost:
    cost = Cost(*row)  # type: ignore[arg-type]
    amount = None if cost.amount is None else Decimal(cost.amount)
    return cost._replace(amount=amount, again=bool(cost.again))


def _row(cost: Cost) -> tuple[object, ...]:
    return cost._replace(amount=None if cost.amount is None else str(cost.amount))  # type: ignore[arg-type]


def _text(body: msgspec.Struct) -> str:
    return msgspec.json.encode(body).decode()


def _connection(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=5.0, isolation_level=None, check_same_thread=False)


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    db.execute("PRAGMA synchronous = FULL")
    version = schemas.version_of(db)
    if version > VERSION:
        raise MoneyError(schemas.too_new(path, version, VERSION))
    if version < VERSION:
        with database.transaction(db):
            schemas.bring_up(db, path, SCHEMAS)
