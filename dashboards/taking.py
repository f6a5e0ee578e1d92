"""Tables taken away as files: by permission, written down, and no spreadsheet runs what is in them.

Streamlit's own download asks nobody and leaves formulas as they are: it is hidden.
"""

from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from dashboards import files, periods, viewer
from dashboards.look import Look
from dashboards.scope import scope
from dashboards.stated import Over
from dialer.access.actor import Actor
from dialer.access.store import Access

NO_DOWNLOAD = '[data-testid="stElementToolbarButton"]:has([aria-label="Download as CSV"])'
SAID = {"csv": "CSV", "xlsx": "XLSX", "parquet": "Parquet"}
HIDDEN = f"<style>{NO_DOWNLOAD} {{ display: none; }}</style>"


def offered(
    look: Look, key: str, data: pd.DataFrame, names: Mapping[str, str], *,
    columns: Mapping[str, str] = {}, over: Over = "period", sql: str = "",
) -> None:  # fmt: skip
    """A button that gives these columns under these names, for who may take them away.

    `columns`: column -> of what it is; the file says so, and over what its figures are. `sql`: what
    somebody asked himself; the file says it word for word.
    """
    if data.empty or not all(scope().may_export(one) for one in look.campaigns):
        return
    of = look.campaign or "all"
    with st.container(key=f"taking-{key}", horizontal=True, vertical_alignment="center"):
        kind = st.session_state.get(f"kind-{key}") or "csv"
        write, mime = files.KINDS[kind]
        origin = look.origin(over)
        about = origin.about(look.t, {names[name]: said for name, said in columns.items()}, sql)
        st.download_button(
            look.t("chart.take", kind=SAID[kind]), write(data, names, about),
            file_name=f"{of}-{key}-{origin.days}.{kind}", mime=mime, key=f"take-{key}",
            icon=":material/download:", type="tertiary", on_click=_noted,
            args=(look.campaigns, {"table": key, "kind": kind, "rows": len(data)}),
        )  # fmt: skip
        st.segmented_control(
            look.t("chart.kind"), list(files.KINDS), default="csv", required=True,
            key=f"kind-{key}", format_func=SAID.get, label_visibility="collapsed",
        )  # fmt: skip


def _noted(campaigns: Sequence[str], told: Mapping[str, object]) -> None:
    """In the audit log, when it is taken: of each campaign."""
    by = viewer.here().actor
    for campaign in campaigns:
        viewer.asked(partial(_note, by, f"campaign:{campaign}", told))


def _note(by: Actor, thing: str, told: Mapping[str, object], access: Access) -> None:
    access.audit.append(by, "report.export", thing, at=periods.now(), after=told)
