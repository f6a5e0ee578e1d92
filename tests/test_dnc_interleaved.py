"""Do-not-call entries and dialling in every order that chance finds: engine, journal and switch.

Each step is whatever may come next in a running dialer: the journal commits, reports, the engine
takes one event, the network one step, or somebody enters a number or a range. No call is promised
against an entry that was there, and what rang when one came is cancelled.
"""

import random

import pytest

from dialer.engine.commands import AnyCommand, HangUp, Originate
from dialer.engine.compliance import Rules
from dialer.engine.engine import Engine
from dialer.engine.events import (
    Answered,
    CampaignOpened,
    Event,
    HungUp,
    LegUp,
    LoggedIn,
    Placed,
    Reconciled,
    Ringing,
    Started,
    SwitchUp,
    Tick,
    WentReady,
)
from dialer.journal.memory import MemoryJournal
from dialer.journal.store import Block
from dialer.leads.blocking import Prefix, forbidden
from dialer.leads.normalise import NewLead, Normal
from dialer.leads.rules import LeadRules
from dialer.turn import turn

NUMBERS = [f"4477009{k:05}" for k in (0, 1, 10, 11, 100, 101)]
RANGES = ("447700900", "4477009000", "4477009001")
NEXT: dict[str, tuple[str, type[Event]]] = {
    "": ("placed", Placed), "placed": ("ringing", Ringing), "ringing": ("talks", Answered),
}  # fmt: skip
"How far a call is -> how far it comes next, and what the switch says of that."


class Story:
    """One dialer whose parts run in the order that `chance` says."""

    def __init__(self, seed: int) -> None:
        self.chance, self.at = random.Random(seed), 0.0
        self.inbox: list[Event] = []
        self.calls: dict[str, str] = {}
        "Call -> how far it is: nothing, `placed`, `ringing`, `talks`, `over`."
        self.cancelled: set[str] = set()
        self.digits: dict[str, str] = {}
        self.numbers: set[str] = set()
        self.ranges: list[Prefix] = []
        self.journal = MemoryJournal(self.inbox.append, lambda: self.at, by_hand=True)
        self.engine = Engine()
        epoch = self.journal.take_lease("one", 0.0)
        people = [NewLead(numbers=(Normal(n, "GB Europe/London", "mobile"),)) for n in NUMBERS]
        self.journal.add_leads("people", people)
        campaign = self.journal.open_campaign(
            CampaignOpened(
                at=0.0, campaign="spring", pool="main", version=0, trunk="lab", lines=9,
                calls_per_s=1000.0, source="sim", pacing="ratio", ratio=2.0,
            ),
            LeadRules(lists=("people",), calling=Rules(hours="lab"), retry="lab"),
        )  # fmt: skip
        self.inbox += [Started(epoch=epoch, at=0.0), campaign, SwitchUp(at=0.0), Reconciled(at=0.0)]
        for name in ("bo", "cy"):
            self.inbox += [
                LoggedIn(name, "main", name, at=0.0), WentReady(name, at=0.0), LegUp(name, at=0.0)
            ]  # fmt: skip

    # ---- the parts
    def execute(self, command: AnyCommand) -> None:
        """The switch."""
        match command:
            case Originate(call=call):
                self.calls[call] = ""
            case HangUp(call=call):
                self.cancelled.add(call)

    def engine_turns(self) -> None:
        if self.inbox:
            turn(self.engine, self.journal, self, self.inbox.pop(0))

    def commits(self) -> None:
        self.journal.commit()
        for one in self.journal.open_intents():
            if one.call not in self.digits:
                self.digits[one.call] = self.journal.number_of(one.call)
                assert not self.is_blocked(one.call), "promised against an entry"

    def network_moves(self) -> None:
        up = [call for call, state in self.calls.items() if state != "over"]
        if not up:
            return
        call = self.chance.choice(up)
        state = self.calls[call]
        if call in self.cancelled or state == "talks" or self.chance.random() < 0.2:
            self.calls[call] = "over"
            self.inbox.append(HungUp(call, 16 if state == "talks" else 19, at=self.at))
        else:
            self.calls[call], said = NEXT[state]
            self.inbox.append(said(call, at=self.at))

    def somebody_enters(self) -> None:
        block = Block(campaign=self.chance.choice(("", "spring")), source="test", at=self.at)
        if self.chance.random() < 0.5:
            number = self.chance.choice(NUMBERS)
            self.numbers.add(number)
            self.journal.block([number], block)
        else:
            self.ranges.append(Prefix(self.chance.choice(RANGES)))
            self.journal.block([], block, [self.ranges[-1].digits])

    def time_passes(self) -> None:
        self.at += self.chance.choice((0.1, 0.5, 1.0))
        self.inbox.append(Tick(at=self.at))

    def is_blocked(self, call: str) -> bool:
        digits = self.digits[call]
        return digits in self.numbers or forbidden(digits, self.ranges, "spring", self.at)

    # ---- the whole
    def told(self, steps: int = 60) -> "Story":
        """So many steps by chance; then what was said is heard, while the network stands still."""
        parts = {
            self.engine_turns: 12, self.commits: 4, self.journal.deliver: 4,
            self.network_moves: 3, self.time_passes: 1, self.somebody_enters: 1,
        }  # fmt: skip
        for part in self.chance.choices(list(parts), list(parts.values()), k=steps):
            part()
        for _ in range(4):
            self.commits()
            self.journal.deliver()
            while self.inbox:
                self.engine_turns()
        return self

    def rings_on(self) -> list[str]:
        """Calls that nobody cancelled though they are on a list, and nobody has answered."""
        return [
            call for call, state in self.calls.items()
            if state in NEXT and call not in self.cancelled and self.is_blocked(call)
        ]  # fmt: skip


def all_told(seeds: range) -> tuple[int, int]:
    """How many calls were placed and how many cancelled, in so many stories."""
    placed = cancelled = 0
    for seed in seeds:
        story = Story(seed).told()
        assert story.rings_on() == [], f"seed {seed}"
        placed += len(story.calls)
        cancelled += len(story.cancelled)
    return placed, cancelled


def test_no_order_of_entries_and_dialling_calls_who_is_on_the_list() -> None:
    placed, cancelled = all_told(range(200))
    assert placed > 300, "something was dialled at all"
    assert cancelled > 60, "and something of it rang when an entry came"


@pytest.mark.slow
@pytest.mark.computes
def test_ten_thousand_orders_of_entries_and_dialling() -> None:
    placed, cancelled = all_told(range(1_000, 11_000))
    assert placed > 15_000
    assert cancelled > 3_000
