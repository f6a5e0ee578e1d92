"""A campaign's versions, and what each changed."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import streamlit as st

from dashboards.views.campaigns.fields import COLUMNS
from dashboards.views.campaigns.tables import listed, when
from dashboards.where import home
from dialer.api.records import Records
from dialer.engine.events import CampaignOpened
from dialer.i18n import Words

NOT_SHOWN = frozenset({"at", "version", "user", "begins", "source", "campaign"})

Version = tuple[CampaignOpened, tuple[str, ...]]


def versions(t: Words, name: str) -> None:
    """Each version, by whom and since when, and what it changed."""
    found = Records(home()).versions(name)
    with st.expander(t("campaigns.versions", n=len(found)), key="versions"):
        rows = [
            {
                t("campaigns.version"): one.version,
                t("campaigns.since"): when(one.at, one.zone),
                t("campaigns.by"): one.user,
                t("campaigns.changed"): "; ".join(_changes(t, one, old)),
            }
            for one, old in _pairs(found)
        ]
        listed(t, rows, found[-1][0].zone if found else "UTC")


def _pairs(found: Sequence[Version]) -> Iterator[tuple[CampaignOpened, Any]]:
    """Each version, latest first, with how everything was before it."""
    told = [{**msgspec.structs.asdict(one), "lists": lists} for one, lists in found]
    for n, (one, _) in enumerate(found):
        yield one, (told[n], told[n + 1] if n + 1 < len(told) else None)


def _changes(t: Words, one: CampaignOpened, old: Any) -> list[str]:
    """In words: what was changed from what to what."""
    now, before = old
    if before is None:
        return [t("campaigns.first")]
    return [
        f"{_label(t, key)}: {_plain(before[key])} → {_plain(now[key])}"
        for key in now if key not in NOT_SHOWN and now[key] != before[key]
    ]  # fmt: skip


def _label(t: Words, key: str) -> str:
    shown = {key for column in COLUMNS for key in column}
    return t(f"setting.{key}") if key in shown else key


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
