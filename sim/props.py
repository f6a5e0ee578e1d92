"""What lies on the demo's stage: settings, a campaign, a list of people who do not exist."""

import csv
import secrets
from decimal import Decimal
from pathlib import Path
from random import Random

from dialer.access.actor import at_the_machine
from dialer.access.rules import User
from dialer.access.store import Access
from dialer.detection.library import Card, Shelf
from dialer.money.rating import Deck, Rate
from dialer.money.store import Charge, Money, file_in
from dialer.settings import Settings
from sim.carrier.lab import Lab

GUEST = "guest"
"The account of who watches the demo."


def settings(of: Settings) -> str:
    """The file that `dialer serve` reads."""
    asterisk = of.asterisk
    return _SETTINGS.format(
        home=of.home, prefix=asterisk.prefix, sip_port=asterisk.sip_port,
        http_port=asterisk.http_port, rtp_first=asterisk.rtp_first, rtp_last=asterisk.rtp_last,
        board=of.board.port, web=of.web.port, metrics=of.metrics.port,
    )  # fmt: skip


def campaign(lines: int, pacing: str = "ratio") -> str:
    """The campaign's file."""
    return _CAMPAIGN.format(lines=lines, pacing=pacing)


def guest(home: Path, at: float) -> str:
    """Make the demo's account, in a home that the next demo throws away. Its password."""
    password = "-".join(["look", *(secrets.token_hex(2) for _ in range(4))])  # never only digits
    with Access.at(home) as access:
        access.accounts.add(
            at_the_machine("demo"), User(name=GUEST, role="superuser"), password, at=at,
            must_change=False,
        )  # fmt: skip
    return password


def teach(lab: Lab, shelf: Shelf, at: float) -> None:
    """Let the dialer know what the lab's network and menus say, as if by `dialer prompts add`."""
    for name, kind, sound in lab.recordings():
        shelf.add(Card(name=name, kind=kind, carrier="lab", added_at=at, added_by="demo"), sound)


def write_list(path: Path, leads: int, rng: Random) -> None:
    """Leads of numbers that are nobody's, and three rows that no importer can save."""
    numbers = rng.sample(range(2_000_000, 10_000_000), leads)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["name", "phone", "city", "notes"])
        for n, number in enumerate(numbers):
            rows.writerow([f"Lead {n}", f"+1212{number}", "New York", ""])
        rows.writerows([["No number", "", "", ""], ["Too short", "12", "", ""], ["Word", "abc"]])


def set_prices(home: Path, at: float) -> None:
    """Prices of the lab's calls, invented: the page of costs shall have something to show."""
    rate = Rate(prefix="1", per_minute=Decimal("0.012"), first_s=6, increment_s=6)
    deck = Deck(name="demo", currency="USD", rates=(rate,))
    with Money(file_in(home)) as money:
        money.add_deck(deck, at=at, by="demo", origin="invented for the demo")
        money.use("lab", deck.name, at=at, by="demo")
        money.charge(Charge("pool", "", Decimal(20), "USD", "2000-01-01"), at=at, by="demo")


_SETTINGS = """\
home = "{home}"

[asterisk]
prefix = "{prefix}"
sip_port = {sip_port}
http_port = {http_port}
rtp_first = {rtp_first}
rtp_last = {rtp_last}

[board]
port = {board}

[web]
port = {web}

[metrics]
port = {metrics}
"""

_CAMPAIGN = """\
name = "demo"
lists = ["demo"]
trunk = "lab"
pool = "demo"
caller_ids = ["12125550100", "12125550101"]
seller = "The demo company"
law = "lab"
hours = "lab"
country = "us"
pacing = "{pacing}"
ratio = 2.0
lines = {lines}
calls_per_s = 5.0
wrap_up_s = 30
recording = "on"
"""
