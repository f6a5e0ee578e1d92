"""What the log tells of what happens: a table of the events worth a line, and nothing about people.

Calls are lines at level `debug` only: they are in the warehouse, with everything.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal

from dialer import logs
from dialer.engine import events
from dialer.engine.commands import AnyCommand, CallerIdRested, Cdr, Record
from dialer.engine.events import Event

Level = Literal["debug", "info", "warning", "error"]

TOLD: dict[type[Event], tuple[Level, str, tuple[str, ...]]] = {
    events.Started: ("info", "started", ("epoch",)),
    events.SwitchUp: ("info", "switch up", ()),
    events.SwitchDown: ("warning", "switch down", ("why",)),
    events.Reconciled: ("info", "reconciled", ()),
    events.Replaced: ("error", "another dialer took over", ()),
    events.ClockJumped: ("warning", "clock jumped", ("by_s",)),
    events.CampaignOpened: (
        "info", "campaign opened", ("campaign", "version", "pool", "trunk", "source", "user"),
    ),
    events.CampaignPaused: ("info", "campaign paused", ("campaign", "why", "user")),
    events.CampaignResumed: ("info", "campaign resumed", ("campaign", "user")),
    events.CampaignStopped: ("info", "campaign stopped", ("campaign", "user")),
    events.BudgetSet: ("info", "budget set", ("campaign", "user")),
    events.Refused: ("debug", "claim refused", ("campaign", "asked", "given", "why")),
    events.NotPlaced: ("debug", "not placed", ("call", "why")),
    events.NotBridged: ("warning", "not bridged", ("call", "agent", "why")),
    events.LoggedIn: ("info", "agent logged in", ("agent", "pool")),
    events.LegDown: ("warning", "agent's leg down", ("agent", "cause")),
    events.LoggedOut: ("info", "agent logged out", ("agent",)),
    events.NumberBlocked: ("info", "a number was blocked", ()),
    events.DaysSet: (
        "info", "days of the house set", ("kind", "region", "first", "last", "ended", "user"),
    ),
}  # fmt: skip
"Event -> level, words, fields."

RESTS = ("flagged", "ordered")
RESTED = ("caller_id", "campaign", "why", "n", "of", "user")
CALL = ("call", "campaign", "trunk", "outcome", "cause", "sip", "why")


class Chronicle:
    """An observer of the loop; says a change of a trunk once."""

    def __init__(self) -> None:
        self._log = logs.get("dialer")
        self._reachable: dict[str, bool] = {}

    def __call__(self, event: Event, commands: Sequence[AnyCommand]) -> None:
        """Write what is worth a line."""
        if found := TOLD.get(type(event)):
            level, words, fields = found
            self._at(level)(words, **{field: getattr(event, field) for field in fields})
        elif isinstance(event, events.TrunkSeen):
            self._trunk(event)
        for command in commands:
            if isinstance(command, Record) and isinstance(command.fact, Cdr):
                cdr = command.fact
                self._log.debug("call ended", **{field: getattr(cdr, field) for field in CALL})
            elif isinstance(command, Record) and isinstance(command.fact, CallerIdRested):
                told = command.fact
                words = "caller id rests" if told.cause in RESTS else "caller id rests no more"
                self._log.warning(words, kind=told.cause, **{f: getattr(told, f) for f in RESTED})

    def _trunk(self, event: events.TrunkSeen) -> None:
        if self._reachable.get(event.trunk) == event.reachable:
            return
        self._reachable[event.trunk] = event.reachable
        level: Level = "info" if event.reachable else "warning"
        self._at(level)(f"trunk {'answers' if event.reachable else 'is silent'}", trunk=event.trunk)

    def _at(self, level: Level) -> Callable[..., Any]:
        return getattr(self._log, level)  # type: ignore[no-any-return]
