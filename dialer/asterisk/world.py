"""The real `World`: an Asterisk of our own, listeners beside it, trunks and seats.

Our own Asterisk is started with the service and stopped with it; if the service is killed it goes
on, people hear the message, and the next start finds it and asks what has happened.
"""

import functools
import random
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import msgspec
from anyio import to_thread

from dialer.asterisk import config, instance
from dialer.asterisk.config import Manager, Seat
from dialer.asterisk.doctor import findings
from dialer.asterisk.instance import Instance
from dialer.asterisk.settings import AsteriskSettings, settings_of
from dialer.asterisk.switch import AsteriskSwitch
from dialer.asterisk.trunks import Trunk, left_here, ways
from dialer.clock import SteadyClock
from dialer.detection.library import Shelf
from dialer.errors import SettingsError
from dialer.journal.sqlite import SqliteJournal
from dialer.listening.pool import COMMAND, ListenerPool
from dialer.live import Inbox
from dialer.ports import Switch
from dialer.settings import Settings
from dialer.tomlfile import read
from dialer.world import Way, World

SAFE_HARBOUR = "dialer/safe-harbour"
"The recording, as Asterisk names it."


def world(settings: Settings) -> World:
    """Real telephones, as the settings say."""
    known, desks = ways(settings), phones(settings)
    hearing: list[ListenerPool] = []

    async def unfit() -> list[str]:
        found = await findings(reached(settings), known)
        return [f"{one.what}: {one.mend}" for one in found if one.level == "fatal"]

    @asynccontextmanager
    async def switch(
        journal: SqliteJournal, inbox: Inbox, clock: SteadyClock
    ) -> AsyncIterator[Switch]:
        there = await _there(settings, known, desks)
        async with _ears(settings, inbox, clock) as ears:
            hearing[:] = [ears]
            asterisk = AsteriskSwitch(
                there, known, ears, _numbers(journal), inbox.put, clock, random.Random(),
                journal, journal.install,
            )  # fmt: skip
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(asterisk.run)
                yield asterisk
                tasks.cancel_scope.cancel()

    return World(
        switch,
        {name: _way(trunk) for name, trunk in known.items()},
        functools.partial(_service, settings),
        functools.partial(_recording, settings),
        unfit,
        lambda: hearing[0].figures() if hearing else {},
    )


def phones(settings: Settings) -> tuple[Seat, ...]:
    """The agents' phones of the settings, or those that the lab left here."""
    file = left_here(settings.seats, settings, "seats")
    return seats(file) if file else ()


def _way(trunk: Trunk) -> Way:
    return Way(
        source=trunk.kind,
        caller_ids=trunk.caller_ids,
        lines=trunk.lines,
        calls_per_s=trunk.calls_per_s,
        ring_timeout_s=trunk.ring_timeout_s,
        rest_s=3600.0 * trunk.rest_h,
        outside=tuple(trunk.outside),
    )


def _numbers(journal: SqliteJournal) -> Callable[[str], str]:
    """The number of a call, as long as the journal is ours: a dialer that hung may have lost it."""

    def number_of(call: str) -> str:
        if not journal.is_owner():
            raise KeyError(call)
        return journal.number_of(call)

    return number_of


def seats(path: Path) -> tuple[Seat, ...]:
    """The agents' phones of a TOML file, one table `[seats.NAME]` each."""
    tables = read(path).get("seats", {})
    try:
        return tuple(
            msgspec.convert({"name": name, **table}, Seat) for name, table in tables.items()
        )
    except (msgspec.ValidationError, TypeError) as why:
        raise SettingsError(f"{path}: [seats]: {why}") from why


def own_instance(settings: Settings) -> Instance:
    """Our own Asterisk."""
    ours = settings.asterisk
    return Instance(
        name="dialer",
        home=settings.home.absolute() / "asterisk",
        prefix=ours.prefix.absolute(),
        sip_port=ours.sip_port,
        http_port=ours.http_port,
        rtp=(ours.rtp_first, ours.rtp_last),
        ari_user=ours.ari_user,
    )


