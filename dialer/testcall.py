"""One call by hand, to see what a trunk does: an order to the dialer that serves this home, or,
where none does, a call that stands alone for as long as it lasts.

It goes through the same transaction as every call (calling hours, do-not-call, caps) and ends in
a CDR like every call, under the campaign `test-call`. Who answers hears the safe-harbour message.
"""

import os
import socket

import anyio
import anyio.to_thread
import msgspec

from dialer import byhand
from dialer import campaign as campaigns
from dialer.byhand import CAMPAIGN, LONGEST_S, Desk, Told
from dialer.campaign import Campaign
from dialer.client import AsyncConnection, connected_async
from dialer.engine.commands import Cdr
from dialer.engine.events import CampaignOpened, Intended, SwitchDown, SwitchUp
from dialer.errors import SwitchUnavailable
from dialer.home import held, opened_journal
from dialer.leads.normalise import Normal
from dialer.leads.rules import LeadRules
from dialer.settings import Settings
from dialer.world import World

SWITCH_WITHIN_S = 20.0


async def ordered(settings: Settings, campaign: Campaign, number: Normal, told: Told) -> Cdr:
    """Let the running dialer place it; the call's record. `NoServer` if there is none."""
    opened, rules = _rules(campaign, at=0.0)
    async with (
        connected_async(settings.socket) as news,
        connected_async(settings.socket, LONGEST_S) as dialer,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(_follow, news, told)
        reply = await dialer.ask("call", opened=opened, rules=rules, number=f"+{number.digits}")
        tasks.cancel_scope.cancel()
    return msgspec.convert(reply["record"], Cdr)


async def _follow(news: AsyncConnection, told: Told) -> None:
    """Tell what happens to the call by hand."""
    call = ""
    async for one in news.watch():
        if isinstance(one, Intended) and one.campaign == CAMPAIGN:
            call = one.call
        elif call and getattr(one, "call", "") == call and not isinstance(one, Cdr):
            told(one)  # type: ignore[arg-type]


async def placed(
    settings: Settings, world: World, campaign: Campaign, number: Normal, told: Told
) -> Cdr:
    """Call this number while no dialer serves; the call's record."""
    with held(settings), opened_journal(settings) as (journal, inbox, clock):
        inbox.open()
        journal.take_lease(f"{socket.gethostname()}:{os.getpid()}", clock())
        await anyio.to_thread.run_sync(byhand.settle, journal, world.source_of, clock())
        opened, rules = _rules(campaign, clock())
        opened = world.admitted(opened, rules.calling)
        if campaign.safe_harbour:
            message = world.recording(CAMPAIGN, campaign.safe_harbour)
            opened = msgspec.structs.replace(opened, message=message)
        opened = await anyio.to_thread.run_sync(
            byhand.in_force, journal, settings.journal, opened, rules, number
        )
        async with world.service(), world.switch(journal, inbox, clock) as switch:
            desk = Desk(journal, clock, switch, told, cause=journal.append, inbox=inbox)
            await _switch_up(desk, until=clock() + SWITCH_WITHIN_S)
            return await desk.place(opened)


def _rules(campaign: Campaign, at: float) -> tuple[CampaignOpened, LeadRules]:
    """The campaign's, under the name of calls by hand."""
    campaign = msgspec.structs.replace(campaign, name=CAMPAIGN)
    return campaigns.opened(campaign, version=0, at=at, user=""), campaigns.lead_rules(campaign)


async def _switch_up(desk: Desk, until: float) -> None:
    why = "it does not answer"
    while (event := await desk.next(until)) is not None:
        match event:
            case SwitchUp():
                return
            case SwitchDown():
                why = event.why
    raise SwitchUnavailable(f"no switch within {SWITCH_WITHIN_S:.0f} s: {why}")
