"""A list taken away: every lead with its numbers, its fields and what came of it."""

import csv
import io
from pathlib import Path

import pytest

from dialer.campaign import Campaign
from dialer.journal.book import Book
from dialer.leads.exported import export
from dialer.leads.normalise import NewLead, Normal
from dialer.preflight import of_file, preflight

PLACE = "US America/New_York"


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    path = tmp_path / "journal.sqlite"
    leads = [
        NewLead(numbers=(Normal("12125550101", PLACE, "mobile"),), person={"name": "Ada"}),
        NewLead(
            numbers=(Normal("12125550102", PLACE, "mobile"), Normal("12125550103", PLACE, "")),
            person={"name": "=1+1", "city": "Bath"},
        ),
    ]
    with Book(path) as book:
        book.add_leads("vip", leads, at=1.0)
    return path


def rows(journal: Path, name: str = "vip") -> list[dict[str, str]]:
    into = io.StringIO(newline="")
    assert export(journal, name, into) == 2
    return list(csv.DictReader(io.StringIO(into.getvalue(), newline="")))


def test_every_lead_is_there_with_all_its_numbers_and_nothing_that_a_spreadsheet_would_run(
    journal: Path,
):
    ada, other = rows(journal)
    assert (ada["phone"], ada["more_phones"], ada["name"], ada["city"]) == (
        "12125550101", "", "Ada", "",
    )  # fmt: skip
    assert (other["more_phones"], other["city"], other["state"]) == ("12125550103", "Bath", "open")
    assert not other["name"].startswith("=")
    with pytest.raises(KeyError):
        export(journal, "nowhere", io.StringIO())


def test_a_list_that_is_put_away_is_exported_as_before_and_preflight_counts_it_apart(
    journal: Path,
):
    before = rows(journal)
    with Book(journal) as book:
        assert book.archive("vip", by="eva", at=2.0) is True
        assert book.archive("vip", by="eva", at=3.0) is False
        with pytest.raises(KeyError):
            book.archive("nowhere", by="eva", at=2.0)
    assert rows(journal) == before
    campaign = of_file(Campaign(name="spring", lists=("vip",), law="lab"))
    found = preflight(journal, campaign, 10.0)
    assert [(one.why, one.n) for one in found.kept] == [("archived", 2)]
    assert (found.rows, found.called) == (2, 0)
    with Book(journal) as book:
        assert book.bring_back("vip") is True
    assert preflight(journal, campaign, 10.0).called == 2
