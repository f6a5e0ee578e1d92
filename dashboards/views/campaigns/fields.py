"""The settings of a campaign as the form shows them, and what is wrong below each."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from dashboards.scope import news
from dashboards.views.campaigns.told import told
from dashboards.where import home
from dialer.api.records import Records
from dialer.audio.presets import PRESETS
from dialer.campaign import Campaign
from dialer.i18n import Words
from dialer.laws import LAWS
from dialer.leads import retry

CHOICES: Mapping[str, Sequence[str]] = {
    "pacing": ("progressive", "selftuned", "predictive", "ratio", "preview", "manual"),
    "law": tuple(LAWS),
    "retry": tuple(retry.settings()),
    "recording": ("off", "on", "must"),
}
NUMBERS: Mapping[str, float] = {
    "ratio": 0.05, "lines": 1, "calls_per_s": 0.1, "attempts_per_lead": 1,
    "calls_per_number_per_day": 1, "wrap_up_s": 1.0,
}  # fmt: skip
"Settings that are numbers, and the step from one to the next."
COLUMNS: Sequence[Sequence[str]] = (
    ("lists", "pool", "trunk", "caller_ids", "lines", "calls_per_s", "recording"),
    ("pacing", "ratio", "law", "abandon_cap", "hours", "holidays", "zone", "country"),
    ("retry", "attempts_per_lead", "calls_per_number_per_day", "ring_timeout_s", "wrap_up_s",
     "detection", "seller", "dnc"),
)  # fmt: skip
SETTINGS = frozenset({"name", *(key for column in COLUMNS for key in column)})


def _pools() -> list[str]:
    now = news()
    here = now.pools if now else ()
    return [*here, *(one.opened.pool for one in Records(home()).campaigns().values())]


def _trunks() -> list[str]:
    return [one.opened.trunk for one in Records(home()).campaigns().values()]


def _detections() -> list[str]:
    return [f"{name}{more}" for name in PRESETS for more in ("", ", audited", ", connect_first")]


KNOWN: Mapping[str, Callable[[], list[str]]] = {
    "pool": _pools, "trunk": _trunks, "detection": _detections,
}  # fmt: skip
"Settings whose usual words are known already: these can be chosen, others typed."


def fields(t: Words, first: Campaign) -> dict[str, Any]:
    """What the form gives, by setting."""
    given: dict[str, Any] = {}
    for place, keys in zip(st.columns(len(COLUMNS)), COLUMNS, strict=True):
        with place:
            for key in keys:
                value = _field(t, key, getattr(first, key))
                fault(t, key)
                if value is not None:
                    given[key] = value
    return given


def fault(t: Words, key: str) -> None:
    """What is wrong with this setting, below it."""
    where, why = st.session_state.get("fault") or ("", "")
    if where == key:
        st.error(t("campaigns.not_done", why=why), icon=":material/error:")


def _field(t: Words, key: str, value: Any) -> Any:
    label, help_ = t(f"setting.{key}"), t(f"setting.{key}_help")
    if key == "lists":
        there = sorted({*Records(home()).lists(), *(one for one in value if one != "none")})
        return st.multiselect(label, there, [one for one in value if one in there], help=help_,
                              accept_new_options=True)  # fmt: skip
    if key in KNOWN:
        there = sorted({value, *KNOWN[key]()} - {""})
        return st.selectbox(label, there, there.index(value) if value in there else None,
                            accept_new_options=True, help=help_) or ""  # fmt: skip
    if key in CHOICES:
        options = list(CHOICES[key])
        return st.selectbox(label, options, options.index(value), help=help_,
                            format_func=lambda one: told(t, key, one))  # fmt: skip
    if key in NUMBERS:
        step = type(value)(NUMBERS[key]) if value is not None else NUMBERS[key]
        shape = "%d" if isinstance(value, int) else "%.2f"
        return st.number_input(label, value=value, step=step, format=shape, min_value=type(step)(0),
                               help=help_)  # fmt: skip
    if isinstance(value, tuple):
        text = st.text_input(label, ", ".join(value), help=help_)
        return [one.strip() for one in text.split(",") if one.strip()]
    return st.text_input(label, _typed(value), help=help_).strip()


def _typed(value: Any) -> str:
    """As somebody would type it.

    >>> [_typed(value) for value in (30.0, 0.025, "20 to 30", None)]
    ['30', '0.025', '20 to 30', '']
    """
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)
