"""Facts in, Arrow tables out: pure. A fact's fields are a table's columns, name by name."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa

from dialer.engine.commands import (
    AgentWas,
    CallerIdRested,
    Cdr,
    Decided,
    DispositionSet,
    Fact,
    Leg,
    OptOut,
    RecordingGone,
    RecordingKept,
)
from dialer.engine.events import CampaignOpened
from dialer.money.exchange import PLACES, Exchange, both_ways
from dialer.money.store import Charge, Cost
from dialer.warehouse.tail import Lead, ListOf

INSTANT = pa.timestamp("us", tz="UTC")


class Shape(NamedTuple):
    """How one kind of fact becomes rows."""

    table: str
    renamed: dict[str, str]
    "Field -> column, where they differ (`at` is a word of SQL)."
    dropped: frozenset[str] = frozenset()
    told: bool = False
    "It names its source itself."
    numbered: bool = True
    "It has a sequence number of its own."


SHAPES: dict[type[msgspec.Struct], Shape] = {
    Cdr: Shape("attempts", {}, frozenset({"legs"}), told=True),
    AgentWas: Shape("agent_states", {}),
    RecordingKept: Shape("recordings", {"at": "checked_at"}),
    RecordingGone: Shape("recordings_gone", {"at": "gone_at", "user": "by_user"}),
    DispositionSet: Shape("dispositions", {"at": "set_at"}, frozenset({"callback_for"})),
    OptOut: Shape("opt_outs", {"at": "pressed_at"}),
    CallerIdRested: Shape("caller_id_rests", {"at": "told_at", "user": "by_user"}),
    Decided: Shape("pacing_decisions", {"at": "decided_at"}),
    CampaignOpened: Shape(
        "campaign_versions",
        {"at": "opened_at"},
        frozenset({"closes_min", "group", "when_spent", "after_beep", "ring_least_s"}),
        told=True,
        numbered=False,
    ),
}


def _arrow(name: str, annotation: object) -> pa.DataType:
    """The type of a column, from its name and the field's annotation."""
    if name == "at" or name.endswith("_at"):
        return INSTANT
    words = str(annotation)
    if "tuple" in words:
        return pa.list_(pa.string())
    if "bool" in words:
        return pa.bool_()
    if "float" in words:
        return pa.float64()
    return pa.int64() if "int" in words else pa.string()


def _columns(kind: type[msgspec.Struct], shape: Shape) -> list[tuple[str, pa.Field]]:
    return [
        (
            field.name,
            pa.field(shape.renamed.get(field.name, field.name), _arrow(field.name, field.type)),
        )
        for field in msgspec.structs.fields(kind)
        if field.name not in shape.dropped
    ]


COLUMNS = {kind: _columns(kind, shape) for kind, shape in SHAPES.items()}
"Field and column of each kind of fact."

LEGS = pa.schema(
    [("seq", pa.int64()), ("call", pa.string()), ("leg", pa.int64()), ("agent", pa.string()),
     ("bridged_at", INSTANT), ("ended_at", INSTANT),
     ("held_at", pa.list_(INSTANT)), ("resumed_at", pa.list_(INSTANT))]
)  # fmt: skip


def micros(at: float | None) -> int | None:
    """Whole microseconds since 1970.

    >>> micros(1.5)
    1500000
    """
    return None if at is None else round(at * 1_000_000)


def table(kind: type[msgspec.Struct], rows: Sequence[tuple[int, Any]], source: str) -> pa.Table:
    """The rows of one kind, with their sequence numbers and their source."""
    shape, arrays = SHAPES[kind], dict[str, pa.Array]()
    if shape.numbered:
        arrays["seq"] = pa.array([seq for seq, _ in rows], pa.int64())
    if not shape.told:
        arrays["source"] = pa.array([source] * len(rows), pa.string())
    for name, column in COLUMNS[kind]:
        values = [getattr(row, name) for _, row in rows]
        if column.type == INSTANT:
            values = [micros(value) for value in values]
        arrays[column.name] = pa.array(values, column.type)
    return pa.table(arrays)


def legs(cdrs: Iterable[tuple[int, Cdr]]) -> pa.Table:
    """One row per agent's part in each call."""
    rows = [_leg(seq, cdr.call, n, leg) for seq, cdr in cdrs for n, leg in enumerate(cdr.legs, 1)]
    return pa.Table.from_pylist(rows, LEGS)


