"""One turn of the dialer, the same in every world: an event in, orders out.

    journal.append(event) -> engine.handle(event) -> orders to journal and switch

A restart folds what the journal kept since the last checkpoint. Facts, withdrawals and leads given
back are carried out once more, which changes nothing where that was done already; orders to the
switch and claims are not: what came of them is for the witnesses to say.
"""

from dialer.engine.commands import AnyCommand, Claim, GiveBack, Record, Withdraw
from dialer.engine.engine import Engine
from dialer.engine.events import Arrived, CampaignOpened, Event, Intended
from dialer.ports import Journal, Switch

OF_THE_JOURNAL = (Claim, Withdraw, GiveBack, Record)


def turn(
    engine: Engine, journal: Journal, switch: Switch, event: Event
) -> tuple[int, list[AnyCommand]]:
    """Keep the event, let the engine handle it, carry out its orders in their order.

    Returns the event's sequence number and the orders.
    """
    seq = journal.append(event)
    commands = engine.handle(event)
    for index, command in enumerate(commands):
        if isinstance(command, OF_THE_JOURNAL):
            journal.execute(command, cause=seq, index=index)
        else:
            switch.execute(command)
    return seq, commands


def replay(engine: Engine, journal: Journal) -> list[CampaignOpened | Intended | Arrived]:
    """Bring a new engine to where the journal's last durable event left the one before it.

    Returns the campaigns' newer rules, the promises and the callers that it has not heard of,
    because their events were lost with the last group of a crash. They go through the inbox after
    `Started`: another epoch's promises are never placed, only asked about.
    """
    kept = journal.restore()
    if kept is not None:
        engine.resume(kept[1])
    for seq, event in journal.since(kept[0] if kept else 0):
        for index, command in enumerate(engine.handle(event)):
            if isinstance(command, Withdraw | GiveBack | Record):
                journal.execute(command, cause=seq, index=index)
    known, calls = engine.state.campaigns, engine.state.calls
    in_force = [one.opened for one in journal.campaigns() if one.opened.campaign in known]
    there: list[Intended | Arrived] = [*journal.open_intents(), *journal.open_arrivals()]
    return [
        *(one for one in in_force if one.version > known[one.campaign].opened.version),
        *(one for one in there if one.call not in calls),
    ]
