"""How a figure is written, in a table, in a file and on paper: one word for each kind of column."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from dialer.i18n import Words

Form = (
    Literal["text", "count", "code", "rate", "one", "two", "money", "price", "seconds", "minutes",
            "moment", "minute"]
    | str
)  # fmt: skip
"""A rate is 0 to 1 and written as a percentage; `minutes` are kept as seconds; `one`, `two` are
digits behind the point; `money` has two of them and a `price` four, in the currency of the row; a
`code` of 0 was not told, its cell is empty; a `minute` is a moment without seconds; `word outcome`
is a word of that table of the catalogue."""

_NUMBERS: Mapping[str, str] = {
    "count": "%,d", "code": "%d", "one": "%,.1f", "two": "%,.2f",
    "money": "%,.2f", "price": "%,.4f",
}  # fmt: skip
_UNITS: Mapping[str, str] = {"rate": "0..1", "seconds": "s", "minutes": "min"}
_MOMENTS: Mapping[str, str] = {"moment": "MM-DD HH:mm:ss", "minute": "MM-DD HH:mm"}


def shown(data: pd.DataFrame, forms: Mapping[str, Form], t: Words, zone: str) -> pd.DataFrame:
    """The rows in words and units: numbers stay numbers, moments stay instants of a clock.

    >>> from dialer.i18n import words
    >>> rows = pd.DataFrame({"outcome": ["busy"], "talk_s": [90.0]})
    >>> shown(rows, {"outcome": "word outcome", "talk_s": "minutes"}, words("en"), "UTC").values
    array([['busy', 1.5]], dtype=object)
    """
    return pd.DataFrame({name: _column(data[name], form, t, zone) for name, form in forms.items()})


def tabled(data: pd.DataFrame, forms: Mapping[str, Form], t: Words, zone: str) -> Styler:
    """As `shown`, for a table on a page: what is sorted is the number, what is read are its words.

    >>> from dialer.i18n import words
    >>> rows = pd.DataFrame({"share_rate": [0.5, 0.0002, 0.0]})
    >>> table = tabled(rows, {"share_rate": "rate"}, words("en"), "UTC")
    >>> table.data["share_rate"].tolist()
    [0.5, 0.0002, 0.0]
    >>> table.hide(axis="index").hide(axis="columns").to_string().splitlines()
    ['50.0 %', '< 0.1 %', '0.0 %']
    """
    rates = [name for name, form in forms.items() if form == "rate"]
    cells = shown(data, forms, t, zone)
    # A browser would show an instant by its own clock.
    walls = {name: cells[name].dt.tz_localize(None) for name in cells if _is_instant(cells[name])}
    return said_shares(cells.assign(**walls), rates, t)


def said_shares(cells: pd.DataFrame, rates: Sequence[str], t: Words, digits: int = 1) -> Styler:
    """A table whose rates, 0 to 1, are written as everywhere: little is not nothing.

    Streamlit's formats of numbers know no "less than"; a format of its own would hide these words.
    """

    def said(rate: float | None) -> str:
        return "" if rate is None or pd.isna(rate) else t.percent(float(rate), digits)

    return cells.style.format(na_rep="").format(said, subset=list(rates))


def _column(column: pd.Series, form: Form, t: Words, zone: str) -> Any:
    if form.startswith("word "):
        table = form.removeprefix("word ")
        return ["" if pd.isna(one) else _word(t, table, one) for one in column]
    if form == "minutes":
        return column / 60
    if form == "code":
        return column.astype("Int64").replace(0, pd.NA)
    if form in _MOMENTS and _is_instant(column):
        # Cut in UTC: where a clock is put back, an hour of it is two.
        return column.dt.tz_convert("UTC").dt.floor("s").dt.tz_convert(zone)
    return column


def _is_instant(column: pd.Series) -> bool:
    return isinstance(column.dtype, pd.DatetimeTZDtype)


def heads(
    names: Mapping[str, str], forms: Mapping[str, Form], data: pd.DataFrame, zone: str
) -> dict[str, str]:
    """What columns are called in a file: with the unit, where there is one.

    >>> rows = pd.DataFrame({"talk_s": [9.0], "amount": [0.5], "currency": ["USD"]})
    >>> names = {"talk_s": "Talk", "amount": "Paid", "currency": "Currency"}
    >>> list(heads(names, {"talk_s": "seconds", "amount": "money"}, rows, "UTC").values())
    ['Talk (s)', 'Paid (USD)', 'Currency']
    """
    found = {}
    for name, said in names.items():
        unit = _unit(name, forms.get(name, "text"), names, data, zone)
        found[name] = f"{said} ({unit})" if unit else said
    return found


def _unit(
    name: str, form: Form, names: Mapping[str, str], data: pd.DataFrame, zone: str
) -> str:  # fmt: skip
    if form in _MOMENTS:
        return zone
    if form not in ("money", "price"):
        return _UNITS.get(form, "")
    column = "into_currency" if name.startswith("into_") else "currency"
    known = data[column].dropna().unique()
    return str(known[0]) if len(known) == 1 else names[column]


def _word(t: Words, table: str, one: Any) -> str:
    """A word of the catalogue; where nothing was recorded it may have a name, too."""
    return t.name(table, str(one)) if one != "" else t.texts.get(f"{table}.none", "")


def config(form: Form, label: str, t: Words, help: str) -> Any:
    """Streamlit's description of such a column; `help` says of what it is, and over what."""
    column = st.column_config
    if form in _MOMENTS:
        return column.DatetimeColumn(label, format=_MOMENTS[form], help=help)
    if form == "date":
        return column.DateColumn(label, format="YYYY-MM-DD", help=help)
    if form in ("seconds", "minutes"):
        return column.NumberColumn(label, format=t(f"form.{form}"), help=help)
    if form == "rate":
        return column.NumberColumn(label, help=help)  # `said_shares` writes its cells
    if form in _NUMBERS:
        return column.NumberColumn(label, format=_NUMBERS[form], help=help)
    return column.TextColumn(label, help=help)


def written(value: Any, form: Form, t: Words) -> str:
    """One cell of a table on paper, out of `shown`.

    >>> from dialer.i18n import words
    >>> [written(0.0213, "rate", words("en")), written(float("nan"), "one", words("en"))]
    ['2.1 %', '–']
    """
    if value is None or pd.isna(value):
        return "–"
    match form:
        case "rate":
            return t.percent(float(value))
        case "count":
            return t.number(int(value))
        case "code":
            return str(int(value))
        case "one" | "minutes" | "seconds":
            return t.number(float(value), 1)
        case "two" | "money" | "price":
            return t.number(float(value), 4 if form == "price" else 2)
        case "moment" | "minute":
            return f"{value:%Y-%m-%d %H:%M}"
        case "date":
            return f"{value:%Y-%m-%d}"
    return str(value)
