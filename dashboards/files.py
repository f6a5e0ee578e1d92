"""Tables as files: CSV, a workbook, Parquet. No spreadsheet runs what is in them.

A file says what it is: CSV in its last columns, a workbook on a sheet of its own, Parquet in its
metadata, which pandas reads as `attrs`.
"""

import csv
import io
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from dialer.leads.rejects import harmless

WIDEST = 40
"No column of a workbook is wider, in letters."
LONGEST = 32_767
"Letters that Excel takes in one cell; of more it would take nothing."


class About(NamedTuple):
    """What a file says of itself, in its reader's language."""

    title: str = "about"
    "Of the sheet that says it."
    facts: Mapping[str, str] = {}
    "Whose figures, over which period, by which clock."
    columns: Mapping[str, str] = {}
    "Column as its head names it -> of what it is."


NOTHING = About()


def as_csv(data: pd.DataFrame, names: Mapping[str, str], about: About = NOTHING) -> bytes:
    """As CSV. Only text can be a formula; a number that is below zero stays a number.

    >>> as_csv(pd.DataFrame({"a": ["=1+1", "x"], "n": [-2, 3]}), {"a": "A", "n": "N"}).decode()
    "\\ufeffA,N\\r\\n'=1+1,-2\\r\\nx,3\\r\\n"
    """
    text = io.StringIO()
    rows = csv.writer(text)
    # A comment of SQL ends with its line: on one line the rest would be part of it.
    facts = [harmless(one, keeps="\n") for one in about.facts.values()]
    rows.writerow(map(harmless, [*names.values(), *about.facts]))
    for row in data[list(names)].itertuples(index=False):
        rows.writerow([*(_cell(one) for one in row), *facts])
    return ("\ufeff" + text.getvalue()).encode()  # or Excel takes Chinese for Latin


def _cell(one: object) -> object:
    if isinstance(one, str):
        return harmless(one)
    if isinstance(one, datetime) and not pd.isna(one):
        return one.isoformat()
    return "" if pd.isna(one) else one  # type: ignore[call-overload]


def as_workbook(data: pd.DataFrame, names: Mapping[str, str], about: About = NOTHING) -> bytes:
    """As XLSX: text is written as text, whatever it begins with."""
    return workbook({"report": (data, names)}, about)


def workbook(
    sheets: Mapping[str, tuple[pd.DataFrame, Mapping[str, str]]], about: About = NOTHING
) -> bytes:
    """A workbook of several sheets: title -> rows and the names of their columns; `about` last."""
    out = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(out, plain) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        instants = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for title, (data, names) in sheets.items():
            sheet = book.add_worksheet(_sheet_name(title))
            sheet.freeze_panes(1, 0)
            for at, (column, name) in enumerate(names.items()):
                sheet.write_string(0, at, name, head)
                values = list(data[column])
                for line, value in enumerate(values, 1):
                    _put(sheet, line, at, value, instants)
                longest = max([len(name), *(len(str(one)) for one in values[:200])])
                sheet.set_column(at, at, min(WIDEST, longest + 2))
        if about.facts:
            _say(book.add_worksheet(_sheet_name(about.title)), about, head)
    return out.getvalue()


def _say(
    sheet: "xlsxwriter.worksheet.Worksheet", about: About, head: "xlsxwriter.format.Format"
) -> None:
    sheet.set_column(0, 1, WIDEST)
    for line, (name, said) in enumerate([*about.facts.items(), ("", ""), *about.columns.items()]):
        sheet.write_string(line, 0, name, head if name else None)
        sheet.write_string(line, 1, said[:LONGEST])


def _put(
    sheet: "xlsxwriter.worksheet.Worksheet", line: int, at: int, value: object,
    instants: "xlsxwriter.format.Format",
) -> None:  # fmt: skip
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return
    if isinstance(value, datetime):
        sheet.write_datetime(line, at, value.replace(tzinfo=None), instants)
    elif isinstance(value, bool) or not hasattr(value, "__float__"):
        sheet.write_string(line, at, str(value))
    else:
        sheet.write_number(line, at, float(value))


def _sheet_name(title: str) -> str:
    """What Excel takes as the name of a sheet.

    >>> _sheet_name("Trunks: ASR/NER [all]")
    'Trunks  ASR NER  all'
    """
    return "".join(" " if one in r"[]:*?/\\" else one for one in title).strip()[:31]


def as_parquet(data: pd.DataFrame, names: Mapping[str, str], about: About = NOTHING) -> bytes:
    """As Parquet, whose columns keep the names that questions know."""
    table = pa.Table.from_pandas(data[list(names)], preserve_index=False)
    said = {**about.facts, **{head: about.columns.get(head, "") for head in names.values()}}
    if about.facts:
        attrs = json.dumps(said, ensure_ascii=False)
        table = table.replace_schema_metadata({**table.schema.metadata, "PANDAS_ATTRS": attrs})
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()


Writer = Callable[[pd.DataFrame, Mapping[str, str], About], bytes]
KINDS: Mapping[str, tuple[Writer, str]] = {
    "csv": (as_csv, "text/csv"),
    "xlsx": (
        as_workbook,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "parquet": (as_parquet, "application/vnd.apache.parquet"),
}
"How a file's name ends -> who writes it, and what browsers call it."
