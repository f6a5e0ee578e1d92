"""A home in the middle of a shift: two campaigns, their leads, a call that rings for each, records.

`spring` dials the list `vip`, `autumn` the list `east`; nobody dials `spare`. The records are the
Monday of tests/warehouse, whose campaigns bear the same names.
"""

import time
from pathlib import Path

from dialer import campaign as files
from dialer.campaign import Campaign
from dialer.engine.commands import Claim
from dialer.engine.events import Event, Intended
from dialer.journal.book import Book
from dialer.journal.sqlite import SqliteJournal
from dialer.leads.normalise import NewLead, normal
from tests.warehouse.day import CALLS, FACTS, loader
from tests.warehouse.day import Book as Monday

SPRING = Campaign(name="spring", lists=("vip",), law="lab", pool="sales")
AUTUMN = Campaign(name="autumn", lists=("east",), law="lab", pool="east")
NUMBERS = {"vip": "12125550123", "east": "12125550124", "spare": "12125550125"}
"One lead to a list: 1, 2 and 3."
LEADS = {"vip": "1", "east": "2", "spare": "3"}
PERSON = {"name": "Grace Hopper", "notes": "rings back from +1 202 555 0199"}


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
    loader(home, Monday(FACTS)).step()
    return _ringing(home)


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


CALL = {one.campaign: one.call for one in reversed(CALLS)}
"Campaign -> a call of it that has ended."
