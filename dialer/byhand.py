"""Calls by hand, one at a time: the same promise, rules, governor and record as of every call.

A desk takes the engine's place for one call. It stands alone, or beside a running engine, which
then never hears of the call: its events are taken out of the inbox before they reach the engine,
and the journal's events hold nothing that a later start would have to carry on. What a dead
process left open is closed before the next one begins; the switch ends its channel as it ends
every channel that nobody names.
"""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import msgspec

from dialer.engine.account import Ledger
from dialer.engine.call import Call, apply
from dialer.engine.commands import Cdr, Claim, HangUp, Listen, Originate, Play, Record
from dialer.engine.compliance import Rules
from dialer.engine.deadlines import RING_GRACE_S, verdict_due_at
from dialer.engine.ending import cdr, is_terminal
from dialer.engine.events import (
    VERDICTS,
    Answered,
    CampaignOpened,
    Event,
    Heard,
    HungUp,
    Intended,
    LeadsCounted,
    MessageEnded,
    NumberBlocked,
    OwnNumberReached,
    Refused,
)
from dialer.engine.state import Campaign
from dialer.errors import DialerError
from dialer.held import refusal, uncallable
from dialer.journal.book import Book
from dialer.journal.sqlite import SqliteJournal
from dialer.leads.normalise import NewLead, Normal, normal
from dialer.leads.rules import LeadRules
from dialer.live import Dialer, Inbox
from dialer.ports import Clock, Switch

CAMPAIGN = "test-call"
"The campaign of every call by hand. It is in no engine: it has no agents and no pace."
CONFIRMED_WITHIN_S = 10.0
"After our hang-up, how long until the end is reported."
MESSAGE_S = 40.0
LONGEST_S = 300.0
"No call by hand takes longer: it rings for three minutes at most, then comes the message."
_INDEX = 1000
"Of our orders among those of the event they follow from: the engine's own come before."

Told = Callable[[Event], None]
"Hears every event of the call as it happens."
Admitted = Callable[[CampaignOpened, Rules], CampaignOpened]
"The campaign as its trunk takes it; raises `Unfit`."


def in_force(
    journal: SqliteJournal, path: Path, opened: CampaignOpened, rules: LeadRules, number: Normal
) -> CampaignOpened:
    """A list of this one number, and the rules by which it is dialled once."""
    name = f"{CAMPAIGN}-{1000 * opened.at:.0f}"
    with Book(path) as book:
        book.add_leads(name, [NewLead(numbers=(number,))], at=opened.at, source=CAMPAIGN)
    rules = msgspec.structs.replace(rules, lists=(name,), retry="once")
    return journal.open_campaign(msgspec.structs.replace(opened, campaign=CAMPAIGN), rules)


def there_is_one(at: float) -> Event:
    """What a call by hand follows from; it tells the engine nothing that it keeps."""
    return LeadsCounted(campaign=CAMPAIGN, now=1, left=1, at=at)


def settle(journal: SqliteJournal, source_of: Callable[[str], str], at: float) -> None:
    """Write the records of calls by hand whose process died in the middle."""
    left = [one for one in journal.open_intents() if one.campaign == CAMPAIGN]
    for intent in left:
        call = Call(intent=intent, source=source_of(intent.trunk), why="crash", witness="journal")
        apply(call, HungUp(intent.call, at=at))
        journal.execute(Record(cdr(call)), cause=journal.append(there_is_one(at)), index=_INDEX)
    if left:
        journal.flush()


