"""One journal of either kind, with an inbox, a clock that only tests move, and short orders."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from dialer.engine.commands import Cdr, Claim, DispositionSet, Fact, Record, Withdraw
from dialer.engine.compliance import Rules
from dialer.engine.events import (
    CallbackDue,
    CampaignOpened,
    Event,
    Intended,
    LeadsCounted,
    Refused,
    Tick,
)
from dialer.journal.memory import MemoryJournal
from dialer.journal.sqlite import SqliteJournal
from dialer.journal.store import Block
from dialer.journal.vault import SIZE, key_file
from dialer.leads.normalise import NewLead, Normal
from dialer.leads.rules import LeadRules

MONDAY_10AM = 1_790_000_000.0 - 5 * 3600 - 800
"2026-09-21 10:00 in London; 05:00 in New York."
LONDON = "GB Europe/London"
NEW_YORK = "US America/New_York"
ALWAYS = Rules(hours="lab")


def person(*digits: str, place: str = LONDON, priority: int = 0) -> NewLead:
    numbers = tuple(Normal(each, place, "mobile") for each in digits)
    return NewLead(numbers=numbers, priority=priority, person={"name": "Ada"})


def people(n: int, first: int = 447_700_900_000, place: str = LONDON) -> list[NewLead]:
    return [person(str(first + k), place=place) for k in range(n)]


class World:
    """A journal and what surrounds it."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind, self.path = kind, folder / "journal.sqlite"
        self.at = MONDAY_10AM
        self.inbox: list[Event] = []
        self.heard: list[Event] = []
        "Everything ever reported; the inbox is emptied by each claim."
        self.journal: MemoryJournal | SqliteJournal
        if kind == "memory":
            self.journal = MemoryJournal(self.report, self.clock)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            key_file(self.path).write_bytes(bytes(SIZE))
            self.journal = SqliteJournal(self.path, self.report, self.clock)
        self.epoch = self.journal.take_lease("first", self.at)

    def clock(self) -> float:
        return self.at

    def report(self, event: Event) -> None:
        self.inbox.append(event)
        self.heard.append(event)

    def reopened(self) -> None:
        """The process ended; the next one begins."""
        if isinstance(self.journal, MemoryJournal):
            self.journal = self.journal.reopened(self.report)
        else:
            self.journal.close()
            self.journal = SqliteJournal(self.path, self.report, self.clock)
        self.epoch = self.journal.take_lease("next", self.at)

    def close(self) -> None:
        self.journal.close()

    # ---- orders
    def lists(self, **lists: Sequence[NewLead]) -> None:
        for name, leads in lists.items():
            self.journal.add_leads(name, leads)

    def open(self, campaign: str = "spring", **settings: object) -> CampaignOpened:
        rules = LeadRules(
            **{
                "lists": ("people",),
                "calling": ALWAYS,
                "dispositions": "lab",
                **{k: v for k, v in settings.items() if k in LeadRules.__struct_fields__},
            }
        )
        opened = CampaignOpened(
            at=self.at,
            campaign=campaign,
            pool="main",
            version=0,
            **{k: v for k, v in settings.items() if k in CampaignOpened.__struct_fields__},
        )
        opened = self.journal.open_campaign(opened, rules)
        self.journal.append(opened)
        return opened

    def claim(
        self, n: int, campaign: str = "spring", epoch: int | None = None,
        resting: tuple[str, ...] = (),
    ) -> list[Event]:  # fmt: skip
        """What is reported for a claim, counts left out."""
        del self.inbox[:]
        order = Claim(
            campaign=campaign, n=n, mode="progressive", epoch=epoch or self.epoch, resting=resting
        )
        self.journal.execute(order, cause=0, index=0)
        self.journal.flush()
        return [event for event in self.inbox if not isinstance(event, LeadsCounted)]

    def promised(self, n: int, campaign: str = "spring") -> list[Intended]:
        return [one for one in self.claim(n, campaign) if isinstance(one, Intended)]

    def dialled(self, n: int = 1, campaign: str = "spring") -> list[str]:
        """Claim, and the numbers."""
        return [self.journal.number_of(one.call) for one in self.promised(n, campaign)]

    def told(self, campaign: str = "spring") -> list[CallbackDue]:
        """The callbacks of which agents are told within the next seconds."""
        del self.inbox[:]
        for _ in range(4):
            self.at += 2.0
            self.journal.flush()
        told = [e for e in self.inbox if isinstance(e, CallbackDue) and e.campaign == campaign]
        return list({e.lead: e for e in told}.values())

    def called_back(self, agent: str = "Bo") -> list[str]:
        """The numbers that this agent gets who makes all callbacks of which is told."""
        return [
            self.journal.number_of(answer.call)
            for one in self.told()
            if isinstance(answer := self.asked(one.lead, agent, "callback"), Intended)
        ]

    def asked(self, lead: str, agent: str = "anna", mode: str = "manual") -> Intended | Refused:
        """The answer to an agent who wants this lead."""
        del self.inbox[:]
        order = Claim("spring", 1, mode, self.epoch, lead=lead, agent=agent)
        self.journal.execute(order, cause=0, index=0)
        self.journal.flush()
        (answer,) = (one for one in self.inbox if isinstance(one, Intended | Refused))
        return answer

    def record(self, fact: Fact, cause: int | None = None, index: int = 0) -> int:
        seq = self.journal.append(Tick(at=self.at)) if cause is None else cause
        self.journal.execute(Record(fact=fact), cause=seq, index=index)
        self.journal.flush()
        return seq

    def ended(self, call: Intended, outcome: str) -> int:
        return self.record(cdr(call, outcome, self.at))

    def said(self, call: Intended, disposition: str) -> int:
        return self.record(
            DispositionSet(
                call=call.call,
                lead=call.lead,
                campaign=call.campaign,
                agent="Bo",
                disposition=disposition,
                at=self.at,
            )
        )

    def withdraw(self, call: Intended) -> None:
        self.journal.execute(Withdraw(call=call.call, why="no agents"), cause=0, index=0)
        self.journal.flush()

    def block(self, digits: str, campaign: str = "", **more: Any) -> None:
        block = Block(campaign=campaign, source="test", at=self.at, **more)
        self.journal.block([digits], block)
        self.journal.flush()

    def archive(self, name: str) -> None:
        self.journal.archive(name)
        self.journal.flush()

    def bring_back(self, name: str) -> None:
        self.journal.bring_back(name)
        self.journal.flush()

    def forbid(self, prefix: str, campaign: str = "", *, allows: bool = False) -> None:
        """A range of numbers; or the other way, those that are called within one."""
        block = Block(campaign=campaign, source="test", allows=allows, at=self.at)
        self.journal.block([], block, [prefix])
        self.journal.flush()

    def counted(self, campaign: str = "spring") -> LeadsCounted:
        """The next count, once its time has come."""
        return self.counts()[campaign]

    def counts(self) -> dict[str, LeadsCounted]:
        """The next count of every open campaign."""
        del self.inbox[:]
        self.at += 3  # a journal on disk may count from now on, by itself
        self.journal.execute(Withdraw(call="d1-none", why=""), cause=0, index=0)
        self.journal.flush()
        return {one.campaign: one for one in self.inbox if isinstance(one, LeadsCounted)}


def cdr(call: Intended, outcome: str, at: float) -> Cdr:
    told = msgspec.structs.asdict(call)
    same = {key: told[key] for key in Cdr.__struct_fields__ if key in told}
    return Cdr(**same, source="lab", intended_at=call.at, ended_at=at, outcome=outcome)
