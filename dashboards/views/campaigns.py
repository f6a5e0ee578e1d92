"""Campaigns: what each does, the orders that steer it, its versions, a form for new ones."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pandas as pd
import streamlit as st

from dashboards import periods, viewer
from dashboards.look import choose_language, language
from dashboards.looking import look, worked
from dashboards.ordering import give, told_before
from dashboards.scope import Scope, news
from dashboards.stated import stated
from dashboards.steering import part
from dashboards.where import home
from dialer import campaign as files
from dialer.access.permissions import Reach
from dialer.access.rules import Thing, User, may, reach
from dialer.api.records import Records
from dialer.audio.presets import PRESETS
from dialer.campaign import Campaign
from dialer.engine.events import CampaignOpened
from dialer.i18n import Words, words
from dialer.laws import LAWS
from dialer.leads import retry
from dialer.leads.plan import written
from dialer.leads.rules import Campaign as InForce

CHOICES: Mapping[str, Sequence[str]] = {
    "pacing": ("progressive", "selftuned", "predictive", "ratio"),
    "law": tuple(LAWS),
    "retry": tuple(retry.settings()),
    "recording": ("off", "on", "must"),
}
NUMBERS: Mapping[str, float] = {
    "ratio": 0.05, "lines": 1, "calls_per_s": 0.1, "ring_timeout_s": 1.0, "attempts_per_lead": 1,
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
ORDERS = {"dialling": ("pause", "stop"), "paused": ("resume", "stop"), "stopped": ("resume",)}
"State -> the orders that make sense."
NOT_SHOWN = frozenset({"at", "version", "user", "begins", "source", "campaign"})


def page() -> None:
    """The page."""
    t, user = words(language()), viewer.here().user
    with st.container(key="bar", horizontal=True, vertical_alignment="center", gap="small"):
        st.space("stretch")
        choose_language(t)
    known = {
        name: one for name, one in Records(home()).campaigns().items() if Scope(user).sees(name)
    }
    told_before()
    if known:
        _overview(t, known)
        chosen = st.selectbox(t("campaigns.one"), list(known), key="steered", width=320)
        _steered(t, user, known[chosen])
        _budget(t, user, known[chosen])
        if may(user, "list.see", Thing(campaign=chosen)):
            worked(t, known[chosen], Records(home()).journal, periods.now())
        _versions(t, chosen)
    elif not _may(user, "campaign.create"):
        st.info(t("campaigns.none"))
    if kinds := _kinds(user, known):
        _editor(t, known, kinds)
    if _may(user, "list.import"):
        _upload(t)


def _may(user: User, what: str) -> bool:
    return reach(user, what) in (Reach.SCOPE, Reach.ALL)


def _kinds(user: User, known: Mapping[str, InForce]) -> tuple[str, ...]:
    """What the form is for: a changed one, a copy, a new one."""
    steered = st.session_state.get("steered", "")
    changes = steered in known and may(user, "campaign.edit", Thing(campaign=steered))
    makes = _may(user, "campaign.create")
    kinds = {"change": changes, "copy": makes and bool(known), "new": makes}
    return tuple(kind for kind, is_meant in kinds.items() if is_meant)


def _when(at: float, zone: str) -> str:
    return datetime.fromtimestamp(at, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")


def _live(campaign: str) -> Any:
    now = news()
    return now.campaigns.get(campaign) if now else None


def _overview(t: Words, known: Mapping[str, InForce]) -> None:
    rows = []
    for name, one in known.items():
        live, opened = _live(name), one.opened
        state = t.name("campaign_state", live.state) if live else t("campaigns.away")
        rows.append({
            t("campaigns.name"): name, t("campaigns.state"): state,
            t("campaigns.version"): opened.version,
            t("setting.pacing"): t.name("mode", opened.pacing),
            t("setting.abandon_cap"): t.percent(opened.abandon_cap),
            t("setting.lines"): opened.lines, t("setting.pool"): opened.pool,
            t("setting.lists"): "; ".join([*map(written, one.rules.plans)] or one.rules.lists),
            t("setting.trunk"): opened.trunk,
            t("campaigns.by"): opened.user,
            t("campaigns.since"): _when(opened.at, opened.zone),
        })  # fmt: skip
    zones = ", ".join(sorted({one.opened.zone for one in known.values()}))
    _listed(t, rows, zones)


def _listed(t: Words, rows: Sequence[Mapping[str, Any]], zone: str) -> None:
    """What is set, as a table."""
    data = pd.DataFrame(rows)
    names = {str(name): str(name) for name in data.columns}
    kept = stated(t, "kept", zone=zone).columns(names, dict.fromkeys(names, "setting"))
    st.dataframe(data, hide_index=True, width="stretch", height="content", column_config=kept)


@st.fragment(run_every=2.0)
def _steered(t: Words, user: User, one: InForce) -> None:
    name = one.opened.campaign
    live = _live(name)
    if live is None:
        st.caption(t("campaigns.no_dialer"))
        return
    if not may(user, "campaign.steer", Thing(campaign=name)):
        st.caption(t("campaigns.only_look"))
        return
    with st.container(horizontal=True, key="orders"):
        for what in ORDERS.get(live.state, ()):
            label, icon = t(f"campaigns.{what}"), f":material/{_ICON[what]}:"
            if what == "stop":
                # Open or not is known to the browser: a page that runs again does not close it.
                with st.popover(label, icon=icon, key="sure"):
                    st.markdown(t("campaigns.stop_sure", campaign=name))
                    pressed = st.button(t("campaigns.stop_yes"), key="stop_yes", type="primary")
            else:
                pressed = st.button(label, key=f"do_{what}", icon=icon)
            if pressed:
                _give(t, name, what)
    if live.budget is not None:
        _spent(t, live)
    may_edit = may(user, "campaign.edit", Thing(campaign=name))
    look(t, one, partial(_mended, t, one) if may_edit else None)


def _spent(t: Words, live: Any) -> None:
    """What the day has cost of its budget, and whether that holds it back."""
    of = live.budget
    share = float((of.spent + of.held) / of.amount)
    told = t("budget.spent", day=of.day or "-", zone=live.zone, currency=of.currency,
             spent=f"{of.spent:,.2f}", amount=f"{of.amount:,.2f}", held=f"{of.held:,.2f}",
             room=f"{of.room:,.2f}")  # fmt: skip
    st.progress(min(1.0, share), told)
    if live.bound in ("budget", "tariff"):
        st.warning(t(f"budget.held_by_{live.bound}"), icon=":material/savings:")


def _budget(t: Words, user: User, one: InForce) -> None:
    """A form that sets it; the page's own refresh does not touch what is being typed."""
    name = one.opened.campaign
    live = _live(name)
    if live is None or not may(user, "limit.edit", Thing(campaign=name)):
        return
    with st.expander(t("budget.title"), key="budget"), st.form(f"budget_{name}", border=False):
        st.caption(t("budget.help"))
        of = live.budget
        amount = st.text_input(t("budget.amount"), str(of.amount) if of else "")
        currency = st.text_input(t("column.currency"), of.currency if of else "", max_chars=3)
        if st.form_submit_button(t("budget.go")):
            body = {"amount": amount.strip() or None, "currency": currency.strip().upper()}
            _done(t, "PUT", f"campaigns/{part(name)}/budget", body,
                  said=lambda _: t("budget.done", campaign=name))  # fmt: skip


