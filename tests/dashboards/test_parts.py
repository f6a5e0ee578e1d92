"""Small parts of the board: the state file, periods, colours, the command line."""

import json
from pathlib import Path

import msgspec
import pandas as pd
import pytest

from dashboards import charts, commands, periods
from dashboards.newest import Clock, Newest, newest
from dashboards.taking import HIDDEN, NO_DOWNLOAD
from dashboards.tiles import AGENT_ICONS, CALL_ICONS, WHOLE_NOTES
from dialer.engine.account import Ledger
from dialer.engine.agent import NEXT as AGENT_STATES
from dialer.engine.agent import Agent
from dialer.engine.call import NEXT as CALL_STATES
from dialer.engine.index import Index
from dialer.engine.outcomes import OUTCOMES
from dialer.engine.state import Campaign, State
from dialer.i18n import words
from dialer.picture import picture
from dialer.settings import Settings
from dialer.settings.figures import Board
from dialer.settings.web import Web
from tests.dashboards.conftest import NOW, STATE
from tests.warehouse.day import SPRING

ROOT = Path(__file__).parents[2]


def test_the_state_is_read_as_it_is_written(tmp_path: Path):
    (tmp_path / "state.json").write_text(json.dumps(STATE))
    news = newest(tmp_path)
    assert news is not None
    spring = news.campaigns["spring"]
    assert (spring.abandon_rate, spring.is_over_cap, spring.pool) == (6 / 285, False, "sales")
    assert (news.pools["sales"].agents["READY"], news.agents[0].agent) == (2, "anna")


def test_the_picture_of_a_real_engine_can_be_read(tmp_path: Path):
    state = State()
    state.campaigns["spring"] = Campaign(opened=SPRING, ledger=Ledger(SPRING.zone), placed=7)
    state.agents["anna"] = Agent("anna", "sales", "PJSIP/agent1", since=1.0)
    (tmp_path / "state.json").write_text(json.dumps(picture(state, Index(state), at=5.0)))
    news = newest(tmp_path)
    assert news is not None
    spring = news.campaigns["spring"]
    assert (news.source, spring.placed, spring.cap, spring.pool) == ("lab", 7, 0.03, "sales")
    assert [(seat.agent, seat.state) for seat in news.agents] == [("anna", "PAUSED")]


@pytest.mark.parametrize(("age_s", "old"), [(0.0, False), (3.0, False), (3.1, True)])
def test_news_is_old_after_three_seconds(age_s: float, old: bool):
    assert Newest(at=NOW - age_s).is_old(NOW) is old


@pytest.mark.parametrize("off_s", [-3600.0, -5.0, 5.0, 3600.0])
def test_a_dialer_that_counts_by_the_clock_as_it_was_is_heard_all_the_same(off_s: float):
    told = Newest(at=NOW - off_s - 1.0, clock=Clock(off_s))
    assert told.age_s(NOW) == pytest.approx(1.0, abs=0.001)
    assert not told.is_old(NOW)
    assert told.is_outdated is (abs(off_s) > 30.0)


def test_a_day_begins_at_the_campaigns_midnight_also_when_clocks_change():
    since, _ = periods.bounds("today", "America/New_York", NOW)
    assert since.isoformat() == "2026-11-23T00:00:00-05:00"
    summer_to_winter = 1793595600.0 + 6 * 3600  # 2 November 2026, New York's clock went back on 1st
    since, _ = periods.bounds("week", "America/New_York", summer_to_winter)
    assert since.isoformat() == "2026-10-27T00:00:00-04:00"


def test_every_outcome_has_a_colour():
    flags = {
        name: {f: getattr(row, f) for f in ("answered", "person", "connected", "abandoned")}
        for name, row in OUTCOMES.items()
    }
    kinds = {name: charts.kind(row) for name, row in flags.items()}
    assert set(kinds.values()) == set(charts.KINDS)
    assert (kinds["late_connect"], kinds["hung_up_waiting"]) == ("abandoned", "person")


def test_the_rarest_ends_are_summed_so_that_the_shares_are_of_all():
    ends = ("connected", "no_answer", "busy", "fax")
    flags = {f: False for f in ("answered", "person", "connected", "abandoned")}
    rows = [
        {"outcome": end, "calls": n, "share_rate": n / 20, **flags}
        for end, n in zip(ends, (9, 6, 3, 2), strict=True)
    ]
    data = charts.outcomes(pd.DataFrame(rows), words("en"), most=3).data
    assert data[["name", "said"]].values.tolist() == [
        ["connected", "9 · 45.0 %"], ["no answer", "6 · 30.0 %"], ["other ends", "5 · 25.0 %"],
    ]  # fmt: skip