class Desk:
    """Takes the engine's place for one call."""

    def __init__(
        self,
        journal: SqliteJournal,
        clock: Clock,
        switch: Switch,
        told: Told,
        *,
        cause: Callable[[Event], int],
        inbox: Inbox | None = None,
    ) -> None:
        self._journal, self._clock, self._switch = journal, clock, switch
        self._told, self._cause = told, cause
        self.inbox = inbox or Inbox()
        self._call: Call | None = None
        self._played = False

    def takes(self, event: Event) -> bool:
        """Whether this is the desk's, and nobody else's."""
        match event:
            case Intended(campaign=name) | Refused(campaign=name):
                mine = name == CAMPAIGN
            case NumberBlocked():
                self.inbox.put(event)
                return False
            case _:
                mine = self._call is not None and getattr(event, "call", "") == self._key
        if mine:
            self.inbox.put(event)
        return mine

    async def place(self, opened: CampaignOpened) -> Cdr:
        """The call from its promise to its record."""
        cause = self._cause(there_is_one(self._clock()))
        claim = Claim(CAMPAIGN, n=1, mode="manual", epoch=self._journal.epoch)
        self._journal.execute(claim, cause=cause, index=_INDEX)
        call = self._call = await self._promised(opened)
        intent = call.intent
        self._switch.execute(
            Originate(
                intent.call, intent.trunk, intent.caller_id, intent.ring_timeout_s,
                intent.not_after, call.max_talk_s, opened.country, opened.detection,
                opened.message,
            )
        )  # fmt: skip
        call.ordered_at = self._clock()
        try:
            await self._lived(call)
        finally:
            if call.ended_at is None:  # we are being ended: nobody shall ring on
                self._hang_up(call, "shutting down")
        record = cdr(call)
        self._journal.execute(Record(record), cause=cause, index=_INDEX + 1)
        await anyio.to_thread.run_sync(self._journal.flush)
        return record

    @property
    def _key(self) -> str:
        return self._call.intent.call if self._call else ""

    async def next(self, until: float) -> Event | None:
        """The next event; nothing if none comes until then."""
        with anyio.move_on_after(max(0.0, until - self._clock())):
            while not len(self.inbox):  # it may wake us for what we took already
                await self.inbox.wait()
        return next(iter(self.inbox.take(1)), None)

    async def _promised(self, opened: CampaignOpened) -> Call:
        until = self._clock() + CONFIRMED_WITHIN_S
        while (event := await self.next(until)) is not None:
            match event:
                case Intended(campaign=name) if name == CAMPAIGN:
                    return Call(
                        intent=event,
                        source=opened.source,
                        clock=opened.clock,
                        connect_within_s=opened.connect_within_s,
                        max_talk_s=MESSAGE_S,
                    )
                case Refused(campaign=name) if name == CAMPAIGN:
                    raise refusal("this number may not be called now", event.why)
        raise DialerError("the journal did not promise the call: is the disk full?", "not_kept")

    async def _lived(self, call: Call) -> None:
        """Until the call has ended."""
        while call.ended_at is None:
            event = await self.next(self._due_at(call))
            if event is None:
                self._overdue(call)
            elif isinstance(event, NumberBlocked):
                mine = event.number_key == call.intent.number_key
                if mine and not event.campaign and call.answered_at is None:
                    self._hang_up(call, "dnc")
            elif getattr(event, "call", "") == call.intent.call:
                self._told(event)
                apply(call, event)
                self._answer(call, event)

    def _due_at(self, call: Call) -> float:
        if call.hang_up_at is not None:
            return call.hang_up_at + CONFIRMED_WITHIN_S
        if call.answered_at is None:
            return (call.ordered_at or call.intent.at) + call.intent.ring_timeout_s + RING_GRACE_S
        return verdict_due_at(call) or call.answered_at + MESSAGE_S

    def _answer(self, call: Call, event: Event) -> None:
        match event:
            case Answered():
                self._switch.execute(Listen(event.call, "answer"))
            case Heard(phase="early") if is_terminal(event):
                self._hang_up(call, f"heard {event.sound}")
            case Heard(phase="answer", sound=sound) if sound in VERDICTS:
                self._speak(call)
            case MessageEnded():
                self._hang_up(call, "message")

    def _overdue(self, call: Call) -> None:
        if call.hang_up_at is not None:
            call.ended_at, call.witness = self._clock(), "journal"
        elif call.answered_at is None:
            self._hang_up(call, "ring")
        elif verdict_due_at(call) is not None:
            self._speak(call)
        else:
            self._hang_up(call, "message")

    def _speak(self, call: Call) -> None:
        """Whoever it is hears who called."""
        if not self._played:
            self._played = True
            call.waiting_at = self._clock()
            self._switch.execute(Play(call.intent.call, "safe_harbour"))

    def _hang_up(self, call: Call, why: str) -> None:
        if call.hang_up_at is None:
            call.hang_up_at, call.why = self._clock(), why
            self._switch.execute(HangUp(call.intent.call, why))


class ByHand:
    """The running dialer's answer to `call` at its door."""

    def __init__(
        self,
        dialer: Dialer,
        journal: SqliteJournal,
        path: Path,
        *,
        admitted: Admitted,
        message: Callable[[str, str], Awaitable[str]],
    ) -> None:
        self._dialer, self._journal, self._path = dialer, journal, path
        self._admitted, self._message = admitted, message
        self._busy = False

    async def call(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Place one: `number`, and the campaign whose rules it follows as in `open`; the record."""
        if self._busy:
            raise DialerError("a call by hand is under way: wait for its end", "hand_busy")
        self._busy = True
        try:
            return {"record": await self._placed(body)}
        finally:
            self._busy = False

    async def reach(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Call a number of our own and see it come in: as `call`, with `came_at` beside the record.

        It is refused by us as it comes in: nobody hears it, and no agent is troubled.
        """
        came: list[float] = []

        def look(event: Event, commands: object) -> None:
            if isinstance(event, OwnNumberReached) and event.caller_id == body.get("number"):
                came.append(event.at)

        self._dialer.observers.append(look)
        try:
            told = await self.call({**body, "number": f"+{body.get('number', '')}"})
        finally:
            self._dialer.observers.remove(look)
        return {**told, "came_at": came[0] if came else None}

    async def _placed(self, body: Mapping[str, Any]) -> Cdr:
        opened = msgspec.convert(body.get("opened"), CampaignOpened)
        rules = msgspec.convert(body.get("rules"), LeadRules)
        number = normal(str(body.get("number", "")), opened.country)
        if isinstance(number, str):
            raise uncallable(number)
        opened = self._admitted(opened, rules.calling)
        message = await self._message(CAMPAIGN, rules.calling.safe_harbour)
        at = self._dialer.clock()
        opened = msgspec.structs.replace(opened, message=message, at=at)
        self._must_be_free(opened, at)
        opened = await anyio.to_thread.run_sync(
            in_force, self._journal, self._path, opened, rules, number
        )
        return await self._beside(opened)

    def _must_be_free(self, opened: CampaignOpened, at: float) -> None:
        """What the governor asks of every call, but for agents: here nobody is connected."""
        engine = self._dialer.engine
        why = engine.governor.barred(Campaign(opened, Ledger(opened.zone)), 1, at)
        trunk = engine.state.trunks.get(opened.trunk)
        if not why and trunk and trunk.lines is not None and trunk.lines_used >= trunk.lines:
            why = "lines"
        if why:
            raise refusal(f"nothing can be placed by trunk `{opened.trunk}` now", why)

    async def _beside(self, opened: CampaignOpened) -> Cdr:
        dialer = self._dialer
        desk = Desk(
            self._journal, dialer.clock, dialer.switch, lambda event: None, cause=dialer.submit
        )
        desk.inbox.open()
        dialer.guests.append(desk.takes)
        try:
            record = await desk.place(opened)
            dialer.tell(there_is_one(dialer.clock()), [Record(record)])
        finally:
            dialer.guests.remove(desk.takes)
        return record
