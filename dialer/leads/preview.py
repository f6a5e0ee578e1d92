"""A list before it is imported: how it would be read, and what would become of its first rows."""

from itertools import islice
from pathlib import Path

import msgspec

from dialer.leads import table
from dialer.leads.columns import Correction, Layout
from dialer.leads.normalise import NewLead, masked
from dialer.leads.reading import Reader, Source
from dialer.leads.text import Bad, Row

SHOWN = 20
"Rows that a preview shows."


class First(msgspec.Struct, frozen=True, kw_only=True):
    """One of the first rows."""

    line: int
    cells: list[str]
    numbers: list[str] = []
    "Those found in it, masked: `+1212•••0123`."
    reason: str = ""
    "Why it would be rejected."


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """How a list would be read."""

    layout: Layout
    header: list[str]
    "The first row, where it names the columns."
    rows: list[First]


def preview(path: Path, source: Source, better: Correction = table.AS_GUESSED) -> Preview:
    """Look at a list. `ImportRefused` where it is none."""
    with table.opened(path, source, better, to_look=True) as found:
        reader = Reader(source, found.layout, origins=False)
        rows = [_first(reader, row) for row in islice(found.rows(), SHOWN)]
        header = found.first[0] if found.layout.header else []
        return Preview(layout=found.layout, header=header, rows=rows)


def _first(reader: Reader, row: Row | Bad) -> First:
    lead = reader.lead(row)
    cells = row.cells if isinstance(row, Row) else [row.text]
    if isinstance(lead, NewLead):
        numbers = [masked(one.digits) for one in lead.numbers]
        return First(line=row.line, cells=cells, numbers=numbers)
    return First(line=row.line, cells=cells, reason=lead)
