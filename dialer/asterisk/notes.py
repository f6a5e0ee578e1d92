"""What the dial plan has noted in Asterisk's own database, taken over by the journal.

Who pressed the key that ends our calls, and who called, is written down by Asterisk itself before
anything else is done with the call: so it is not lost while no dialer is there, or a hung one. A
note is forgotten when the journal has it on disk, and not before; a whole reconcile waits for that,
so nothing is placed while a wish is only noted.

Reading the database needs a channel: one that leads nowhere is made for it, and taken down.
"""

from collections.abc import Callable

import anyio

from dialer.asterisk import names
from dialer.asterisk.dialplan import NOTED_CALLER, NOTED_OPT_OUT, OUT
from dialer.asterisk.life import Life
from dialer.asterisk.trunks import Trunk
from dialer.engine import events
from dialer.leads.normalise import digits_of
from dialer.ports import Caller

LOOK_S = 0.02
"How often it is looked whether the journal has something on disk."
WAIT_S = 10.0


async def take_over(life: Life) -> None:
    """Tell everything that is noted, and forget what is on disk by then."""
    if life.world.reception is None:
        return
    noted = await _read(life)
    for family in (NOTED_CALLER, NOTED_OPT_OUT):  # who called comes before what he wants
        async with anyio.create_task_group() as tasks:
            for note in noted.get(family, ()):
                tasks.start_soon(_take_over, life, family, note)


async def forget_when(
    life: Life, family: str, note: str, is_kept: Callable[[str], bool], call: str
) -> None:
    """Forget one note as soon as the journal has it."""
    with anyio.move_on_after(WAIT_S):
        while not is_kept(call):  # noqa: ASYNC110 - the journal's thread has no events
            await anyio.sleep(LOOK_S)
        await life.ask(
            "", "POST", "asterisk/variable", variable=f"DB_DELETE({family}/{note})", value=""
        )


async def _take_over(life: Life, family: str, note: str) -> None:
    channel, _, told = note.partition(":")
    reception = life.world.reception
    call = channel if names.kind(channel) == "call" else names.arrived(life.world.install, channel)
    if reception is None or not call:
        return
    if family == NOTED_CALLER:
        if caller := _caller(life, call, told):
            if own_number(life, caller.digits, life.world.trunks[caller.trunk]):
                await forget_when(life, family, note, lambda _: True, call)
                return
            if channel not in life.register.callers:
                life.register.late.add(call)
            reception.welcome(caller)
            await forget_when(life, family, note, reception.is_welcome, call)
    else:
        life.tell(opted_out(life, call, _instant(told, life)))
        await forget_when(life, family, note, reception.has_opted_out, call)


def opted_out(life: Life, call: str, at: float) -> events.OptedOut:
    """The person on this call wants no more of them."""
    return events.OptedOut(call, everywhere=life.world.settings.opt_out_everywhere, at=at)


def _caller(life: Life, call: str, told: str) -> Caller | None:
    """`lab:15550001111:15551234567:1795384111`, as the dial plan wrote it."""
    name, caller_id, digits, noted_at = (*told.split(":"), "", "", "", "")[:4]
    trunk = life.world.trunks.get(name)
    if trunk is None:
        return None
    return Caller(
        call=call, trunk=trunk.name, caller_id=caller_id, digits=digits, country=trunk.country,
        source=trunk.kind, at=_instant(noted_at, life), late=True,
    )  # fmt: skip


def own_number(life: Life, digits: str, trunk: Trunk) -> str:
    """Which of our own numbers the caller shows; empty for everybody but ourselves."""
    ours = {number for one in life.world.trunks.values() for number in one.caller_ids}
    written = {digits, digits_of(digits, trunk.country) or ""}
    return next(iter(sorted(written & ours)), "")


def _instant(text: str, life: Life) -> float:
    """Asterisk's whole seconds, on our clock; now, where the clock has since been put back."""
    now = life.now()
    return min(float(text) - life.asterisk_ahead_s, now) if text.isdecimal() else now


async def _read(life: Life) -> dict[str, list[str]]:
    """Family -> its notes."""
    probe = names.probe(life.now())
    made = await life.ask(
        probe, "POST", "channels/create",
        channelId=probe, endpoint=f"Local/s@{OUT}", app=life.world.settings.app, appArgs="notes",
    )  # fmt: skip
    if not made.is_ok:
        life.give_up(f"the notes cannot be read: {made.why()}")
        return {}
    found = {}
    for family in (NOTED_CALLER, NOTED_OPT_OUT):
        path = f"channels/{probe}/variable"
        reply = await life.ask(probe, "GET", path, variable=f"DB_KEYS({family})")
        notes = str(reply.json()["value"]).split(",") if reply.is_ok else []
        found[family] = [note for note in notes if note]
    await life.ask(probe, "DELETE", f"channels/{probe}")
    return found
