"""The page that asks before a campaign starts."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import periods
from dashboards.frontier import frontier
from dialer.access.rules import User
from dialer.i18n import words
from dialer.money.store import Money, file_in
from sim.whatif.answer import Answer
from sim.whatif.question import Question
from tests.api import shift
from tests.dashboards.conftest import NOW, come_as, look_at, write_state
from tests.dashboards.test_pages import page
from tests.money.monday import deck

EVA = User(name="eva", role="supervisor", campaigns=frozenset({"spring"}))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two campaigns with the calls of a Monday."""
    shift.made(tmp_path)
    look_at(monkeypatch, tmp_path)
    write_state(tmp_path)
    return tmp_path


def test_a_campaign_fills_the_form_in(home: Path):
    app = page("whatif")
    app.selectbox(key="whatif_from").set_value("spring").run()
    assert not app.exception, app.exception
    filled = {name: app.number_input(key=f"whatif_{name}").value for name in (
        "agents", "answer_rate", "cap", "ring_least_s", "talk_s", "hours")}  # fmt: skip
    assert filled == {
        "agents": 2, "answer_rate": 60.0, "cap": 3.0, "ring_least_s": 15.0, "talk_s": 33.75,
        "hours": 8.0,
    }  # fmt: skip
    assert any("Only 10 calls of **spring**" in one.value for one in app.caption)


def test_calls_are_priced_by_the_deck_of_the_campaigns_trunk(home: Path):
    with Money(file_in(home)) as money:
        money.add_deck(deck(price="0.30"), at=1.0, by="mia", origin="a.csv")
        money.use("lab", "x", at=2.0, by="mia")
    app = page("whatif")
    assert not app.toggle
    app.selectbox(key="whatif_from").set_value("spring").run()
    assert app.toggle(key="whatif_by_deck").label == "Price calls by the deck x, version 1"
    assert any("one minute costs 0.3000 USD in the mean, a machine of 3 s 0.3000" in one.value
               for one in app.caption)  # fmt: skip
    sent(app)
    job = app.session_state["whatif_job"]
    job.cancel()
    assert (job.asked.prices.deck.name, job.asked.currency) == ("x", "USD")
    assert app.number_input(key="whatif_wage").label == "Price of an agent's hour (USD)"
    app.toggle(key="whatif_by_deck").set_value(False)
    sent(app)
    app.session_state["whatif_job"].cancel()
    assert app.session_state["whatif_job"].asked.prices is None


def test_only_campaigns_that_one_may_see_are_offered(home: Path, monkeypatch: pytest.MonkeyPatch):
    come_as(monkeypatch, EVA)
    assert page("whatif").selectbox(key="whatif_from").options == [
        "figures of your own", "spring",
    ]  # fmt: skip


def test_calls_that_are_older_than_a_week_are_not_recent(
    home: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(periods, "now", lambda: NOW + 8 * 86400)
    app = page("whatif")
    app.selectbox(key="whatif_from").set_value("spring").run()
    assert any("Only 0 calls" in one.value for one in app.caption)
    assert app.number_input(key="whatif_talk_s").value == 150.0


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "cannot answer 120.0 % of the calls"), ("zh", "合计 120.0 %，不能超过 100 %")],
)
def test_nonsense_is_said_and_nothing_is_reckoned(home: Path, language: str, said: str):
    app = page("whatif")
    app.session_state["lang"] = language
    app.run()
    app.number_input(key="whatif_answer_rate").set_value(80.0)
    app.number_input(key="whatif_machine_rate").set_value(40.0)
    next(one for one in app.button if one.label == words(language)("whatif.go")).click().run()
    assert said in app.error[0].value
    assert "whatif_job" not in app.session_state


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "looks at each lead for **75 s**"), ("zh", "查看每位客户 **75 秒**")],
)
def test_how_long_a_lead_is_looked_at_is_asked_and_said_with_the_row_of_preview(
    home: Path, language: str, said: str
):
    app = page("whatif")
    app.session_state["lang"] = language
    app.run()
    for name, value in (("agents", 2), ("hours", 1.0), ("look_s", 75.0)):
        app.number_input(key=f"whatif_{name}").set_value(value)
    next(one for one in app.button if one.label == words(language)("whatif.go")).click().run()
    job = app.session_state["whatif_job"]
    assert job.asked.look_s == 75.0
    while job.is_running and not job.answer.forecasts:
        time.sleep(0.05)
    app.run()
    job.cancel()
    assert not app.exception, app.exception
    assert any(said in one.value for one in app.caption)
    by_mode = app.dataframe[0].value
    assert by_mode["mode"][0] == words(language)("mode.preview")
    assert by_mode["abandoned"][0].startswith("0.00")


def test_the_dashed_lines_say_what_they_are():
    told = Answer(question=Question.of(agents=10, answer_rate=0.3, cap=0.03), limit=0.882)
    drawn = frontier(told, words("zh")).to_json(ensure_ascii=False)
    assert ("上限 3.0 %" in drawn, "极限 88.2 %" in drawn) == (True, True)


def test_the_words_at_the_dashed_lines_stay_apart_where_cap_and_limit_are_near():
    told = Answer(question=Question.of(agents=10, answer_rate=0.3, cap=0.03), limit=0.882)
    layers = frontier(told, words("en")).to_dict()["layer"]
    cap, limit = [one for one in layers if one["mark"]["type"] == "text"]
    assert (cap["encoding"]["y"], cap["mark"]["baseline"]) == ({"value": "height"}, "bottom")
    assert (limit["encoding"]["x"], limit["mark"]["baseline"]) == ({"value": 0}, "top")


def test_a_question_is_reckoned_beside_the_page_and_can_be_cancelled(home: Path):
    app = page("whatif")
    app.number_input(key="whatif_agents").set_value(3)
    began = time.monotonic()
    sent(app)
    job = app.session_state["whatif_job"]
    assert job.is_running or job.answer.done == 1.0, time.monotonic() - began
    next(one for one in app.button if one.label == "Cancel").click().run()
    while job.is_running:
        time.sleep(0.05)
    app.run()
    assert not app.exception, app.exception
    assert any("Cancelled" in one.value for one in app.info)


def sent(app: AppTest) -> None:
    next(one for one in app.button if one.label == "Simulate").click().run()
    assert not app.exception, app.exception
