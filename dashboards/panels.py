"""The pieces that pages are put together from: a title with its tooltip, a chart or a table."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import altair as alt
import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from dashboards import charts, periods
from dashboards.look import Look, why_not
from dashboards.newest import Newest
from dashboards.queries import frame
from dialer.errors import QueryError
from dialer.i18n import Words

HEIGHT = 250
ROW = 29
"Pixels of a table's line: a short table is no longer than what is in it."

Chart = alt.Chart | alt.LayerChart


@contextmanager
def panel(key: str, title: str, help: str) -> Iterator[None]:
    """A framed piece of a page. A warehouse that cannot be asked is said, and the rest goes on."""
    with st.container(border=True, key=f"panel-{key}", height="stretch", gap="xsmall"):
        st.markdown(title, help=help)
        try:
            yield
        except QueryError as why:
            st.caption(why_not(why))


def charted(
    look: Look, key: str, question: str, draw: Callable[[pd.DataFrame], Chart], *,
    height: int = HEIGHT, help: str = "", read: Callable[[pd.DataFrame], str] | None = None,
) -> None:  # fmt: skip
    """A question and its chart; `read` says it to those who do not see it."""
    stated = look.stated(key)
    with panel(key, titled(look, key), help or stated.help(key)):
        data = frame(question, **look.params())
        if data.empty:
            nothing(look.t("chart.nothing"), height)
            return
        st.altair_chart(
            stated.chart(draw(data), key), height=height, width="stretch", key=f"chart-{key}",
            alt=read(data) if read else look.t(f"chart.{key}"),
        )  # fmt: skip


def title(look: Look, key: str) -> str:
    """Of a piece that asks for no period: of how things stand now."""
    return f"**{look.t(f'chart.{key}')}**"


def titled(look: Look, key: str) -> str:
    """A title with its period."""
    return f"{title(look, key)} :gray[· {look.period_said}]"


def tabled(
    look: Look, key: str, table: pd.DataFrame | Styler, config: dict[str, object], *,
    height: int = HEIGHT,
) -> None:  # fmt: skip
    """A table whose columns are named in the viewer's language."""
    data = table.data if isinstance(table, Styler) else table
    if data.empty:
        nothing(look.t("chart.nothing"), height)
        return
    st.dataframe(
        table, hide_index=True, height=min(height, ROW + ROW * len(data) + 10), row_height=ROW,
        width="stretch", column_config=config,
        key=f"table-{key}", column_order=list(config), placeholder="",
    )  # fmt: skip


def nothing(why: str, height: int) -> None:
    """Why there is nothing to see."""
    with st.container(height=height, border=False, vertical_alignment="center"):
        st.caption(why, text_alignment="center")


# ---- pieces that several pages show -------------------------------------------------------------
def funnel(look: Look) -> None:
    """From dialled to connected."""
    t = look.t

    def read(data: pd.DataFrame) -> str:
        return ", ".join(f"{t(f'step.{r.step}')} {t.number(r.calls)}" for r in data.itertuples())

    charted(look, "funnel", "funnel", lambda data: charts.funnel(data, t), read=read)


def outcomes(look: Look) -> None:
    """Calls by outcome."""
    t = look.t

    def read(data: pd.DataFrame) -> str:
        return ", ".join(
            f"{t.name('outcome', row.outcome)} {t.number(row.calls)}" for row in data.itertuples()
        )

    try:
        data = frame("outcomes", **look.params())
        attempts = t.number(int(data["attempts"].iloc[0])) if len(data) else "0"
    except QueryError:
        attempts = "0"
    said = look.stated().help("outcomes", attempts=attempts)
    charted(look, "outcomes", "outcomes", lambda data: charts.outcomes(data, t), help=said,
            read=read)  # fmt: skip


def over_time(look: Look) -> None:
    """Calls per minute."""
    charted(look, "over_time", "over_time", lambda data: charts.over_time(data, look.t))


def agent_time(look: Look, height: int = HEIGHT) -> None:
    """The agents' time, with occupancy and utilisation above."""
    t, stated = look.t, look.stated()
    with panel("agent_time", titled(look, "agent_time"), stated.help("agent_time")):
        busy = frame("occupancy", **look.params())
        used = frame("utilisation", **look.params())
        data = frame("agent_time", **look.params())
        if data.empty:
            nothing(t("chart.nothing"), height)
            return
        with st.container(horizontal=True):
            agents = int(busy["agents"].iloc[0])
            st.metric(t("metric.occupancy"), t.percent(busy["occupancy_rate"].iloc[0]),
                      help=stated.help("occupancy", agents=agents))  # fmt: skip
            st.metric(t("metric.utilisation"), t.percent(used["utilisation_rate"].iloc[0]),
                      help=stated.help("utilisation"))  # fmt: skip
        drawn = stated.chart(charts.team_time(data, t), "agent_time")
        st.altair_chart(drawn, height=height - 100, key="chart-agent_time")


def team(look: Look, news: Newest | None, height: int = HEIGHT) -> None:
    """Who does what now, and for how long."""
    t, stated = look.t, look.stated("team", "now")
    with panel("team", f"**{t('chart.team')}**", stated.help("waits")):
        if news is None:
            nothing(t("chart.unknown"), height)
            return
        seats = [seat for seat in news.agents if seat.pool == look.pool]
        seats = sorted((s for s in seats if s.state != "LOGGED_OUT"), key=lambda s: s.agent)
        data = pd.DataFrame(
            {
                "agent": [seat.agent for seat in seats],
                "state": [
                    f"{MARKS.get(s.state, '○')} {t.name('agent_state', s.state)}" for s in seats
                ],
                "since": [lasting(periods.now() - seat.since) for seat in seats],
                "reason": [reason(t, seat.reason) for seat in seats],
            }
        )
        widths = {"agent": None, "state": None, "since": "small", "reason": "small"}
        tabled(look, "team", data, {
            name: st.column_config.TextColumn(
                t(f"column.{name}"), width=width, help=stated.column(name)
            )
            for name, width in widths.items()
        }, height=height)  # fmt: skip


TO_HIS_FACE = frozenset({"leg_lost", "supervisor", "voice_lost"})
"Reasons of pauses whose texts speak to the agent."


def reason(t: Words, word: str) -> str:
    """Why somebody pauses, in words for others.

    >>> from dialer.i18n import words
    >>> reason(words("zh"), "lunch"), reason(words("zh"), "voice_lost"), reason(words("zh"), "yoga")
    ('午餐', 'voice_lost', 'yoga')
    """
    return word if word in TO_HIS_FACE else t.name("pause_reason", word)


MARKS = {
    "READY": "○", "RESERVED": "◔", "TALKING": "●", "WRAP_UP": "◑", "PAUSED": "–", "PREVIEW": "◔",
    "CONSULTING": "◉", "HELD": "◍",
}  # fmt: skip
"A mark beside the word, never instead of it."


def lasting(seconds: float) -> str:
    """How long something has lasted.

    >>> lasting(75), lasting(3725)
    ('1:15', '1:02:05')
    """
    minutes, s = divmod(max(0, int(seconds)), 60)
    hours, m = divmod(minutes, 60)
    return f"{hours}:{m:02d}:{s:02d}" if hours else f"{m}:{s:02d}"


def clocks(instants: pd.Series, look: Look) -> list[str]:
    """Instants as the campaign's clock shows them, with the day where that may be another one."""
    form = "%H:%M:%S" if look.period == "today" else "%m-%d %H:%M:%S"
    return [at.tz_convert(look.zone).strftime(form) for at in instants]
