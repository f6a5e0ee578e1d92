"""The data dictionary, drawn from a warehouse: every table, view, column and figure.

`python -m dialer.warehouse.dictionary > docs/data-dictionary.md`
"""

import re
import sys
from typing import NamedTuple

import duckdb

from dialer.warehouse import schema

HEAD = """# Data dictionary

Made from `dialer/warehouse/schema.sql`, `views.sql` and `kpi/` by
`python -m dialer.warehouse.dictionary`; a test sees to it that it is up to date.

One DuckDB file holds one source: `live`, `lab` or `sim`. Nothing adds them up. Instants are
`TIMESTAMPTZ`, shown in UTC; a day is a day of the campaign's time zone. Rates are 0 to 1.
Columns that end in `_s` are seconds, in `_ms` milliseconds. No table holds a number, a name or any
other personal data.

Ask the views (`v_...`) and the figures (`kpi_...`): they are the promise. Tables may change.

```
dialer sql "FROM kpi_funnel(since := '2026-11-23 00:00:00+00')"
dialer sql "SELECT outcome, count(*) FROM v_attempts WHERE day = '2026-11-23' GROUP BY ALL"
```
"""


class Thing(NamedTuple):
    """A table or a view."""

    name: str
    comment: str
    columns: list[tuple[str, str, str]]
    "Name, type, meaning."


def dictionary() -> str:
    """The whole page, in Markdown."""
    with duckdb.connect() as con:
        schema.make(con, "lab", "")
        return "\n".join(
            [HEAD, "## Figures\n", *_figures(con), "## Views\n", *_pages(con, views=True),
             "## Tables\n", *_pages(con, views=False)]
        )  # fmt: skip


def things(con: duckdb.DuckDBPyConnection) -> list[Thing]:
    """All tables and views by name; a view's column without a comment has its table's."""
    known = {name: comment for name, comment, _ in _named(con)}
    stands_on = {name: _STANDS_ON.findall(sql) for name, _, sql in _named(con)}
    columns: dict[str, list[tuple[str, str, str]]] = {name: [] for name in known}
    for name, column, kind, comment in con.execute(
        "SELECT table_name, column_name, data_type, coalesce(comment, '') "
        "FROM duckdb_columns() WHERE NOT internal ORDER BY table_name, column_index"
    ).fetchall():
        short = kind.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ")
        columns[name].append((column, short, comment))

    def meaning(name: str, column: str) -> str:
        said = next((c for col, _, c in columns.get(name, ()) if col == column), "")
        below = (meaning(table, column) for table in stands_on.get(name, ()))
        return said or next((found for found in below if found), "")

    return [
        Thing(
            name,
            known[name],
            [(column, kind, meaning(name, column)) for column, kind, _ in columns[name]],
        )
        for name in sorted(known)
    ]


_STANDS_ON = re.compile(r"(?:FROM|JOIN)\s+\(*\"?(\w+)")


def _named(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    """Name, comment and, for a view, its SQL."""
    return con.execute(
        "SELECT table_name, coalesce(comment, ''), '' FROM duckdb_tables() WHERE NOT internal "
        "UNION ALL "
        "SELECT view_name, coalesce(comment, ''), sql FROM duckdb_views() WHERE NOT internal"
    ).fetchall()


def _pages(con: duckdb.DuckDBPyConnection, *, views: bool) -> list[str]:
    lines: list[str] = []
    for thing in things(con):
        if thing.name.startswith("v_") is views:
            lines += [f"### {thing.name}\n", f"{thing.comment}\n", "| column | type | meaning |"]
            lines += ["|---|---|---|"]
            lines += [f"| {name} | {kind} | {said} |" for name, kind, said in thing.columns]
            lines += [""]
    return lines


def _figures(con: duckdb.DuckDBPyConnection) -> list[str]:
    lines = ["| figure | question | columns |", "|---|---|---|"]
    for name, sql in schema.figures().items():
        given = ", ".join(dict.fromkeys(re.findall(r"(\w+) := ", sql)))
        described = con.execute(f"DESCRIBE SELECT * FROM kpi_{name}()").fetchall()
        columns = ", ".join(row[0] for row in described)
        lines.append(f"| `kpi_{name}({given})` | {schema.question(sql)} | {columns} |")
    return [*lines, ""]


if __name__ == "__main__":
    sys.stdout.write(dictionary())
