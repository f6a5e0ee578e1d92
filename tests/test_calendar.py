"""What each day is and why; days of the house, which pre-flight, evidence and backups know."""

import io
import json
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from dialer import almanac, calendar_words, evidence
from dialer import calendar as calendars
from dialer.backup import made, restored
from dialer.calendar import Asked, country_name, of_law, shown
from dialer.engine.compliance import Rules, open_until
from dialer.errors import Misgiven
from dialer.i18n import words
from dialer.journal.book import Book
from dialer.journal.house_days import Entry
from dialer.journal.reader import Reader
from dialer.laws import LAWS
from dialer.preflight import preflight
from dialer.settings import Settings
from tests.conformance.worlds import MONDAY_10AM, World, people
from tests.test_cli import at, dialer

__all__ = ["at", "dialer"]
MONDAY = date(2026, 9, 21)
CLOSED = Entry(
    region="GB", kind="closed", first=MONDAY, last=MONDAY, added_by="eva", added_at=MONDAY_10AM,
    note="The office moves",
)  # fmt: skip
OFFICE = Rules(hours="uk", calendar="national")


def asked(tmp_path: Path, **more: Any) -> calendars.Calendar:
    return shown(Settings(home=tmp_path), {}, Asked(**more), MONDAY_10AM)


def test_every_day_of_every_law_is_as_the_engine_has_it(tmp_path: Path):
    year = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}
    for law in LAWS:
        for region, zone in (("CN", "Asia/Shanghai"), ("GB", "Europe/London")):
            found = asked(tmp_path, country=region, law=law, **year)
            assert len(found.days) == 365
            for day in found.days:
                noon = datetime.combine(day.day, time(12), ZoneInfo(zone)).timestamp()
                is_open = open_until(f"{region} {zone}", of_law(law), noon) > noon
                assert is_open == bool(day.open), (law, day)


def test_a_month_that_is_not_named_is_this_one_and_a_country_the_campaigns(tmp_path: Path):
    found = asked(tmp_path)
    assert (found.first, found.last) == (date(2026, 9, 1), date(2026, 9, 30))
    assert (found.country, found.law, found.zone) == ("US", "strict", "UTC")


def test_a_holiday_of_a_part_of_the_country_says_of_which(tmp_path: Path):
    one = asked(tmp_path, country="GB", law="strict", first=date(2026, 11, 30), last=None).days[0]
    assert (one.what, one.name, one.parts) == ("holiday", "Saint Andrew's Day", ("SCT",))
    assert calendar_words.why(words("en"), one) == "Saint Andrew's Day (only in SCT)"
    assert calendar_words.why(words("zh"), one) == "圣安德鲁节（仅 SCT）"


def test_worked_weekends_that_nobody_has_announced_are_told_as_such(tmp_path: Path):
    far = {"first": date(2099, 1, 1), "last": date(2099, 1, 31)}
    assert asked(tmp_path, country="CN", law="cn_miit", **far).unknown_years == [2099]
    assert asked(tmp_path, country="GB", law="uk_ofcom", **far).unknown_years == []


def test_what_a_country_is_called_is_known_of_each():
    for language in ("en", "zh"):
        assert country_name("HK", language)
        assert country_name("ZZ", language) == "ZZ"


# ---- days of the house --------------------------------------------------------------------------
def test_what_people_set_is_kept_once_and_ended_by_its_number(tmp_path: Path):
    journal = tmp_path / "journal.sqlite"
    assert almanac.entries(journal) == []
    made_ = almanac.set_days(journal, CLOSED)
    assert [one.entry for one in almanac.entries(journal)] == [made_.entry]
    with pytest.raises(Misgiven, match="set already, by entry 1 of eva"):
        almanac.set_days(journal, CLOSED)
    wider = msgspec.structs.replace(CLOSED, region="", last=date(2026, 9, 22))
    assert almanac.set_days(journal, wider).entry == 2
    assert almanac.end_days(journal, 1, by="ada", at=MONDAY_10AM + 1)
    assert [one.entry for one in almanac.entries(journal)] == [2]