def _leg(seq: int, call: str, n: int, leg: Leg) -> dict[str, object]:
    return {
        "seq": seq, "call": call, "leg": n, "agent": leg.agent,
        "bridged_at": micros(leg.bridged_at), "ended_at": micros(leg.ended_at),
        "held_at": [micros(since) for since, _ in leg.holds],
        "resumed_at": [micros(until) for _, until in leg.holds],
    }  # fmt: skip


def tables(
    facts: Iterable[tuple[int, Fact]], campaigns: Iterable[CampaignOpened], source: str
) -> dict[str, pa.Table]:
    """Everything to insert, by table; tables without rows are left out."""
    kinds: dict[type[msgspec.Struct], list[tuple[int, Any]]] = {}
    for seq, row in [*((0, opened) for opened in campaigns), *facts]:
        kinds.setdefault(type(row), []).append((seq, row))
    made = {SHAPES[kind].table: table(kind, rows, source) for kind, rows in kinds.items()}
    parts = legs(kinds.get(Cdr, []))
    return made | ({"legs": parts} if parts.num_rows else {})


LEADS = pa.schema(
    [("source", pa.string()), ("lead", pa.string()), ("list", pa.string()),
     ("place", pa.string()), ("state", pa.string()), ("why", pa.string()),
     ("attempts", pa.int32()), ("callback", pa.bool_()), ("disposition", pa.string()),
     ("due_at", INSTANT)]
)  # fmt: skip
LISTS = pa.schema(
    [("source", pa.string()), ("list", pa.string()), ("added_at", INSTANT), ("leads", pa.int64())]
)


def leads(found: Iterable[Lead], source: str) -> pa.Table:
    """Leads as they stand now."""
    rows = [{**lead._asdict(), "source": source, "due_at": micros(lead.due_at)} for lead in found]
    return pa.Table.from_pylist(rows, LEADS)


def lists(found: Iterable[ListOf], source: str) -> pa.Table:
    """Lists and how many leads each has."""
    rows = [
        {"source": source, "list": one.list, "added_at": micros(one.added_at), "leads": one.leads}
        for one in found
    ]
    return pa.Table.from_pylist(rows, LISTS)


AMOUNT = pa.decimal128(18, 6)
"Amounts of money. A sum of them is exact."
COSTS = pa.schema(
    [("cost", pa.int64()), ("source", pa.string()), ("call", pa.string()), ("deck", pa.string()),
     ("version", pa.int32()), ("prefix", pa.string()), ("billed_s", pa.int32()),
     ("amount", AMOUNT), ("currency", pa.string()), ("rated_at", INSTANT), ("again", pa.bool_())]
)  # fmt: skip
CHARGES = pa.schema(
    [("source", pa.string()), ("kind", pa.string()), ("whose", pa.string()),
     ("amount", AMOUNT), ("currency", pa.string()), ("since", pa.string())]
)  # fmt: skip


EXCHANGE = pa.schema(
    [("source", pa.string()), ("day", pa.date32()), ("base", pa.string()), ("quote", pa.string()),
     ("rate", pa.decimal128(24, 12)), ("origin", pa.string()), ("turned", pa.bool_())]
)  # fmt: skip


def costs(found: Iterable[tuple[int, Cost]]) -> pa.Table:
    """Costs with their numbers, as they were rated."""
    rows = [
        {**cost._asdict(), "cost": number, "amount": _six(cost.amount),
         "rated_at": micros(cost.rated_at)}
        for number, cost in found
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, COSTS)


def charges(found: Iterable[Charge], source: str) -> pa.Table:
    """What is paid by the month and by the hour."""
    rows = [
        {"source": source, "kind": one.kind, "whose": one.name, "amount": _six(one.amount),
         "currency": one.currency, "since": one.since}
        for one in found
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, CHARGES)


def exchange(found: Iterable[Exchange], source: str) -> pa.Table:
    """Rates of exchange, both ways."""
    rows = [
        {**one._asdict(), "source": source, "day": date.fromisoformat(one.day),
         "rate": one.rate.quantize(PLACES), "turned": turned}
        for one, turned in both_ways(found)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, EXCHANGE)


def _six(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.quantize(_SIX)


_SIX = Decimal("0.000001")


def told_at(fact: Fact) -> float:
    """When the fact came to be: the newest instant it tells."""
    if isinstance(fact, Cdr):
        return fact.ended_at
    return fact.to_at if isinstance(fact, AgentWas) else fact.at
