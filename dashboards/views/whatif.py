"""What a campaign will come to before it starts: figures in, forecasts by mode out."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import streamlit as st

from dashboards import periods, where
from dashboards.forecasts import shown
from dashboards.look import choose_language, language
from dashboards.scope import scope
from dashboards.where import home
from dialer.api.records import Records
from dialer.errors import QueryError
from dialer.i18n import Words, words
from dialer.money.store import MoneyError
from dialer.warehouse import Warehouse
from sim.scenario import fixed
from sim.whatif.job import Busy, Job
from sim.whatif.prices import Lines, Prices, currency, prices
from sim.whatif.question import BOUNDS, MACHINE_S, Question, within
from sim.whatif.recent import ENOUGH, recent

COLUMNS: Sequence[Mapping[str, float]] = (
    {"agents": 10, "answer_rate": 0.30, "machine_rate": 0.25, "ring_s": 11.0, "look_s": 30.0},
    {"talk_s": 150.0, "wrap_up_s": 30.0, "cap": 0.03, "ring_least_s": 15.0, "hours": 8.0},
    {"leads": 0, "attempts": 3, "tariff": 0.0, "wage": 0.0},
)
"What is asked for, and what stands there at first."
STEPS: Mapping[str, float] = {
    "agents": 1, "answer_rate": 1.0, "machine_rate": 1.0, "ring_s": 1.0, "look_s": 5.0,
    "talk_s": 5.0, "wrap_up_s": 5.0, "cap": 0.5, "ring_least_s": 1.0, "hours": 1.0, "leads": 100,
    "attempts": 1, "tariff": 0.01, "wage": 1.0,
}  # fmt: skip
RATES = frozenset({"answer_rate", "machine_rate", "cap"})
"Per cent on the screen, shares everywhere else."
PRICES = frozenset({"tariff", "wage"})
RECENT = timedelta(days=7)
LOOK_S = 1.0
MINUTE_S = 60.0


def page() -> None:
    """The page."""
    t = words(language())
    with st.container(key="bar", horizontal=True, vertical_alignment="center", gap="small"):
        st.space("stretch")
        choose_language(t)
    st.markdown(t("whatif.intro"))
    _begin(t)
    _form(t)
    job: Job | None = st.session_state.get("whatif_job")
    if job is not None:
        every = LOOK_S if job.is_running else None
        st.fragment(_progress, run_every=every)(t, job)
        shown(job.answer, t)


# ---- figures ----


def _begin(t: Words) -> None:
    """A campaign to begin with; its figures go into the form when it is chosen."""
    for column in COLUMNS:
        for name, first in column.items():
            st.session_state.setdefault(_key(name), _on_screen(name, first))
    known = sorted(name for name in Records(home()).campaigns() if scope().sees(name))
    if not known:
        return
    st.selectbox(
        t("whatif.from"), ["", *known], key="whatif_from", width=320, help=t("whatif.from_help"),
        format_func=lambda name: name or t("whatif.from_none"), on_change=_fill,
        persist_state="session",
    )  # fmt: skip
    if said := st.session_state.get("whatif_filled"):
        key, values = said
        st.caption(t(f"whatif.{key}", **values))


def _fill() -> None:
    name = st.session_state["whatif_from"]
    for old in ("whatif_filled", "whatif_prices", "whatif_currency"):
        st.session_state.pop(old, None)
    campaign = Records(home()).campaigns().get(name)
    if campaign is None or not scope().sees(name):
        return
    now = datetime.fromtimestamp(periods.now(), UTC)
    try:
        warehouse = Warehouse(home(), campaign.opened.source)
        found = recent(warehouse, campaign, now - RECENT, now)
        known = prices(home(), warehouse, campaign, now - RECENT, now)
        st.session_state["whatif_currency"] = currency(home(), campaign, where.currency())
    except (QueryError, MoneyError) as why:
        st.session_state["whatif_filled"] = "from_not", {"campaign": name, "why": str(why)}
        return
    for field, value in within(found).items():
        if field in STEPS:
            st.session_state[_key(field)] = _on_screen(field, value)
    st.session_state["whatif_within_s"] = campaign.opened.connect_within_s
    if known is not None:
        st.session_state["whatif_prices"] = known
    key = "from_calls" if found["calls"] >= ENOUGH else "from_few"
    st.session_state["whatif_filled"] = key, {
        "campaign": name, "calls": words(language()).number(found["calls"]),
    }  # fmt: skip


def _form(t: Words) -> None:
    with st.form("whatif", border=True):
        for place, column in zip(st.columns(len(COLUMNS)), COLUMNS, strict=True):
            with place:
                for name in column:
                    _field(t, name)
        _by_deck(t)
        sent = st.form_submit_button(t("whatif.go"), type="primary", icon=":material/calculate:")
    if sent:
        _ask(t)


def _by_deck(t: Words) -> None:
    """Whether calls are priced by the deck of the campaign's trunk, where it has one."""
    known: Prices | None = st.session_state.get("whatif_prices")
    if known is None:
        return
    lines, deck = Lines(known, 0.0, fixed(MINUTE_S)), known.deck
    st.toggle(
        t("whatif.by_deck", deck=deck.name, version=deck.version), value=True, key="whatif_by_deck",
        help=t("whatif.by_deck_help", n=len(known.shares)),
    )  # fmt: skip
    st.caption(t(
        "whatif.by_deck_said", currency=deck.currency, machine_s=f"{MACHINE_S:g}",
        machine=t.number(lines.call(MACHINE_S), 4), minute=t.number(lines.call(MINUTE_S), 4),
    ))  # fmt: skip


