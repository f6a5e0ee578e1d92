"""A month of two simulated campaigns in a home of its own, for whoever wants to see reports full.

Each day is lived by the real engine among simulated people and then moved to its date; every row
says `source = sim`. What is written by then stays when it is broken off.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from dialer.clock import SteadyClock
from dialer.engine.commands import Fact, Leg, Record
from dialer.engine.compliance import Rules
from dialer.engine.events import CampaignOpened
from dialer.journal import database
from dialer.journal.reader import Reader
from dialer.journal.sqlite import SqliteJournal
from dialer.journal.sqlite_store import SqliteStore
from dialer.leads.hopper import Lead
from dialer.leads.normalise import NewLead, Normal
from dialer.leads.rules import LeadRules
from dialer.money.rater import Bureau
from dialer.money.rating import Deck, Rate
from dialer.money.store import Charge, Money, file_in
from dialer.warehouse.loader import Loader, Pace
from dialer.warehouse.tail import SqliteTail
from sim.run import begun, lived
from sim.scenario import MONDAY, Scenario, Shift, fixed, gamma, lognormal, scenario
from sim.world import CAMPAIGN, LIST, PLACE, TRUNK, World

ZONE = "America/New_York"
BEGINS = (10, 15, 9, 16, 13)
"At which hour each day of the week begins: a week shows most of the hours."
WEEKEND = 5
ANSWERS = {9: 0.22, 10: 0.26, 11: 0.28, 12: 0.30, 13: 0.24, 14: 0.22, 15: 0.24, 16: 0.30,
           17: 0.38, 18: 0.42, 19: 0.40}  # fmt: skip
"Share of calls that a person answers, by the hour of the day."
DECK = Deck(name="sim-carrier", currency="USD", rates=(
    Rate(prefix="1", per_minute=Decimal("0.018"), first_s=6, increment_s=6),
    Rate(prefix="15551", per_minute=Decimal("0.012"), first_s=6, increment_s=6),
))  # fmt: skip
SWEEP_S = 20.0


class Firm(NamedTuple):
    """One campaign and those who work for it."""

    campaign: str
    pool: str
    trunk: str
    agents: tuple[str, ...]
    pacing: str
    hours: float
    talk_s: float


FIRMS = (
    Firm("renewals", "sales", "carrier-east", ("anna", "bob", "carla", "deniz", "emil", "fatou"),
         "predictive", 3.0, 110.0),
    Firm("survey", "research", "carrier-west", ("gus", "hana", "ivo"), "progressive", 2.0, 70.0),
)  # fmt: skip


class Day(NamedTuple):
    """A working day of one campaign."""

    firm: Firm
    on: date

    @property
    def opens_at(self) -> float:
        """When its campaign begins, seconds since 1970."""
        hour = time(BEGINS[self.on.weekday()])
        return datetime.combine(self.on, hour, ZoneInfo(ZONE)).timestamp()

    @property
    def list(self) -> str:
        """Each week has its list."""
        year, week, _ = self.on.isocalendar()
        return f"{self.firm.campaign}-{year}-w{week:02d}"

    def scenario(self, hours: float | None = None) -> Scenario:
        """What it is like."""
        begins, lasts = BEGINS[self.on.weekday()], hours or self.firm.hours
        lab = scenario("lab")
        chances = tuple(
            ANSWERS.get(begins + n, 0.3) * (1 + 0.04 * (self.on.toordinal() % 5 - 2))
            for n in range(int(lasts) + 2)
        )
        return msgspec.structs.replace(
            lab, name="month", agents=len(self.firm.agents), hours=lasts, p=0.3,
            answer_by_hour=chances, pacing=self.firm.pacing, lines=40, ring_timeout_s=25.0,
            people=msgspec.structs.replace(lab.people, talk=lognormal(self.firm.talk_s, 0.8)),
            shift=Shift(
                logins=gamma(120.0, 0.8), wrap_up=gamma(22.0, 0.6), ends_calls=0.3,
                agent_talk=lognormal(self.firm.talk_s, 0.7), break_every_s=4800.0,
                break_s=fixed(600.0),
            ),
        )  # fmt: skip


def days(until: date, count: int) -> list[Day]:
    """The working days of so many days before `until`, those of each campaign.

    >>> [f"{one.on:%a} {one.firm.campaign}" for one in days(date(2026, 11, 24), 4)]
    ['Fri renewals', 'Fri survey', 'Mon renewals', 'Mon survey']
    """
    all_days = (until - timedelta(days=n) for n in range(count, 0, -1))
    return [Day(firm, on) for on in all_days if on.weekday() < WEEKEND for firm in FIRMS]


class Moved:
    """The names, numbers and instants of one simulated day, as they are in the month."""

    def __init__(self, day: Day, number: int, leads_before: int) -> None:
        self._firm, self._number, self._before = day.firm, number, leads_before
        self._shift_s = day.opens_at - MONDAY
        self._names: Mapping[str, str] = {
            CAMPAIGN: day.firm.campaign, "floor": day.firm.pool, LIST: day.list,
            TRUNK: day.firm.trunk,
            **{f"agent{n}": name for n, name in enumerate(day.firm.agents, 1)},
        }  # fmt: skip

    def call(self, call: str) -> str:
        """Its id: those of each day begin alike."""
        return call.replace("d1-", f"d{self._number}-", 1) if call else call

    def lead(self, lead: str) -> str:
        """Its id in the month's journal."""
        return str(int(lead) + self._before) if lead else lead

    def fact(self, fact: Any) -> Any:
        """The fact, or a part of it."""
        return msgspec.structs.replace(
            fact,
            **{one: self._field(one, getattr(fact, one)) for one in fact.__struct_fields__},
        )

    def _field(self, name: str, value: Any) -> Any:
        if value is None or value == "":
            return value
        if name == "at" or name.endswith("_at"):
            return value + self._shift_s
        if name == "call":
            return self.call(value)
        if name == "lead":
            return self.lead(value)
        if name == "legs":
            return tuple(self._leg(one) for one in value)
        if name in ("campaign", "pool", "list", "trunk", "agent"):
            return self._names.get(value, value)
        if name == "disposition" and "@" in value:
            word, _, at = value.partition("@")
            return f"{word}@{float(at) + self._shift_s:.0f}"
        return value

    def _leg(self, leg: Leg) -> Leg:
        holds = tuple((a + self._shift_s, b + self._shift_s) for a, b in leg.holds)
        moved: Leg = msgspec.structs.replace(self.fact(leg), holds=holds)
        return moved

    def person(self, lead: Lead, list: str) -> Lead:
        """A lead as the day left it."""
        return msgspec.structs.replace(
            lead, id=self.lead(lead.id), list=list, call="",
            state="open" if lead.state == "intended" else lead.state,
            disposed_call=self.call(lead.disposed_call),
            next_at=lead.next_at + self._shift_s if lead.next_at else 0.0,
            due_at=lead.due_at + self._shift_s if lead.due_at else 0.0,
        )  # fmt: skip


