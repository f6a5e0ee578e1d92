"""Reports that come by themselves: when they are due, once each, by a real mail server's rules."""

import json
import socket
import threading
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dashboards.paper.process import Reporter
from dashboards.paper.schedule import Open, due
from dialer.api.outbox import Outbox
from dialer.errors import QueryError
from dialer.journal.book import Book
from dialer.settings.figures import Reports

ZONE = "America/New_York"
SPRING = Open("spring", "lab", ZONE, since=0.0)


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).timestamp()


class Server:
    """An SMTP server on loopback that keeps what it is handed, or refuses it."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.mails: list[bytes] = []
        self.takes = True
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            with line, line.makefile("rwb") as wire:
                self._talk(wire)

    def _talk(self, wire) -> None:
        def say(text: bytes) -> None:
            wire.write(text + b"\r\n")
            wire.flush()

        say(b"220 here")
        while word := wire.readline().strip().upper():
            if word == b"DATA":
                say(b"354 go on")
                mail = b""
                while (text := wire.readline()) != b".\r\n":
                    mail += text.removeprefix(b".")
                self.mails.append(mail)
                say(b"250 taken")
            elif word == b"QUIT":
                say(b"221 bye")
                return
            else:
                say(b"250 well" if self.takes or word[:4] == b"EHLO" else b"451 not now")

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


class OfSpring(Reporter):
    """A home that has no campaign in its journal, only in the warehouse."""

    def campaigns(self) -> list[Open]:
        return [SPRING]


def kinds(text: str, *every: str) -> list[tuple[str, str]]:
    found = due([SPRING], Reports(every=every, hour=6), at(text))  # type: ignore[arg-type]
    return [(one.kind, one.span.said) for one in found]


def test_a_period_is_due_when_it_is_over_and_the_hour_has_come():
    assert kinds("2026-11-24T05:59", "day") == []
    assert kinds("2026-11-24T06:00", "day") == [("day", "2026-11-23")]
    assert kinds("2026-11-30T06:00", "day", "week") == [
        ("day", "2026-11-29"), ("week", "2026-11-23 – 2026-11-29"),
    ]  # fmt: skip
    assert kinds("2026-12-02T00:30", "month") == [("month", "2026-11-01 – 2026-11-30")]
    assert kinds("2026-12-01T05:00", "month") == []
    later = SPRING._replace(since=at("2026-11-24T00:00"))
    assert list(due([later], Reports(every=("day",)), at("2026-11-24T07:00"))) == []


def test_it_is_written_mailed_and_told_once_each(monday_files: Path, server: Server):
    home = monday_files
    Book(home / "journal.sqlite").close()
    with Outbox(home) as outbox:
        outbox.add("https://hooks.example/x", "plain", ["Report"], "s", by="ada", at=0.0)
    reports = Reports(
        every=("week",), mail_to=("eva@house.example",), mail_from="dialer@house.example",
        smtp=server.address,
    )  # fmt: skip
    monday = at("2026-11-30T06:01")
    server.takes = False
    with pytest.raises(OSError, match="does not take the mail"):
        OfSpring(home, reports).step(monday)
    server.takes = True
    assert OfSpring(home, reports).step(monday + 300) == 0, "written already"
    assert OfSpring(home, reports).step(monday + 600) == 0

    folder = home / "reports/spring"
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["week-2026-11-23.mailed", "week-2026-11-23.pdf", "week-2026-11-23.xlsx"]
    (raw,) = server.mails
    mail = message_from_bytes(raw, policy=default)
    assert (mail["Subject"], mail["To"]) == (
        "spring: 2026-11-23 – 2026-11-29", "eva@house.example",
    )  # fmt: skip
    sent = {one.get_filename(): one.get_payload(decode=True) for one in mail.iter_attachments()}  # type: ignore[attr-defined]
    assert sent == {name: (folder / name).read_bytes() for name in names[1:]}
    with Outbox(home) as outbox:
        (letter,) = outbox.due(monday + 600)
    assert json.loads(json.dumps(letter.told.what))["files"] == names[1:]


def test_a_report_that_cannot_be_made_keeps_no_other_back(monday_files: Path):
    class OfBoth(Reporter):
        def campaigns(self) -> list[Open]:
            return [SPRING._replace(campaign="winter"), SPRING]

    Book(monday_files / "journal.sqlite").close()
    reports = Reports(every=("week",), formats=("xlsx",))
    with pytest.raises(QueryError, match="there is no campaign 'winter'"):
        OfBoth(monday_files, reports).step(at("2026-11-30T06:01"))
    assert (monday_files / "reports/spring/week-2026-11-23.xlsx").exists()


def test_mail_needs_a_sender_and_a_server():
    with pytest.raises(ValueError, match="mail_from or smtp is missing"):
        Reports(mail_to=("a@b.example",))
