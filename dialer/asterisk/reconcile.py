"""After a gap: ask Asterisk what stands, keep what is known, end what belongs to nobody.

Asterisk tells nothing twice, so a new connection life begins with questions. They are asked one
at a time: deleting bridges in parallel just after a reconnect has crashed Asterisk.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import anyio
import msgspec

from dialer.asterisk import callers, cdr, names, notes
from dialer.asterisk import line as lines
from dialer.asterisk.dialplan import BEGIN, HARBOUR, OUT
from dialer.asterisk.life import Leg, Life
from dialer.engine import events
from dialer.engine.commands import Reconcile


class Standing(msgspec.Struct, frozen=True):
    """What Asterisk has, in our names."""

    calls: Mapping[str, str]
    "call -> state of its channel"
    in_message: frozenset[str]
    "Calls that the dial plan has taken."
    floor_of: Mapping[str, str]
    "call -> agents' bridge that it is in"
    legs: Mapping[str, str]
    "leg -> state"
    seated: frozenset[str]
    "Legs that are in their own bridge."
    side: tuple[str, ...]
    "Snoops and media, then the taps they were in."
    floors: tuple[str, ...]
    whispers: tuple[str, ...] = ()
    "Channels that speak to an agent, and those that read notes."
    monitors: tuple[str, ...] = ()
    "Supervisors' legs and what overhears agents for them, then the bridges they are in."

    @property
    def left_alone(self) -> frozenset[str]:
        """Calls that the dial plan looks after, whether or not anybody else does."""
        return self.in_message | {call for call in self.calls if names.channel(call) != call}


class Plan(msgspec.Struct, frozen=True):
    """What shall stay. Everything else of ours goes."""

    legs: Mapping[str, str]
    "agent -> leg"
    orphans: tuple[str, ...]
    "Channels to hang up, in this order."
    bridges: tuple[str, ...]
    "Bridges to delete afterwards."


def standing(
    channels: list[dict[str, Any]], bridges: list[dict[str, Any]], install: str = "00000000"
) -> Standing:
    """Sort what Asterisk listed by what it is to us."""
    name = {one["id"]: callers.standing_call(install, one) or one["id"] for one in channels}
    state = {name[one["id"]]: one["state"] for one in channels}
    members = {one["id"]: {name.get(who, who) for who in one["channels"]} for one in bridges}
    kinds = (
        "call", "leg", "snoop", "media", "tap", "floor", "whisper",
        "chime", "monitor", "ear", "monitors bridge", "probe",
    )  # fmt: skip
    of = {kind: [name for name in (*state, *members) if names.kind(name) == kind] for kind in kinds}
    return Standing(
        calls={name: state[name] for name in of["call"]},
        in_message=frozenset(
            name[one["id"]] for one in channels if _is_in_message(one.get("dialplan", {}))
        ),
        floor_of={call: floor for floor in of["floor"] for call in members[floor]
                  if names.kind(call) == "call"},
        legs={name: state[name] for name in of["leg"]},
        seated=frozenset(leg for leg in of["leg"] if leg in members.get(names.floor(leg), ())),
        side=(*of["snoop"], *of["media"], *of["tap"]),
        floors=tuple(of["floor"]),
        whispers=(*of["whisper"], *of["chime"], *of["probe"]),
        monitors=(*of["ear"], *of["monitor"], *of["monitors bridge"]),
    )  # fmt: skip


def _is_in_message(dialplan: Mapping[str, Any]) -> bool:
    """The message, and what its key leads to."""
    there = dialplan.get("exten")
    return there == HARBOUR or (dialplan.get("context") == OUT and there not in (BEGIN, "T"))


def plan(seen: Standing, calls: Collection[str], agents: Mapping[str, str],
         tapped: Collection[str]) -> Plan:  # fmt: skip
    """What belongs to nobody. `agents`: mark -> agent; `tapped`: calls whose taps we know."""
    legs: dict[str, str] = {}
    for leg, state in sorted(seen.legs.items(), reverse=True):  # the newest of an agent stays
        agent = agents.get(names.mark_of(leg))
        if agent and agent not in legs and state == "Up" and leg in seen.seated:
            legs[agent] = leg
    kept = set(legs.values())
    stray = [call for call in seen.calls if call not in calls and call not in seen.left_alone]
    side = [name for name in seen.side if names.call_of(name) not in tapped]
    lost = [leg for leg in seen.legs if leg not in kept]
    return Plan(
        legs=legs,
        orphans=tuple([*stray, *(name for name in side if names.kind(name) != "tap"),
                       *(name for name in seen.monitors if names.kind(name) in ("ear", "monitor")),
                       *seen.whispers, *lost]),
        bridges=tuple([*(name for name in side if names.kind(name) == "tap"),
                       *(name for name in seen.monitors
                         if names.kind(name) == "monitors bridge"),
                       *(name for name in seen.floors if names.leg_on(name) not in kept)]),
    )  # fmt: skip


async def reconcile(life: Life, order: Reconcile) -> None:
    """Report `Reconciled`. If nobody replies, this life is over and the next one tries."""
    await anyio.sleep(life.world.settings.grace_s)  # for a POST that was still in the old socket
    seen, since = await look(life), await _began(life)
    if seen is None or since is None:
        return
    gone = [call for call in order.calls if call not in seen.calls]
    path = life.world.settings.cdr_csv
    rows = await anyio.to_thread.run_sync(cdr.rows, path, gone)
    if order.whole:
        await notes.take_over(life)
    up: tuple[str, ...] = ()
    if order.whole:
        await _forget_gone(life, seen, rows, since)
        up = await _tidy(life, order, seen)
    witnesses = [await _witness(life, call, seen, rows.get(call)) for call in order.calls]
    life.tell(
        events.Reconciled(
            witnesses=tuple(witnesses),
            agents_up=up,
            whole=order.whole,
            switch_since=since,
            at=life.now(),
        )
    )
    _adopt(life, order, seen)


async def look(life: Life) -> Standing | None:
    """What stands now; None, and an end of this life, if Asterisk does not say."""
    channels = await life.ask("", "GET", "channels")
    bridges = await life.ask("", "GET", "bridges")
    if channels.is_ok and bridges.is_ok:
        return standing(channels.json(), bridges.json(), life.world.install)
    life.give_up(f"no list of channels: {channels.why()}")
    return None


async def clear(life: Life, orphans: Collection[str], bridges: Collection[str]) -> None:
    """Delete them, one after the other, channels before bridges."""
    for channel in orphans:
        await life.ask("", "DELETE", f"channels/{channel}")
    for bridge in bridges:
        await life.ask("", "DELETE", f"bridges/{bridge}")


async def _began(life: Life) -> float | None:
    """When Asterisk's process began, on our clock; None, and an end of this life, if it does not
    say: one that may have begun a moment ago proves by its silence nothing of earlier calls."""
    reply = await life.ask("", "GET", "asterisk/info", only="status")
    if not reply.is_ok:
        life.give_up(f"no word of its beginning: {reply.why()}")
        return None
    began = datetime.fromisoformat(reply.json()["status"]["startup_time"])
    return began.timestamp() - life.asterisk_ahead_s


async def _forget_gone(
    life: Life, seen: Standing, rows: Mapping[str, cdr.Row], since: float
) -> None:
    """Lines of the last life without a channel: ended, as the witness tells, or never placed.

    An Asterisk that began after the order has forgotten; its silence is no proof.
    """
    for line in [line for call, line in life.register.lines.items() if call not in seen.calls]:
        is_silent = not line.is_placed and line.call not in rows
        if line.order and is_silent and line.ordered_at > since:
            await lines.not_placed(life, line, "it never reached Asterisk")
        else:
            life.world.listeners.close(line.call)
            life.register.close(line.call)


async def _tidy(life: Life, order: Reconcile, seen: Standing) -> tuple[str, ...]:
    """Keep the legs of known agents, end what is nobody's; the agents whose legs stand."""
    register = life.register
    tapped = [call for call, line in register.lines.items()
              if line.is_tapped and call in seen.calls]  # fmt: skip
    agents = {names.mark(agent): agent for agent in order.agents}
    keep = plan(seen, order.calls, agents, tapped)
    for agent, channel in keep.legs.items():
        leg = register.legs.get(agent)
        if leg is None or leg.channel != channel:
            register.legs[agent] = leg = Leg(agent, channel)
        leg.is_up = True
        leg.customer = next((c for c, f in seen.floor_of.items() if f == names.floor(channel)), "")
    for agent in [agent for agent in register.legs if agent not in keep.legs]:
        del register.legs[agent]
    await clear(life, keep.orphans, keep.bridges)
    return tuple(keep.legs)


