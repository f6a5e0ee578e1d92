"""Every figure on the board comes through `frame`: a file of sql/, asked of the warehouse.

Fifty viewers cost as much as one: an answer is kept while the warehouse stays as it is.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from dashboards import periods, viewer
from dashboards.scope import PARAMS, Scope, may_query
from dashboards.where import home
from dialer.errors import QueryError
from dialer.warehouse import Warehouse
from dialer.warehouse.reading import named
from dialer.warehouse.store import Place

SQL = Path(__file__).with_name("sql")
KEPT_S = 2.0
"An answer is not asked for again within this time, nor while the warehouse stays as it is."
WAIT_S = 3.0
"How long a question waits for the loader to finish its batch."
MOST_KEPT = 500

Key = tuple[str, str, str, tuple[tuple[str, Any], ...]]


class Kept(NamedTuple):
    """An answer that was given, or why there was none."""

    at: float
    stamp: int
    answer: pd.DataFrame | QueryError


_kept: dict[Key, Kept] = {}
# Viewers are threads: the second one shall find the answer that the first one is asking for.
_asking = threading.Lock()


def frame(name: str, *, source: str, scope: Scope, **params: Any) -> pd.DataFrame:
    """The answer of sql/NAME.sql, of what the scope sees; it takes the parameters that it names.

    Raises `dialer.errors.QueryError`.
    """
    [answer] = _answers([name], source, scope, params)
    if isinstance(answer, QueryError):
        raise answer
    return answer


def fetch(names: Sequence[str], *, source: str, scope: Scope, **params: Any) -> None:
    """Ask several questions at once: a page that will want them all opens the warehouse once."""
    _answers(names, source, scope, params)


def free(sql: str, *, source: str, most_rows: int) -> pd.DataFrame:
    """The answer to a question of the viewer's own: who may not ask gets none, who asks is noted.

    Raises `dialer.errors.QueryError`.
    """
    if not may_query():
        raise QueryError("this is not yours to ask")
    by = viewer.here().actor
    told = {"source": source, "sql": sql[:2000]}
    viewer.asked(
        lambda access: access.audit.append(
            by, "report.query", "warehouse", at=periods.now(), after=told
        )
    )
    return Warehouse(home(), source, wait_s=WAIT_S, most_rows=most_rows).query(sql)


def forget() -> None:
    """Keep no answers."""
    _kept.clear()


@cache
def question(name: str) -> str:
    """The SQL of a question. Only files that are there have a name."""
    known = {file.stem: file for file in SQL.glob("*.sql")}
    return known[name].read_text("utf-8")


def _answers(
    names: Sequence[str], source: str, scope: Scope, params: Mapping[str, Any]
) -> list[pd.DataFrame | QueryError]:
    keys = [_key(name, source, scope, params) for name in names]
    if any(_is_foreign(given, scope) for _, _, _, given in keys):
        return [QueryError("this is not of your campaigns")] * len(keys)
    with _asking:
        stamp, now = _stamp(source), time.monotonic()
        missing = [key for key in keys if not _is_good(_kept.get(key), stamp, now)]
        if missing:
            if len(_kept) > MOST_KEPT:
                _kept.clear()
            answers = _ask(source, missing)
            _kept.update({k: Kept(now, stamp, a) for k, a in zip(missing, answers, strict=True)})
        return [_kept[key].answer for key in keys]


def _key(name: str, source: str, scope: Scope, params: Mapping[str, Any]) -> Key:
    wanted = named(question(name))
    given = {key: value for key, value in params.items() if key in wanted}
    seen = {key: of(scope) for key, of in PARAMS.items() if key in wanted}
    return str(home()), source, name, tuple(sorted({**given, **seen}.items()))


def _is_foreign(given: Sequence[tuple[str, Any]], scope: Scope) -> bool:
    """Whether a campaign or a pool is asked about that the scope does not see, or all of them."""
    asked = dict(given)
    if asked.get("together"):
        return not all(scope.sees(one) for one in asked["together"])
    for key, may in (("campaign", scope.sees), ("pool", scope.has_pool)):
        if key in asked and not (may(asked[key]) if asked[key] else scope.every_campaign):
            return True
    return False


def _is_good(kept: Kept | None, stamp: int, now: float) -> bool:
    if kept is None:
        return False
    same = kept.stamp == stamp and not isinstance(kept.answer, QueryError)
    return same or now - kept.at < KEPT_S


def _stamp(source: str) -> int:
    """What changes whenever the loader has written."""
    try:
        return Place(home(), source).live.stat().st_mtime_ns
    except OSError:
        return 0


def _ask(source: str, keys: Sequence[Key]) -> Sequence[pd.DataFrame | QueryError]:
    warehouse = Warehouse(home(), source, wait_s=WAIT_S, most_rows=5000)
    try:
        return warehouse.queries([(question(name), _bound(given)) for _, _, name, given in keys])
    except QueryError as why:
        return [why] * len(keys)


def _bound(given: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in given}


def sources() -> list[str]:
    """The sources that have a warehouse in this home, the real one first."""
    return [name for name in ("live", "lab", "sim") if Place(home(), name).live.exists()]
