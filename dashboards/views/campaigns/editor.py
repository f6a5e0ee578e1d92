"""A form for campaigns: a changed one, a copy, a new one."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboards.steering import part
from dashboards.views.campaigns.fields import fault, fields
from dashboards.views.campaigns.orders import done
from dialer import campaign as files
from dialer.access.permissions import Reach
from dialer.access.rules import Thing, User, may, reach
from dialer.campaign import Campaign
from dialer.i18n import Words
from dialer.leads.rules import Campaign as InForce


def may_somewhere(user: User, what: str) -> bool:
    """Of some campaign at least, or of one to come."""
    return reach(user, what) in (Reach.SCOPE, Reach.ALL)


def kinds_of(user: User, known: Mapping[str, InForce]) -> tuple[str, ...]:
    """What the form is for: a changed one, a copy, a new one."""
    steered = st.session_state.get("steered", "")
    changes = steered in known and may(user, "campaign.edit", Thing(campaign=steered))
    makes = may_somewhere(user, "campaign.create")
    kinds = {"change": changes, "copy": makes and bool(known), "new": makes}
    return tuple(kind for kind, is_meant in kinds.items() if is_meant)


def editor(t: Words, known: Mapping[str, InForce], kinds: Sequence[str]) -> None:
    """The form."""
    with st.expander(t("campaigns.edit"), key="editor"):
        kind = st.segmented_control(
            t("campaigns.edit"), kinds, default=kinds[0], required=True, key="kind",
            format_func=lambda one: t(f"campaigns.{one}"), label_visibility="collapsed",
        )  # fmt: skip
        before = known.get(st.session_state.get("steered", "")) if kind != "new" else None
        first = files.again(before.opened, before.rules) if before else _fresh()
        with st.form(
            f"form_{kind}_{first.name}_{before.opened.version if before else 0}", border=False
        ):
            name = first.name
            if kind != "change":
                name = st.text_input(t("campaigns.name"), "", help=t("campaigns.name_help"))
                fault(t, "name")
            given = fields(t, first)
            paused = kind != "change" and st.checkbox(t("campaigns.begin_paused"), value=True)
            sent = st.form_submit_button(t(f"campaigns.{kind}_go"), type="primary")
        if sent:
            send(t, kind, {"name": name.strip(), **given, **kept_of(first, kind)}, paused)


def _fresh() -> Campaign:
    return Campaign(name="new", lists=("none",))


def kept_of(first: Campaign, kind: str) -> dict[str, Any]:
    """What the form does not show."""
    kept: dict[str, Any] = {}
    if first.safe_harbour and kind == "change":
        kept["safe_harbour"] = str(first.safe_harbour)
    return kept


def send(t: Words, kind: str, body: dict[str, Any], paused: bool) -> None:
    """Make the campaign, or its next version."""
    name = body["name"]
    if kind == "change":
        path, method = f"campaigns/{part(name)}", "PUT"
        body = {key: value for key, value in body.items() if key != "name"}
    else:
        path, method = f"campaigns?begins={'paused' if paused else 'dialling'}", "POST"
    done(
        t,
        method,
        path,
        body,
        said=lambda told: t(f"campaigns.{kind}_done", campaign=name, version=told["version"]),
    )
