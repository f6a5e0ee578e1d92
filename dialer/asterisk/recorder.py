"""The recorder: recordings paused, finished, deleted, outlived; and whether there is room for more.

Files need no connection to Asterisk: what is asked about them is done while it is away, too.
"""

from functools import partial
from pathlib import Path

import anyio
from anyio import to_thread
from anyio.abc import TaskGroup

from dialer.asterisk import recording
from dialer.asterisk.ami import mute_recording
from dialer.asterisk.life import Life, Line
from dialer.asterisk.recording import Look
from dialer.asterisk.settings import AsteriskSettings
from dialer.engine import events
from dialer.engine.commands import (
    DeleteRecording,
    FinishRecording,
    PauseRecording,
    ResumeRecording,
)
from dialer.ports import Clock, Report

SETTLE_S = 0.5
"So long after the end of a call Asterisk has closed its file, nearly always."
TRIES = 4
"So often it is looked for if it seems too short."
ROOM_S = 10.0
AGE_S = 3600.0
AT_ONCE = 2
"Recordings that are read and written at the same time."


async def pause(life: Life, line: Line, order: PauseRecording) -> None:
    """Silence from now on. RecordingPaused follows."""
    why = await mute_recording(life.world.settings, line.call, silent=True)
    life.tell(events.RecordingPaused(call=line.call, done=not why, why=why, at=life.now()))


async def resume(life: Life, line: Line, order: ResumeRecording) -> None:
    """The voices again. RecordingResumed follows."""
    why = await mute_recording(life.world.settings, line.call, silent=False)
    life.tell(events.RecordingResumed(call=line.call, done=not why, why=why, at=life.now()))


class Recorder:
    """Looks after the files. Needs `run` in a task group."""

    def __init__(self, settings: AsteriskSettings, report: Report, clock: Clock) -> None:
        self._settings, self._report, self._clock = settings, report, clock
        self._tasks: TaskGroup | None = None
        self._waiting: list[FinishRecording | DeleteRecording] = []
        self._had_room: bool | None = None
        self._limiter = anyio.CapacityLimiter(AT_ONCE)

    def take(self, order: FinishRecording | DeleteRecording) -> None:
        """Enqueue it."""
        if self._tasks is None:
            self._waiting.append(order)
        else:
            self._tasks.start_soon(self._done, order)

    async def run(self) -> None:
        """Until cancelled."""
        if self._folders:
            spool, folder = self._folders
            await to_thread.run_sync(partial(folder.mkdir, 0o700, parents=True, exist_ok=True))
            await to_thread.run_sync(partial(spool.mkdir, 0o700, parents=True, exist_ok=True))
        async with anyio.create_task_group() as tasks:
            self._tasks = tasks
            waiting, self._waiting = self._waiting, []
            for order in waiting:
                tasks.start_soon(self._done, order)
            tasks.start_soon(self._watch_room)
            tasks.start_soon(self._watch_age)

    @property
    def _folders(self) -> tuple[Path, Path] | None:
        """Asterisk's spool, and where recordings are kept; None where this dialer records none."""
        spool, folder = self._settings.spool, self._settings.recordings
        return (spool, folder) if spool and folder else None

    async def _done(self, order: FinishRecording | DeleteRecording) -> None:
        if isinstance(order, DeleteRecording):
            await self._delete(order)
        else:
            await self._finish(order)

    async def _finish(self, order: FinishRecording) -> None:
        look = Look(why="this dialer records nothing")
        if folders := self._folders:
            await self._settled(folders[0], order)
            look = await to_thread.run_sync(
                recording.finished, *folders, order, limiter=self._limiter
            )
        if look.why:
            self._report(
                events.RecordingLost(
                    call=order.call, why=look.why, path=look.path, seconds=look.seconds,
                    size=look.size, customer_db=look.customer_db, agent_db=look.agent_db,
                    at=self._clock(),
                )
            )  # fmt: skip
        else:
            self._report(
                events.Recorded(
                    call=order.call, path=look.path, seconds=look.seconds, size=look.size,
                    customer_db=look.customer_db, agent_db=look.agent_db, at=self._clock(),
                )
            )  # fmt: skip

    async def _settled(self, spool: Path, order: FinishRecording) -> None:
        """Wait until Asterisk has written all of it, or should have."""
        for again in range(1, TRIES + 1):
            await anyio.sleep(SETTLE_S * again)
            if recording.raw_seconds(spool, order.call) > order.talk_s - 0.5:
                return

    async def _delete(self, order: DeleteRecording) -> None:
        if (folders := self._folders) is None:
            return
        if await to_thread.run_sync(recording.deleted, folders[1], order.path):
            self._tell_gone(order.call, "order", order.campaign, order.user)

    async def _watch_room(self) -> None:
        while True:
            free = 0
            if self._folders:
                free = await to_thread.run_sync(recording.free_bytes, *self._folders)
            has_room = free > 0 and free >= self._settings.free_least_bytes
            if has_room is not self._had_room:
                self._had_room = has_room
                self._report(
                    events.RecordingRoom(enough=has_room, free_bytes=free, at=self._clock())
                )
            await anyio.sleep(ROOM_S)

    async def _watch_age(self) -> None:
        while self._folders:
            find = partial(self._outlived, *self._folders)
            for call in await to_thread.run_sync(find):
                self._tell_gone(call, "retention")
            await anyio.sleep(AGE_S)

    def _outlived(self, spool: Path, folder: Path) -> list[str]:
        days = self._settings.keep_days
        return list(recording.outlived(spool, folder, days, self._clock()))

    def _tell_gone(self, call: str, why: str, campaign: str = "", user: str = "") -> None:
        gone = events.RecordingDeleted(
            call=call, why=why, campaign=campaign, user=user, at=self._clock()
        )
        self._report(gone)
