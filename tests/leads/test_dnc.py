"""On the do-not-call list and off it: by spelling, by campaign, by file, and who said so."""

import pytest
from msgspec.structs import replace

from dialer.errors import ImportRefused
from dialer.journal.book import Book
from dialer.journal.store import Block
from dialer.leads import dnc
from dialer.leads.dnc import block, import_dnc, is_blocked, unblock

EVE = Block(source="letter", reason="asked on 21 September", added_by="Eve", at=1_790_000_000.0)

ASKED = "asked to be called"


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "journal.sqlite"


def kept(journal):
    with Book(journal) as book:
        sql = "SELECT masked, campaign, source, reason, added_by, added_at, removed_by FROM dnc"
        return book._db.execute(sql).fetchall()


def test_however_it_is_written_it_is_the_same_number(journal):
    assert block(journal, ["020 7946 0018"], "GB", EVE) == 1
    for written in ("+44 20 7946 0018", "0044 2079460018", "(020) 7946-0018"):
        assert is_blocked(journal, written, "GB")
    assert not is_blocked(journal, "020 7946 0019", "GB")
    assert block(journal, ["+442079460018"], "US", EVE) == 0


def test_an_entry_says_who_when_and_why_and_shows_no_number(journal):
    block(journal, ["020 7946 0018"], "GB", EVE)
    letter = ("+44207•••0018", "", "letter", "asked on 21 September", "Eve", 1_790_000_000.0)
    assert kept(journal) == [(*letter, "")]
    assert unblock(journal, "02079460018", "GB", by="Max", at=1_790_000_100.0, reason=ASKED)
    assert kept(journal) == [(*letter, "Max")]
    assert not is_blocked(journal, "02079460018", "GB")
    assert not unblock(journal, "02079460018", "GB", by="Max", at=1_790_000_200.0, reason=ASKED)


def test_why_it_went_off_the_list_stays_with_the_entry(journal):
    block(journal, ["020 7946 0018"], "GB", EVE)
    with pytest.raises(ImportRefused, match="say why it goes off the list") as refused:
        unblock(journal, "02079460018", "GB", by="Max", at=1_790_000_100.0, reason=" ")
    assert refused.value.reason == "dnc_reason"
    assert is_blocked(journal, "02079460018", "GB")
    why = f" {ASKED}: +442079460018 "
    unblock(journal, "02079460018", "GB", by="Max", at=1_790_000_100.0, reason=why)
    with Book(journal) as book:
        sql = "SELECT reason, removed_by, removed_reason FROM dnc"
        assert book._db.execute(sql).fetchall() == [(EVE.reason, "Max", f"{ASKED}: •••")]


def test_a_campaign_s_own_list_binds_that_campaign(journal):
    own = Block(campaign="spring", source="agent")
    block(journal, ["020 7946 0018"], "GB", own)
    assert is_blocked(journal, "020 7946 0018", "GB", campaign="spring")
    assert not is_blocked(journal, "020 7946 0018", "GB", campaign="autumn")


def test_of_several_numbers_all_are_blocked_or_none(journal):
    with pytest.raises(ImportRefused, match="'070…' is no telephone number"):
        block(journal, ["020 7946 0018", "070 call me"], "GB", EVE)
    assert not is_blocked(journal, "020 7946 0018", "GB")


def test_a_number_that_does_not_exist_can_be_blocked_all_the_same(journal):
    assert block(journal, ["+1 555 010 0007"], "US", EVE) == 1


def test_a_register_comes_as_a_file(journal, tmp_path):
    path = tmp_path / "register.csv"
    path.write_text("id;number\n1;020 7946 0018\n2;020 7946 0019\n3;020 7946 0018\n")
    told = []
    report = import_dnc(journal, path, "GB", EVE, progress=told.append)
    assert (report.rows, report.added, report.known) == (3, 2, 1)
    assert told == [3]
    assert is_blocked(journal, "020 7946 0019", "GB")
    path.write_text("02079460020\n")
    assert import_dnc(journal, path, "GB", EVE).added == 1


def test_a_register_may_name_prefixes_too(journal, tmp_path):
    path = tmp_path / "register.csv"
    path.write_text("number\n020 7946 0018\n+49*\n020 7946 0018\n")
    report = import_dnc(journal, path, "GB", EVE)
    assert (report.rows, report.added, report.known) == (3, 2, 1)
    assert is_blocked(journal, "+49 30 123456", "GB")


