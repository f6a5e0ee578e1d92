"""The journal without a disk: the same ledger, for tests and for the twin.

    journal = MemoryJournal(inbox.append, clock, leads={"spring": people})
    epoch = journal.take_lease("twin", clock())

Every order is committed and reported at once; with `by_hand` nothing is until `commit()`, and
nothing reported until `deliver()`: so a crash can be put between any two of them. What a new
process would find is `journal.reopened(report)`.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from dialer.engine.commands import Cdr, Claim, Fact, JournalCommand, OptOut, Record, Withdraw
from dialer.engine.events import Arrived, CampaignOpened, Event, Intended, Replaced
from dialer.errors import JournalError, LeaseTaken
from dialer.journal.callers import Callers
from dialer.journal.campaigns import put_in_force
from dialer.journal.claims import Tariffs, refused
from dialer.journal.counting import Counting
from dialer.journal.house_days import Entry
from dialer.journal.intake import Added, Intake
from dialer.journal.lease import STALE_S
from dialer.journal.ledger import Ledger
from dialer.journal.memory_store import MemoryStore
from dialer.journal.notices import days_set
from dialer.journal.orders import Checkpoint, Ids, Kept, Order, Orders, Told, Welcome
from dialer.journal.store import Block, Consent
from dialer.journal.vault import SIZE, Vault
from dialer.leads.hopper import Lead
from dialer.leads.normalise import NewLead, masked
from dialer.leads.rules import Campaign, LeadRules
from dialer.ports import Caller, Clock, Report
from dialer.settings.inbound import Inbound

Item = Kept | Order | Welcome | Checkpoint


class Memory:
    """What survives the journal object: the disk of a journal that has none."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.events: list[Event | None] = []
        "By sequence number from 1; `None` where one was lost."
        self.checkpoint: tuple[int, bytes] | None = None
        self.lease = (0, "", float("-inf"))


