"""The numbers that we show are watched, and put to rest: as the table of `caller_ids` says."""

from dialer.engine.caller_ids import (
    FEW,
    MOVES,
    Cause,
    Number,
    Shown,
    Tally,
    count,
    flaw,
    part_awake,
    result,
)
from dialer.engine.commands import CallerIdRested, Cdr, Order, Record
from dialer.engine.events import CallerIdRestWanted
from dialer.engine.index import Index
from dialer.engine.state import Campaign, State

ALARM = "l caller id "
"Before the number: it wakes the pools."


class Rests:
    """Keeps no state of its own."""

    def __init__(self, state: State, index: Index, order: Order) -> None:
        self.state, self.index, self.order = state, index, order

    @property
    def _shown(self) -> Shown:
        return self.state.shown

    # ---- asked by others ----
    def part_awake(self, campaign: Campaign) -> float:
        """How much of its lines and its pace a campaign has now."""
        resting = self._shown.resting
        return part_awake(campaign.opened.caller_ids, resting) if resting else 1.0

    def of(self, campaign: Campaign) -> tuple[str, ...]:
        """Those of its numbers that rest."""
        if not self._shown.resting:
            return ()
        return tuple(one for one in campaign.opened.caller_ids if one in self._shown.resting)

    def is_resting(self, number: str) -> bool:
        """Nothing may be placed that shows it."""
        return number in self._shown.resting

    # ---- what happens ----
    def book(self, cdr: Cdr) -> None:
        """A call is over: what it says of the number that it showed."""
        rest_s = self.state.trunks[cdr.trunk].rest_s
        bits = result(cdr) if rest_s else None
        if bits is None or self.is_resting(cdr.caller_id):
            return
        tallies = self._shown.tallies.setdefault(cdr.campaign, {})
        count(tallies.setdefault(cdr.caller_id, Tally()), bits)
        number = self._number(cdr.caller_id)
        if number.standing == "fresh" and len(tallies[cdr.caller_id].recent) >= FEW:
            self._move(number, "enough", cdr.ended_at)
        found = flaw(tallies, cdr.caller_id)
        if found is None:
            return
        number.why, number.n, number.of, number.usual = found.why, found.n, found.of, found.usual
        number.campaign, number.said = cdr.campaign, ""
        self._rest(cdr.caller_id, "flagged", cdr.ended_at, cdr.ended_at + rest_s)

    def on(self, event: CallerIdRestWanted) -> None:
        """A person lets a number rest, or ends its rest."""
        number, at = self._number(event.caller_id), event.at
        if event.until <= at:
            self._end(event.caller_id, "woken", at, event.user)
            return
        number.why, number.said, number.campaign = "order", event.why, ""
        number.n = number.of = 0
        number.usual = 0.0
        self._rest(event.caller_id, "ordered", at, event.until, event.user)

    def turn(self, at: float) -> None:
        """Those whose time is up are shown again."""
        shown = self._shown
        for name in list(shown.resting):
            if shown.numbers[name].until <= at:
                self._end(name, "over", at)

    # ---- moves ----
    def _number(self, name: str) -> Number:
        return self._shown.numbers.setdefault(name, Number())

    def _move(self, number: Number, cause: Cause, at: float) -> bool:
        to = MOVES.get((number.standing, cause))
        if to is not None and to != number.standing:
            number.since = at
        number.standing = to or number.standing
        return to is not None

    def _rest(self, name: str, cause: Cause, at: float, until: float, user: str = "") -> None:
        number = self._shown.numbers[name]
        number.rests += number.standing != "resting"
        if not self._move(number, cause, at):
            return
        number.until = until
        if name not in self._shown.resting:
            self._shown.resting.append(name)
        for tallies in self._shown.tallies.values():
            if name in tallies:  # afterwards it is judged by what came afterwards
                tallies[name].recent.clear()
        self.index.wake(ALARM + name, until)
        self._tell(name, cause, at, user)

    def _end(self, name: str, cause: Cause, at: float, user: str = "") -> None:
        if self._move(self._number(name), cause, at):
            self._shown.resting.remove(name)
            self.index.wake(ALARM + name, None)
            self._tell(name, cause, at, user)

    def _tell(self, name: str, cause: Cause, at: float, user: str) -> None:
        one = self._shown.numbers[name]
        self.order(
            Record(
                CallerIdRested(
                    caller_id=name, at=at, cause=cause, until_at=one.until, why=one.why, n=one.n,
                    of=one.of, usual=one.usual, said=one.said, campaign=one.campaign, user=user,
                )
            )
        )  # fmt: skip
