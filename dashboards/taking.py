"""Tables taken away as files: by permission, written down, and no spreadsheet runs what is in them.

Streamlit's own download asks nobody and leaves formulas as they are: it is hidden.
"""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from dashboards import files, periods, viewer
from dashboards.look import Look
from dashboards.scope import scope

NO_DOWNLOAD = '[data-testid="stElementToolbarButton"]:has([aria-label="Download as CSV"])'
SAID = {"csv": "CSV", "xlsx": "XLSX", "parquet": "Parquet"}
HIDDEN = f"<style>{NO_DOWNLOAD} {{ display: none; }}</style>"


def offered(look: Look, key: str, data: pd.DataFrame, names: Mapping[str, str]) -> None:
    """A button that gives these columns under these names, for who may take them away."""
    if data.empty or not scope().may_export(look.campaign):
        return
    with st.container(key=f"taking-{key}", horizontal=True, vertical_alignment="center"):
        kind = st.session_state.get(f"kind-{key}") or "csv"
        write, mime = files.KINDS[kind]
        st.download_button(
            look.t("chart.take", kind=SAID[kind]), write(data, names),
            file_name=f"{look.campaign}-{key}.{kind}", mime=mime, key=f"take-{key}",
            icon=":material/download:", type="tertiary", on_click=_noted,
            args=(look.campaign, {"table": key, "kind": kind, "rows": len(data)}),
        )  # fmt: skip
        st.segmented_control(
            look.t("chart.kind"), list(files.KINDS), default="csv", required=True,
            key=f"kind-{key}", format_func=SAID.get, label_visibility="collapsed",
        )  # fmt: skip


def _noted(campaign: str, told: Mapping[str, object]) -> None:
    """In the audit log, when it is taken."""
    by, thing = viewer.here().actor, f"campaign:{campaign}"
    viewer.asked(
        lambda access: access.audit.append(by, "report.export", thing, at=periods.now(), after=told)
    )
