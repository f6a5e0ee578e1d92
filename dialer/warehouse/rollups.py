"""Roll-ups: what millions of calls add up to, by quarters of an hour, kept beside them.

What one call adds is said once, in units/*.sql. The same text fills the roll-ups, corrects them
when a fact comes late, and is asked of what is not rolled up yet: so every answer is the sum of
a table and of a few raw rows, and the same as of all raw rows (ADR 14).
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import duckdb

from dialer.warehouse import rolled_docs

HERE = Path(__file__).parent
CHUNK = 1_000_000
"Facts rolled up in one statement: what bounds the memory."
DAY_US = 86_400_000_000
SLACK = "INTERVAL 1 DAY"
"What is told of a call comes after it began, unless a clock was set back: not by so much."
FOREVER = ("TIMESTAMPTZ '-infinity'", "TIMESTAMPTZ 'infinity'")


class Roll(NamedTuple):
    """One roll-up: the table `roll_NAME`, filled out of units/NAME.sql."""

    name: str
    at: str
    "The instant (of the unit's row `a`) that decides its quarter of an hour."
    sums: tuple[str, ...]
    late: bool = False
    "What a call adds may change later: when it is rated again, or recorded otherwise."
    priced: bool = False
    "Its rows ask what a call costs: as rated last, or as it was known at an instant."
    of: str = ""
    "Filled out of the units of another roll-up, which stands right before it ..."
    without: tuple[str, ...] = ()
    "... but for these columns: fewer rows for what is not asked by them."

    @property
    def table(self) -> str:
        """`roll_calls`"""
        return f"roll_{self.name}"

    def units(
        self, those: str, *, early: str = FOREVER[0], as_of: str = FOREVER[1],
        since: str = FOREVER[0], until: str = FOREVER[1],
    ) -> str:  # fmt: skip
        """The rows that some facts add, `those` of them.

        Nothing was said of their calls, and none was rated, before `early`: that is not read.
        """
        text = _text(self.of or self.name)
        rows = text.format(those=those, early=early, as_of=as_of, since=since, until=until)
        return self.narrowed(f"({rows})") if self.without else rows

    def narrowed(self, whole: str) -> str:
        """Rows of the roll-up that it is filled out of, without the columns that it has not."""
        return f"SELECT * EXCLUDE ({', '.join(self.without)}) FROM {whole} whole"

    def summed(self, units: str, sign: int = 1) -> str:
        """Their sums, one row for all that are alike."""
        sums = ", ".join(
            f"max({name}) AS {name}" if name == LAST
            else f"{sign} * CAST(sum({name}) AS {self._kind(name)}) AS {name}"
            for name in self.sums
        )  # fmt: skip
        return f"SELECT * EXCLUDE ({', '.join(self.sums)}), {sums} FROM ({units}) u GROUP BY ALL"

    @staticmethod
    def _kind(name: str) -> str:
        return "DECIMAL(18, 6)" if name == "amount" else "BIGINT"


@cache
def _text(name: str) -> str:
    return (HERE / f"units/{name}.sql").read_text("utf-8")


LAST = "last_seq"
ROLLS = (
    Roll("calls", "a.intended_at", (
        "calls", "line_us", "talk_us", "billed_us", "short", "false_answers", "messages",
        "messages_in_time", "given_up", "short_rings", "let_alone", LAST)),
    Roll("costs", "a.intended_at", (
        "calls", "charged_s", "amount", "billed_us", "short", "false_answers", "delay_us",
        "delays"), late=True, priced=True),
    Roll("spent", "a.intended_at", ("calls", "charged_s", "amount"), late=True, priced=True,
         of="costs", without=("region", "prefix", "billed_us", "short", "false_answers",
                              "delay_us", "delays")),
    Roll("words", "a.intended_at", ("calls",), late=True),
    Roll("legs", "a.bridged_at", ("calls",)),
    Roll("numbers", "a.intended_at", ("line_us",)),
    Roll("durations", "a.intended_at", ("calls",)),
    Roll("met", "a.intended_at", ("calls", "talk_us"), late=True),
    Roll("times", "", ("in_state_us", "begun")),
)  # fmt: skip


# ---- SQL that is made once, with the views ------------------------------------------------------
def sql() -> str:
    """Empty roll-ups and the macros that ask them, `rolled_...(since, until)`."""
    parts = [calendar(), watermark(0, None)]
    parts += [_table(roll) for roll in ROLLS]
    parts += [(HERE / "rolled.sql").read_text("utf-8")]
    parts += [_asking_times(roll) if roll.name == "times" else _asking(roll) for roll in ROLLS]
    parts += [(HERE / "counted.sql").read_text("utf-8")]
    costed = (HERE / "costed.sql").read_text("utf-8")
    parts += [
        costed.format(macro="costed", roll="spent", by=""),
        costed.format(macro="costed_by_prefix", roll="costs", by=", by region and rated prefix"),
    ]
    return "\n".join(parts)


def calendar() -> str:
    """Quarters of an hour and steps of a duration, as macros."""
    return (HERE / "slots.sql").read_text("utf-8")


def watermark(seq: int, fresh_us: int | None) -> str:
    """How far the roll-ups go, as constants: so a question skips what it need not read."""
    return (
        f"CREATE OR REPLACE MACRO rolled_seq() AS {int(seq)}::BIGINT;\n"
        "COMMENT ON MACRO rolled_seq IS 'Facts up to this one are in the roll-ups.';\n"
        f"CREATE OR REPLACE MACRO fresh_at() AS {instant(fresh_us)};\n"
        "COMMENT ON MACRO fresh_at IS 'No call that is not in the roll-ups began before.';\n"
    )


def instant(us: int | None) -> str:
    """Microseconds since 1970 as a constant; without any, before all of time."""
    return FOREVER[0] if us is None else f"make_timestamptz({int(us)})"


def _table(roll: Roll) -> str:
    empty = roll.summed(roll.units("false"))
    return f"CREATE OR REPLACE TABLE {roll.table} AS {empty} LIMIT 0;\n"


NEW = "a.seq > rolled_seq()"
OLD = "a.seq <= rolled_seq()"
SINCE = "since::TIMESTAMPTZ"
BEFORE = "least(slot_at(first_slot(since)), until::TIMESTAMPTZ)"
AFTER = "greatest(slot_at(last_slot(until)), slot_at(first_slot(since)), since::TIMESTAMPTZ)"


def _asking(roll: Roll) -> str:
    """Whole quarters out of the roll-up; the newest facts and the period's ends out of the raw."""
    at, now = roll.at, " AND as_of = TIMESTAMPTZ 'infinity'" if roll.priced else ""
    whole, early = f"{at} >= since AND {at} < until", f"{SINCE} - {SLACK}"
    parts = [
        roll.units(f"{NEW} AND {whole}{now}", early=f"fresh_at() - {SLACK}"),
        roll.units(f"{OLD} AND {whole} AND ({at} < {BEFORE} OR {at} >= {AFTER}){now}", early=early),
    ]
    if now:
        then = f"{whole} AND as_of < TIMESTAMPTZ 'infinity'"
        parts.append(roll.units(then, early=early, as_of="as_of"))
    return _macro(roll, parts, "as_of" if now else "", now)


