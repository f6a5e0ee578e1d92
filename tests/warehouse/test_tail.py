"""The loader reads the dialer's own journal: SQLite, while somebody writes it."""

from pathlib import Path
from random import Random

import pytest

from dialer.errors import JournalError
from dialer.warehouse import Warehouse
from dialer.warehouse.loader import Loader
from dialer.warehouse.store import Place
from dialer.warehouse.tail import Lead, ListOf, SqliteTail
from tests.warehouse import paper
from tests.warehouse.day import AUTUMN, CALLS, FACTS, SPRING, T0


@pytest.fixture
def db(tmp_path: Path):
    db = paper.journal(tmp_path / "journal.sqlite")
    paper.open_campaign(db, SPRING, "leads-of-may")
    paper.open_campaign(db, AUTUMN)
    paper.add_list(db, "leads-of-may", 3, T0)
    yield db
    db.close()


@pytest.fixture
def tail(db, tmp_path: Path):
    tail = SqliteTail(tmp_path / "journal.sqlite")
    yield tail
    tail.close()


def test_facts_come_in_order_and_from_where_one_says(db, tail: SqliteTail):
    paper.record(db, FACTS)
    assert list(tail.facts(0)) == list(enumerate(FACTS, 1))
    assert [seq for seq, _ in tail.facts(len(FACTS) - 2)] == [len(FACTS) - 1, len(FACTS)]
    assert tail.last() == len(FACTS)


def test_more_facts_than_a_page(db, tail: SqliteTail):
    paper.record(db, CALLS * 400)
    assert [seq for seq, _ in tail.facts(0)] == list(range(1, 4801))


def test_campaigns_lists_and_leads(db, tail: SqliteTail):
    assert [(opened, lists) for opened, lists in tail.campaigns()] == [
        (SPRING, ("leads-of-may",)),
        (AUTUMN, ()),
    ]
    assert tail.lists() == [ListOf("leads-of-may", T0, 3)]
    second = Lead("2", "leads-of-may", "US America/New_York", "open", "", 0, False, "", 0.0)
    assert tail.leads(["2", "99", "no number"]) == [second]
    assert [lead.lead for lead in tail.leads_after("1", 10)] == ["2", "3"]


def test_it_does_not_disturb_the_writer(db, tail: SqliteTail):
    paper.record(db, FACTS)
    reading = tail.facts(0)
    next(reading)
    db.execute("PRAGMA busy_timeout = 0")
    paper.record(db, FACTS)  # raises if it would have to wait
    [(busy, _, _)] = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert busy == 0


def test_there_is_no_journal(tmp_path: Path):
    with pytest.raises(JournalError, match="there is no journal at"):
        SqliteTail(tmp_path / "nothing.sqlite")


def test_no_person_gets_into_the_warehouse(db, tail: SqliteTail, tmp_path: Path):
    paper.record(db, FACTS)
    loader = Loader(tmp_path, tail, clock=lambda: T0, rng=Random(1))
    loader.step()
    loader.publish()
    assert len(Warehouse(tmp_path, "lab").query("FROM leads")) == 3
    everything = b"".join(f.read_bytes() for f in Place(tmp_path, "lab").folder.rglob("*.*"))
    assert b"leads-of-may" in everything
    for secret in (b"Sam Secret", b"2025550142"):
        assert secret not in everything
