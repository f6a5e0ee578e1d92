"""Tables taken away as files: by permission, written down, and no spreadsheet runs what is in them.

Streamlit's own download asks nobody and leaves formulas as they are: it is hidden.
"""

import csv
import io
from collections.abc import Mapping

import pandas as pd
import streamlit as st

from dashboards import periods, viewer
from dashboards.look import Look
from dashboards.scope import scope
from dialer.leads.rejects import harmless

NO_DOWNLOAD = '[data-testid="stElementToolbarButton"]:has([aria-label="Download as CSV"])'
HIDDEN = f"<style>{NO_DOWNLOAD} {{ display: none; }}</style>"


def offered(look: Look, key: str, data: pd.DataFrame, names: Mapping[str, str]) -> None:
    """A button that gives these columns under these names, for who may take them away."""
    if data.empty or not scope().may_export(look.campaign):
        return

    st.download_button(
        look.t("chart.take"), written(data, names), file_name=f"{look.campaign}-{key}.csv",
        mime="text/csv", key=f"take-{key}", icon=":material/download:", type="tertiary",
        on_click=_noted, args=(look.campaign, {"table": key, "rows": len(data)}),
    )  # fmt: skip


def _noted(campaign: str, told: Mapping[str, object]) -> None:
    """In the audit log, when it is taken."""
    by, thing = viewer.here().actor, f"campaign:{campaign}"
    viewer.asked(
        lambda access: access.audit.append(by, "report.export", thing, at=periods.now(), after=told)
    )


def written(data: pd.DataFrame, names: Mapping[str, str]) -> str:
    """As CSV. Only text can be a formula; a number that is below zero stays a number.

    >>> written(pd.DataFrame({"a": ["=1+1", "x"], "n": [-2, 3]}), {"a": "A", "n": "N"})
    "\\ufeffA,N\\r\\n'=1+1,-2\\r\\nx,3\\r\\n"
    """
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(map(harmless, names.values()))
    for row in data[list(names)].itertuples(index=False):
        rows.writerow([_cell(one) for one in row])
    return "\ufeff" + text.getvalue()  # or Excel takes Chinese for Latin


def _cell(one: object) -> object:
    if isinstance(one, str):
        return harmless(one)
    return "" if pd.isna(one) else one  # type: ignore[call-overload]