def test_a_day_is_not_over_while_it_is_still_that_day_somewhere(tmp_path: Path):
    journal = tmp_path / "journal.sqlite"
    tuesday_11am_utc = MONDAY_10AM + 26 * 3600
    late = msgspec.structs.replace(CLOSED, added_at=tuesday_11am_utc)
    assert almanac.set_days(journal, late).entry == 1
    gone = msgspec.structs.replace(CLOSED, added_at=tuesday_11am_utc + 4 * 3600, region="US")
    with pytest.raises(Misgiven, match="2026-09-21 is over everywhere"):
        almanac.set_days(journal, gone)


def test_pre_flight_tells_that_they_keep_all_back_and_until_when(tmp_path: Path):
    world = World("sqlite", tmp_path)
    world.lists(people=people(3))
    world.open(calling=OFFICE)
    [known] = Reader(world.path).campaigns()
    assert preflight(world.path, known, world.at).called == 3
    with Book(world.path) as book:
        book.keep_days(CLOSED)
    found = preflight(world.path, known, world.at)
    [kept] = found.kept
    tuesday_8am = MONDAY_10AM + 22 * 3600
    assert (found.called, kept.why, kept.n, kept.until) == (0, "hours", 3, tuesday_8am)
    world.close()


def test_evidence_tells_what_held_when_the_call_was_promised(tmp_path: Path):
    world = World("sqlite", tmp_path)
    world.lists(people=people(1))
    world.open(calling=OFFICE)
    (call,) = world.promised(1)
    world.ended(call, "no_answer")
    with Book(world.path) as book:
        book.keep_days(msgspec.structs.replace(CLOSED, added_at=world.at + 60))
    assert _checked(world)["hours"]["open"] is True
    with Book(world.path) as book:
        book.keep_days(msgspec.structs.replace(CLOSED, added_at=world.at - 60))
    assert _checked(world)["hours"]["open"] is False
    world.close()


def _checked(world: World) -> Any:
    out = io.BytesIO()
    evidence.pack(world.path, ["447700900000"], world.path.parent, out, at=world.at, by="test")
    with zipfile.ZipFile(out) as archive:
        return json.loads(archive.read("attempts.json"))[0]["checks"]


def test_a_backup_has_them(tmp_path: Path):
    home = tmp_path / "home"
    home.mkdir()
    almanac.set_days(home / "journal.sqlite", CLOSED)
    made(Settings(home=home), tmp_path / "kept", at=MONDAY_10AM)
    restored(tmp_path / "kept", tmp_path / "again", at=MONDAY_10AM)
    [one] = almanac.entries(tmp_path / "again/journal.sqlite")
    assert (one.region, one.first, one.note) == ("GB", MONDAY, "The office moves")


# ---- the command --------------------------------------------------------------------------------
def test_the_command_shows_days_sets_them_and_takes_them_away(dialer: Any):
    said = dialer("calendar", "--country", "cn", "--law", "cn_miit", "--first", "2026-10-01").out
    assert "National Day" in said
    assert "2026-10-10  Sat      weekend worked" in said
    far = ("2097-12-24", "--last", "2097-12-26", "--country", "us", "--note", "the office moves")
    assert "entry 1: 2097-12-24 – 2097-12-26" in dialer("calendar", "close", *far).out
    assert "closed US; the office moves" in dialer("calendar", "days").out
    [kept] = json.loads(dialer("calendar", "days", "--json").out)
    assert (kept["region"], kept["kind"], kept["last"]) == ("US", "closed", "2097-12-26")
    ended = dialer("calendar", "end", "1")
    assert (ended.code, "like any others again" in ended.out) == (0, True)
    assert dialer("calendar", "end", "1").code == 1
    told = dialer("audit", "show", "--json").out
    assert [(one["object"], json.loads(one["after"])["what"]) for one in json.loads(told)] == [
        ("calendar:US", "ended"), ("calendar:US", "closed")
    ]  # fmt: skip


def test_the_command_says_in_one_line_what_is_wrong(dialer: Any):
    wrong = dialer("calendar", "work", "2097-12-24", "--country", "cn")
    assert (wrong.code, "no Saturday or Sunday" in wrong.err) == (1, True)
    assert "no country" in dialer("calendar", "--country", "xx").err