async def _witness(life: Life, call: str, seen: Standing, row: cdr.Row | None) -> events.Witness:
    state = seen.calls.get(call)
    if state is None:
        return events.Witness(
            call,
            row=row is not None,
            answered_at=row.answered_at if row else None,
            ended_at=row.ended_at if row else None,
        )
    if state != "Up":
        return events.Witness(call, channel="ringing")
    agent = life.register.agents.get(names.mark_of(seen.floor_of.get(call, "")), "")
    answered_at = await _answered_at(life, call)
    message = call in seen.in_message
    return events.Witness(
        call, channel="up", bridged_to=agent, message=message, answered_at=answered_at
    )


async def _answered_at(life: Life, call: str) -> float | None:
    path = f"channels/{names.channel(call)}/variable"
    reply = await life.ask(call, "GET", path, variable="CDR(answer,u)")
    try:
        return float(reply.json()["value"]) if reply.is_ok else None
    except ValueError:
        return None


def _adopt(life: Life, order: Reconcile, seen: Standing) -> None:
    """From now on these calls are ours again: leases, talk limits, their end."""
    for call, state in seen.calls.items():
        if call not in order.calls or life.register.is_over(call):
            continue
        line = life.register.line(call)
        line.is_placed = True
        if line.is_caller:
            life.register.callers[line.channel] = call
            line.entered.set()
            line.is_answered = state == "Up"
        if call in life.register.late:
            continue  # the dial plan has him, or will in a moment
        if state != "Up":
            if line.is_caller and call not in seen.in_message:
                life.tasks.start_soon(lines.lease, life, line)
            continue
        line.told.add(events.Answered)
        line.entered.set()
        line.floor = seen.floor_of.get(call, "")
        if call in seen.in_message:
            life.tell(events.MessageStarted(call=call, message="safe_harbour", at=life.now()))
        elif line.floor:
            life.tasks.start_soon(lines.talk_limit, life, line)
        elif line.leased_at is None:
            life.tasks.start_soon(lines.lease, life, line)
    life.is_reconciled = life.is_reconciled or order.whole
