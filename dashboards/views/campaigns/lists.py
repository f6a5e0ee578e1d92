"""A list, taken in from a file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from dashboards.steering import part
from dashboards.views.campaigns.orders import done
from dialer.i18n import Words


def upload(t: Words) -> None:
    """The form."""
    with (
        st.expander(t("campaigns.upload"), key="upload"),
        st.form("upload_form", border=False, clear_on_submit=True),
    ):
        file = st.file_uploader(t("campaigns.file"), type=["csv", "txt"])
        name = st.text_input(t("column.list"), help=t("campaigns.list_help"))
        country = st.text_input(t("setting.country"), "us", max_chars=2)
        if st.form_submit_button(t("campaigns.upload_go")) and file is not None:
            wanted = name.strip() or Path(file.name).stem
            path = f"lists/{part(wanted)}/import?country={part(country)}"
            done(t, "POST", path, None, file=file.getvalue(),
                 said=lambda told: _imported(t, wanted, told))  # fmt: skip


def _imported(t: Words, name: str, told: Mapping[str, Any]) -> str:
    counts = ("rows", "imported", "duplicates", "rejected", "blocked")
    return t("campaigns.upload_done", list=name, **{key: int(told[key]) for key in counts})
