"""What stands on the lists: counted as of an instant, and taken away as a file that comes back."""

import csv
import io
import tracemalloc

import pytest
from msgspec.structs import replace

from dialer.journal.book import Book
from dialer.journal.store import Block
from dialer.leads import dnc, listed
from dialer.leads.listed import PAGE, counted, export
from dialer.leads.normalise import NewLead, Normal

DAY = 86400.0
NOW = 1_790_000_000.0
EVE = Block(source="letter", reason="asked", added_by="Eve", at=NOW)
LONDON = "GB Europe/London"


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "journal.sqlite"


def taken(journal, at=NOW, **more):
    """The file, as a program reads it, and what was said of it."""
    out = io.StringIO()
    told = export(journal, out, at=at, **more)
    return list(csv.DictReader(io.StringIO(out.getvalue()))), told


def numbers(journal, **more):
    return [row["number"] for row in taken(journal, **more)[0]]


def off(journal, number, at=NOW, reason="a slip", **more):
    assert dnc.unblock(journal, number, "GB", by="Max", at=at, reason=reason, **more)


def test_there_is_nothing_where_there_is_no_journal(journal):
    told = counted(journal, NOW)
    assert (told.numbers, told.prefixes, told.scopes, told.added) == (0, 0, (), 0)
    assert taken(journal) == ([], listed.Taken(0, 0))


def test_a_number_of_two_campaigns_is_one_number_and_is_in_both_scopes(journal):
    both = ["020 7946 0018", "020 7946 0019", "+44 9*"]
    dnc.block(journal, both, "GB", replace(EVE, campaign="spring"))
    dnc.block(journal, both[:1], "GB", replace(EVE, campaign="autumn"))
    dnc.block(journal, ["020 7946 0020"], "GB", replace(EVE, allows=True))
    dnc.block(journal, ["020 7946 0021"], "GB", replace(EVE, expires_at=NOW + 60))
    told = counted(journal, NOW)
    assert (told.numbers, told.prefixes) == (3, 1)
    assert [(one.campaign, one.allows, one.numbers, one.prefixes) for one in told.scopes] == [
        ("", False, 1, 0), ("autumn", False, 1, 0), ("spring", False, 2, 1), ("", True, 1, 0),
    ]  # fmt: skip
    dnc.block(journal, ["020 7946 0018", "+44 8*"], "GB", replace(EVE, expires_at=NOW + 60))
    assert (counted(journal, NOW).numbers, counted(journal, NOW).prefixes) == (3, 2)
    later = counted(journal, NOW + 60)
    assert (later.numbers, later.prefixes) == (2, 1), "what has ended is not in force"


def test_what_came_and_went_is_of_thirty_days_and_an_entry_made_longer_did_not_go(journal):
    dnc.block(journal, ["020 7946 0018"], "GB", replace(EVE, expires_at=NOW + DAY))
    dnc.block(journal, ["020 7946 0018", "020 7946 0019"], "GB", replace(EVE, at=NOW + 60))
    off(journal, "020 7946 0019", at=NOW + 90)
    told = counted(journal, NOW + 100)
    assert (told.since, told.added, told.taken_off) == (NOW + 100 - 30 * DAY, 3, 1)
    later = counted(journal, NOW + 31 * DAY)
    assert (later.numbers, later.added, later.taken_off) == (1, 0, 0)


def test_numbers_are_told_in_full_wherever_they_came_from(journal):
    dnc.block(journal, ["020 7946 0018", "+44 9*"], "GB", EVE)
    lead = NewLead(numbers=(Normal("442079460019", LONDON, "fixed_line"),))
    with Book(journal) as book:
        book.add_leads("people", [lead])
        key = book._vault.key("442079460019")
        with book._writing():  # as an agent's word does, who knows only the lead
            book._ledger.wishes.block(Block(key=key, masked="+44207•••0019", source="agent"))
    assert numbers(journal) == ["+442079460018", "+449*", "+442079460019"]
    assert b"442079460018" not in journal.read_bytes()


def test_whose_number_nobody_has_is_told_by_the_mask_and_counted(journal):
    dnc.block(journal, ["020 7946 0018"], "GB", EVE)
    with Book(journal) as book, book._writing():
        book._db.execute("UPDATE dnc SET digits = NULL")  # an entry of an older program
    [row], told = taken(journal)
    assert (row["number"], row["masked"], told) == ("", "+44207•••0018", listed.Taken(1, 1))


def test_the_white_list_is_a_file_of_its_own_and_history_has_what_is_over(journal):
    dnc.block(journal, ["020 7946 0018", "020 7946 0019"], "GB", EVE)
    dnc.block(journal, ["020 7946 0020"], "GB", replace(EVE, allows=True, campaign="spring"))
    off(journal, "020 7946 0018", at=NOW + 5, reason="=1+1")
    assert numbers(journal) == ["+442079460019"]
    [through], _ = taken(journal, allows=True)
    assert (through["number"], through["campaign"]) == ("+442079460020", "spring")
    rows, told = taken(journal, history=True)
    assert told.entries == 2
    assert {name: rows[0][name] for name in ("added_at", "removed_by", "removed_at")} == {
        "added_at": "2026-09-21T14:13:20Z", "removed_by": "Max",
        "removed_at": "2026-09-21T14:13:25Z",
    }  # fmt: skip
    assert rows[0]["removed_reason"] == "'=1+1", "no spreadsheet takes it for a formula"


def test_what_was_taken_away_can_be_put_on_another_list(journal, tmp_path):
    dnc.block(journal, ["020 7946 0018", "+44 9*", "+1 212 555 0123"], "GB", EVE)
    file, other = tmp_path / "away.csv", tmp_path / "other" / "journal.sqlite"
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        export(journal, out, at=NOW)
    assert dnc.import_dnc(other, file, "DE", EVE).added == 3
    assert numbers(other) == ["+442079460018", "+12125550123", "+449*"]


def test_a_long_list_is_written_page_by_page(journal):
    many = [f"+4420794{n:05}" for n in range(4 * PAGE + 1)]
    dnc.block(journal, many, "GB", EVE)

    class Nowhere(io.StringIO):
        def write(self, text):
            return len(text)

    tracemalloc.start()
    assert export(journal, Nowhere(), at=NOW).entries == len(many)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000
    assert numbers(journal) == many