def _asking_times(roll: Roll) -> str:
    """Intervals are cut to the period; who was on a break when it began counts as a break of it."""
    within = "a.to_at > since AND a.from_at < until"
    parts = [
        roll.units(f"{NEW} AND {within}", since=SINCE, until="until::TIMESTAMPTZ"),
        roll.units(f"{OLD} AND {within} AND a.from_at < {BEFORE}", since=SINCE, until=BEFORE),
        roll.units(
            f"{OLD} AND {within} AND a.to_at > {AFTER}", since=AFTER, until="until::TIMESTAMPTZ"
        ),
        "SELECT a.source, a.pool, a.agent, a.state, a.campaign, a.reason, "
        "to_slot(a.from_at) AS slot, 0 AS in_state_us, 1 AS begun "
        "FROM agent_states a WHERE a.from_at < since AND a.to_at > since",
    ]
    return _macro(roll, parts)


def _macro(roll: Roll, raw: Sequence[str], more: str = "", whole: str = "") -> str:
    params = ", ".join(["since", "until", *([more] if more else [])])
    rolled = (
        f"SELECT r.* FROM {roll.table} r "
        f"WHERE r.slot >= first_slot(since) AND r.slot < last_slot(until){whole}"
    )
    body = "\nUNION ALL BY NAME\n".join([rolled, *(f"SELECT * FROM ({one})" for one in raw)])
    return (
        f"CREATE OR REPLACE MACRO rolled_{roll.name}({params}) AS TABLE\n{body};\n"
        f"COMMENT ON MACRO TABLE rolled_{roll.name} IS "
        f"'Sums of {roll.table} over a period, the newest facts and the period''s ends included.';"
    )


