"""The page Calendar, as Streamlit's own test runner sees it."""

from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import pytest
from streamlit.testing.v1 import AppTest

from dashboards import months, ordering
from dashboards.steering import NotDone
from dashboards.views import calendar
from dashboards.views.calendar import house_days
from dialer.access.rules import User
from dialer.api.records import Records
from dialer.calendar import Asked, Day, shown
from dialer.i18n import words
from dialer.settings import Settings
from tests.api import shift
from tests.dashboards.conftest import NOW, come_as, look_at
from tests.dashboards.test_pages import page

FESTIVAL = {
    "entry": 7, "region": "CN", "kind": "closed", "first": "2027-02-05", "last": "2027-02-12",
    "note": "Spring Festival", "added_by": "eva", "added_at": NOW,
}  # fmt: skip


class Api:
    """Computes calendars as the real one, and keeps the orders that change something."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home)
        self.orders: list[tuple[str, str, Any]] = []
        self.asked: list[dict[str, str]] = []
        self.refuses = ""
        self.file: list[Any] = []

    def __call__(self, method: str, path: str, body: Any = None, file: Any = None) -> Any:
        if path == "calendar/days" and method == "GET":
            return {"entries": [FESTIVAL], "file": self.file}
        if method == "GET":
            self.asked.append(dict(parse_qsl(path.partition("?")[2])))
            asked = msgspec.convert(self.asked[-1], Asked)
            known = Records(self.settings.home).campaigns()
            return msgspec.to_builtins(shown(self.settings, known, asked, NOW))
        if self.refuses:
            raise NotDone(self.refuses)
        self.orders.append((method, path, body))
        return {}


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Api:
    shift.made(tmp_path)
    look_at(monkeypatch, tmp_path)
    api = Api(tmp_path)
    for room in (calendar, house_days, ordering):
        monkeypatch.setattr(room, "order", api)
    return api


def drawn(app: AppTest) -> str:
    return "".join(one.proto.body for one in app.get("html"))


def test_it_begins_with_the_houses_country_law_and_month(api: Api):
    app = page("calendar")
    assert api.asked[-1] == {
        "country": "US", "law": "lab", "first": "2026-11-01", "last": "2026-11-30",
        "language": "en",
    }  # fmt: skip
    assert "United States · law lab: nobody's telephones" in app.caption[0].value
    assert "2026-11-01 to 2026-11-30 · hours on the called person's own clock" in (
        app.caption[0].value
    )
    assert drawn(app).count('title="2026-11-') == 30


def test_each_day_is_drawn_with_what_it_is_its_hours_and_why(api: Api):
    app = page("calendar")
    app.selectbox(key="law").set_value("cn_miit")
    app.selectbox(key="country-").set_value("CN")
    app.selectbox(key="month").set_value(10).run()
    html = drawn(app)
    assert 'class="holiday" title="2026-10-01: public holiday; no calls; National Day"' in html
    assert 'class="worked" title="2026-10-10: weekend worked in turn; 09:00-21:00"' in html
    assert "weekend worked in turn: 1" in html
    table = app.dataframe[0].value
    assert table.iloc[0].to_dict() == {
        "day": "2026-10-01", "weekday": "Thu", "what": "public holiday", "hours": "no calls",
        "why": "National Day",
    }  # fmt: skip


def test_a_whole_year_is_twelve_months_and_what_no_calendar_knows_is_told(api: Api):
    app = page("calendar")
    app.selectbox(key="law").set_value("cn_miit")
    app.selectbox(key="country-").set_value("CN")
    app.selectbox(key="year").set_value(2027)
    app.selectbox(key="month").set_value(0).run()
    assert drawn(app).count("<caption>") == 12
    assert any("Which weekends of 2027" in one.value for one in app.caption)


def test_a_campaigns_own_rules_are_asked_for(api: Api):
    app = page("calendar")
    app.selectbox(key="rules").set_value("spring").run()
    assert api.asked[-1]["campaign"] == "spring"
    assert "campaign spring, law lab" in app.caption[0].value


def test_days_are_set_and_taken_away_by_orders_to_the_api(api: Api):
    app = page("calendar")
    app.selectbox(key="where-US").set_value("CN")
    app.date_input(key="first").set_value(date(2027, 2, 5))
    app.date_input(key="last").set_value(date(2027, 2, 12))
    app.text_input(key="note").set_value("Spring Festival")
    app.button[-1].click().run()
    body = {"kind": "closed", "country": "CN", "first": "2027-02-05", "last": "2027-02-12",
            "note": "Spring Festival"}  # fmt: skip
    assert api.orders == [("POST", "calendar/days", body)]
    assert app.success[0].value == (
        "China, 2027-02-05 – 2027-02-12: closed, no calls. It holds for every campaign, "
        "also for those that dial."
    )
    app.button(key="end-7").click().run()
    assert api.orders[-1] == ("DELETE", "calendar/days/7", None)
    assert "days like any others again" in app.success[0].value


def test_why_days_were_not_set_stands_on_the_page(api: Api):
    api.refuses = "2020-02-05 is over everywhere: choose a day that is still to come."
    app = page("calendar")
    app.button[-1].click().run()
    assert api.refuses in app.error[0].value


def test_who_may_not_change_limits_only_looks(api: Api, monkeypatch: pytest.MonkeyPatch):
    come_as(monkeypatch, User(name="sue", role="supervisor", campaigns=frozenset({"spring"})))
    app = page("calendar")
    assert [one.label for one in app.button] == []
    assert "Setting days needs the permission" in app.caption[-1].value
    assert app.selectbox(key="rules").options == ["the law alone", "spring"]


def test_the_files_days_are_told_with_where_they_are_changed(api: Api):
    api.file = [["CN", "2027-02-14", "workday"]]
    told = "2027-02-14 weekend worked in turn (China)"
    assert any(told in one.value for one in page("calendar").caption)


def test_a_note_is_text_wherever_it_stands():
    day = Day(day=date(2027, 2, 5), what="house", open=(), note='<b onclick="x">"')
    html = months.months(words("zh"), [day], date(2027, 2, 5))
    assert "<b onclick" not in html
    assert '&lt;b onclick=&quot;x&quot;&gt;&quot;"' in html
    assert html.count("&lt;b onclick=") == 2
    assert "公司停拨: 1" in html
