"""Rolled up or not: the same answers, whatever comes late."""

import shutil
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialer.engine.commands import AgentWas, Cdr, DispositionSet
from dialer.engine.outcomes import OUTCOMES
from dialer.money.store import Charge, Cost
from dialer.warehouse import rollups, schema
from dialer.warehouse.live import Batch, LiveFile, Rolling
from dialer.warehouse.store import Place
from tests.warehouse.day import AUTUMN, SPRING, T0, cdr, lead, was

SOURCE = "lab"
AT = T0 + 1e6
HOURS = 30
SET_BACK_S = 3600.0
"By so much a clock may have been set back between a call and what is told of it."
NEVER = Rolling(facts=10**9)


def call(rng: Random, n: int) -> Cdr:
    """Any call of one of two campaigns, somewhere in thirty hours."""
    outcome = rng.choice(sorted(OUTCOMES))
    begin = rng.uniform(0, HOURS * 3600)
    ring, talk = rng.uniform(0.2, 20), rng.choice([3.0, 40.0, 400.0])
    instants = {"placed_at": 0.1, "ended_at": ring + talk}
    instants["ringing_at"] = rng.choice([None, ring / 2])
    legs = []
    if OUTCOMES[outcome].answered:
        instants |= {"answered_at": ring, "verdict_at": ring + 1.1, "greeting_end_at": ring + 0.9}
    if OUTCOMES[outcome].connected:
        instants |= {"bridged_at": ring + 1.2, "agent_heard_at": ring + rng.uniform(1.2, 3)}
        legs = [(rng.choice(["anna", "bob"]), ring + 1.2, ring + talk)]
        if rng.random() < 0.2:
            legs.append(("outside:bank", ring + talk, ring + talk))
    if OUTCOMES[outcome].abandoned:
        instants["message_at"] = ring + rng.choice([2.0, 5.0])
    other = rng.random() < 0.3
    return cdr(
        f"c{n:03}", outcome, begin, **instants, legs=legs,
        campaign="autumn" if other else "spring", pool="east" if other else "sales",
        list=rng.choice(["may", "june"]), trunk=rng.choice(["carrier-a", "carrier-b"]),
        lead=f"{rng.randrange(8)}", number_key=f"key-{rng.randrange(8)}",
        cause=rng.choice([16, 17]), verdict=rng.choice(["human", "machine"]),
        ended_by=rng.choice(["dialer", "customer"]), direction=rng.choice(["out", "out", "in"]),
        why=rng.choice(["", "heard announcement"]),
    )  # fmt: skip


