"""Tables taken away as files: by permission, written down, and no spreadsheet runs what is in them.

Streamlit's own download asks nobody and leaves formulas as they are: it is hidden.
"""

from collections.abc import Mapping
from functools import partial

import pandas as pd
import streamlit as st

from dashboards import files, periods, viewer
from dashboards.look import Look
from dashboards.scope import scope

NO_DOWNLOAD = '[data-testid="stElementToolbarButton"]:has([aria-label="Download as CSV"])'
HIDDEN = f"<style>{NO_DOWNLOAD} {{ display: none; }}</style>"


def offered(look: Look, key: str, data: pd.DataFrame, names: Mapping[str, str]) -> None:
    """Buttons that give these columns under these names, for who may take them away."""
    if data.empty or not scope().may_export(look.campaign):
        return
    with st.container(key=f"taking-{key}", horizontal=True, gap="xsmall"):
        for kind, (write, mime) in files.KINDS.items():
            label = look.t("chart.take") if kind == "csv" else kind.capitalize()
            st.download_button(
                label if kind != "xlsx" else "XLSX", partial(write, data, names),
                file_name=f"{look.campaign}-{key}.{kind}", mime=mime, key=f"take-{key}-{kind}",
                icon=":material/download:", type="tertiary", on_click=_noted,
                args=(look.campaign, {"table": key, "kind": kind, "rows": len(data)}),
            )  # fmt: skip


def _noted(campaign: str, told: Mapping[str, object]) -> None:
    """In the audit log, when it is taken."""
    by, thing = viewer.here().actor, f"campaign:{campaign}"
    viewer.asked(
        lambda access: access.audit.append(by, "report.export", thing, at=periods.now(), after=told)
    )
