"""Imports that the web process does: beside its requests, a few at a time, each can be stopped."""

import os
import sqlite3
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import anyio
import anyio.from_thread
import anyio.to_thread
import msgspec
from anyio.abc import TaskGroup

from dialer import logs
from dialer.access.actor import Actor
from dialer.api.house import House
from dialer.errors import DialerError, ImportStopped
from dialer.journal.imports import Progress
from dialer.leads import importer, parsers
from dialer.leads.importer import ImportReport, Wanted

AT_ONCE = 2
"More imports than that wait for their turn."


class Job(msgspec.Struct, kw_only=True):
    """One import, from the wish to its end."""

    file: Path
    wanted: Wanted
    by: Actor
    name: str
    begun: anyio.Event
    id: int = 0
    error: DialerError | None = None
    stopped_by: str = ""
    report: ImportReport | None = None


class Importing:
    """Takes jobs; `run` does them."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._turns = anyio.CapacityLimiter(AT_ONCE)
        self._tasks: TaskGroup | None = None
        self._running: dict[int, Job] = {}
        self._closing = ""

    async def run(self) -> None:
        """Do what comes, until cancelled."""
        async with anyio.create_task_group() as self._tasks:
            await anyio.sleep_forever()

    async def begin(self, file: Path, wanted: Wanted, by: Actor, name: str) -> int:
        """Start an import: its id, once it is in the journal. Raises what speaks against it."""
        job = Job(file=file, wanted=wanted, by=by, name=name, begun=anyio.Event())
        assert self._tasks is not None, "the application runs it"
        self._tasks.start_soon(self._one, job)
        await job.begun.wait()
        if not job.id:
            raise job.error or ImportStopped("the import did not begin")
        await self._noted(job, {"import": job.id, "file": name})
        return job.id

    async def _noted(self, job: Job, after: Mapping[str, object]) -> None:
        await self._house.note(job.by, "list.import", f"list:{job.wanted.list}", after)

    def stop(self, id: int, by: str) -> None:
        """Break one off after its next batch, if it is under way here; it can go on later."""
        if id in self._running:
            self._running[id].stopped_by = by

    def close(self) -> None:
        """The process ends: all stop."""
        self._closing = "the web process was stopped"

    async def _one(self, job: Job) -> None:
        try:
            await anyio.to_thread.run_sync(partial(self._done, job), limiter=self._turns)
        except DialerError as error:
            job.error = error
            _log.info("import_stopped", error=type(error).__name__)
        except (OSError, sqlite3.Error) as error:  # a full disk ends this import, not the others
            job.error = ImportStopped(f"the import stopped: {error}")
            _log.warning("import_stopped", error=type(error).__name__)
        finally:
            job.begun.set()
            self._running.pop(job.id, None)
        if (report := job.report) is not None:
            after = {"import": job.id, "rows": report.rows, "imported": report.imported}
            await self._noted(job, after)
            self._house.uploads.drop(job.file.name)

    def _done(self, job: Job) -> None:
        large = job.file.stat().st_size >= importer.SMALL
        # Never in this process: the tables of numbers take memory that it would not give back.
        workers = min(os.cpu_count() or 1, parsers.MOST) if large else 1
        job.report = importer.run(
            self._house.records.journal, job.file, job.wanted, by=job.by.name, name=job.name,
            clock=self._house.clock, workers=workers, told=partial(self._told, job),
            began=lambda id: anyio.from_thread.run_sync(self._began, job, id),
        )  # fmt: skip

    def _began(self, job: Job, id: int) -> None:
        job.id = id
        self._running[id] = job
        job.begun.set()

    def _told(self, job: Job, now: Progress, of: int) -> None:
        if self._closing or job.stopped_by:
            raise ImportStopped(self._closing or f"by {job.stopped_by}")


_log = logs.get(__name__)