def facts(rng: Random, calls: int) -> list[Cdr | AgentWas | DispositionSet]:
    """Calls, shifts and words, in any order: a word may come long after, or twice."""
    made = [call(rng, n) for n in range(calls)]
    shifts = []
    for agent in ("anna", "bob"):
        at = 0.0
        while at < HOURS * 3600:
            lasts = rng.choice([30.0, 900.0, 5000.0, 40_000.0])
            state = rng.choice(["READY", "TALKING", "PAUSED", "LOGGED_OUT"])
            shifts.append(was(agent, state, at, at + lasts, reason="tea",
                              campaign="spring" if state == "TALKING" else ""))  # fmt: skip
            at += lasts
    words = [
        DispositionSet(call=one.call, lead="1", campaign="spring", agent="anna",
                       disposition=rng.choice(["sale", "machine", "callback@1795446000", ""]),
                       at=one.intended_at + n - SET_BACK_S)
        for n, one in enumerate(rng.choices(made, k=calls // 2))
    ]  # fmt: skip
    told: list[Cdr | AgentWas | DispositionSet] = [*made, *shifts, *words]
    rng.shuffle(told)
    return told


def cost(rng: Random, name: str, ended_at: float, again: bool) -> Cost:
    """A price; some calls have none, some are in another currency after they were rated again."""
    amount = rng.choice([None, Decimal("0.12"), Decimal("0.345678")])
    return Cost(
        source=SOURCE, call=name, deck="telecom", version=1, prefix=rng.choice(["1", "1202", ""]),
        billed_s=rng.choice([6, 60]), amount=amount, currency=rng.choice(["USD", "CNY"]),
        rated_at=ended_at + rng.uniform(-SET_BACK_S, 1000), again=again,
    )  # fmt: skip


CHARGES = [
    Charge("pool", "", Decimal(18), "USD", "2026-11-01"),
    Charge("pool", "", Decimal(20), "USD", "2026-11-24"),
    Charge("trunk", "carrier-a", Decimal(300), "USD", "2026-11-01"),
]


def filled(rng: Random, home: Path, calls: int) -> Place:
    """A file whose facts came in some batches, rolled up after some of them."""
    place = Place(home, SOURCE)
    told = list(enumerate(facts(rng, calls), 1))
    ended = {fact.call: fact.ended_at for _, fact in told if isinstance(fact, Cdr)}
    rolling = rng.choice([Rolling(1, 0.0), Rolling(5, 3600.0), NEVER])
    file = LiveFile(place, "book", rng, rolling=rolling)
    cut = rng.randrange(len(told))
    file.rebuild(told[:cut], [SPRING, AUTUMN], upto=cut, at=AT)
    file.write(Batch(cut, leads=[lead(f"{n}") for n in range(8)], charges=CHARGES), AT)
    number, done = 0, cut
    while done < len(told):
        upto = min(len(told), done + rng.randrange(1, 60))
        named = [f"c{rng.randrange(calls):03}" for _ in range(8)]
        rated = [cost(rng, name, ended[name], again=rng.random() < 0.5) for name in named]
        priced = list(enumerate(rated, number + 1))
        file.write(Batch(upto, told[done:upto], costs=priced), AT)
        number, done = number + len(rated), upto
    return place


def answers(con: duckdb.DuckDBPyConnection, since: float, until: float) -> dict[str, pd.DataFrame]:
    """What every figure is made of, over a period."""
    period = {name: datetime.fromtimestamp(at, UTC) for name, at in
              (("since", since), ("until", until))}  # fmt: skip
    asked = {roll.name: summed(roll) for roll in rollups.ROLLS}
    asked |= {
        "lines": "FROM kpi_lines($since, $until)",
        "compliance": "FROM kpi_compliance($since, $until)",
        "leads": "SELECT lead, contacted FROM v_leads WHERE $since < $until",
    }
    return {
        name: con.sql(sql, params=period).to_arrow_table().to_pandas()
        for name, sql in asked.items()
    }


def summed(roll: rollups.Roll) -> str:
    """Sums of what is rolled up and what is not; rows that were taken back count nothing."""
    how = {name: "max" if name == rollups.LAST else "sum" for name in roll.sums}
    added = ", ".join(f"{function}({name})" for name, function in how.items())
    counts = roll.sums[0] if roll.name != "times" else "abs(in_state_us) + begun"
    forever = ", TIMESTAMPTZ 'infinity'" if roll.priced else ""
    return (
        f"SELECT * EXCLUDE (n) FROM (SELECT sum({counts}) AS n, {added}, "
        f"* EXCLUDE ({', '.join(roll.sums)}) FROM rolled_{roll.name}($since, $until{forever}) "
        "GROUP BY ALL) WHERE n > 0"
    )


def by_row(frame: pd.DataFrame) -> list[str]:
    """Rows in an order of their own: those that are equally large stand in any order."""
    return sorted(
        repr(tuple(f"{value:.6g}" if isinstance(value, float) else str(value) for value in row))
        for row in frame.itertuples(index=False)
    )


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), calls=st.integers(3, 60))
def test_rolled_up_or_not_the_answers_are_the_same(tmp_path_factory, seed: int, calls: int):
    rng = Random(seed)
    place = filled(rng, tmp_path_factory.mktemp("rolled"), calls)
    raw = place.folder / "raw.duckdb"
    shutil.copy(place.live, raw)
    ends = sorted(T0 + rng.choice([0, 900, 3600, 86_400 * 2, rng.uniform(0, HOURS * 3600)])
                  for _ in range(2))  # fmt: skip
    with duckdb.connect(str(place.live)) as con, duckdb.connect(str(raw)) as bare:
        for one in (con, bare):
            one.execute("SET TimeZone = 'UTC'")
        bare.execute(schema.views())  # empty roll-ups: all is asked of the calls themselves
        for since, until in (ends,):
            here, there = answers(con, since, until), answers(bare, since, until)
            for name, frame in here.items():
                assert by_row(frame) == by_row(there[name]), name