def _mended(t: Words, one: InForce, changed: Mapping[str, Any]) -> None:
    """The campaign as it is in force, but for this."""
    first, name = files.again(one.opened, one.rules), one.opened.campaign
    same = {key: getattr(first, key) for column in COLUMNS for key in column}
    body = {key: value for key, value in same.items() if value is not None}
    _send(t, "change", {"name": name, **body, **_kept(first, "change"), **changed}, paused=False)


_ICON = {"pause": "pause", "resume": "play_arrow", "stop": "stop"}


def _give(t: Words, name: str, what: str) -> None:
    _done(t, "POST", f"campaigns/{part(name)}/{what}", {} if what == "pause" else None,
          said=lambda _: t(f"campaigns.{what}_done", campaign=name))  # fmt: skip


def _done(
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


# ---- versions ------------------------------------------------------------------------------------


def _versions(t: Words, name: str) -> None:
    found = Records(home()).versions(name)
    with st.expander(t("campaigns.versions", n=len(found)), key="versions"):
        rows = [
            {
                t("campaigns.version"): one.version,
                t("campaigns.since"): _when(one.at, one.zone),
                t("campaigns.by"): one.user,
                t("campaigns.changed"): "; ".join(_changes(t, one, old)),
            }
            for one, old in _pairs(found)
        ]
        _listed(t, rows, found[-1][0].zone if found else "UTC")


Version = tuple[CampaignOpened, tuple[str, ...]]


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


# ---- new and changed ones ------------------------------------------------------------------------


def _editor(t: Words, known: Mapping[str, InForce], kinds: Sequence[str]) -> None:
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
                _fault(t, "name")
            given = _fields(t, first)
            paused = kind != "change" and st.checkbox(t("campaigns.begin_paused"), value=True)
            sent = st.form_submit_button(t(f"campaigns.{kind}_go"), type="primary")
        if sent:
            _send(t, kind, {"name": name.strip(), **given, **_kept(first, kind)}, paused)


def _fresh() -> Campaign:
    return Campaign(name="new", lists=("none",))


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


def _kept(first: Campaign, kind: str) -> dict[str, Any]:
    """What the form does not show."""
    kept: dict[str, Any] = {}
    if first.safe_harbour and kind == "change":
        kept["safe_harbour"] = str(first.safe_harbour)
    return kept


def _send(t: Words, kind: str, body: dict[str, Any], paused: bool) -> None:
    name = body["name"]
    if kind == "change":
        path, method = f"campaigns/{part(name)}", "PUT"
        body = {key: value for key, value in body.items() if key != "name"}
    else:
        path, method = f"campaigns?begins={'paused' if paused else 'dialling'}", "POST"
    _done(
        t,
        method,
        path,
        body,
        said=lambda told: t(f"campaigns.{kind}_done", campaign=name, version=told["version"]),
    )


def _fields(t: Words, first: Campaign) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for place, keys in zip(st.columns(len(COLUMNS)), COLUMNS, strict=True):
        with place:
            for key in keys:
                value = _field(t, key, getattr(first, key))
                _fault(t, key)
                if value is not None:
                    given[key] = value
    return given


def _fault(t: Words, key: str) -> None:
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
        said = (lambda one: t.name("mode", one)) if key == "pacing" else str
        return st.selectbox(label, options, options.index(value), format_func=said, help=help_)
    if key in NUMBERS:
        step = type(value)(NUMBERS[key]) if value is not None else NUMBERS[key]
        shape = "%d" if isinstance(value, int) else "%.2f"
        return st.number_input(label, value=value, step=step, format=shape, min_value=type(step)(0),
                               help=help_)  # fmt: skip
    if isinstance(value, tuple):
        text = st.text_input(label, ", ".join(value), help=help_)
        return [one.strip() for one in text.split(",") if one.strip()]
    return st.text_input(label, "" if value is None else str(value), help=help_).strip()


def _upload(t: Words) -> None:
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
            _done(t, "POST", path, None, file=file.getvalue(),
                  said=lambda told: _imported(t, wanted, told))  # fmt: skip


def _imported(t: Words, name: str, told: Mapping[str, Any]) -> str:
    counts = ("rows", "imported", "duplicates", "rejected", "blocked")
    return t("campaigns.upload_done", list=name, **{key: int(told[key]) for key in counts})