class Book:
    """Which number each call was for, kept while the month is made."""

    def __init__(self, journal: str) -> None:
        self.journal, self._digits = journal, dict[str, str]()

    def add(self, call: str, digits: str) -> None:
        """Remember one."""
        self._digits[call] = digits

    def of(self, calls: Iterable[str]) -> Mapping[str, str]:
        """The digits of each call."""
        return {call: self._digits[call] for call in calls if call in self._digits}


class Month:
    """Writes day after day into one home."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._home, self.path = home, home / "journal.sqlite"
        self._leads, self.calls = 0, 0
        self._journal = SqliteJournal(self.path, lambda event: None, SteadyClock())
        self._journal.take_lease("month", SteadyClock()())
        self._book = Book(self._journal.install)
        self._settled: list[Lead] = []

    def live(self, number: int, day: Day, hours: float | None = None) -> None:
        """Live through one day and write down what came of it."""
        world = begun(day.scenario(hours), seed=number)
        lived(world)
        moved = Moved(day, number, self._leads)
        self._open(day)
        numbers = self._people(day, world)
        opened = CampaignOpened(
            at=day.opens_at, campaign=day.firm.campaign, pool=day.firm.pool, version=1,
            source="sim", zone=ZONE,
        )  # fmt: skip
        cause = self._journal.append(opened)
        facts = [fact for _, fact in world.journal.facts(0)]
        for index, fact in enumerate(self._written(facts, moved, numbers)):
            self._journal.execute(Record(fact), cause=cause, index=index)
        self._journal.flush(120.0)

    def _open(self, day: Day) -> None:
        firm = day.firm
        opened = CampaignOpened(
            at=day.opens_at, campaign=firm.campaign, pool=firm.pool, version=1, source="sim",
            pacing=firm.pacing, lines=40, trunk=firm.trunk, caller_ids=("+15550001111",),
            ring_timeout_s=25.0, ring_least_s=scenario("lab").ring_least_s, abandon_cap=0.03,
            zone=ZONE, user="demo",
        )  # fmt: skip
        rules = LeadRules(lists=(day.list,), calling=Rules(hours="lab"), retry="lab")
        self._journal.open_campaign(opened, rules)

    def _people(self, day: Day, world: World) -> dict[str, str]:
        """The day's leads in the list of its week; lead -> digits."""
        moved = Moved(day, 0, self._leads)
        count = world.day.numbers
        digits = {str(n + 1): f"1555{1_000_000 + self._leads + n:07d}" for n in range(count)}
        self._journal.add_leads(
            day.list, [NewLead(numbers=(Normal(one, PLACE, "mobile"),)) for one in digits.values()]
        )
        self._settled += [moved.person(world.journal.lead(id), day.list) for id in digits]
        self._leads += count
        return digits

    def _written(
        self, facts: Iterable[Fact], moved: Moved, digits: Mapping[str, str]
    ) -> Iterator[Fact]:
        for fact in facts:
            lead, call = getattr(fact, "lead", ""), getattr(fact, "call", "")
            if lead in digits and type(fact).__name__ == "Cdr":
                self._book.add(moved.call(call), digits[lead])
                self.calls += 1
            yield moved.fact(fact)

    def end(self, at: float) -> None:
        """Price the calls, settle the leads and fill the warehouse."""
        self._journal.close()
        db, vault = database.unlocked(self.path)
        with closing(db), database.transaction(db):
            store = SqliteStore(db, vault)
            for lead in self._settled:
                store.put(lead)
        self._price(at)
        tail, clock = SqliteTail(self.path), Clock(at)
        with closing(tail):
            loader = Loader(
                self._home, tail, clock=clock, pace=Pace(lock_s=10.0), money=file_in(self._home)
            )
            while loader.step().lag_rows:
                pass
            for _ in range(2 + self._leads // CALM_LEADS):
                clock.at += SWEEP_S
                loader.step()

    def _price(self, at: float) -> None:
        with Money(file_in(self._home)) as money:
            money.add_deck(DECK, at=1.0, by="demo", origin="demo")
            for firm in FIRMS:
                money.use(firm.trunk, DECK.name, at=2.0, by="demo")
                rent = Charge("trunk", firm.trunk, Decimal(90), "USD", "2020-01-01")
                money.charge(rent, at=2.0, by="demo")
            wage = Charge("pool", "", Decimal(21), "USD", "2020-01-01")
            money.charge(wage, at=2.0, by="demo")
            bureau = Bureau(money, Reader(self.path), self._book)
            while bureau.step(at):
                pass


CALM_LEADS = Pace().leads


class Clock:
    """The loader's: it goes when it is told to."""

    def __init__(self, at: float) -> None:
        self.at = at

    def __call__(self) -> float:
        """Now."""
        return self.at


def write_month(
    home: Path,
    todo: Iterable[Day],
    *,
    at: float,
    told: Callable[[Day, int], None],
    hours: float | None = None,
) -> int:
    """Write these days; how many calls they have. `told` hears of each day when it is there.

    `hours`: shorter days, for who is in a hurry. A KeyboardInterrupt ends it after what is there.
    """
    month = Month(home)
    try:
        for number, day in enumerate(todo, 1):
            month.live(number, day, hours)
            told(day, month.calls)
    except KeyboardInterrupt:
        pass
    finally:
        month.end(at)
    return month.calls