def explain(con: duckdb.DuckDBPyConnection) -> None:
    """Say in the file what the roll-ups and their columns mean."""
    columns = con.execute(
        "SELECT table_name, column_name FROM duckdb_columns() "
        "WHERE starts_with(table_name, 'roll_') AND NOT internal ORDER BY table_name, column_index"
    ).fetchall()
    con.execute("\n".join(rolled_docs.comments(columns)))


# ---- what the loader does -----------------------------------------------------------------------
def upto(con: duckdb.DuckDBPyConnection) -> int:
    """Facts up to this one are in the roll-ups."""
    [(seq,)] = con.execute("SELECT rolled_seq()").fetchall()
    return int(seq)


def roll(con: duckdb.DuckDBPyConnection, seq: int) -> None:
    """Take all facts up to one into the roll-ups, in the caller's transaction."""
    for low, high in _chunks(con, upto(con), seq):
        those = f"a.seq > {low} AND a.seq <= {high}"
        _take_in(con, ROLLS, those)
        con.execute(
            "INSERT INTO roll_contacts SELECT a.lead, min(a.list) FROM v_attempts a "
            "ANTI JOIN roll_contacts r ON r.lead = a.lead "
            f"WHERE a.person AND {those} GROUP BY a.lead"
        )
    # When the oldest began of those that go in now, and of those that do not yet.
    [(fresh, since, until)] = con.execute(
        "SELECT CASE WHEN isfinite(fresh_at()) THEN epoch_us(fresh_at()) END, "
        "epoch_us(min(a.intended_at)), "
        "epoch_us(coalesce(min(a.intended_at) FILTER (WHERE a.seq > $seq), max(a.ended_at))) "
        f"FROM attempts a WHERE {NEW}",
        {"seq": seq},
    ).fetchall()
    if until is None:
        until = fresh
    else:
        _by_minute_and_day(con, since if fresh is None else fresh, until)
    con.execute(watermark(seq, until))


def _take_in(
    con: duckdb.DuckDBPyConnection, rolls: Iterable[Roll], those: str, sign: int = 1
) -> None:
    """Put what some facts add into roll-ups, or take it out (-1)."""
    [(began_us,)] = con.execute(
        f"SELECT epoch_us(min(a.intended_at)) FROM attempts a WHERE {those}"
    ).fetchall()
    early = f"{instant(began_us)} - {SLACK}"
    for one in rolls:
        # What another one has just added up need not be asked of the calls once more.
        units = one.narrowed("taken_in") if one.of else one.units(those, early=early)
        sums = one.summed(units, 1 if one.of else sign)
        con.execute(f"CREATE OR REPLACE TEMP TABLE taken_in AS {sums}")
        con.execute(f"INSERT INTO {one.table} BY NAME FROM taken_in")
    con.execute("DROP TABLE taken_in")