def prepare(settings: Settings, known: Mapping[str, Trunk], phones: Sequence[Seat]) -> Instance:
    """Write everything that our own Asterisk reads; it is not started."""
    ours = own_instance(settings)
    files = config.files(
        known.values(), phones, sip_port=ours.sip_port, bind=settings.asterisk.sip_address,
        app=settings.asterisk.application, safe_harbour=SAFE_HARBOUR,
        manager=Manager(ours.ami_port, ours.ari_user, instance.ari_password(ours)),
        house=settings.inbound,
    )  # fmt: skip
    instance.write_base(ours, files, config.MODULES)
    message = settings.asterisk.safe_harbour or settings.lab_file("safe_harbour.wav")
    if message.exists():
        sound = ours.sounds / f"{SAFE_HARBOUR}.wav"
        sound.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(message, sound)
    return ours


def _recording(settings: Settings, campaign: str, file: Path) -> str:
    """Put a campaign's message where our own Asterisk finds it; a foreign one has its own copy."""
    name = f"dialer/{campaign}"
    if settings.asterisk.own:
        sound = own_instance(settings).sounds / f"{name}.wav"
        sound.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, sound)
    return name


async def _there(
    settings: Settings, known: Mapping[str, Trunk], phones: Sequence[Seat]
) -> AsteriskSettings:
    """The Asterisk to speak to; our own is started unless it runs."""
    if settings.asterisk.own:
        ours = await to_thread.run_sync(prepare, settings, known, phones)
        await to_thread.run_sync(instance.start, ours)
    return reached(settings)


@asynccontextmanager
async def _service(settings: Settings) -> AsyncIterator[None]:
    try:
        yield
    finally:
        if settings.asterisk.own:
            with anyio.CancelScope(shield=True):
                await to_thread.run_sync(instance.stop, own_instance(settings))


def reached(settings: Settings) -> AsteriskSettings:
    """How our own Asterisk, or the foreign one, is spoken to."""
    theirs, kept = settings.asterisk, settings.recordings
    shared: dict[str, Any] = {
        "recordings": settings.recordings_folder,
        "keep_days": kept.keep_days,
        "free_least_bytes": kept.free_least_mb * 1_000_000,
    }
    if theirs.own:
        ours = settings_of(own_instance(settings), SAFE_HARBOUR)
        return msgspec.structs.replace(
            ours,
            app=theirs.application,
            opt_out_everywhere=settings.inbound.opt_out == "everywhere",
            **shared,
        )
    assert theirs.ari_secret_file, "settings see to that"
    assert theirs.cdr_csv, "and to that"
    try:
        password = theirs.ari_secret_file.read_text().strip()
    except OSError as why:
        raise SettingsError(f"{theirs.ari_secret_file}: {why.strerror}") from why
    return AsteriskSettings(
        url=theirs.ari_url,
        user=theirs.ari_user,
        password=password,
        app=theirs.application,
        cdr_csv=theirs.cdr_csv,
        rtp=(theirs.rtp_first, theirs.rtp_last),
        opt_out_everywhere=settings.inbound.opt_out == "everywhere",
        greetings=settings.home.absolute() / "greetings",
        ami_port=theirs.ami_port,
        spool=theirs.spool,
        **shared,
    )


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[AsteriskSettings]:
    """The Asterisk of the settings, our own started for as long as the block lasts."""
    async with _service(settings):
        yield await _there(settings, ways(settings), phones(settings))


@asynccontextmanager
async def _ears(
    settings: Settings, inbox: Inbox, clock: SteadyClock
) -> AsyncIterator[ListenerPool]:
    known = Shelf(settings.prompts_folder.absolute()).compiled
    ears = ListenerPool(
        inbox.put,
        workers=settings.listening.workers,
        clock=clock,
        command=(*COMMAND, str(known), *_kept(settings)),
    )
    async with ears:
        await ears.ready()
        yield ears


def _kept(settings: Settings) -> Iterator[str]:
    """Where a worker keeps unknown announcements and openings; nowhere unless that is allowed."""
    early, heard = settings.announcements, settings.listening
    for name, allowed, folder, how in (
        ("early", early.capture, settings.captures_folder, early),
        ("opening", heard.keep_openings, settings.openings_folder, heard),
    ):
        if allowed:
            yield from (name, str(folder.absolute()), str(how.keep_days), str(how.most))
