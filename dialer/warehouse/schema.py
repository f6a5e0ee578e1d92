"""Makes a warehouse file: tables, outcomes, views and figures, each with its comment."""

import ast
import hashlib
import inspect
import re
import textwrap
from functools import cache
from pathlib import Path

import duckdb
import msgspec

from dialer.engine.outcomes import OUTCOMES, Outcome
from dialer.warehouse import rollups

HERE = Path(__file__).parent


@cache
def figures() -> dict[str, str]:
    """Every figure's SQL by its name: kpi/funnel.sql is `funnel`, asked as `kpi_funnel(...)`."""
    return {file.stem: file.read_text("utf-8") for file in sorted(HERE.glob("kpi/*.sql"))}


def question(sql: str) -> str:
    """The question that a figure answers: its first comment.

    >>> question("-- How many?\\nSELECT 1")
    'How many?'
    """
    return sql.partition("\n")[0].removeprefix("--").strip()


@cache
def tables_fingerprint() -> str:
    """Another one means that files made before must be rebuilt."""
    return _fingerprint((HERE / "schema.sql").read_text("utf-8"))


@cache
def views_fingerprint() -> str:
    """Another one means that views and figures must be made anew, which loses nothing."""
    return _fingerprint(views())


def make(con: duckdb.DuckDBPyConnection, source: str, journal: str) -> None:
    """An empty warehouse."""
    con.execute((HERE / "schema.sql").read_text("utf-8"))
    con.execute(
        "INSERT INTO meta VALUES ($source, $journal, $tables, '', 0, 0, NULL)",
        {"source": source, "journal": journal, "tables": tables_fingerprint()},
    )
    renew_views(con)


def renew_views(con: duckdb.DuckDBPyConnection) -> None:
    """Make outcomes, views, roll-ups and figures as this version of the program has them."""
    con.execute(views())
    rollups.explain(con)
    [(seq,)] = con.execute("SELECT facts_seq FROM meta").fetchall()
    rollups.roll(con, seq)
    con.execute("UPDATE meta SET views = $views", {"views": views_fingerprint()})


@cache
def views() -> str:
    """Outcomes, views, empty roll-ups and figures."""
    parts = [_outcomes_sql(), (HERE / "views.sql").read_text("utf-8"), rollups.sql()]
    # A figure may stand on another one: those that others name come first.
    for name, sql in sorted(figures().items(), key=lambda item: (_needs_another(*item), item[0])):
        parts += [sql, f"COMMENT ON MACRO TABLE kpi_{name} IS {_quoted(question(sql))};"]
    return "\n".join(parts)


def _needs_another(name: str, sql: str) -> bool:
    return any(used != name for used in re.findall(r"\bkpi_(\w+)", sql))


def _outcomes_sql() -> str:
    fields = msgspec.structs.fields(Outcome)
    kinds = {int: "INTEGER", bool: "BOOLEAN"}
    columns = ["outcome VARCHAR NOT NULL"]
    columns += [f"{field.name} {kinds.get(field.type, 'VARCHAR')} NOT NULL" for field in fields]
    rows = [
        f"({', '.join([_quoted(name), *(_quoted(getattr(row, f.name)) for f in fields)])})"
        for name, row in OUTCOMES.items()
    ]
    comments = [
        "COMMENT ON TABLE outcomes IS "
        "'What can come of a call; figures ask the flags, never the names.';",
        "COMMENT ON COLUMN outcomes.outcome IS 'The kind.';",
    ]
    comments += [
        f"COMMENT ON COLUMN outcomes.{name} IS {_quoted(doc)};"
        for name, doc in attribute_docs(Outcome).items()
    ]
    return (
        f"CREATE OR REPLACE TABLE outcomes ({', '.join(columns)});\n"
        f"INSERT INTO outcomes VALUES {', '.join(rows)};\n" + "\n".join(comments)
    )


def attribute_docs(kind: type) -> dict[str, str]:
    """The sentence below each field of a class.

    >>> attribute_docs(Outcome)["retry"]
    'Which retry rule applies to the number.'
    """
    body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(body, ast.ClassDef)
    docs: dict[str, str] = {}
    for field, below in zip(body.body, body.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
        ):
            docs[field.target.id] = " ".join(str(below.value.value).split())
    return docs


def _quoted(value: object) -> str:
    """A literal of SQL. Only for what stands in our own source."""
    if isinstance(value, bool | int):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
