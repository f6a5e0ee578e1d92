"""The calendar over the API: what each day is and why, and days that the house sets."""

from datetime import date

import pytest

from dialer.access.audit import Asked
from dialer.access.sentences import said
from dialer.api.forms import OFFERED
from dialer.i18n import words
from dialer.journal.reader import Reader
from dialer.settings import Settings
from tests.api.conftest import Web

CALENDAR, DAYS = "/api/v1/calendar", "/api/v1/calendar/days"
OCTOBER = {"country": "cn", "law": "cn_miit", "first": "2026-10-01"}
FESTIVAL = {"kind": "closed", "country": "cn", "first": "2027-02-05", "last": "2027-02-12",
            "note": "Spring Festival"}  # fmt: skip


def test_each_day_says_what_it_is_why_and_when_calls_are_allowed(busy: Web) -> None:
    found = busy.browser("eva").get(CALENDAR, params={**OCTOBER, "language": "zh"}).json()
    assert (found["country"], found["law"], found["holidays"]) == ("CN", "cn_miit", "national")
    assert (found["first"], found["last"], len(found["days"])) == ("2026-10-01", "2026-10-31", 31)
    first, ninth, tenth = (found["days"][n - 1] for n in (1, 9, 10))
    assert (first["what"], first["name"], first["open"]) == ("holiday", "国庆节", [])
    assert (ninth["what"], ninth["open"]) == ("", ["09:00-21:00"])
    assert (tenth["what"], tenth["open"]) == ("worked", ["09:00-21:00"])
    assert found["unknown_years"] == []


def test_left_out_it_is_the_houses_usual_country_and_law_and_this_month(busy: Web) -> None:
    found = busy.browser("eva").get(CALENDAR).json()
    assert (found["country"], found["law"], found["zone"]) == ("US", "lab", "UTC")
    assert (found["first"], found["today"][:7]) == (f"{found['today'][:7]}-01", found["first"][:7])


def test_a_campaign_is_asked_by_whoever_sees_it_with_its_own_days(busy: Web) -> None:
    eva = busy.browser("eva")
    found = eva.get(CALENDAR, params={"campaign": "spring"}).json()
    assert (found["campaign"], found["law"], found["zone"]) == ("spring", "lab", "UTC")
    assert eva.get(CALENDAR, params={"campaign": "autumn"}).status_code == 404


def test_a_holiday_on_which_the_law_lets_people_be_called_has_its_name(busy: Web) -> None:
    asked = {"country": "us", "law": "us_ftc", "first": "2026-11-26", "last": "2026-11-26"}
    [day] = busy.browser("eva").get(CALENDAR, params=asked).json()["days"]
    assert (day["what"], day["name"], day["open"]) == ("", "Thanksgiving Day", ["08:00-21:00"])


def test_a_row_of_days_is_closed_for_a_country_shown_as_such_and_taken_away(busy: Web) -> None:
    ada = busy.browser("ada")
    made = ada.post(DAYS, json=FESTIVAL)
    assert (made.status_code, made.json()["region"], made.json()["added_by"]) == (201, "CN", "ada")
    kept = ada.get(DAYS).json()
    assert [one["entry"] for one in kept["entries"]] == [made.json()["entry"]]
    asked = {"country": "cn", "law": "us_ftc", "first": "2027-02-12", "last": "2027-02-13"}
    closed, after = ada.get(CALENDAR, params=asked).json()["days"]
    assert (closed["what"], closed["open"], closed["note"]) == ("house", [], "Spring Festival")
    assert (after["what"], after["open"]) == ("", ["08:00-21:00"])
    gone = f"{DAYS}/{made.json()['entry']}"
    assert [ada.delete(gone).json() for _ in range(2)] == [{"ended": True}, {"ended": False}]
    assert ada.get(DAYS).json()["entries"] == []
    entries = busy.accounts.audit.entries(Asked(action="limit.edit", limit=2))
    assert [said(one, words("en")) for one in entries] == [
        "ada changed the calendar of CN: days: 2027-02-05, 2027-02-12; what: removed",
        "ada changed the calendar of CN: days: 2027-02-05, 2027-02-12; what: closed",
    ]


