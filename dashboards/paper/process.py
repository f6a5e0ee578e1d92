"""The reporter as a process: `python -m dashboards.paper.process --settings FILE`.

It writes what is due, mails it, tells webhooks. What fails is tried again a few minutes later.
SIGTERM ends it; if its parent dies it ends too.
"""

import sqlite3
import threading
import time
from pathlib import Path
from typing import Annotated

import typer

from dashboards.paper.command import written
from dashboards.paper.gather import told
from dashboards.paper.schedule import Open, Post, Wanted, by_smtp, due, letter
from dialer import logs
from dialer import settings as settings_file
from dialer.api.outbox import Outbox
from dialer.api.records import Records
from dialer.errors import DialerError
from dialer.parent import begun
from dialer.settings import Settings
from dialer.settings.figures import Reports

EVERY_S = 60.0
AGAIN_S = 300.0
FOLDER = "reports"
"In the home."

log = logs.get(__name__)


class Reporter:
    """Does what is due, once."""

    def __init__(self, home: Path, reports: Reports, post: Post | None = None) -> None:
        self._home, self._reports = home, reports
        self._post = post or by_smtp(reports)

    def step(self, at: float) -> int:
        """Write, mail and tell what is due now and was not yet; how many were written."""
        made, failed = 0, None
        for one in due(self.campaigns(), self._reports, at):
            try:
                if not self._is_there(one):
                    self._write(one)
                    self._tell(one, at)
                    made += 1
                self._mail(one)
            except (DialerError, OSError, sqlite3.Error) as why:
                failed = failed or why  # the others come all the same
        if failed is not None:
            raise failed
        return made

    def campaigns(self) -> list[Open]:
        """Those that are in force, or were."""
        records = Records(self._home)
        return [
            Open(name, one.opened.source, one.opened.zone, records.versions(name)[-1][0].at)
            for name, one in records.campaigns().items()
        ]

    def _files(self, one: Wanted) -> list[Path]:
        folder = self._home / FOLDER
        return [one.path(folder, form) for form in self._reports.formats]

    def _is_there(self, one: Wanted) -> bool:
        return all(path.exists() for path in self._files(one))

    def _write(self, one: Wanted) -> None:
        found = told(self._home, one.of.source, one.of.campaign, one.kind, one.on,
                     self._reports.language, one.on, self._reports.currency)  # fmt: skip
        paths = {path.suffix[1:]: path for path in self._files(one)}
        for path in paths.values():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partly = {form: path.with_suffix(path.suffix + ".part") for form, path in paths.items()}
        written(found, pdf=partly.get("pdf"), xlsx=partly.get("xlsx"))
        for form, path in paths.items():
            partly[form].replace(path)
        log.info("report written", campaign=one.of.campaign, kind=one.kind)

    def _tell(self, one: Wanted, at: float) -> None:
        what = {
            "campaign": one.of.campaign, "kind": one.kind, "period": one.span.said,
            "zone": one.of.zone, "files": [path.name for path in self._files(one)],
        }  # fmt: skip
        with Outbox(self._home) as outbox:
            outbox.post("Report", what, at)

    def _mail(self, one: Wanted) -> None:
        files = self._files(one)
        mailed = files[0].with_suffix(".mailed")
        if not self._reports.mail_to or mailed.exists():
            return
        self._post(letter(one, {path.name: path.read_bytes() for path in files}, self._reports))
        mailed.touch(mode=0o600)
        log.info("report mailed", campaign=one.of.campaign, kind=one.kind)


def serve(
    settings: Annotated[Path | None, typer.Option(help="The settings file.")] = None,
    home: Annotated[Path | None, typer.Option(help="Unless the file says.")] = None,
    asterisk: Annotated[Path | None, typer.Option(help="Likewise, an unpacked Asterisk.")] = None,
) -> None:
    """Write reports when they are due, for as long as the dialer serves."""
    stop = begun()
    run(settings_file.load(settings, home=home, prefix=asterisk), stop)


def run(settings: Settings, stop: threading.Event) -> None:
    """Until told to stop."""
    reporter = Reporter(settings.home, settings.reports)
    while not stop.is_set():
        wait_s = EVERY_S
        try:
            reporter.step(time.time())
        except (DialerError, OSError, sqlite3.Error) as why:
            log.warning("a report could not be made", why=type(why).__name__)
            wait_s = AGAIN_S
        stop.wait(wait_s)


if __name__ == "__main__":
    typer.run(serve)
