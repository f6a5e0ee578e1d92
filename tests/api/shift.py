"""A home in the middle of a shift: two campaigns, their leads, a call that rings for each, records.

`spring` dials the list `vip`, `autumn` the list `east`; nobody dials `spare`. The records are the
Monday of tests/warehouse, whose campaigns bear the same names.
"""

import time
from pathlib import Path

from msgspec.structs import replace

from dialer import campaign as files
from dialer.campaign import Campaign
from dialer.engine.commands import Claim, RecordingGone, RecordingKept
from dialer.engine.events import Event, Intended
from dialer.journal.book import Book
from dialer.journal.sqlite import SqliteJournal
from dialer.leads.normalise import NewLead, normal
from tests.warehouse.day import CALLS, FACTS, T0, loader
from tests.warehouse.day import Book as Monday

SPRING = Campaign(name="spring", lists=("vip",), law="lab", pool="sales")
AUTUMN = Campaign(name="autumn", lists=("east",), law="lab", pool="east")
NUMBERS = {"vip": "12125550123", "east": "12125550124", "spare": "12125550125"}
"One lead to a list: 1, 2 and 3."
LEADS = {"vip": "1", "east": "2", "spare": "3"}
PERSON = {"name": "Grace Hopper", "notes": "rings back from +1 202 555 0199"}
SHOWN = "12125550100"
"A number of ours."
TRUNKS = """\
[trunks.lab]
kind = "lab"
country = "us"
hosts = ["127.0.0.1:5070"]
caller_ids = ["12125550100", "12125550101"]
attestation = "B"
"""


def made(home: Path) -> dict[str, str]:
    """The home's files; campaign -> the call that rings for it."""
    with Book(home / "journal.sqlite") as book:
        for name, digits in NUMBERS.items():
            number = normal(digits, "us", lab=True)
            assert not isinstance(number, str)
            book.add_leads(name, [NewLead(numbers=(number,), person=PERSON)], at=5.0)
        for one in (SPRING, AUTUMN):
            opened = files.opened(one, version=0, at=10.0, user="ann", source="lab")
            book.open_campaign(opened, files.lead_rules(one))
    loader(home, Monday((*FACTS, *RECORDINGS))).step()
    for one in (one for one in RECORDINGS if isinstance(one, RecordingKept) and one.path):
        (home / "recordings" / one.path).parent.mkdir(parents=True, exist_ok=True)
        (home / "recordings" / one.path).write_bytes(SOUND)
    return _ringing(home)


def promised(
    home: Path, list: str, digits: str, at: float, whom: str = "", note: str = "",
    person: dict[str, str] = PERSON,
) -> str:  # fmt: skip
    """A lead of this list to whom a call is promised; its id."""
    number = normal(digits, "us", lab=True)
    assert not isinstance(number, str)
    with Book(home / "journal.sqlite") as book:
        book.add_leads(list, [NewLead(numbers=(number,), person=person)], at=5.0)
        lead = book._store.lead(book._store.leads_with(book._vault.key(digits))[-1])
        promise = replace(lead, callback=True, callback_for=whom, next_at=at)
        with book._writing():
            book._store.put(book._ledger.shelving.settled(promise))
        if note:
            book.note(lead.id, "bob", note, at=6.0)
    return lead.id


def owe(journal: Path, lead: str) -> None:
    """A call is promised to a lead that is there."""
    with Book(journal) as book, book._writing():
        book._store.put(replace(book._store.lead(lead), callback=True))


def _ringing(home: Path) -> dict[str, str]:
    told: list[Event] = []
    journal = SqliteJournal(home / "journal.sqlite", told.append, time.time)
    epoch = journal.take_lease("test", time.time())
    for index, name in enumerate(("spring", "autumn")):
        claim = Claim(campaign=name, n=1, mode="progressive", epoch=epoch)
        journal.execute(claim, cause=1, index=index)
    for _ in range(1000):
        found = {one.campaign: one.call for one in told if isinstance(one, Intended)}
        if len(found) == 2:
            break
        time.sleep(0.01)
    journal.close()
    return found


SOUND = bytes(range(256)) * 8192
"What stands for a recording: two million bytes that tell where they are."


def kept(
    call: str, campaign: str, seconds: float, why: str = "", *, path: bool = True
) -> RecordingKept:
    """What came of a call's recording."""
    return RecordingKept(
        call=call, campaign=campaign, at=T0 + 9000, path=f"2026-11-23/{call}.flac" if path else "",
        why=why, seconds=seconds, talk_s=60.0, size=len(SOUND), customer_db=-21.0, agent_db=-19.0,
    )  # fmt: skip


RECORDINGS = (
    kept("c01", "spring", 60.1), kept("c02", "spring", 12.0, "too short: 12.0 s of 60.0 s"),
    kept("c08", "spring", 0.0, "no room", path=False), kept("c12", "autumn", 60.0),
    kept("c09", "spring", 15.0),
    RecordingGone(call="c09", campaign="spring", at=T0 + 9500, why="order", user="ada"),
)  # fmt: skip
"One that is well, one that is not, one that never was, one of autumn's, one that was deleted."
CALL = {one.campaign: one.call for one in reversed(CALLS)}
"Campaign -> a call of it that has ended."