def test_days_are_in_the_journal_for_the_dialer_and_for_every_campaign(busy: Web) -> None:
    busy.browser("ada").post(DAYS, json={"kind": "closed", "first": "2027-01-04"})
    [one] = Reader(busy.home / "journal.sqlite").house_days()
    assert (one.region, one.first, one.last) == ("", date(2027, 1, 4), date(2027, 1, 4))
    asked = {"campaign": "spring", "country": "us", "first": "2027-01-04", "last": "2027-01-04"}
    [day] = busy.browser("eva").get(CALENDAR, params=asked).json()["days"]
    assert (day["what"], day["open"], day["entries"]) == ("house", [], [one.entry])


@pytest.mark.parametrize(
    ("wrong", "reason", "says"),
    [
        ({"last": "2027-02-04"}, "days_order", "2027-02-04, is before the first, 2027-02-05"),
        ({"last": "2029-02-04"}, "days_many", "731 days"),
        ({"first": "2020-02-05", "last": None}, "days_over", "2020-02-05 is over"),
        ({"first": "0001-01-01", "last": None}, "days_far", "from 2000 to 2099"),
        ({"first": "9999-12-31", "last": None}, "days_far", "from 2000 to 2099"),
        ({"country": "xx"}, "no_country", "XX is no country"),
        ({"kind": "workday", "country": "us"}, "days_swapping", "CN, HU, TW, VN, UA, RU"),
        ({"kind": "workday", "last": None}, "days_weekend", "2027-02-05 is no Saturday"),
        ({"kind": "workday", "first": "2027-02-06", "last": None}, "days_holiday", "is a public"),
    ],
)
def test_what_is_wrong_is_told_with_what_and_what_to_do(
    busy: Web, wrong: dict[str, object], reason: str, says: str
) -> None:
    refused = busy.browser("ada").post(DAYS, json={**FESTIVAL, **wrong})
    told = refused.json()
    assert (refused.status_code, told["reason"], says in told["detail"]) == (422, reason, True)
    for language in ("en", "zh"):
        assert "•••" not in words(language).refusal(422, told)


def test_what_is_set_already_is_not_set_twice_and_nonsense_is_asked_of_no_calendar(
    busy: Web,
) -> None:
    ada = busy.browser("ada")
    assert ada.post(DAYS, json=FESTIVAL).status_code == 201
    again = ada.post(DAYS, json={**FESTIVAL, "first": "2027-02-07"}).json()
    assert (again["reason"], again["values"]["user"]) == ("days_known", "ada")
    assert ada.get(CALENDAR, params={"law": "moon"}).json()["reason"] == "no_law"
    for far in ("0001-01-01", "9999-12-31", "2100-01-01"):
        assert ada.get(CALENDAR, params={"first": far}).json()["reason"] == "days_far"
    backwards = {"first": "2027-02-02", "last": "2027-02-01"}
    assert ada.get(CALENDAR, params=backwards).json()["reason"] == "days_order"


def test_a_supervisor_looks_and_does_not_set(busy: Web) -> None:
    eva = busy.browser("eva")
    assert eva.post(DAYS, json=FESTIVAL).status_code == 403
    assert eva.delete(f"{DAYS}/1").status_code == 403
    assert eva.get(DAYS).status_code == 200
    assert busy.browser("bob").get(CALENDAR).status_code == 403


def test_the_days_of_the_file_are_told_and_hold_for_a_law_alone(busy: Web) -> None:
    file = busy.home / "days.toml"
    file.write_text('[CN]\nclosed = ["2026-10-09"]\n')
    busy.settings = Settings(home=busy.home, holidays=file)
    eva = busy.browser("eva")
    assert eva.get(DAYS).json()["file"] == [["CN", "2026-10-09", "closed"]]
    assert eva.get(CALENDAR, params=OCTOBER).json()["days"][8]["what"] == "house"


def test_a_chat_is_told_of_days_that_are_set() -> None:
    what = {"kind": "closed", "region": "CN", "first": "2027-02-05", "last": "2027-02-12",
            "user": "ada"}  # fmt: skip
    told = OFFERED["DaysSet"].format(**what)
    assert told == "Days of the house: closed CN 2027-02-05 to 2027-02-12, set by ada."