def test_a_line_of_three_minutes_has_three_times_below_it():
    import pandas as pd

    moments = pd.date_range("2026-11-23 10:00", periods=3, freq="min")
    frame = pd.DataFrame({"moment": moments, "level": [1.0, 2.0, 1.5], "ready": [1, 2, 3]})
    spec = charts.levels(frame, words("en")).to_dict()
    ticks = spec["encoding"]["x"]["axis"]["values"]
    assert [(tick["hours"], tick["minutes"]) for tick in ticks] == [(10, 0), (10, 1), (10, 2)]


def test_a_dial_level_between_one_and_two_can_be_read_off():
    import pandas as pd

    moments = pd.date_range("2026-11-23", periods=2, freq="D")
    levels = pd.DataFrame({"moment": moments, "level": [1.3, 1.4], "ready": [1.5, 1.6]})
    drawn = charts.levels(levels, words("en")).to_dict()
    assert drawn["encoding"]["y"]["axis"]["tickMinStep"] == 0.5


@pytest.mark.parametrize(("freq", "clock"), [("D", "%m-%d"), ("h", "%H:%M")])
def test_points_a_day_apart_are_told_by_their_days(freq: str, clock: str):
    import pandas as pd

    moments = pd.date_range("2026-11-23", periods=3, freq=freq)
    frame = pd.DataFrame({"moment": moments, "level": [1.0, 2.0, 1.5], "ready": [1, 2, 3]})
    spec = charts.levels(frame, words("en")).to_dict()
    assert spec["encoding"]["x"]["axis"]["format"] == clock


LEAVING = 'st.html(f"<script>{LEAVE}</script>", unsafe_allow_javascript=True)'
"The one exception: a constant, which leads to the log-in."


def test_every_state_that_can_last_has_a_tile():
    assert set(AGENT_ICONS) == set(AGENT_STATES) - {"LOGGED_OUT"}
    assert set(CALL_ICONS) == set(CALL_STATES) - {"INTENDED", "ENDED"}
    assert set(charts.AGENT_COLOURS) == set(AGENT_ICONS)


def test_the_command_binds_to_loopback_and_reports_to_nobody():
    settings = Settings(home=Path("/srv/dialer"))
    argv = commands.command(settings)
    assert argv[-2:] == ["--home", "/srv/dialer"]
    assert {"--server.address=127.0.0.1", "--server.port=8501", "--server.headless=true",
            "--server.baseUrlPath=board", "--server.enableCORS=true",
            "--server.enableXsrfProtection=true",
            "--browser.gatherUsageStats=false"} <= set(argv)  # fmt: skip
    secure = msgspec.structs.replace(settings, web=Web(behind_proxy=True))
    assert commands.command(secure)[-1] == "--secure"
    asked = msgspec.structs.replace(settings, web=Web(second_factor=("supervisor", "analyst")))
    assert commands.command(asked)[-4:] == [
        "--second-factor", "supervisor", "--second-factor", "analyst",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="must be of this machine"):
        Board(address="0.0.0.0")


def test_no_file_is_named_after_a_package():
    import sys
    from importlib.metadata import packages_distributions

    taken = set(packages_distributions()) | set(sys.stdlib_module_names)
    files = {file.stem for file in (ROOT / "dashboards").glob("*.py")} - {"__init__"}
    folders = {f.name for f in (ROOT / "dashboards").iterdir() if f.is_dir()} - {"__pycache__"}
    assert (files | folders) & taken == set()


WAYS = """st.html(f'{STYLE}<nav class="ways">{links}</nav>')"""
"Links of ours; each name in them is escaped."
OURS = "st.html(taking.HIDDEN + tiles.WHOLE_NOTES)"
"Styles; constants."
CALENDAR = "st.html(months.months(t, found.days, found.today))"
"A tree of elements, written down: whatever stands in it is text."


def test_nothing_on_the_board_is_raw_html():
    for file in (ROOT / "dashboards").rglob("*.py"):
        text = file.read_text("utf-8").replace(OURS, "")
        for ours in (LEAVING, WAYS, CALENDAR):
            text = text.replace(ours, "")
        assert "unsafe_allow" not in text, file
        assert "st.html" not in text, file
    style = f"<style>{NO_DOWNLOAD} {{ display: none; }}</style>"
    assert style == HIDDEN  # words of ours alone
    assert WHOLE_NOTES.count("<") == 2
    drawn = (ROOT / "dashboards/months.py").read_text("utf-8").partition("</style>")[2]
    assert "<" not in drawn.replace("[<", "")
    assert "{escape(name)}</a>" in (ROOT / "dashboards/ways.py").read_text("utf-8")


def test_the_bars_of_many_days_do_not_run_into_each_other():
    days = pd.date_range("2026-11-01", periods=21)
    frame = pd.DataFrame(
        {"day": days, "abandoned": 1, "persons": 100, "abandon_rate": 0.01, "abandon_cap": 0.03}
    )
    widths = [
        charts.by_day(frame.head(n), words("en")).to_dict()["layer"][0]["mark"].get("size")
        for n in (2, 21)
    ]
    assert widths == [charts.BAR, None]
