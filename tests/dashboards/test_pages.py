"""The pages, as Streamlit's own test runner sees them."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import decisions, files
from dashboards.scope import Scope
from dashboards.views import calls
from dialer.access.permissions import ROLES
from dialer.access.rules import User
from dialer.access.store import Access
from dialer.audio.presets import preset
from dialer.i18n import words
from dialer.warehouse.store import Place
from tests.dashboards.conftest import come_as, write_state
from tests.warehouse.day import CALLS

APP = Path(__file__).parents[2] / "dashboards/app.py"


def shown(language: str = "en") -> AppTest:
    """The live page."""
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.query_params["lang"] = language
    app.run()
    assert not app.exception, app.exception
    return app


def page(name: str) -> AppTest:
    """Another page."""

    def show(name: str) -> None:
        from importlib import import_module

        import_module(f"dashboards.views.{name}").page()

    app = AppTest.from_function(show, default_timeout=60, args=(name,))
    app.run()
    assert not app.exception, app.exception
    return app


def metrics(app: AppTest) -> dict[str, tuple[str, str]]:
    """Label -> figure and the words below it; of two with one label, the first."""
    found: dict[str, tuple[str, str]] = {}
    for metric in app.metric:
        found.setdefault(metric.label, (metric.value, metric.delta))
    return found


def test_the_tiles_say_figure_and_denominator(home: Path):
    assert {k: v for k, v in metrics(shown()).items() if v[1]} == {
        "Answered": ("412", "33.0 % of 1,250 placed"),
        "Connected": ("240", "19.2 % of 1,250 placed"),
        "Abandoned": ("2.11 %", "6 of 285 · cap 3.0 %"),
        "Leads left": ("4,210", "1,030 can be dialled now"),
        "Abandonments left": ("2", "not booked yet: 1"),
        "People hung up on, at most": ("2.04 %", "0 people among 120 heard"),
        "Rate as others count": ("1.33 %", "per answer, machines included"),
        "What binds": ("account", "one call per ready agent, or none"),
        "Dial level": ("1.42", "held by: the abandonment cap"),
    }


def test_agents_and_calls_by_state(home: Path):
    app = shown()
    states = {k: v[0] for k, v in metrics(app).items() if not v[1]}
    assert states == {
        "Ready": "2", "Talking": "1", "Wrap-up": "0", "Break": "0",
        "Placed": "0", "Ringing": "3", "Listening": "0", "Waiting": "0",
        "Occupancy": "67.6 %", "Utilisation": "53.0 %",
    }  # fmt: skip
    titles = [text.value for text in app.markdown]
    assert "Agents  **3**" in titles  # those who logged out do not count
    assert "Calls now  **4** :gray[· 4 of 10 lines in use]" in titles


def test_every_figure_explains_itself(home: Path):
    app = shown()
    proto = [metric.proto for metric in app.metric]
    silent = [p.label for p in proto if not p.help and p.label in ("Answered", "Connected",
              "Abandoned", "Leads left", "Dial level", "Occupancy", "Utilisation")]  # fmt: skip
    assert silent == []
    told = next(p.help for p in proto if p.label == "Abandoned")
    assert "numerator 6, denominator 285" in told
    assert "America/New_York" in told
    charts = [text.proto.help for text in app.markdown if "Today" in text.value]
    assert len(charts) == 5
    assert all("America/New_York" in help for help in charts), charts


def test_over_the_cap_is_said_in_words_and_not_by_colour_alone(home: Path):
    write_state(home, lambda state: state["campaigns"]["spring"].update(abandoned=12))
    assert metrics(shown())["Abandoned"] == ("4.21 %", "12 of 285 · over cap 3.0 %")


def test_nobody_has_answered_yet(home: Path):
    write_state(home, lambda state: state["campaigns"]["spring"].update(persons=0, abandoned=0))
    assert metrics(shown())["Abandoned"] == ("–", "nobody yet · cap 3.0 %")


def test_the_bar_says_what_the_campaign_does_and_in_which_mode(home: Path):
    said = " ".join(one.value for one in shown().markdown)
    assert "dialling]" in said
    assert "ratio]" in said


def test_a_paused_campaign_says_why_it_does_not_dial(home: Path):
    write_state(home, lambda s: s["campaigns"]["spring"].update(state="paused", why="hours"))
    assert metrics(shown())["Dial level"] == ("1.42", "not dialling: calling hours")


def test_old_news_is_not_shown_as_live(home: Path):
    write_state(home, lambda state: state.update(at=state["at"] - 11.6))
    app = shown()
    assert [warning.value for warning in app.warning] == [
        "**No news from the dialer for 12 s.** What was live is not shown. "
        "Last heard: 11:39:47 (America/New_York). "
        "The charts below come from the warehouse and stay right."
    ]
    assert {v for k, v in metrics(app).items() if k not in ("Occupancy", "Utilisation")} == {
        ("–", "")
    }
    assert metrics(app)["Occupancy"][0] == "67.6 %"


def test_a_clock_that_was_put_right_is_told_and_that_another_dialer_begins(home: Path):
    write_state(home, lambda state: state.update(at=state["at"] - 3600, clock={"off_s": 3600.0}))
    app = shown()
    assert [one.value.partition(":")[0] for one in app.error] == [
        "The machine's clock moved by +60 min"
    ]
    assert [warning.value for warning in app.warning] == []
    write_state(home, lambda state: state.update(at=state["at"] - 3606, clock={"off_s": 3600.0}))
    app = shown()
    assert [warning.value for warning in app.warning] == [
        "**The dialer begins anew by the right clock.** "
        "That takes some seconds. Talks go on; what is live comes back by itself."
    ]


@pytest.mark.parametrize("body", ["", "{", '{"at": "yesterday"}', '{"switch": "up"}'])
def test_a_state_that_cannot_be_read_is_no_news(home: Path, body: str):
    (home / "state.json").write_text(body)
    assert "not running here" in shown().warning[0].value


def test_there_is_nothing_yet(empty_home: Path):
    app = shown()
    assert "No campaign has been opened yet" in app.info[0].value
    assert not app.metric


def test_a_campaign_before_its_first_call(empty_home: Path):
    write_state(empty_home)
    app = shown()
    assert metrics(app)["Answered"] == ("412", "33.0 % of 1,250 placed")
    assert any("no warehouse of source lab" in caption.value for caption in app.caption)


def test_a_warehouse_that_cannot_be_read_leaves_the_tiles_alone(home: Path):
    live = Place(home, "lab").live
    sound = live.read_bytes()
    live.write_bytes(b"no database" * 1000)
    try:
        app = shown()
    finally:
        live.write_bytes(sound)
    assert metrics(app)["Leads left"][0] == "4,210"
    assert any("cannot be read" in caption.value for caption in app.caption)


def test_in_chinese(home: Path):
    app = shown("zh")
    assert metrics(app)["呼损"] == ("2.11 %", "6 / 285 · 上限 3.0 %")
    assert metrics(app)["拨号比"] == ("1.42", "受限：呼损上限")
    assert "自零点起，时区 America/New_York" in next(
        metric.proto.help for metric in app.metric if metric.label == "呼损"
    )


def test_switching_the_language(home: Path):
    app = shown()
    app.segmented_control(key="lang").set_value("zh").run()
    assert "呼损" in metrics(app)


def test_choosing_a_campaign(home: Path):
    app = shown()
    assert app.selectbox(key="campaign").options == ["spring", "autumn"]
    app.selectbox(key="campaign").set_value("autumn").run()
    assert not app.exception
    assert metrics(app)["Answered"] == ("–", "")  # it is not open now
    assert metrics(app)["Occupancy"][0] == "100.0 %"  # chen did nothing but talk


@pytest.mark.parametrize("name", ["calls", "pacing", "figures"])
def test_every_other_page_opens(home: Path, name: str):
    app = page(name)
    assert len(app.dataframe) + len(app.metric) + len(app.markdown) > 0
    assert not [caption.value for caption in app.caption if "Error" in caption.value]


@pytest.mark.parametrize("name", ["calls", "agents", "pacing"])
def test_every_page_without_a_campaign(empty_home: Path, name: str):
    assert "No campaign" in page(name).info[0].value


def test_the_last_calls_are_there_without_their_numbers(home: Path):
    table: Any = page("calls").dataframe[-1].value
    assert table["masked"].unique().tolist() == ["+1202•••0142"]
    assert table["outcome"].tolist()[:3] == ["connected late", "agent lost", "hung up waiting"]
    assert table["placed_at"].tolist()[0] == "10:02:00"  # New York's clock


def test_a_longer_period_shows_the_day_too(home: Path):
    app = page("calls")
    app.segmented_control(key="period").set_value("week").run()
    assert not app.exception
    assert app.dataframe[-1].value["placed_at"].tolist()[0] == "11-23 10:02:00"


def test_the_calls_are_taken_away_with_the_day_and_no_more_than_is_said(
    home: Path, monkeypatch: pytest.MonkeyPatch
):
    taken: list[str] = []

    def write(data: Any, names: Any, about: Any) -> bytes:
        taken.append(files.as_csv(data, names, about).decode())
        return b"x"

    monkeypatch.setitem(files.KINDS, "csv", (write, "text/csv"))  # type: ignore[arg-type]
    page("calls")
    assert taken[-1].splitlines()[1].startswith("2026-11-23T10:02:00-05:00,")
    assert taken[-1].splitlines()[0].startswith("\ufeffPlaced at (America/New_York),")
    assert "{n}" not in words("en")("help.recent", n=calls.LAST)


def test_the_form_offers_the_ways_of_detection_and_leaves_room_for_others(home: Path):
    [one] = [one for one in page("campaigns").selectbox if one.label == "Detection"]
    assert one.value == "careful"
    assert {"balanced", "patient", "careful, audited", "balanced, connect_first"} < {*one.options}
    assert all(preset(words) for words in one.options)


def test_what_each_agent_did(home: Path):
    table: Any = page("agents").dataframe[-1].value
    assert table[["agent", "calls", "talk_s"]].values.tolist() == [
        ["anna", 3, 1.5],
        ["bob", 2, 0.5],
    ]


def test_the_last_decisions_and_their_reasons(home: Path):
    table: Any = page("pacing").dataframe[-1].value
    assert table["bound"].tolist() == [
        "the abandonment cap", "calls per second", "agents ready", "agents ready",
    ]  # fmt: skip
    seen = "progressive: 2 of 2 agents ready, calls ringing: 0, people waiting: 0, lines free: 10; "
    assert [one.startswith(seen) for one in table["why"]] == [True] * 4
    assert (
        table["why"]
        .tolist()[2]
        .endswith(
            "held by: agents ready. "
            "When these calls are answered: 1.2 more agents free, 0.5 people on the line. "
            "The chance that no agent is free is 2.0 % for the last call placed "
            "and 4.1 % for one more; 3.0 % is allowed."
        )
    )
    assert table["why"].tolist()[3].endswith("held by: agents ready.")


def test_all_decisions_are_there_page_by_page_and_up_to_an_instant(
    home: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(decisions, "ROWS", 3)
    app = page("pacing")
    assert any("4 decisions" in one.value for one in app.caption)
    first: Any = app.dataframe[-1].value
    app.session_state["decisions_page-today-None"] = 2
    app.run()
    assert not app.exception, app.exception
    rest: Any = app.dataframe[-1].value
    assert (len(first), rest["bound"].tolist()) == (3, ["agents ready"])
    # Ten o'clock in New York, and one minute more: two of the four.
    app.session_state["decisions_until"] = datetime(2026, 11, 23, 10, 1)  # noqa: DTZ001 - the widget's own
    app.run()
    assert not app.exception, app.exception
    early: Any = app.dataframe[-1].value
    assert early["bound"].tolist() == ["agents ready", "agents ready"]


def test_a_decision_is_read_in_full(home: Path):
    app = page("pacing")
    app.number_input(key="decision").set_value(3).run()
    assert not app.exception, app.exception
    [told] = [one.value for one in app.markdown if "When these calls are answered" in one.value]
    assert "held by: agents ready" in told


def test_the_tables_of_costs_are_taken_away_by_who_may(home: Path, monkeypatch: pytest.MonkeyPatch):
    files = [one.proto for one in page("costs").get("download_button")]
    assert [file.label for file in files] == ["Download CSV"] * 5
    Access.at(home).close()  # whose agents eva may see is asked of the accounts
    spring = frozenset({"spring"})
    come_as(monkeypatch, User(name="eva", role="supervisor", campaigns=spring))
    assert page("costs").get("download_button") == []
    granted = frozenset({"report.export"})
    come_as(monkeypatch, User(name="eva", role="supervisor", campaigns=spring, grants=granted))
    assert len(page("costs").get("download_button")) == 5


def test_the_evidence_of_a_calls_person_is_put_together_for_who_may(
    home: Path, monkeypatch: pytest.MonkeyPatch
):
    asked: list[tuple[str, str]] = []

    def taken(method: str, path: str) -> bytes:
        asked.append((method, path))
        return b"PK"

    monkeypatch.setattr(calls, "taken", taken)
    app = page("calls")
    whose = app.selectbox(key="evidence-whose")
    lead = {one.call: one.lead for one in CALLS}
    assert whose.value in lead
    app.button(key="evidence-make").click().run()
    assert asked == [("POST", f"leads/{lead[whose.value]}/evidence")]
    assert len(app.get("download_button")) == 2
    scopes = {role: Scope(User(name="x", role=role)).may_take_evidence for role in ROLES}
    assert {role for role, may in scopes.items() if may} == {"superuser", "administrator"}
