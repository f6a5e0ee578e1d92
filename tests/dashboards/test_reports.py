"""The pages of figures: what stands on them, counted by hand (tests/warehouse/day.py)."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboards import forms, parts, periods
from dashboards.capacity import need
from dashboards.look import Look
from dashboards.parts import Part, Report, asks
from dashboards.stated import stated
from dashboards.views import (
    agents,
    compliance,
    costs,
    detection,
    funnel,
    hours,
    lines,
    outcomes,
    trunks,
)
from dialer.access.rules import User
from dialer.access.store import Access
from dialer.i18n import LANGUAGES, words
from dialer.warehouse.store import Place
from tests.dashboards.conftest import NOW, come_as, look_at, write_state
from tests.dashboards.test_pages import metrics, page
from tests.warehouse.day import Book, cdr, loader

REPORTS: dict[str, Report] = {
    one.REPORT.name: one.REPORT
    for one in (agents, compliance, costs, detection, funnel, hours, lines, outcomes, trunks)
}


def table(app: AppTest, number: int, *columns: str) -> list[list[Any]]:
    """Some columns of a table of the page, floats to three digits, nothing as None."""
    data = app.dataframe[number].value
    return [
        [
            None if pd.isna(one) else round(one, 3) if isinstance(one, float) else one
            for one in line
        ]
        for line in data[list(columns)].astype(object).values.tolist()
    ]  # fmt: skip


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_says_what_it_counts(name: str, language: str):
    t = words(language)
    assert t(f"page.{name}")
    for part in REPORTS[name].parts:
        told = stated(t, part.over, period="PERIOD", zone="ZONE").help(part.key)
        assert told.endswith(t(f"over.{part.over}", period="PERIOD", zone="ZONE")), part.key
        assert t(f"chart.{part.key}")
        assert t(f"kpi.{part.figure}")
        assert all(part.names(t).values())


@pytest.mark.parametrize("name", REPORTS)
def test_a_filter_of_a_page_is_asked_by_every_part(name: str):
    report = REPORTS[name]
    deaf = {  # what no list or trunk belongs to, and calls over time, which only give the picture
        ("outcomes", "number_states", "of_trunk"), ("funnel", "over_time", "of_list"),
        ("funnel", "over_time", "of_trunk"), ("detection", "line_saved", "of_list"),
        ("detection", "line_saved", "of_trunk"),
    }  # fmt: skip
    for part in report.parts:
        wanted = {f"of_{one}" for one in report.filters}
        missing = {one for one in wanted - asks(part) if (name, part.key, one) not in deaf}
        assert missing == set(), part.key


@pytest.mark.parametrize("name", ["funnel", "outcomes", "hours", "costs", "trunks", "detection",
                                  "agents", "lines"])  # fmt: skip
def test_all_campaigns_are_summed_and_rates_are_of_the_sums(home: Path, name: str):
    app = page(name)
    app.selectbox(key="campaign").select("All campaigns").run()
    assert not app.exception, app.exception
    assert not [one.value for one in app.caption if "Error" in one.value]
    if name == "funnel":  # spring and the one call of autumn
        assert table(app, 0, "step", "calls", "dialled", "of_dialled_rate") == [
            ["Dialled", 11, 11, 1.0], ["Ringing", 9, 11, 0.818], ["Answered", 8, 11, 0.727],
            ["A person", 7, 11, 0.636], ["Connected", 5, 11, 0.455],
        ]  # fmt: skip


def test_a_campaign_answers_to_a_regulator_for_itself(home: Path):
    assert "All campaigns" not in page("compliance").selectbox(key="campaign").options


def test_the_funnel_prints_both_denominators(home: Path):
    assert table(
        page("funnel"), 0, "step", "calls", "dialled", "of_dialled_rate", "before",
        "of_step_before_rate",
    ) == [
        ["Dialled", 10, 10, 1.0, 10, 1.0],
        ["Ringing", 8, 10, 0.8, 10, 0.8],
        ["Answered", 7, 10, 0.7, 8, 0.875],
        ["A person", 6, 10, 0.6, 7, 0.857],
        ["Connected", 4, 10, 0.4, 6, 0.667],
    ]  # fmt: skip


def test_a_trunk_chosen_is_the_only_one_counted(home: Path):
    app = page("funnel")
    chooser = app.selectbox(key="filter-funnel-trunk")
    assert chooser.options == ["All trunks", "carrier-a", "carrier-b"]
    chooser.set_value("carrier-b").run()
    assert not app.exception
    assert [line[0] for line in table(app, 0, "calls")] == [1, 0, 0, 0, 0]


def test_what_came_of_calls_was_recorded_and_is_left(home: Path):
    app = page("outcomes")
    assert table(app, 0, "outcome", "calls", "attempts")[:2] == [
        ["connected", 2, 11], ["abandoned", 1, 11],
    ]  # fmt: skip
    assert table(app, 1, "disposition", "calls", "of_calls", "share_rate") == [
        ["nothing recorded", 2, 4, 0.5], ["sale", 2, 4, 0.5],
    ]  # fmt: skip
    assert table(app, 2, "list", "state", "leads", "of_leads", "share_rate") == [
        ["leads-of-may", "open", 10, 11, 0.909], ["leads-of-may", "done", 1, 11, 0.091],
    ]  # fmt: skip


def test_what_agents_did(home: Path):
    # anna: three calls in the 149 s that she was there and not on a break; bob two in 70 s.
    app = page("agents")
    columns = ("agent", "calls", "contacts_per_hour", "sales", "occupancy_rate", "utilisation_rate")
    assert table(app, 2, *columns) == [
        ["anna", 3, 72.483, 1, 0.738, 0.526], ["bob", 2, 102.857, 1, 0.543, 0.543],
    ]  # fmt: skip
    assert table(app, 1, "agent", "disposition", "calls", "of_calls") == [
        ["anna", "nothing recorded", 1, 2], ["anna", "sale", 1, 2],
        ["bob", "nothing recorded", 1, 2], ["bob", "sale", 1, 2],
    ]  # fmt: skip
    app.selectbox(key="filter-agents-agent").set_value("bob").run()
    assert table(app, 2, "agent") == [["bob"]]


def test_the_best_hour_is_the_surest(home: Path):
    app = page("hours")
    # 6 of 10: Wilson's interval begins at 31.3 %.
    assert metrics(app)["1. Mon 10:00"] == ("60.0 %", "10 calls · at least 31.3 %")
    assert table(app, 0, "weekday", "hour", "placed", "persons", "person_least_rate") == [
        ["Mon", 10, 10, 6, 0.313]
    ]


def test_lines_in_use_at_once(home: Path):
    app = page("lines")
    assert table(app, 0, "trunk", "most_lines", "placed", "refused") == [
        ["carrier-a", 2, 2, 0], ["carrier-a", 4, 4, 0], ["carrier-a", 3, 3, 0],
        ["carrier-b", 1, 1, 1],
    ]  # fmt: skip
    # Seconds on a line: 246.81 of carrier-a, 0.4 of carrier-b.
    assert table(app, 1, "trunk", "load_erlang", "placed", "persons", "refused_rate") == [
        ["carrier-a", 0.069, 9, 6, 0.0], ["carrier-b", 0.0, 1, 0, 1.0],
    ]  # fmt: skip
    told = metrics(app)
    assert told["Lines needed"] == ("2", "< 0.01 % blocked with 10")
    assert told["Refused by the carrier"] == ("1", "10.0 % of 10 placed")
    assert any("**Lines are enough**: 2 are needed" in text.value for text in app.markdown)


def test_lines_are_held_against_those_of_the_trunk_with_every_call_on_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
):
    trunks = {"carrier-a": {"lines": 3, "lines_used": 1}, "carrier-b": {"lines": 30}}
    write_state(home, lambda state: state.update(trunks=trunks))
    app = page("lines")
    told = metrics(app)
    # Nine calls of spring and autumn's one on carrier-a; the refused one was on carrier-b.
    assert told["Refused by the carrier"] == ("0", "0.0 % of 10 placed")
    assert told["Lines needed"] == ("2", "0.01 % blocked with 3")
    assert any("every call on the trunk" in one.value for one in app.markdown)
    # Who sees only spring is told nothing of autumn: its own calls against its own limit.
    spring = Look("en", "lab", "spring", "sales", "America/New_York")
    whole = replace(spring, campaign="", trunk="carrier-a")
    assert lines.rented(spring) == (3, whole)
    Access.at(home).close()  # whose agents eva may see is asked of the accounts
    come_as(monkeypatch, User(name="eva", role="supervisor", campaigns=frozenset({"spring"})))
    assert lines.rented(spring) == (10, spring)


def test_a_trunk_whose_lines_nobody_tells_is_held_against_the_campaigns_limit(home: Path):
    write_state(home, lambda state: state.update(trunks={"carrier-a": {"lines": 0}}))
    app = page("lines")
    assert metrics(app)["Lines needed"] == ("2", "< 0.01 % blocked with 10")
    assert any("against its own limit" in one.value for one in app.markdown)


def test_nothing_placed_needs_nothing():
    import pandas as pd

    load = pd.DataFrame({"hour": [], "load_erlang": [], "placed": [], "refused": [], "persons": []})
    assert need(load, load, lines=5, agents=2, handling_s=60, cap=0.03, within_s=2.0) is None


def test_a_trunk_is_judged_also_by_short_calls(home: Path):
    app = page("trunks")
    columns = ("trunk", "placed", "answered", "short", "short_rate", "false_answers")
    assert table(app, 0, *columns) == [
        ["carrier-a", 9, 7, 2, 0.286, 0], ["carrier-b", 1, 0, 0, None, 0],
    ]  # fmt: skip
    causes = table(app, 2, "trunk", "cause", "sip", "outcome", "calls", "placed")
    assert [line for line in causes if line[0] == "carrier-b"] == [
        ["carrier-b", 34, 503, "network busy", 1, 1]
    ]
    assert {line[2] for line in causes if line[3] == "connected"} == {None}, "no code was told"
    priced = table(app, 1, "trunk", "region", "prefix", "placed", "answered", "calls_amount")
    # Seven answers at 0.60 a minute: 2 + 1 + 1 + 1 + 1 + 1 + 1 minutes; nobody answered the eighth.
    assert priced[0] == ["carrier-a", "US", "1", 8, 7, 4.8]
    assert sum(line[3] for line in priced) == 10


def test_what_was_heard_and_what_agents_said(home: Path):
    # Sales were recorded of c01 and c02: persons, as they were heard.
    columns = ("verdict", "calls", "answered", "verdict_p50_s", "told", "wrong", "wrong_rate")
    two = pytest.approx(2.0, rel=0.005)
    app = page("detection")
    assert table(app, 0, *columns) == [
        ["a person", 6, 7, 1.0, 2, 0, 0.0], ["an answering machine", 1, 7, two, 0, 0, None],
    ]  # fmt: skip
    met = ("connects", "people", "wait_p50_s", "machines", "machines_s")
    assert table(app, 1, *met) == [["after listening", 4, pytest.approx(1.32, rel=0.005), 0, 0.0]]


def test_the_page_of_calls_judges_trunks_and_tells_the_lists_of_the_campaign(home: Path):
    app = page("calls")
    # carrier-a: nine placed, seven answered, one busy, one not answered; carrier-b refused one.
    assert table(app, 0, "trunk", "placed", "asr_rate", "ner_rate") == [
        ["carrier-a", 9, 0.778, 1.0], ["carrier-b", 1, 0.0, 0.0],
    ]  # fmt: skip
    columns = ("list", "leads", "penetration_rate", "contact_rate", "exhaustion_rate")
    # Ten of the eleven were called, six were persons, one is done with.
    assert table(app, 1, *columns) == [["leads-of-may", 11, 0.909, 0.6, 0.091]]
    app.selectbox(key="campaign").select("autumn").run()  # it dials another list
    assert not [one for one in app.dataframe if "exhaustion_rate" in one.value]


@pytest.mark.parametrize("name", ["funnel", "costs", "calls"])
def test_a_period_without_calls_says_when_the_latest_were(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str
):
    said = "No calls in this period; the latest before it were placed on 2026-11-23."
    assert said not in [one.value for one in page(name).info]
    monkeypatch.setattr(periods, "now", lambda: NOW + 3 * 86400)
    assert said in [one.value for one in page(name).info]


def test_a_small_share_is_not_written_as_nothing_and_stays_a_number():
    part = Part("ends", "outcomes", {"share_rate": ("share", "rate")})
    rows = pd.DataFrame({"share_rate": [0.0002, 0.0, float("nan"), 0.125]})
    table = forms.tabled(rows, part.forms, words("en"), "UTC")
    bare = table.hide(axis="index").hide(axis="columns").to_string().split("\n")
    assert [one.strip() for one in bare[:4]] == ["< 0.1 %", "0.0 %", "", "12.5 %"]
    assert table.data["share_rate"].dtype == float
    config = part.config(stated(words("en"), "period"))["share_rate"]
    assert config["type_config"]["format"] is None  # it would hide the words


def test_rows_of_days_are_written_as_days():
    [hourly] = [part for part in funnel.REPORT.parts if part.key == "over_time"]
    days = pd.DataFrame({"moment": pd.to_datetime(["2026-11-23", "2026-11-24"])})
    hours = pd.DataFrame({"moment": pd.to_datetime(["2026-11-23 00:00", "2026-11-23 01:00"])})
    assert parts._daily(hourly, days).forms["moment"] == "date"
    assert parts._daily(hourly, hours).forms["moment"] == "minute"


def test_how_things_stand_now_has_no_period_in_its_title(home: Path):
    titles = [one.value for one in page("outcomes").markdown]
    assert "**How the leads stand now**" in titles
    assert "**Calls by outcome** :gray[· Today]" in titles


def test_what_a_regulator_would_ask(home: Path):
    app = page("compliance")
    # c03 heard the message two seconds after the verdict; c08 was connected late.
    columns = ("persons", "abandoned", "abandon_rate", "abandon_cap", "days", "days_over",
               "unconnected", "messages", "messages_in_time", "most_a_day")  # fmt: skip
    assert table(app, 0, *columns) == [[6, 2, 0.333, 0.03, 1, 1, 1, 1, 1, 1]]
    assert metrics(app)["People hung up on, at most"] == ("2.04 %", "0 people among 120 heard")


def drilled(asked: dict[str, object]) -> None:
    from dashboards.look import Look
    from dashboards.parts import calls_of

    calls_of(Look("en", "lab", "spring", "sales", "America/New_York"), asked)


@pytest.mark.parametrize(("asked", "calls"), [
    ({"trunk": "carrier-a", "cause": 17, "outcome": "busy"}, ["c05"]),
    ({"agent": "anna", "disposition": "sale"}, ["c01"]),
    ({"disposition": "", "agent": "bob"}, ["c09"]),
    ({"disposition": ""}, ["c09", "c08"]),  # the two of the four connected
    ({"weekday": 1, "hour": 10, "region": "US", "trunk": "carrier-b"}, ["c10"]),
    ({"weekday": 2, "hour": 10}, []),
])  # fmt: skip
def test_a_line_opens_its_calls(home: Path, asked: dict[str, Any], calls: list[str]):
    app = AppTest.from_function(drilled, default_timeout=60, args=(asked,)).run()
    assert not app.exception, app.exception
    assert [one.value["call"].tolist() for one in app.dataframe] == ([calls] if calls else [])


def test_the_rest_of_the_page_stays_where_it_was_when_a_line_is_chosen(home: Path):
    app = page("outcomes")
    app.session_state["table-ends"] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    app.run()
    assert not app.exception, app.exception
    assert len(app.dataframe) == 4  # the page's own three, and the calls of the line
    assert app.dataframe[-1].value["call"].tolist() == ["c03"]


def test_phones_let_alone_open_as_calls_and_not_the_one_that_somebody_answered_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    rang: dict[str, Any] = {"placed_at": 0.1, "ringing_at": 2, "ended_by": "dialer"}
    calls = (
        cdr("c01", "no_answer", 0, **rang, hang_up_at=17, ended_at=17.1, why="no_agent"),
        cdr("c02", "no_answer", 1, **rang, hang_up_at=30, ended_at=30.1, why="ring"),
        cdr("c03", "abandoned", 2, **rang, hang_up_at=17, answered_at=17.1, ended_at=17.2,
            why="no_agent"),
        cdr("c04", "no_answer", 3, **rang, hang_up_at=21, ended_at=21.1, why="no_agent"),
    )  # fmt: skip
    loader(tmp_path, Book(calls)).step()
    look_at(monkeypatch, tmp_path)
    write_state(tmp_path)
    app = page("funnel")
    app.session_state["table-let_alone"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.run()
    assert not app.exception, app.exception
    assert app.dataframe[-1].value["call"].tolist() == ["c04", "c01"]
    assert "let alone: no agent was free" in app.markdown[-1].value


@pytest.mark.parametrize("name", ["outcomes", "lines"])
def test_a_page_in_chinese_over_another_period(home: Path, name: str):
    app = page(name)
    app.session_state["lang"], app.session_state["period"] = "zh", "month"
    app.run()
    assert not app.exception, app.exception
    assert not [one.value for one in app.caption if "Error" in one.value]
    assert any("30 天" in one.value for one in app.markdown)


def test_a_warehouse_of_another_version_is_told_in_the_viewers_language(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    home = shutil.copytree(home, tmp_path / "older")
    look_at(monkeypatch, home)
    with duckdb.connect(str(Place(home, "lab").live)) as con:
        con.execute("DROP MACRO TABLE kpi_detection; UPDATE meta SET views = 'older'")
    app = page("detection")
    app.session_state["lang"] = "zh"
    app.run()
    assert any("dialer rebuild" in one.value and "数据仓库" in one.value for one in app.caption)
