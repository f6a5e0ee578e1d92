"""A dialer with a campaign and leads, on a real Asterisk, and agents who log in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dialer.engine.commands import Cdr, Record
from dialer.engine.compliance import Rules
from dialer.engine.events import CampaignOpened, LegUp, LoggedIn, Reconciled, WentReady
from dialer.journal.book import Book
from dialer.leads.normalise import NewLead, normal
from dialer.leads.rules import LeadRules
from tests.asterisk.house import House, house
from tests.asterisk.pair import OURS, Pair

SPRING = CampaignOpened(
    at=0.0, campaign="spring", pool="sales", version=0, trunk="lab", caller_ids=(OURS,),
    lines=5, calls_per_s=5.0, source="lab", ring_timeout_s=20.0, wrap_up_s=0.2,
)  # fmt: skip
RULES = LeadRules(lists=("people", "inbound"), calling=Rules(hours="lab"))


@contextmanager
def shift(
    pair: Pair, home: Path, *numbers: str, campaign: CampaignOpened = SPRING
) -> Iterator[House]:
    """A dialer that has a campaign with these leads, and nobody at work yet."""
    home.mkdir(parents=True, exist_ok=True)
    with Book(home / "journal.sqlite") as book:
        people = [normal(f"+{one}", "US", lab=True) for one in numbers]
        book.add_leads("people", [NewLead(numbers=(one,)) for one in people])  # type: ignore[arg-type]
    with house(pair, home) as the:
        the.until(Reconciled, whole=True)
        with Book(home / "journal.sqlite") as book:
            the.order(book.open_campaign(campaign, RULES))
        yield the


def log_in(the: House, agent: str, phone: str) -> None:
    the.order(LoggedIn(agent, "sales", f"PJSIP/{phone}", at=0.0))
    the.until(LegUp, agent=agent)
    the.order(WentReady(agent, at=0.0))


def cdr_of(the: House, call: str) -> Cdr:
    while True:
        record = the.until(Record)
        if isinstance(record.fact, Cdr) and record.fact.call == call:
            return record.fact
        the.said.remove(record)
