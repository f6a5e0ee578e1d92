"""A list out of VICIdial: what was done with each lead goes on being so."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from dialer.journal.book import Book
from dialer.leads.importer import Wanted, import_list, run
from dialer.leads.reading import Source
from dialer.leads.vicidial import callbacks, statuses

HEAD = (
    "lead_id\tstatus\tuser\tvendor_lead_code\tcalled_since_last_reset\tphone_code\tphone_number\t"
    "first_name\talt_phone\trank\tcalled_count\tlast_local_call_time\tcallback_time\trecipient\n"
)
ROWS = [
    ("NEW", "bo", 0, "", "", ""),
    ("NA", "VDAD", 2, "2026-09-20 14:00:00", "", ""),
    ("SALE", "bo", 1, "2026-09-20 15:00:00", "", ""),
    ("DNC", "bo", 4, "2026-09-20 15:00:00", "", ""),
    ("DC", "VDAD", 1, "2026-09-20 15:00:00", "", ""),
    ("CALLBK", "bo", 1, "2026-09-20 15:00:00", "2026-09-23 10:30:00", "ANYONE"),
    ("CBHOLD", "bo", 1, "2026-09-20 15:00:00", "2026-09-24 10:30:00", "USERONLY"),
    ("HOUSE1", "bo", 3, "2026-09-20 15:00:00", "", ""),
]
CHICAGO = ZoneInfo("America/Chicago")


def at(day, hour, minute=0):
    return datetime(2026, 9, day, hour, minute, tzinfo=CHICAGO).timestamp()


@pytest.fixture
def export(tmp_path):
    file = tmp_path / "list-1001.txt"
    lines = [
        f"{900 + n}\t{status}\t{user}\tv{n}\tY{calls}\t1\t31255501{n:02}\tAda\t\t{n}"
        f"\t{calls}\t{last}\t{due}\t{whom}\n"
        for n, (status, user, calls, last, due, whom) in enumerate(ROWS)
    ]
    file.write_text(HEAD + "".join(lines))
    return file


def leads(journal):
    with Book(journal) as book:
        ids = [row[0] for row in book._db.execute("SELECT lead FROM leads ORDER BY lead")]
        return [book._store.lead(str(id)) for id in ids]


def test_status_counts_times_callbacks_and_do_not_call_are_taken_over(tmp_path, export):
    journal = tmp_path / "journal.sqlite"
    report = import_list(journal, export, "spring", "US")
    assert (report.imported, report.blocked) == (8, 1)
    new, tried, sold, dnc, dead, anyone, personal, unknown = leads(journal)
    assert (new.state, new.attempts, new.due_at, new.priority) == ("open", 0, 0.0, 0)
    assert (tried.state, tried.attempts, tried.numbers[0].attempts) == ("open", 2, 2)
    assert (tried.next_at, tried.rank) == (at(20, 14) + 7200.0, new.rank - 1), "rank 1, called"
    assert (sold.state, sold.why, sold.disposition) == ("done", "final", "sale")
    assert (dnc.state, dnc.why, dnc.attempts) == ("done", "dnc", 4)
    assert (dead.state, dead.why) == ("done", "dead")
    assert (anyone.callback, anyone.callback_for, anyone.next_at) == (True, "", at(23, 10, 30))
    assert (personal.callback_for, personal.next_at) == ("bo", at(24, 10, 30))
    assert (unknown.state, unknown.next_at) == ("open", at(20, 15) + 7200.0)
    with Book(journal) as book:
        assert book.is_blocked("13125550103")
        [(source, reason)] = book._db.execute("SELECT source, reason FROM dnc").fetchall()
        assert (source, reason) == ("list spring", "VICIdial's status")
        assert book.person(new.id) == {
            "lead_id": "900", "vendor_lead_code": "v0", "phone_code": "1", "first_name": "Ada",
            "priority": "0",
        }  # fmt: skip


def test_a_house_s_own_statuses_mean_what_their_flags_say(tmp_path, export):
    journal = tmp_path / "journal.sqlite"
    own = statuses(["status,status_name,sale,dnc,unworkable", "HOUSE1,Never again,N,Y,N"])
    source = Source(country="US", statuses=own)
    run(journal, export, Wanted(list="spring", source=source), workers=2)
    last = leads(journal)[-1]
    assert (last.state, last.why, last.disposition) == ("done", "dnc", "do_not_call")


def test_a_status_of_another_program_is_no_status_of_vicidial(tmp_path):
    file = tmp_path / "other.csv"
    file.write_text("phone,status\n3125550100,DNC\n")
    journal = tmp_path / "journal.sqlite"
    assert import_list(journal, file, "spring", "US").imported == 1
    [lead] = leads(journal)
    assert (lead.state, lead.disposition) == ("open", "")
    with Book(journal) as book:
        assert book.person(lead.id) == {"status": "DNC"}


def test_a_table_of_statuses_without_its_header_is_refused():
    with pytest.raises(ValueError, match="the first line must name the columns"):
        statuses(["HOUSE1,Never again,N,Y,N"])


def test_the_table_of_callbacks_says_when_and_by_whom_on_the_servers_clock(tmp_path, export):
    journal = tmp_path / "journal.sqlite"
    table = callbacks(
        [
            "callback_id,lead_id,status,callback_time,user,recipient,comments",
            "1,905,INACTIVE,2026-09-21 09:00:00,bo,ANYONE,old",
            "2,905,LIVE,2026-09-23 17:30:00,cy,USERONLY,after work",
            "3,900,LIVE,2026-09-23 17:30:00,cy,USERONLY,its status is no callback's",
        ],
        "Europe/London",
    )
    assert set(table) == {"900", "905"}
    wanted = Wanted(list="spring", source=Source(country="US", callbacks=table))
    run(journal, export, wanted, workers=0)
    new, *_, anyone, personal, _ = leads(journal)
    assert (new.callback, new.attempts) == (False, 0)
    assert (anyone.callback_for, anyone.next_at) == ("cy", at(23, 11, 30)), "17:30 in London"
    assert (personal.callback_for, personal.next_at) == ("bo", at(24, 10, 30)), "as its row says"


def test_a_table_of_callbacks_without_its_columns_is_refused():
    with pytest.raises(ValueError, match="must name callback_time"):
        callbacks(["lead_id,user", "7,bo"])
