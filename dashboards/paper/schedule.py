"""Which reports are due, and how each leaves: as files in the home, by mail, told to webhooks.

A report is due when its period is over and the campaign's clock has passed the hour. That it was
written is a file, that it was mailed another one: whoever begins anew does nothing twice. Of what
was missed only the last period is made up for.
"""

import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dashboards.paper.gather import Kind, Span, before, span
from dialer.i18n import words
from dialer.settings.figures import Reports

TYPES = {
    "pdf": ("application", "pdf"),
    "xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
"Format -> the parts of its media type."
WITHIN_S = 60.0

Post = Callable[[EmailMessage], None]
"Hand a letter to the mail server. `OSError` where it does not take it."


class Open(NamedTuple):
    """A campaign of which there are reports."""

    campaign: str
    source: str
    zone: str
    since: float
    "When it was first put in force."


class Wanted(NamedTuple):
    """One report."""

    of: Open
    kind: Kind
    on: date
    "A day of its period."

    @property
    def span(self) -> Span:
        """The period."""
        return span(self.kind, self.on, self.of.zone)

    def path(self, folder: Path, form: str) -> Path:
        """Where it lies: the period's first day is its name."""
        name = f"{self.kind}-{self.span.since.date()}.{form}"
        return folder / self.of.campaign / name


def due(campaigns: Sequence[Open], reports: Reports, at: float) -> Iterator[Wanted]:
    """The last whole period of each kind, of campaigns that were there in it.

    >>> spring = Open("spring", "live", "UTC", since=1_764_000_000.0)   # 2025-11-24
    >>> at = datetime(2025, 11, 26, 6, 30, tzinfo=ZoneInfo("UTC")).timestamp()
    >>> [str(one.on) for one in due([spring], Reports(every=("day", "week"), hour=6), at)]
    ['2025-11-25']
    >>> list(due([spring], Reports(every=("day",), hour=7), at))
    []
    """
    for one in campaigns:
        now = datetime.fromtimestamp(at, ZoneInfo(one.zone))
        for kind in reports.every:
            wanted = Wanted(one, kind, before(kind, now.date()))
            is_over = now.date() > wanted.span.until.date() or now.hour >= reports.hour
            if is_over and one.since < wanted.span.until.timestamp():
                yield wanted


def letter(wanted: Wanted, files: Mapping[str, bytes], reports: Reports) -> EmailMessage:
    """The mail: what it is about in words, the files with it. File name -> its bytes."""
    t = words(reports.language)
    made = EmailMessage()
    said = {"campaign": wanted.of.campaign, "period": wanted.span.said, "zone": wanted.of.zone}
    made["Subject"] = t("report.subject", **said)
    made["From"] = reports.mail_from
    made["To"] = ", ".join(reports.mail_to)
    made.set_content(t("report.mail", **said, source=t.name("source", wanted.of.source)))
    for name, data in files.items():
        main, sub = TYPES[name.rpartition(".")[2]]
        made.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return made


def by_smtp(reports: Reports) -> Post:
    """To the server of the settings; over TLS unless it is this very machine."""

    def post(mail: EmailMessage) -> None:
        host, _, port = reports.smtp.rpartition(":")
        try:
            with smtplib.SMTP(host, int(port), timeout=WITHIN_S) as server:
                if host not in ("localhost", "127.0.0.1"):
                    server.starttls(context=ssl.create_default_context())
                if reports.smtp_password_file is not None:
                    password = reports.smtp_password_file.read_text().strip()
                    server.login(reports.smtp_user, password)
                server.send_message(mail)
        except smtplib.SMTPException as why:
            raise OSError(f"{reports.smtp} does not take the mail: {type(why).__name__}") from why

    return post
