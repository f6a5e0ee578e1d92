"""Every figure of every page says of what it is, over which period, by whose clock."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import ordering, viewer
from dashboards.stated import stated
from dashboards.views import calendar, callbacks, caller_ids
from dashboards.views.calendar import house_days
from dialer.i18n import LANGUAGES, words
from tests.api import shift
from tests.dashboards.conftest import look_at, write_state
from tests.dashboards.test_calendar import Api
from tests.dashboards.test_callbacks import ROW
from tests.dashboards.test_caller_ids import ROWS
from tests.dashboards.test_explorer import Audit

ROOT = Path(__file__).parents[2]
NAMES = re.findall(
    r'^        "(\w+)": \(\w+\.page', (ROOT / "dashboards/app.py").read_text("utf-8"), re.M
)
"All pages of the board: importing the app would run it."
LOOKED_ABOUT = ("calendar", "callbacks", "caller_ids", "campaigns")
"Pages of what the desk holds."


def opened(name: str, language: str) -> AppTest:
    def show(name: str) -> None:
        from importlib import import_module

        import_module(f"dashboards.views.{name}").page()

    app = AppTest.from_function(show, default_timeout=60, args=(name,))
    app.query_params["lang"] = language
    app.run()
    assert not app.exception, app.exception
    return app


def columns(table: Any) -> dict[str, str]:
    """Each column that is shown -> what it says of itself."""
    said = json.loads(table.proto.columns or "{}")
    shown = list(table.proto.column_order) or [str(one) for one in table.value.columns]
    return {name: (said.get(name) or {}).get("help") or "" for name in shown}


def charted(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(one.proto.spec) for one in app.get("vega_lite_chart")]


def tooltips(spec: dict[str, Any]) -> list[list[str]]:
    """Of each layer that says anything: the fields that it tells."""
    found = [spec, *spec.get("layer", [])]
    told = [one["encoding"]["tooltip"] for one in found if "tooltip" in one.get("encoding", {})]
    titled = [[field.get("title", field["field"]) for field in one] for one in told]
    assert all(len(one) == len(set(one)) for one in titled), titled  # else one hides another
    return [[field["field"] for field in one] for one in told]


def ends(language: str) -> re.Pattern[str]:
    """What a tooltip ends with: one of the periods there are, and a clock."""
    texts = words(language).texts
    overs = [
        text for key, text in texts.items()
        if key.startswith("period.")
        or (key.startswith("over.") and "{zone}" in text and "{of}" not in text)
    ]  # fmt: skip
    gaps = {
        r"\{zone\}": r"(?:UTC|\w+/\w+)(?:, \w+/\w+)*",
        r"\{period\}": ".+",
        r"\{hours\}": r"\d+",
    }
    made = [re.escape(text) for text in overs]
    for gap, found in gaps.items():
        made = [text.replace(gap, found) for text in made]
    return re.compile(rf".{{3,}}({'|'.join(made)})$", re.S)


def silent(app: AppTest, language: str) -> list[str]:
    """The figures that do not say it."""
    well = ends(language)
    tiles = [one.label for one in app.metric if not well.match(one.proto.help)]
    cells = [
        f"{table.proto.id}: {name}"
        for table in app.dataframe
        for name, said in columns(table).items()
        if not well.match(said)
    ]
    drawn = [
        str(fields)
        for spec in charted(app)
        for fields in list(tooltips(spec)) or ["a chart without any"]
        if not {"stated_of", "stated_over"} <= set(fields)
    ]
    return tiles + cells + drawn


@pytest.fixture
def board(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The Monday; for pages of what the desk holds: a house with callbacks and caller ids."""
    monkeypatch.setattr(viewer, "asked", lambda job: job(Audit()))
    if request.getfixturevalue("name") not in LOOKED_ABOUT:
        home: Path = request.getfixturevalue("home")
        return home
    home = request.getfixturevalue("tmp_path")
    shift.made(home)
    look_at(monkeypatch, home)
    write_state(home)

    def order(method: str, path: str, body: Any = None, file: Any = None) -> Any:
        known = {"users": [], "teams": [], "caller-ids": ROWS}
        return days(method, path) if path.startswith("calendar") else known.get(path, [ROW])

    days = Api(home)
    for room in (calendar, house_days, callbacks, caller_ids, ordering):
        monkeypatch.setattr(room, "order", order)
    return home


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_figure_says_of_what_it_is_and_over_what(board: Path, name: str, language: str):
    app = opened(name, language)
    if name == "explorer":
        app.button(key="explorer-ask").click().run()
    assert silent(app, language) == []
    shown = len(app.metric) + len(app.dataframe) + len(charted(app))
    assert shown or name == "whatif"  # it shows nothing before it is asked


def test_a_figure_that_is_silent_is_found(home: Path):
    def show() -> None:
        import pandas as pd
        import streamlit as st

        st.metric("Answered", 3, help="Of those placed.")
        st.dataframe(pd.DataFrame({"calls": [1]}), key="mine")

    app = AppTest.from_function(show).run()
    found = silent(app, "en")
    assert found[0] == "Answered"
    assert [one.rpartition(": ")[2] for one in found[1:]] == ["calls"]


def test_a_share_says_its_own_denominator_on_each_page():
    today = stated(words("en"), "period", "cost_wasted", period="Today", zone="UTC")
    assert today.column("share") == (
        "Denominator: the prices of all calls in the same currency. Period: Today, UTC."
    )