def _field(t: Words, name: str) -> None:
    low, high = (_on_screen(name, one) for one in BOUNDS[name])
    step = STEPS[name]
    whole = isinstance(step, int)
    label = t(f"whatif.{name}")
    if name in PRICES and (paid := _currency()):
        label = t("whatif.in", what=label, currency=paid)
    st.number_input(
        label, key=_key(name), step=step,
        min_value=int(low) if whole else low, max_value=int(high) if whole else high,
        format="%d" if whole else "%.2f" if name in ("tariff", "wage", "cap") else "%.1f",
        help=t(f"whatif.{name}_help", machine=f"{MACHINE_S:g}"), persist_state="session",
    )  # fmt: skip


def _currency() -> str:
    """In which prices are given: of the campaign's trunk, else of the house's reports."""
    return str(st.session_state.get("whatif_currency", where.currency()))


def _key(name: str) -> str:
    return f"whatif_{name}"


def _on_screen(name: str, value: float) -> float:
    return round(100.0 * value, 4) if name in RATES else value


# ---- the work ----


def _ask(t: Words) -> None:
    given: dict[str, Any] = {
        name: st.session_state[_key(name)] / (100.0 if name in RATES else 1)
        for column in COLUMNS for name in column
    }  # fmt: skip
    whole = {name: int(given[name]) for name in given if isinstance(STEPS[name], int)}
    given |= {"currency": _currency()}
    given |= {**whole, "connect_within_s": st.session_state.get("whatif_within_s", 2.0)}
    if st.session_state.get("whatif_by_deck"):
        given["prices"] = st.session_state.get("whatif_prices")
    _forget()
    if (both := given["answer_rate"] + given["machine_rate"]) > 1.0 + 1e-9:
        st.error(t("whatif.too_many", both=t.percent(both)), icon=":material/error:")
        return
    try:
        st.session_state["whatif_job"] = Job(Question.of(**given))
    except ValueError as why:
        st.error(t("whatif.failed", why=str(why)), icon=":material/error:")
    except Busy:
        st.warning(t("whatif.busy"), icon=":material/hourglass:")


def _forget() -> None:
    """What was asked before is not waited for."""
    if old := st.session_state.pop("whatif_job", None):
        old.cancel()


def _progress(t: Words, job: Job) -> None:
    """How far it is; when something new is known, the page is shown anew."""
    told = job.answer
    known = len(told.points), told.limit, len(told.forecasts), job.is_running
    if st.session_state.get("whatif_known") != known:
        st.session_state["whatif_known"] = known
        st.rerun()
    if job.is_running:
        with st.container(horizontal=True, vertical_alignment="center", key="whatif_running"):
            st.progress(told.done, t("whatif.running", done=t.percent(told.done, 0)))
            if st.button(t("whatif.cancel"), icon=":material/cancel:"):
                job.cancel()
    elif job.failed:
        st.error(t("whatif.failed", why=job.failed.splitlines()[-1]), icon=":material/error:")
    elif told.done < 1.0:
        st.info(t("whatif.cancelled"), icon=":material/cancel:")
