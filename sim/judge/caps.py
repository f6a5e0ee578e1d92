"""Did every decision keep to the account of abandonment, recounted from the records alone."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dialer.engine.call import BY_HAND
from dialer.engine.commands import Cdr, Decided
from dialer.engine.events import CampaignOpened
from dialer.engine.outcomes import OUTCOMES
from sim.judge.case import Case, Violation

SLACK = 1e-9
AHEAD = ("predictive",)
"Modes that may dial for agents who are not ready yet."
OVERDRAFT, OVERDRAFT_EACH = 5.0, 0.2
"""An account of the day is such a mode's to keep at its close: what is certain at each decision is
how far the count may be beyond the cap, in abandoned: so many, and more per agent."""
HOUR_S, MINUTE_S = 3600.0, 60.0
Counts = tuple[int, int]
"Persons, abandoned."


def cap(case: Case) -> Iterator[Violation]:
    """I4: no decision may break the cap if every call beyond the ready agents were abandoned."""
    books = _Books(case)
    for fact in case.facts:
        if isinstance(fact, Cdr) and fact.direction == "out":
            books.write(fact)
        elif isinstance(fact, Decided) and fact.campaign in case.campaigns:
            yield from _decision(books, fact)


class _Books:
    """The records so far."""

    def __init__(self, case: Case) -> None:
        self.campaigns = case.campaigns
        self.days: dict[str, dict[date, Counts]] = defaultdict(dict)
        self.gone: dict[str, list[float]] = defaultdict(list)

    def write(self, cdr: Cdr) -> None:
        flags, days = OUTCOMES[cdr.outcome], self.days[cdr.campaign]
        day = self._date(cdr.campaign, cdr.ended_at)
        persons, abandoned = days.get(day, (0, 0))
        if flags.abandoned or (flags.person and cdr.mode not in BY_HAND):
            days[day] = persons + 1, abandoned + flags.abandoned
        if flags.abandoned:
            self.gone[cdr.campaign].append(cdr.ended_at)

    def known(self, one: Decided) -> list[Counts]:
        """What the account may say: the campaign's own, or its group's."""
        opened = self.campaigns[one.campaign]
        group = [
            name for name, other in self.campaigns.items()
            if opened.group and other.group == opened.group
        ]  # fmt: skip
        since = self._since(opened, one.at)
        return [self._sum((one.campaign,), since), *([self._sum(group, since)] if group else [])]

    def gone_since(self, campaign: str, at: float) -> int:
        """Abandoned after that instant."""
        return len(self.gone[campaign]) - bisect_right(self.gone[campaign], at)

    def _since(self, opened: CampaignOpened, at: float) -> date:
        today = self._date(opened.campaign, at)
        if opened.account == "day":
            return today
        if opened.account == "month":
            return today.replace(day=1)
        if opened.account == "last 30 days":
            return today - timedelta(days=29)
        first = min(self.days[opened.campaign], default=today)
        return first + timedelta(days=(today - first).days // 30 * 30)

    def _sum(self, campaigns: list[str] | tuple[str, ...], since: date) -> Counts:
        lines = [
            line for name in campaigns for day, line in self.days[name].items() if day >= since
        ]
        return sum(p for p, _ in lines), sum(d for _, d in lines)

    def _date(self, campaign: str, at: float) -> date:
        return datetime.fromtimestamp(at, ZoneInfo(self.campaigns[campaign].zone)).date()


def _decision(books: _Books, one: Decided) -> Iterator[Violation]:
    opened, known = books.campaigns[one.campaign], (one.persons, one.abandoned)
    if opened.account.endswith(" h"):
        window_s = float(opened.account.split()[0]) * HOUR_S
        gone = books.gone_since(one.campaign, one.at - window_s + MINUTE_S)
        if not opened.group and one.abandoned < gone:
            yield _unlawful(one, "fewer abandoned than the CDRs'", one.abandoned, gone)
    elif known not in (expected := books.known(one)):
        yield _unlawful(one, "another account than the CDRs'", known, *expected)
    if not one.n:
        return
    if not one.ready and (one.mode not in AHEAD or not one.logged_in):
        yield _unlawful(one, "calls for nobody", one.n)
        return
    in_flight = round(one.level * one.ready) if one.ready else one.ringing + one.waiting + one.n
    extra = in_flight - one.ready
    if extra > 0:
        yield from _beyond(opened, one, extra)


def _beyond(opened: CampaignOpened, one: Decided, extra: int) -> Iterator[Violation]:
    """It dials for more agents than are ready."""
    persons, abandoned = one.persons + one.owed, one.abandoned + one.owed
    allowed = opened.abandon_cap
    if one.mode in AHEAD and opened.account.endswith((" h", "day")):
        permitted = OVERDRAFT + OVERDRAFT_EACH * one.logged_in if opened.account == "day" else 0.0
        if abandoned + 1 - allowed * (persons + 1) > permitted + SLACK:
            yield _unlawful(one, "dials ahead on an overdrawn account", persons, abandoned)
        return
    rate = (abandoned + extra) / (persons + extra)
    if one.mode == "progressive" or rate > allowed + SLACK:
        yield _unlawful(one, f"{extra} calls too many", f"worst {rate:.4f}", f"cap {allowed}")


def _unlawful(one: Decided, what: str, *evidence: object) -> Violation:
    return Violation(rule="I4", what=f"decision: {what}", at=one.at, evidence=(one.mode, *evidence))
