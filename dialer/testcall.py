"""One call by hand, to see what a trunk does: the same journal, rules and switch, no engine.

It goes through the same transaction as every call (calling hours, do-not-call, caps) and ends in
a CDR like every call, under the campaign `test-call`. Who answers hears the safe-harbour message.
No dialer may serve the home meanwhile: the call would take the switch away from it.
"""

import os
import socket
from collections.abc import Callable

import anyio
import anyio.to_thread
import msgspec

from dialer import campaign as campaigns
from dialer.campaign import Campaign
from dialer.engine.call import (
    RING_GRACE_S,
    Call,
    apply,
    cdr,
    is_terminal,
    verdict_due_at,
)
from dialer.engine.commands import Cdr, Claim, HangUp, Listen, Originate, Play, Record
from dialer.engine.events import (
    VERDICTS,
    Answered,
    CampaignOpened,
    CampaignPaused,
    Event,
    Heard,
    Intended,
    MessageEnded,
    Refused,
    SwitchDown,
    SwitchUp,
)
from dialer.errors import DialerError, SwitchUnavailable
from dialer.journal.book import Book
from dialer.journal.sqlite import SqliteJournal
from dialer.leads.normalise import NewLead, Normal
from dialer.live import Inbox
from dialer.ports import Clock, Switch
from dialer.serve import World, held, opened_journal
from dialer.settings import Settings

CAMPAIGN = "test-call"
SWITCH_WITHIN_S = 20.0
CONFIRMED_WITHIN_S = 10.0
"After our hang-up, how long until the end is reported."
MESSAGE_S = 40.0

Told = Callable[[Event], None]
"Hears every event of the call as it happens."


async def placed(
    settings: Settings, world: World, campaign: Campaign, number: Normal, told: Told
) -> Cdr:
    """Call this number by the rules of this campaign; the call's record."""
    with held(settings), opened_journal(settings) as (journal, inbox, clock):
        inbox.open()
        journal.take_lease(f"{socket.gethostname()}:{os.getpid()}", clock())
        opened = await anyio.to_thread.run_sync(
            _in_force, settings, world, journal, campaign, number, clock()
        )
        async with world.switch(journal, inbox, clock) as switch:
            desk = _Desk(journal, inbox, clock, switch, told)
            return await desk.place(opened)


def _in_force(
    settings: Settings, world: World, journal: SqliteJournal, campaign: Campaign,
    number: Normal, at: float,
) -> CampaignOpened:  # fmt: skip
    """A list of this one number, and the campaign that dials it once."""
    name = f"{CAMPAIGN}-{1000 * at:.0f}"
    campaign = msgspec.structs.replace(campaign, name=CAMPAIGN, lists=(name,), retry="once")
    rules = campaigns.lead_rules(campaign)
    opened = campaigns.opened(campaign, version=0, at=at, user="")
    opened = world.admitted(opened, rules.calling)
    if campaign.safe_harbour:
        message = world.recording(CAMPAIGN, campaign.safe_harbour)
        opened = msgspec.structs.replace(opened, message=message)
    with Book(settings.journal) as book:
        book.add_leads(name, [NewLead(numbers=(number,))], at=at, source=CAMPAIGN)
    return journal.open_campaign(opened, rules)


class _Desk:
    """Takes the engine's place for one call."""

    def __init__(
        self, journal: SqliteJournal, inbox: Inbox, clock: Clock, switch: Switch, told: Told
    ) -> None:
        self._journal, self._inbox, self._clock = journal, inbox, clock
        self._switch, self._told = switch, told
        self._played = False

    async def place(self, opened: CampaignOpened) -> Cdr:
        await self._switch_up()
        cause = self._journal.append(opened)
        # For whoever serves this home next: should we be killed, it closes the open intent as it
        # does any other, and never dials for it. Of a call that ends here it only sees the record.
        self._journal.append(CampaignPaused(campaign=CAMPAIGN, why="by hand", at=self._clock()))
        claim = Claim(CAMPAIGN, n=1, mode="manual", epoch=self._journal.epoch)
        self._journal.execute(claim, cause=cause, index=0)
        call = await self._promised(opened)
        intent = call.intent
        self._switch.execute(
            Originate(
                intent.call, intent.trunk, intent.caller_id, intent.ring_timeout_s,
                intent.not_after, call.max_talk_s, opened.country, opened.detection,
                opened.message,
            )
        )  # fmt: skip
        call.ordered_at = self._clock()
        await self._lived(call)
        record = cdr(call)
        self._journal.execute(Record(record), cause=cause, index=1)
        await anyio.to_thread.run_sync(self._journal.flush)
        return record

    async def _next(self, until: float) -> Event | None:
        """The next event; nothing if none comes until then."""
        with anyio.move_on_after(max(0.0, until - self._clock())):
            while not len(self._inbox):  # it may wake us for what we took already
                await self._inbox.wait()
        return next(iter(self._inbox.take(1)), None)

    async def _switch_up(self) -> None:
        until = self._clock() + SWITCH_WITHIN_S
        why = "it does not answer"
        while (event := await self._next(until)) is not None:
            match event:
                case SwitchUp():
                    return
                case SwitchDown():
                    why = event.why
        raise SwitchUnavailable(f"no switch within {SWITCH_WITHIN_S:.0f} s: {why}")

    async def _promised(self, opened: CampaignOpened) -> Call:
        until = self._clock() + CONFIRMED_WITHIN_S
        while (event := await self._next(until)) is not None:
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
                    raise DialerError(f"this number may not be called now: {event.why}")
        raise DialerError("the journal did not promise the call: is the disk full?")

    async def _lived(self, call: Call) -> None:
        """Until the call has ended."""
        while call.ended_at is None:
            event = await self._next(self._due_at(call))
            if event is None:
                self._overdue(call)
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
