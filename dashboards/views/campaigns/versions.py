"""A campaign's versions, and what each changed."""

from collections.abc import Iterator, Sequence

import streamlit as st

from dashboards.views.campaigns.tables import listed as table
from dashboards.views.campaigns.tables import when
from dashboards.views.campaigns.told import in_force, listed
from dashboards.where import home
from dialer.api.records import Records
from dialer.engine.events import CampaignOpened
from dialer.i18n import Words

TOLD_WITH = {"ring_least_s": "ring_timeout_s"}
"What a version says in one sentence with another setting."
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
                t("campaigns.changed"): t("preflight.joint").join(_changes(t, (one, lists), old)),
            }
            for (one, lists), old in _pairs(found)
        ]
        table(t, rows, found[-1][0].zone if found else "UTC")


def _pairs(found: Sequence[Version]) -> Iterator[tuple[Version, Version | None]]:
    """Each version, latest first, with the one before it."""
    return zip(found, [*found[1:], None], strict=True)


def _changes(t: Words, now: Version, before: Version | None) -> list[str]:
    """In words: what was changed from what to what."""
    if before is None:
        return [t("campaigns.first")]
    (one, lists), (old, old_lists) = now, before
    found = [] if lists == old_lists else [("lists", listed(old_lists), listed(lists))]
    changed = (
        TOLD_WITH.get(key, key) for key in one.__struct_fields__
        if key not in NOT_SHOWN and getattr(one, key) != getattr(old, key)
    )  # fmt: skip
    found += [(key, in_force(t, key, old), in_force(t, key, one)) for key in dict.fromkeys(changed)]
    return [f"{_label(t, key)}: {was} → {has}" for key, was, has in found]


def _label(t: Words, key: str) -> str:
    return t.texts.get(f"setting.{key}") or t(f"changed.{key}")
