"""Questions to the warehouse: open, ask, close; nothing but SELECT, and no way out of the file."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import duckdb

from dialer.errors import Outdated, QueryError
from dialer.warehouse import schema
from dialer.warehouse.store import Busy, Corrupt, Place, complaint, connected, reading

if TYPE_CHECKING:
    import pandas as pd

LOCKED_DOWN: Mapping[str, Any] = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
    "memory_limit": "1GB",
    "max_temp_directory_size": "2GB",
    "threads": 2,
}
"No file, no network, no extension, no variable of this program."

Params = Mapping[str, object] | Sequence[object] | None

# Two threads of one process share DuckDB's instance: it must be locked by the first of them
# before the second may use it.
_opening = threading.Lock()


class Warehouse:
    """One source's warehouse, for whoever asks."""

    def __init__(
        self,
        home: Path,
        source: str = "live",
        *,
        wait_s: float = 5.0,
        timeout_s: float = 30.0,
        most_rows: int = 100_000,
        rng: Random | None = None,
    ) -> None:
        self._place = Place(Path(home), source)
        self._wait_s = wait_s
        self._timeout_s = timeout_s
        self._most_rows = most_rows
        self._rng = rng or Random()

    def query(self, sql: str, params: Params = None) -> pd.DataFrame:
        """The answer to one SELECT. `.attrs["cut"]` says whether rows were left out.

        Raises `QueryError`, whose text says what is wrong.
        """
        return self.queries([(sql, params)])[0]

    def queries(self, questions: Sequence[tuple[str, Params]]) -> list[pd.DataFrame]:
        """The answers to several, all of one instant; the file is opened once."""
        con = self._open()
        timer = threading.Timer(self._timeout_s, con.interrupt)
        timer.start()
        try:
            return [self._answer(con, _single(con, sql), given) for sql, given in questions]
        except duckdb.InterruptException:
            raise QueryError(f"the question took longer than {self._timeout_s:g} s") from None
        except duckdb.Error as error:
            raise self._told(con, error) from error
        finally:
            timer.cancel()
            con.close()

    def figure(
        self,
        name: str,
        *,
        since: float | None = None,
        until: float | None = None,
        only: str | None = None,
    ) -> pd.DataFrame:
        """A figure of kpi/ over [since, until) (seconds since 1970), for one campaign or pool."""
        if name not in schema.figures():
            raise QueryError(
                f"there is no figure {name!r}; there are {', '.join(schema.figures())}"
            )
        if "since" not in schema.figures()[name]:
            return self.query(f"SELECT * FROM kpi_{name}()")
        return self.query(
            f"SELECT * FROM kpi_{name}($since, $until, $only)",
            {"since": instant(since, EVER[0]), "until": instant(until, EVER[1]), "only": only},
        )

    def _open(self) -> duckdb.DuckDBPyConnection:
        place = self._place
        if not place.live.exists():
            raise QueryError(
                f"there is no warehouse of source {place.source} at {place.live} yet: "
                f"the loader makes it as soon as a campaign has been opened{_others(place)}"
            )
        with _opening:
            try:
                con = connected(
                    place.live, read_only=True, wait_s=self._wait_s, rng=self._rng,
                    config=LOCKED_DOWN,
                )  # fmt: skip
            except (Busy, Corrupt) as error:
                raise QueryError(str(error)) from error
            _lock(con)
            return con

    def _told(self, con: duckdb.DuckDBPyConnection, error: duckdb.Error) -> QueryError:
        if isinstance(error, _NOT_THERE) and not _is_ours(con):
            return Outdated(
                f"{self._place.live} was made by another version of the program: `dialer board` "
                "and `dialer serve` bring it up to date when they start, `dialer rebuild` does now"
            )
        if complaint(error) != "corrupt":
            return QueryError(str(error).strip())
        with suppress(OSError):
            self._place.suspect.touch()
        return QueryError(f"{self._place.live} is damaged, the loader will make it anew: {error}")

    def _answer(
        self, con: duckdb.DuckDBPyConnection, statement: duckdb.Statement, params: Params
    ) -> pd.DataFrame:
        if statement.type == duckdb.StatementType.EXPLAIN:
            return con.execute(statement, params or []).df()
        asked = con.sql(statement, params=params) if params else con.sql(statement)
        table = asked.limit(self._most_rows + 1).to_arrow_table()
        frame: pd.DataFrame = table.slice(0, self._most_rows).to_pandas()
        frame.attrs["cut"] = table.num_rows > self._most_rows
        return frame


EVER = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))
"All of time, as far as a warehouse is concerned."


def instant(at: float | None, otherwise: datetime) -> datetime:
    """An instant as DuckDB takes it."""
    return otherwise if at is None else datetime.fromtimestamp(at, UTC)


def named(sql: str) -> set[str]:
    """The parameters that a statement names.

    >>> sorted(named("SELECT $since, $only -- $since"))
    ['only', 'since']
    """
    return set(re.findall(r"\$([a-z_]+)", sql))


def _lock(con: duckdb.DuckDBPyConnection) -> None:
    [(locked,)] = con.execute("SELECT current_setting('lock_configuration')").fetchall()
    if not locked:
        con.execute("SET GLOBAL TimeZone = 'UTC'")
        con.execute("SET GLOBAL lock_configuration = true")


_NOT_THERE = (duckdb.CatalogException, duckdb.BinderException)
"A table, view, macro or column is not there, or takes other parameters."


def _is_ours(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether this version of the program made the tables and views."""
    try:
        [made_by] = con.execute("SELECT schema, views FROM meta").fetchall()
    except (*_NOT_THERE, ValueError):
        return False
    return bool(made_by == (schema.tables_fingerprint(), schema.views_fingerprint()))


def is_outdated(place: Place, rng: Random) -> bool:
    """Whether another version of the program made the file; false where none is, or it is busy."""
    if not place.live.exists():
        return False
    try:
        with reading(place.live, wait_s=1.0, rng=rng) as con:
            return not _is_ours(con)
    except (Busy, Corrupt):
        return False


_ASKS = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


def _single(con: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    statements = con.extract_statements(sql)
    if len(statements) != 1:
        raise QueryError(f"one statement at a time, please: there are {len(statements)}")
    if statements[0].type not in _ASKS:
        raise QueryError(
            f"only questions (SELECT, FROM, WITH, SHOW, DESCRIBE, EXPLAIN), no "
            f"{statements[0].type.name}"
        )
    return statements[0]


def _others(place: Place) -> str:
    """Which other worlds have one."""
    there = [one.parent.name for one in sorted(place.folder.parent.glob("*/dialer.duckdb"))]
    return f"; there is one of {', '.join(there)}: `--source {there[0]}`" if there else ""
