"""Pages are attended over lines; a line that closes or falls silent attends nothing."""

import pytest

from dialer.attendance import Attendance
from dialer.engine.events import DeskBack, DeskLost, Event, LoggedIn
from dialer.errors import DialerError

WEB, OTHER = 1, 2


class Told:
    """An attendance whose clock only the test moves."""

    def __init__(self) -> None:
        self.at = 0.0
        self.events: list[Event] = []
        self.pages = Attendance(self.events.append, lambda: self.at)

    def ask(self, what: str, agent: str = "", desk: str = "", line: int = WEB) -> None:
        self.pages.ask(line, {"ask": what, "agent": agent, "desk": desk})

    def new(self) -> list[Event]:
        new, self.events[:] = self.events[:], []
        return new


def test_a_page_is_there_and_gone():
    told = Told()
    told.ask("attend", "anna", "t1")
    told.ask("leave", "anna", "t1")
    told.ask("leave", "anna", "t1")
    assert told.new() == [DeskBack("anna", "t1", at=0.0), DeskLost("anna", "t1", at=0.0)]


def test_a_closed_line_loses_all_its_pages_and_no_others():
    told = Told()
    told.ask("attend", "anna", "t1")
    told.ask("attend", "ben", "t2", line=OTHER)
    told.new()
    told.pages.gone(WEB)
    assert told.new() == [DeskLost("anna", "t1", at=0.0)]


def test_five_silent_seconds_lose_them_and_a_word_brings_them_back():
    told = Told()
    told.ask("attend", "anna", "t1")
    told.new()
    told.at = 5.0
    told.pages.look()
    assert told.new() == []
    told.at = 5.5
    told.pages.look()
    told.pages.look()
    assert told.new() == [DeskLost("anna", "t1", at=5.5)]
    told.at = 7.0
    told.ask("alive")
    assert told.new() == [DeskBack("anna", "t1", at=7.0)]


def test_who_logs_in_at_an_attended_page_need_not_wait():
    told = Told()
    told.ask("attend", "anna", "t1")
    told.new()
    told.pages.submitted(LoggedIn("anna", "sales", "PJSIP/w-1", "t1", at=1.0))
    told.pages.submitted(LoggedIn("anna", "sales", "PJSIP/w-1", "t0", at=1.0))
    assert told.new() == [DeskBack("anna", "t1", at=0.0)]


def test_a_page_has_an_agent_and_a_name():
    told = Told()
    with pytest.raises(DialerError, match="whose page"):
        told.ask("attend", "anna")