def test_what_was_told_later_is_corrected_in_the_roll_up(tmp_path: Path):
    place = Place(tmp_path, SOURCE)
    file = LiveFile(place, "book", Random(1), rolling=NEVER)
    talk = cdr("c01", "connected", 0, placed_at=0.1, answered_at=8, bridged_at=9, ended_at=69,
               legs=[("anna", 9, 69)])  # fmt: skip
    file.rebuild([(1, talk)], [SPRING], upto=1, at=AT)
    first = cost(Random(1), "c01", AT, again=False)._replace(amount=Decimal("0.12"), currency="USD")
    again = first._replace(amount=Decimal("0.10"), again=True)
    word = DispositionSet(call="c01", lead="101", campaign="spring", agent="anna",
                          disposition="sale", at=T0 + 90)  # fmt: skip
    file.write(Batch(1, costs=[(1, first)]), AT)
    file.write(Batch(2, [(2, word)], costs=[(2, again)]), AT)
    with duckdb.connect(str(place.live)) as con:
        assert rollups.upto(con) == 1
        columns = "attempts, sales, unrated, calls_amount"
        [row] = con.execute(f"SELECT {columns} FROM kpi_cost()").fetchall()
        assert row == (1, 1, 0, Decimal("0.10"))
        [(disposition,)] = con.execute("SELECT disposition FROM kpi_dispositions()").fetchall()
        assert disposition == "sale"


def test_a_file_of_an_older_program_is_rolled_up_when_it_is_opened(tmp_path: Path):
    rng = Random(7)
    place = filled(rng, tmp_path, 40)
    with duckdb.connect(str(place.live)) as con:
        before = by_row(con.sql("FROM kpi_funnel()").to_arrow_table().to_pandas())
        for one in rollups.ROLLS:
            con.execute(f"DROP TABLE {one.table}")
        con.execute("UPDATE meta SET views = 'older'")
        [(last,)] = con.execute("SELECT facts_seq FROM meta").fetchall()
    file = LiveFile(place, "book", rng)
    assert file.is_fit(last)
    with duckdb.connect(str(place.live)) as con:
        assert (
            rollups.upto(con),
            by_row(con.sql("FROM kpi_funnel()").to_arrow_table().to_pandas()),
        ) == (last, before)


def test_what_an_older_program_did_not_count_is_counted_of_its_calls_when_the_file_is_opened(
    tmp_path: Path,
):
    alone = cdr("c01", "no_answer", 0, placed_at=0.1, ringing_at=2, hang_up_at=17, ended_at=17.1,
                ended_by="dialer", why="no_agent")  # fmt: skip
    place, rng = Place(tmp_path, SOURCE), Random(1)
    LiveFile(place, "book", rng).rebuild([(1, alone)], [SPRING], upto=1, at=AT)
    with duckdb.connect(str(place.live)) as con:
        con.execute("ALTER TABLE roll_calls DROP COLUMN let_alone")
        con.execute("DROP MACRO TABLE kpi_let_alone; UPDATE meta SET views = 'older'")
    assert LiveFile(place, "book", rng).is_fit(1)
    with duckdb.connect(str(place.live)) as con:
        assert rollups.upto(con) == 1
        asked = con.execute("SELECT let_alone, placed FROM kpi_let_alone()")
        assert asked.fetchall() == [(1, 1)]


@pytest.mark.parametrize("share", [0.5, 0.95])
@settings(max_examples=15, deadline=None)
@given(lasting=st.lists(st.floats(0.001, 500), min_size=1, max_size=40))
def test_a_percentile_of_steps_is_half_a_percent_off_at_most(share: float, lasting: list[float]):
    with duckdb.connect() as con:
        con.execute(rollups.calendar())
        con.execute("CREATE TABLE lasting AS SELECT unnest($all::DOUBLE[]) AS s", {"all": lasting})
        [(told, exact)] = con.execute(
            f"SELECT quantile_at({share}, step, upto, n), any_value(exact) FROM ("
            "SELECT step, count(*) OVER (ORDER BY step) AS upto, count(*) OVER () AS n, exact FROM "
            "("
            f"SELECT to_step(s) AS step, (SELECT quantile_cont(s, {share}) FROM lasting) AS exact "
            "FROM lasting))"
        ).fetchall()
    assert told == pytest.approx(exact, rel=0.005)
