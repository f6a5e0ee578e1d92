"""The file as a promise: every column explained, every fact's field kept, the dictionary true."""

from pathlib import Path

import duckdb
import msgspec
import pytest

from dialer.engine.agent import NEXT as AGENT_STATES
from dialer.engine.outcomes import OUTCOMES, Outcome
from dialer.warehouse import Warehouse, dictionary, rows, schema

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def made():
    with duckdb.connect() as con:
        schema.make(con, "lab", "")
        yield con


def test_every_table_view_and_column_is_explained(made):
    silent = [
        f"{thing.name}.{column}"
        for thing in dictionary.things(made)
        for column, _, said in [("", "", thing.comment), *thing.columns]
        if not said
    ]
    assert silent == []


def test_the_dictionary_is_up_to_date():
    page = (ROOT / "docs/data-dictionary.md").read_text("utf-8")
    assert page == dictionary.dictionary(), "python -m dialer.warehouse.dictionary > docs/..."


def test_every_field_of_every_fact_has_its_column(made):
    for kind, shape in rows.SHAPES.items():
        described = made.execute(f"DESCRIBE {shape.table}").fetchall()
        fields = {field.name for field in msgspec.structs.fields(kind)} - shape.dropped
        columns = {shape.renamed.get(name, name) for name in fields} | {"source"}
        if shape.numbered:
            columns.add("seq")
        assert {row[0] for row in described} == columns, shape.table


def test_instants_are_timestamptz_everywhere(made):
    for thing in dictionary.things(made):
        for column, kind, _ in thing.columns:
            assert kind.startswith("TIMESTAMPTZ") == column.endswith("_at"), (
                f"{thing.name}.{column}"
            )


def test_outcomes_are_the_engines(monday: Warehouse):
    frame = monday.query("FROM outcomes").set_index("outcome")
    told = {name: {flag: frame.loc[name, flag] for flag in frame} for name in frame.index}
    names = [field.name for field in msgspec.structs.fields(Outcome)]
    assert told == {
        name: {flag: getattr(row, flag) for flag in names} for name, row in OUTCOMES.items()
    }


def test_every_state_of_an_agent_counts_as_something(monday: Warehouse):
    assert set(monday.query("FROM agent_state_kinds")["state"]) == set(AGENT_STATES)


def test_every_view_that_is_a_promise_carries_the_source(made):
    for thing in dictionary.things(made):
        if thing.name.startswith("v_"):
            assert "source" in [column for column, _, _ in thing.columns], thing.name


def test_no_column_could_hold_a_person(made):
    for thing in dictionary.things(made):
        texts = {column for column, kind, _ in thing.columns if kind == "VARCHAR"}
        assert not texts & {"number", "digits", "name", "person", "phone", "email"}, thing.name
