"""What is set, as a table."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from dashboards.stated import stated
from dialer.i18n import Words


def when(at: float, zone: str) -> str:
    """A version's instant, on its clock."""
    return datetime.fromtimestamp(at, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")


def listed(t: Words, rows: Sequence[Mapping[str, Any]], zone: str) -> None:
    """What is set, as a table."""
    data = pd.DataFrame(rows)
    names = {str(name): str(name) for name in data.columns}
    kept = stated(t, "kept", zone=zone).columns(names, dict.fromkeys(names, "setting"))
    st.dataframe(data, hide_index=True, width="stretch", height="content", column_config=kept)
