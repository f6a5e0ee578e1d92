"""Who attends which agent's page: the web process says so over a line of the door, and lives.

    > {"ask":"attend","agent":"anna","desk":"7f3a"}     this page is there
    > {"ask":"alive"}                                   so is whoever speaks for the pages
    > {"ask":"leave","agent":"anna","desk":"7f3a"}      it is gone

A line that was closed, or silent for five seconds, attends nothing any more.
"""

from collections.abc import Callable, Mapping
from typing import Any

from dialer.engine.events import DeskBack, DeskLost, Event, LoggedIn
from dialer.errors import DialerError
from dialer.ports import Clock

SILENT_S = 5.0
LOOK_S = 0.5

Line = int
"A connection to the door."


class Attendance:
    """Tells the engine of pages that are lost and back."""

    def __init__(self, submit: Callable[[Event], object], clock: Clock) -> None:
        self._submit, self._clock = submit, clock
        self._pages: dict[tuple[str, str], Line] = {}
        "Agent and desk -> who speaks for it."
        self._heard_at: dict[Line, float] = {}
        self._silent: set[Line] = set()

    def ask(self, line: Line, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """One of the three requests above."""
        self.heard(line)
        if body["ask"] == "alive":
            return {}
        page = (str(body.get("agent", "")), str(body.get("desk", "")))
        if not all(page):
            raise DialerError("whose page? name `agent` and `desk`")
        if body["ask"] == "attend":
            self._pages[page] = line
            self._tell(DeskBack, page)
        elif self._pages.pop(page, None) is not None:
            self._tell(DeskLost, page)
        return {}

    def heard(self, line: Line) -> None:
        """A sign of life."""
        self._heard_at[line] = self._clock()
        if line in self._silent:
            self._silent.discard(line)
            self._tell_all(DeskBack, line)

    def gone(self, line: Line) -> None:
        """The connection is closed."""
        if self._heard_at.pop(line, None) is not None:
            if line not in self._silent:
                self._tell_all(DeskLost, line)
            self._silent.discard(line)
            self._pages = {page: one for page, one in self._pages.items() if one != line}

    def look(self) -> None:
        """Whoever has been silent for too long is lost, until heard again."""
        at = self._clock()
        for line, heard_at in self._heard_at.items():
            if at - heard_at > SILENT_S and line not in self._silent:
                self._silent.add(line)
                self._tell_all(DeskLost, line)

    def submitted(self, event: Event) -> None:
        """An agent who logs in at a page that is attended already need not wait."""
        if isinstance(event, LoggedIn) and event.desk:
            line = self._pages.get((event.agent, event.desk))
            if line is not None and line not in self._silent:
                self._tell(DeskBack, (event.agent, event.desk))

    def _tell_all(self, kind: type[DeskLost] | type[DeskBack], line: Line) -> None:
        for page in [page for page, one in self._pages.items() if one == line]:
            self._tell(kind, page)

    def _tell(self, kind: type[DeskLost] | type[DeskBack], page: tuple[str, str]) -> None:
        self._submit(kind(*page, at=self._clock()))