def lower(con: duckdb.DuckDBPyConnection, began_at: float) -> None:
    """A call that began then is told only now: what is kept by minute and day ends there."""
    began_us = round(began_at * 1e6)
    [(is_older,)] = con.execute(
        "SELECT make_timestamptz($us::BIGINT) < fresh_at()", {"us": began_us}
    ).fetchall()
    if is_older:
        con.execute(watermark(upto(con), began_us))


def corrected(con: duckdb.DuckDBPyConnection, calls: Sequence[str], sign: int) -> None:
    """Take what some calls add out of the roll-ups (-1), or put it in again (1)."""
    if not calls or not upto(con):
        return
    # Most are told of soon, when the call is not rolled up: the raw rows, few, say so at once.
    con.execute(
        "CREATE OR REPLACE TEMP TABLE told AS SELECT unnest($calls) AS call", {"calls": list(calls)}
    )
    con.execute(f"DELETE FROM told WHERE call IN (SELECT a.call FROM attempts a WHERE {NEW})")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE late AS SELECT DISTINCT a.seq FROM attempts a "
        f"WHERE {OLD} AND a.call IN (SELECT t.call FROM told t)"
    )
    [(found, low, high)] = con.execute("SELECT count(*), min(seq), max(seq) FROM late").fetchall()
    # By their numbers, between two constants: blocks without any of them are skipped.
    those = f"a.seq BETWEEN {low} AND {high} AND a.seq IN (SELECT l.seq FROM late l)"
    if found:
        _take_in(con, [one for one in ROLLS if one.late], those, sign)
    con.execute("DROP TABLE late")
    con.execute("DROP TABLE told")


def ripe(con: duckdb.DuckDBPyConnection, rest_s: float) -> int:
    """Facts up to this one may go in: of calls that ended so long ago little is told any more."""
    [(seq,)] = con.execute(
        "SELECT coalesce(min(a.seq) - 1, (SELECT facts_seq FROM meta)) FROM attempts a "
        f"WHERE {NEW} AND a.ended_at > (SELECT max(b.ended_at) FROM attempts b "
        "WHERE b.seq > rolled_seq()) - to_seconds($rest)",
        {"rest": rest_s},
    ).fetchall()
    return int(seq)


def _chunks(con: duckdb.DuckDBPyConnection, done: int, seq: int) -> Iterator[tuple[int, int]]:
    """By so many facts, whatever gaps their numbers have."""
    ends = con.execute(
        "SELECT s.seq FROM (SELECT a.seq, row_number() OVER (ORDER BY a.seq) AS n FROM attempts a "
        "WHERE a.seq > $done AND a.seq <= $seq) s WHERE s.n % $chunk = 0 ORDER BY s.seq",
        {"done": done, "seq": seq, "chunk": CHUNK},
    ).fetchall()
    bounds = [done, *(end for (end,) in ends if end < seq), seq]
    return ((low, high) for low, high in pairwise(bounds) if low < high)


def _by_minute_and_day(con: duckdb.DuckDBPyConnection, since: int, until: int) -> None:
    """Lines in use and calls to one number: mosts, which cannot be added up. A day at a time."""
    for stale in (
        "roll_lines WHERE minute_at >= time_bucket(INTERVAL 1 MINUTE, {at})",
        "roll_repeats WHERE day >= CAST({at} AT TIME ZONE zone AS DATE)",
    ):
        at = "make_timestamptz($us::BIGINT)"
        con.execute(f"DELETE FROM {stale.format(at=at)}", {"us": min(since, until)})
    while since < until:
        upto = min(until, since + DAY_US)
        for table in ("lines", "repeats"):
            con.execute(
                f"INSERT INTO roll_{table} FROM {table}_between("
                "make_timestamptz($since::BIGINT), make_timestamptz($until::BIGINT))",
                {"since": since, "until": upto},
            )
        since = upto