def test_a_file_with_one_bad_row_is_not_taken_over_at_all(journal, tmp_path):
    path = tmp_path / "register.csv"
    rows = [f"020 7946 {k:04}" for k in range(2000)]
    path.write_text("\n".join([*rows, "see next page"]))
    with pytest.raises(ImportRefused, match=r"line 2001: no telephone number there; nothing was"):
        import_dnc(journal, path, "GB", EVE)
    assert kept(journal) == []


def test_a_file_without_numbers_is_refused(journal, tmp_path):
    path = tmp_path / "register.csv"
    path.write_text("name\nAda\n")
    with pytest.raises(ImportRefused, match="no column holds telephone numbers of GB"):
        import_dnc(journal, path, "GB", EVE)


def test_a_prefix_binds_all_that_begin_so_and_the_longest_decides(journal):
    premium, ours = replace(EVE, reason="premium"), replace(EVE, allows=True)
    assert block(journal, ["+44 20*", "+49*"], "GB", premium) == 2
    assert is_blocked(journal, "020 7946 0018", "GB")
    assert not is_blocked(journal, "0161 496 0018", "GB")
    assert block(journal, ["+44 20 7946*"], "GB", ours) == 1
    assert not is_blocked(journal, "020 7946 0018", "GB")
    block(journal, ["020 7946 0018"], "GB", EVE)
    assert is_blocked(journal, "020 7946 0018", "GB"), "its own entry stands above every prefix"
    assert unblock(journal, "+44 20*", "GB", by="Max", at=1_790_000_100.0, reason=ASKED)
    assert not is_blocked(journal, "020 8946 0018", "GB")


def test_a_number_may_be_let_through_by_itself(journal):
    block(journal, ["+44 20*"], "GB", EVE)
    block(journal, ["020 7946 0018"], "GB", replace(EVE, allows=True, campaign="spring"))
    assert not is_blocked(journal, "020 7946 0018", "GB", campaign="spring")
    assert is_blocked(journal, "020 7946 0018", "GB", campaign="autumn")


@pytest.mark.parametrize("written", ["+44 20 7946 0018*", "020*", "*", "+0*", "+44*7"])
def test_what_is_no_prefix_is_refused_with_how_one_is_written(journal, written):
    with pytest.raises(ImportRefused, match=r"is no prefix: write it with its country and a star"):
        block(journal, [written], "GB", EVE)


def test_an_entry_that_ends_is_over_then_and_a_longer_one_takes_its_place(journal):
    week = replace(EVE, expires_at=EVE.at + 7 * 86400.0)
    number = ["020 7946 0018"]
    assert [block(journal, number, "GB", one) for one in (week, week, EVE, week)] == [1, 0, 1, 0]
    with Book(journal) as book:
        sql = "SELECT expires_at, removed_by, removed_at FROM dnc ORDER BY entry"
        assert book._db.execute(sql).fetchall() == [
            (week.expires_at, "Eve", EVE.at), (None, "", None)
        ]  # fmt: skip
    day = replace(EVE, at=EVE.at, expires_at=EVE.at + 86400.0)
    block(journal, ["020 7946 0019"], "GB", day)
    with Book(journal) as book:
        inside, after = (book.is_blocked("442079460019", at=EVE.at + s) for s in (86399.0, 86400.0))
    assert (inside, after) == (True, False)


def test_what_stands_on_the_lists_is_shown_newest_first_without_numbers(journal):
    assert dnc.entries(journal, at=EVE.at) == []
    block(journal, ["020 7946 0018", "+1900*"], "GB", EVE)
    block(journal, ["020 7946 0019"], "GB", replace(EVE, expires_at=EVE.at + 60))
    now = [(one.masked, one.reason, one.added_by) for one in dnc.entries(journal, at=EVE.at)]
    letter = ("asked on 21 September", "Eve")
    assert now == [("+44207•••0019", *letter), ("+1900*", *letter), ("+44207•••0018", *letter)]
    later = dnc.entries(journal, at=EVE.at + 61)
    assert [one.masked for one in later] == ["+1900*", "+44207•••0018"]
    assert dnc.entries(journal, at=EVE.at, before=later[0].entry, n=9) == later[1:]
