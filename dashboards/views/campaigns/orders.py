"""What the dialer says of a campaign now, and orders to it."""

import re
from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboards.ordering import give
from dashboards.scope import news
from dashboards.views.campaigns.fields import SETTINGS
from dialer.i18n import Words


def live_of(campaign: str) -> Any:
    """What the dialer says of a campaign, while it has one."""
    now = news()
    return now.campaigns.get(campaign) if now else None


def done(
    t: Words, method: str, path: str, body: Any, *, said: Callable[[Any], str],
    file: bytes | None = None,
) -> None:  # fmt: skip
    """Give the order; what is wrong is shown at the setting that it is about."""

    def taken(told: Any) -> str:
        st.session_state.pop("fault", None)
        st.session_state.pop("kind", None)  # what was made can be changed next
        return said(told)

    def refused(why: str) -> None:
        if fault := fault_of(why):
            st.session_state["fault"] = fault
            st.rerun()

    give(t, method, path, body, said=taken, refused=refused, file=file)


_FAULT = re.compile(
    rf"(?:^|: )(?P<key>{'|'.join(sorted(SETTINGS))})"
    r"(?: = (?:'[^']*'|\"[^\"]*\"|[^:]*))?: (?P<why>.+)$",
    re.DOTALL,
)


def fault_of(why: str) -> tuple[str, str] | None:
    """The setting that a refusal is about and what is wrong with it, where it is about one.

    >>> fault_of("body: country = 'xx': must be an ISO 3166 code")
    ('country', 'must be an ISO 3166 code')
    >>> fault_of("no dialer serves this home")
    """
    found = _FAULT.search(why)
    return (found["key"], found["why"]) if found else None
