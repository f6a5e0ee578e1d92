"""What every message of Asterisk does to the register, and which event it becomes."""

from functools import partial

from dialer.asterisk import callers, chime, greeting, monitor, names, notes, pulse, seat
from dialer.asterisk import line as lines
from dialer.asterisk.client import Json
from dialer.asterisk.dialplan import NOTED_OPT_OUT
from dialer.asterisk.life import Life, Line
from dialer.asterisk.translate import HEARTBEAT, remembered, subject, translate
from dialer.engine import events


def hear(life: Life, at: float, said: Json) -> None:
    """Never waits: what takes time is started or enqueued."""
    channel = subject(said)
    life.arrivals.tell(said, channel)
    if call := callers.call_on(life, channel, said):
        return _call(life, call, at, said)
    match names.kind(channel):
        case "call":
            _call(life, channel, at, said)
        case "leg":
            _leg(life, channel, at, said)
        case "whisper":
            greeting.hear(life, channel, said)
        case "chime":
            chime.hear(life, channel, said)
        case "monitor" | "ear":
            monitor.hear(life, channel, said)
        case "" if said["type"] == "ChannelUserevent" and said.get("eventname") == HEARTBEAT:
            pulse.felt(life, at, said)
        case "":
            event = translate(said, at)
            if event is not None:
                life.tell(event)
            if isinstance(event, events.Replaced):
                life.is_replaced = True
                life.give_up("another dialer took the application")
    return None


def _call(life: Life, call: str, at: float, said: Json) -> None:
    if life.register.is_over(call):
        return
    line = life.register.line(call)
    if line.order is None:
        line.is_placed = True  # from an earlier life: whoever asked for it knows
    lines.placed(life, line)
    line.past = remembered(line.past, said)
    if said["type"] == "StasisStart" and line.is_caller:
        callers.arrive(life, line, at, said)
    elif said["type"] == "StasisStart":
        life.tasks.start_soon(lines.enter, life, line)
    if said["type"] == "ChannelLeftBridge":
        _left(life, line, said["bridge"]["id"])
    event = translate(said, at, line.past, life.register.agents, call)
    if isinstance(event, events.OptedOut):
        event = notes.opted_out(life, call, at)
    if event is not None and _is_news(line, event, said):
        life.tell(event)
        _follow(life, line, event, said)


def _is_news(line: Line, event: events.Event, said: Json) -> bool:
    """Asterisk says most things twice: to who subscribed to the trunk, and to the application."""
    match event:
        case events.Bridged():
            return bool(line.floor != said["bridge"]["id"])
        case _:
            is_new = type(event) not in line.told
            line.told.add(type(event))
            return is_new


def _follow(life: Life, line: Line, event: events.Event, said: Json) -> None:
    match event:
        case events.Answered() if line.is_caller:
            line.is_answered = True  # by us, or by the dial plan for its message: no new lease
        case events.Answered(at=at):
            line.leased_at = line.waits_since = at  # the dial plan gave the first lease
        case events.Bridged(at=at):
            line.floor = said["bridge"]["id"]
            if line.leased_at is not None:  # taken when an agent before this one was left
                life.tasks.start_soon(lines.talk_limit, life, line)
            # Asterisk mixes from this instant on: the agent's next packet leaves for the customer.
            life.tell(events.AgentHeard(call=line.call, at=at))
        case events.MessageStarted():
            line.leased_at = None  # the dial plan has taken the call, it also ends it
        case events.OptedOut() if life.world.reception:
            kept = life.world.reception.has_opted_out
            life.tasks.start_soon(
                notes.forget_when, life, NOTED_OPT_OUT, said["userevent"]["note"], kept, line.call
            )
        case events.HungUp():
            line.is_ended = True
            line.entered.set()
            _free(life, line)
            greeting.stop(life, line.call)
            life.enqueue(line.call, partial(lines.close, life, line))


def _left(life: Life, line: Line, floor: str) -> None:
    """The talk is over, or its agent is gone: what comes next is decided within a lease."""
    for leg in life.register.legs.values():
        if names.floor(leg.channel) == floor and leg.customer == line.call:
            leg.customer = ""
    if line.floor == floor:
        line.floor = ""
        line.leased_at = life.now()
        life.tasks.start_soon(lines.lease, life, line)


def _free(life: Life, line: Line) -> None:
    for leg in life.register.legs.values():
        if leg.customer == line.call:
            leg.customer = ""


def _leg(life: Life, channel: str, at: float, said: Json) -> None:
    agent = life.register.agents.get(names.mark_of(channel), "")
    leg = life.register.legs.get(agent)
    if leg is None or leg.channel != channel:
        return
    match translate(said, at, agents=life.register.agents):
        case events.LegUp() as event if not leg.is_up:
            leg.is_up = True
            life.tell(event)
        case events.LegDown() as event:
            del life.register.legs[agent]
            life.tell(event)
            monitor.lose(life, agent)
            life.enqueue(names.mark(agent), partial(seat.clear, life, leg))