class MemoryJournal:
    """See `dialer.ports.Journal`."""

    def __init__(
        self,
        report: Report,
        clock: Clock,
        *,
        leads: Mapping[str, Iterable[NewLead]] | None = None,
        by_hand: bool = False,
        install: str = "00000000",
        memory: Memory | None = None,
        house: Inbound | None = None,
        tariffs: Tariffs | None = None,
    ) -> None:
        self._report, self._clock, self.install = report, clock, install
        self._house = house or Inbound()
        self._by_hand = by_hand
        self._memory = memory or Memory()
        self._store = self._memory.store
        self._vault = Vault(bytes(SIZE))
        self._tariffs = tariffs
        self.ledger = Ledger(self._store, tariffs)
        self._counting = Counting(self._store, self.ledger)
        callers = Callers(self._store, self._vault, self.ledger, self._house)
        self._orders = Orders(self.ledger, callers, self._counting, clock)
        self._told = Told()
        self._pending: list[Item] = []
        self._unsettled: list[Item] = []
        "What callers left, and is not reported yet."
        self._reports: list[Event] = []
        self._numbers: dict[str, str] = {}
        self._seq = 0
        self.epoch = 0
        self.fenced = False
        "Another dialer took this journal over."
        self.trouble = ""
        "Set it to make every commit fail, as a full disk does."
        for name, people in (leads or {}).items():
            self.add_leads(name, people)

    # ---- who writes -----------------------------------------------------------------------------
    def take_lease(self, holder: str, at: float, *, force: bool = False) -> int:
        """Become the journal's one dialer; the epoch. Raises `LeaseTaken` while another lives."""
        epoch, other, beat = self._memory.lease
        if other not in ("", holder) and at - beat < STALE_S and not force:
            raise LeaseTaken(f"{other} dials with this journal: stop it, or take over by force")
        self.epoch = epoch + 1
        self._memory.lease = (self.epoch, holder, at)
        self._seq = len(self._memory.events)
        self._orders.ids, self._orders.epoch = Ids(self.install, self.epoch), self.epoch
        self._counting.changed()
        return self.epoch

    def reopened(self, report: Report, *, by_hand: bool | None = None) -> "MemoryJournal":
        """What a new process finds after a crash: all that was committed, and nothing else."""
        epoch, _, _ = self._memory.lease
        self._memory.lease = (epoch, "", float("-inf"))
        return MemoryJournal(
            report,
            self._clock,
            by_hand=self._by_hand if by_hand is None else by_hand,
            install=self.install,
            memory=self._memory,
            house=self._house,
            tariffs=self._tariffs,
        )

    # ---- the port -------------------------------------------------------------------------------
    @property
    def durable(self) -> int:
        """The last committed sequence number."""
        return len(self._memory.events)

    def append(self, event: Event) -> int:
        """Keep an event; its sequence number."""
        self._seq += 1
        if self._writes_at_once():
            self._keep(self._seq, event)
            self._settle()
        else:
            self._give(Kept(self._seq, event))
        return self._seq

    def execute(self, command: JournalCommand, *, cause: int, index: int) -> None:
        """Carry out an order; the answer is reported after its commit."""
        if self._writes_at_once():
            self._carry_out(command, cause, index)
            self._settle()
        else:
            self._give(Order(command, cause, index))

    def checkpoint(self, seq: int, state: bytes) -> None:
        """Keep the engine's state after event `seq`."""
        self._give(Checkpoint(seq, state))

    def since(self, seq: int) -> Iterator[tuple[int, Event]]:
        """The events after `seq`, oldest first."""
        for number in range(seq + 1, self.durable + 1):
            if event := self._memory.events[number - 1]:
                yield number, event

    def facts(self, seq: int) -> Iterator[tuple[int, Fact]]:
        """The facts after `seq` (a numbering of their own), oldest first."""
        yield from enumerate(self._store.facts[seq:], start=seq + 1)

    def lead(self, id: str) -> Lead:
        """A lead as it stands."""
        return self._store.lead(id)

    def open_intents(self) -> list[Intended]:
        """Every promise that no CDR and no withdrawal has closed, oldest first."""
        return [promise.intended for promise in self._store.opened()]

    def open_arrivals(self) -> list[Arrived]:
        """Everybody who called us and whose call no CDR has closed, oldest first."""
        arrivals = self._store.arrivals.values()
        return [one.arrived for one in arrivals if not one.closed_how]

    def campaigns(self) -> list[Campaign]:
        """The version in force of every campaign."""
        return self._store.campaigns()

    def welcome(self, caller: Caller) -> None:
        """Look up who calls -> Arrived."""
        self._give(Welcome(caller))

    def is_welcome(self, call: str) -> bool:
        """The arrival is committed and reported."""
        return call in self._told.welcomed

    def has_opted_out(self, call: str) -> bool:
        """The wish not to be called any more is committed and reported."""
        return call in self._told.opted_out

    def number_of(self, call: str) -> str:
        """The number to dial. `KeyError` before the promise and after the call."""
        return self._numbers[call]

    def restore(self) -> tuple[int, bytes] | None:
        """The newest checkpoint."""
        return self._memory.checkpoint

    # ---- commit ---------------------------------------------------------------------------------
    def _give(self, item: Item) -> None:
        if not self.epoch:
            raise JournalError("take_lease first: without it nothing may be written")
        self._pending.append(item)
        if not self._by_hand:
            self.commit()
            self.deliver()

    def _writes_at_once(self) -> bool:
        """What is given now need not wait for anything."""
        waits = self._by_hand or self._pending or self.trouble
        return not waits and self._memory.lease[0] == self.epoch != 0

    def _settle(self) -> None:
        """What was given is durable: tell what came of it."""
        at = self._clock()
        if not self._counting.is_quiet(at):
            self._reports += self._counting.counts(at)
        if self._reports or self._unsettled:
            self.deliver()

    def commit(self) -> None:
        """Make everything given so far durable. What comes of it waits for `deliver`."""
        if self.trouble:
            self._refuse("journal")
            return
        if self._memory.lease[0] != self.epoch:
            self._stand_down()
            return
        pending, self._pending = self._pending, []
        for item in pending:
            self._write(item)
        self._reports += self._counting.counts(self._clock())

    def _stand_down(self) -> None:
        if not self.fenced:
            self._reports.append(Replaced(at=self._clock()))
        self.fenced = True
        self._refuse("epoch")
        self._pending.clear()

    def _write(self, item: Item) -> None:
        match item:
            case Kept(seq, event):
                self._keep(seq, event)
            case Order(command, cause, index):
                self._carry_out(command, cause, index)
            case Checkpoint(seq, state):
                self._memory.checkpoint = (seq, state)
            case Welcome():
                self._reports += self._orders.done(item)
                self._unsettled.append(item)

    def _keep(self, seq: int, event: Event) -> None:
        events = self._memory.events
        if lost := seq - 1 - len(events):
            events += [None] * lost
        events.append(event)
        self._counting.heard(event)

    def _carry_out(self, command: JournalCommand, cause: int, index: int) -> None:
        events = self._orders.carried_out(command, cause, index)
        if events:
            self._reports += events
            for event in events:
                if isinstance(event, Intended):
                    self._numbers[event.call] = self._store.digits(event.call)
        if isinstance(command, Record):
            if isinstance(command.fact, Cdr):
                self._numbers.pop(command.fact.call, None)
            elif isinstance(command.fact, OptOut):
                self._unsettled.append(Order(command, cause, index))
        elif isinstance(command, Withdraw):
            self._numbers.pop(command.call, None)

    def _refuse(self, why: str) -> None:
        at = self._clock()
        claims = [one for one in self._pending if _is_claim(one)]
        self._pending = [one for one in self._pending if not _is_claim(one)]
        self._reports += [
            refused(one.command, 0, why, at)
            for one in claims
            if isinstance(one, Order) and isinstance(one.command, Claim)
        ]

    def deliver(self) -> None:
        """Report what came of committed orders."""
        if not (self._reports or self._unsettled):
            return
        reports, self._reports = self._reports, []
        done, self._unsettled = self._unsettled, []
        for event in reports:
            self._report(event)
        for item in done:
            self._told.settle(item)

    def flush(self, timeout_s: float = 10.0) -> None:
        """Commit and report everything given so far."""
        self.commit()
        self.deliver()

    def close(self) -> None:
        """Commit and report, and let go of the lease."""
        self.flush()
        if self._memory.lease[0] == self.epoch:
            self._memory.lease = (self.epoch, "", float("-inf"))

    @property
    def doubles(self) -> int:
        """CDRs of calls that had one already: ignored."""
        return self.ledger.endings.doubles

    @property
    def strays(self) -> int:
        """CDRs of calls that were never promised, or were withdrawn."""
        return self.ledger.endings.strays

    # ---- entered data ---------------------------------------------------------------------------
    def open_campaign(self, opened: CampaignOpened, rules: LeadRules) -> CampaignOpened:
        """Put a campaign in force; the event to report, with its version."""
        self._changed()
        return put_in_force(self._store, self.ledger, opened, rules)

    def _changed(self) -> None:
        self._counting.changed()
        self.ledger.plans.renewed()

    def add_leads(self, list: str, leads: Iterable[NewLead]) -> Added:
        """Add leads to a list."""
        added = Intake(self._store, self._vault, self.ledger).add(list, leads)
        if added.leads:
            self._changed()
        return added

    def block(self, digits: Iterable[str], block: Block, prefixes: Iterable[str] = ()) -> int:
        """Put numbers, and all of some prefixes, on a list; how many were not on it."""
        numbers = [block.of(self._vault.key(one), masked(one)) for one in digits]
        entries = [*numbers, *map(block.of_prefix, prefixes)]
        new = [events for one in entries if (events := self.ledger.wishes.block(one)) is not None]
        self._reports += [event for events in new for event in events]
        self._changed()
        if not self._by_hand:
            self.deliver()
        return len(new)

    def keep_days(self, one: Entry) -> int:
        """Close days, or work a weekend in turn; the entry's number."""
        entry = self._store.keep_days(one)
        self._tell_days(one)
        return entry

    def end_days(self, entry: int, *, by: str) -> bool:
        """They are days like any others again; whether the entry was in force."""
        ended = self._store.end_days(entry)
        if ended:
            self._tell_days(replace(ended, removed_by=by, removed_at=self._clock()))
        return ended is not None

    def _tell_days(self, one: Entry) -> None:
        self._reports.append(days_set(one, self._clock()))
        self._changed()
        if not self._by_hand:
            self.deliver()

    def agree(self, digits: Iterable[str], consent: Consent) -> int:
        """Keep that the people at these numbers agreed; how many there are."""
        keys = {self._vault.key(one): masked(one) for one in digits}
        for key, shown in keys.items():
            self.ledger.wishes.agree(consent.of(key, shown))
        self._changed()
        return len(keys)

    def archive(self, list: str, *, by: str = "") -> bool:
        """Put a list away; whether it was not. `KeyError` where there is no such list."""
        self._must_be_there(list)
        self._changed()
        return self._store.archive(list, by, self._clock())

    def bring_back(self, list: str) -> bool:
        """Dial a list again; whether it was put away. `KeyError` where there is no such list."""
        self._must_be_there(list)
        self._changed()
        return self._store.bring_back(list)

    def _must_be_there(self, list: str) -> None:
        if not self._store.has_list(list):
            raise KeyError(list)

    def unblock(self, digits: str, *, by: str, at: float, campaign: str = "") -> bool:
        """Take a number off a list; whether it was there."""
        key = self._vault.key(digits)
        ended = self.ledger.wishes.unblock(Block(key=key, campaign=campaign, added_by=by, at=at))
        if ended or self._store.leads_with(key):
            self._changed()
        return ended


def _is_claim(item: Item) -> bool:
    return isinstance(item, Order) and isinstance(item.command, Claim)
