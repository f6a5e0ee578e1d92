"""The twin: the real engine and its journal among simulated people, in simulated time.

A world outlives its dialer: telephones, agents, the switch and the journal's disk are still there
when the process is killed and another one starts.
"""

from collections import Counter
from collections.abc import Callable, Generator, Sequence
from itertools import count
from random import Random
from typing import Any

import msgspec
import simpy

from dialer.engine.commands import Originate
from dialer.engine.compliance import Rules
from dialer.engine.engine import Engine
from dialer.engine.events import (
    BudgetSet,
    CampaignOpened,
    Event,
    SwitchDown,
    SwitchUp,
    TrunkOpened,
)
from dialer.journal.claims import Tariffs
from dialer.journal.memory import MemoryJournal
from dialer.leads.normalise import NewLead, Normal
from dialer.leads.rules import LeadRules
from dialer.ports import Caller, Journal, Reception, Switch
from sim.agenda import Agenda
from sim.disk import Disk
from sim.floor import POOL, Desks, Floor
from sim.people import Release, Story, Town
from sim.process import Fuse, Look, Process
from sim.scenario import MONDAY, Scenario
from sim.switch import SimSwitch
from sim.visits import Visits
from sim.wire import Weather, Wire

CAMPAIGN = "twin"
LIST = "town"
TRUNK = "network"
CALLER_ID = "15550001111"
PLACE = "US America/New_York"
CONNECTING_S = 0.3
_LOST = 1 << 62


def people(day: Scenario) -> list[NewLead]:
    """The list: numbers that no telephone in the world has."""
    numbers = (f"1555{n:07d}" for n in range(1_000_000, 1_000_000 + day.numbers))
    return [NewLead(numbers=(Normal(digits, PLACE, "mobile"),)) for digits in numbers]


def shown(day: Scenario) -> tuple[str, ...]:
    """The numbers that the campaign shows; the first is the one that people call back."""
    return tuple(f"+{int(CALLER_ID) + n}" for n in range(day.caller_ids))


def campaign(day: Scenario, at: float) -> CampaignOpened:
    """The campaign's rules of that day."""
    return CampaignOpened(
        at=at, campaign=CAMPAIGN, pool=POOL, version=1, pacing=day.pacing, ratio=day.ratio,
        lines=day.lines or 20 * day.agents + 20, calls_per_s=day.calls_per_s, trunk=TRUNK,
        caller_ids=shown(day), ring_timeout_s=day.ring_timeout_s,
        ring_least_s=day.ring_least_s,
        abandon_cap=day.abandon_cap, account=day.account, clock=day.clock,
        connect_within_s=day.connect_within_s, wrap_up_s=600.0, source="sim",
        after_beep=day.after_beep, detection=day.detection,
    )  # fmt: skip


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What the dialer of a world is made of: whoever tests the judge puts broken ones in."""

    engine: Callable[[], Engine] = Engine
    journal: Callable[[Journal], Journal] = lambda journal: journal
    switch: Callable[[Switch], Switch] = lambda switch: switch
    tariffs: Tariffs | None = None
    budget: BudgetSet | None = None
    "What the campaign may spend, from its first moment on."


class World:
    """One day, from the first login on."""

    def __init__(
        self,
        day: Scenario,
        seed: int,
        *,
        weather: Weather | None = None,
        by_hand: bool = False,
        parts: Parts | None = None,
        looks: Sequence[Look] = (),
    ) -> None:
        """`by_hand`: the journal commits in groups, a little later."""
        self.day, self.seed, self._by_hand = day, seed, by_hand
        self._parts, self._looks = parts or Parts(), looks
        self.env = Agenda(initial_time=MONDAY)
        self.town = Town(day, seed)
        self._called: Counter[str] = Counter()
        self.numbers: dict[str, str] = {}
        "Which number each call that was placed has dialled."
        self._refusing = Random(f"{seed} refusing")
        self.storm = False
        "The carrier takes no calls."
        self.journal = MemoryJournal(
            self._report, self.clock, by_hand=by_hand, tariffs=self._parts.tariffs
        )
        self.wire = Wire(self.env, self._report, weather or Weather(), Random(f"{seed} weather"))
        self.switch = self.wire.switch = SimSwitch(
            self.env, self.wire.report, Random(f"{seed} switch"),
            telephone=self._telephone, number_of=self._number,
        )  # fmt: skip
        self.visits = Visits(
            self.env, self.switch.network, self.wire.report, Random(f"{seed} visits"),
            reception=self._reception, opts_out=day.opts_out,
        )  # fmt: skip
        self.switch.take_over = self.visits.take_over
        self.desks = Desks(self.clock)
        self.floor = Floor(self.env, day, seed, self.order)
        self._visitors = count(1 << 120)
        self.env.process(self._visited())
        self.process: Process
        "The dialer, alive or dead."

    def clock(self) -> float:
        """Seconds since 1970."""
        return float(self.env.now)

    def after(self, delay_s: float, act: Callable[..., None], *args: Any) -> None:
        """Do something later."""
        self.env.after(delay_s, act, *args)

    def run(self, until_s: float) -> None:
        """Let time pass, up to so many seconds after the day began."""
        self.env.run(until=MONDAY + until_s)

    # ---- who says what to whom ----------------------------------------------------------------
    def _report(self, event: Event) -> None:
        self.process.report(event)

    def order(self, event: Event) -> None:
        """A person's order."""
        if self.process.alive:
            self.process.report(event)
        else:
            self.desks.unheard(event)

    def _telephone(self, order: Originate, number: str) -> Story:
        self._called[number] += 1
        if self.storm:
            return Story(kind="failed", release=Release(0.4, 34, 503))
        if self._is_unwanted(order.caller_id):
            return Story(kind="refused", release=Release(0.6, 21, 608))
        return self.town.story(number, self._called[number], self.clock() - MONDAY)

    def _is_unwanted(self, caller_id: str) -> bool:
        day = self.day
        if not day.unwanted or caller_id != f"+{CALLER_ID}":
            return False
        late = self.clock() >= MONDAY + day.unwanted_from_s
        return late and self._refusing.random() < day.unwanted

    def _number(self, call: str) -> str:
        if call not in self.numbers:
            self.numbers[call] = self.journal.number_of(call)
        return self.numbers[call]

    def _reception(self) -> Reception | None:
        """The journal, where a dialer lives that hears its switch."""
        process, wire = self.process, self.wire
        if not process.alive or process.stopped or not wire.connected or wire.frozen:
            return None
        return self._disk if self._by_hand else self.journal

    # ---- people who call us -------------------------------------------------------------------
    def _visited(self) -> Generator[simpy.Event, Any, None]:
        """By lot: mostly people who were called, sometimes a stranger or a hidden number."""
        rng, per_s = Random(f"{self.seed} callers"), self.day.callers_per_h / 3600
        while per_s:
            yield self.env.timeout(rng.expovariate(per_s))
            if self.clock() > MONDAY + self.day.hours * 3600:
                return
            known = sorted(self._called)
            number = rng.choice([*known[-20:], "15559999999", ""])
            call = f"d1-{next(self._visitors):032x}"
            caller = Caller(
                call=call, trunk=TRUNK, caller_id=CALLER_ID, digits=number, country="us",
                source="sim", at=self.clock(),
            )  # fmt: skip
            self.visits.call_in(caller, self.town.visit(rng))

    # ---- the dialer's life --------------------------------------------------------------------
    def open(self, fuse: Fuse | None = None) -> None:
        """The list is there, the dialer starts, the campaign is opened."""
        rules = LeadRules(lists=(LIST,), calling=Rules(hours="lab"), retry=self.day.retry)
        self.journal.add_leads(LIST, people(self.day))
        opened = self.journal.open_campaign(campaign(self.day, self.clock()), rules)
        self.start(fuse)
        if self.day.rest_h:
            self.order(self._trunk())
        self.order(opened)
        if self._parts.budget is not None:
            self.order(self._parts.budget)

    def _trunk(self) -> TrunkOpened:
        """It carries whatever the campaign may place."""
        opened = campaign(self.day, self.clock())
        return TrunkOpened(
            TRUNK, opened.lines, opened.calls_per_s, self.day.rest_h * 3600, at=self.clock()
        )

    def start(self, fuse: Fuse | None = None) -> None:
        """A dialer process begins and looks for its switch."""
        epoch = self.journal.take_lease("twin", self.clock())
        parts, journal = self._parts, self._parts.journal(self.journal)
        looks: list[Look] = [self.floor.hear, self.desks.look, *self._looks]
        rng = Random(f"{self.seed} disk {epoch}")
        disk = self._disk = Disk(self.env, self.journal, fuse or Fuse(), rng)
        if self._by_hand:
            looks.append(disk.look)
        self.process = disk.process = Process(
            self.env, journal, parts.switch(self.wire), engine=parts.engine(), looks=looks,
            fuse=fuse,
        )  # fmt: skip
        self.process.start(epoch)
        self.after(CONNECTING_S, self._connect, self.process)

    def _connect(self, process: Process) -> None:
        """Events reach the dialer, and the switch hears its signs of life."""
        if process is not self.process or not process.alive or self.wire.connected:
            return
        if not self.switch.runs or self.wire.frozen or process.stopped:
            self.after(CONNECTING_S, self._connect, process)
            return
        self.wire.connected = self.switch.network.attended = True
        self.wire.refuses = False
        self._report(SwitchUp(at=self.clock()))

    def disconnect(self, why: str) -> None:
        """The dialer sees that its switch is gone."""
        self.wire.connected, self.wire.refuses = False, True
        self.switch.network.abandon()
        self._report(SwitchDown(why, at=self.clock()))

    def reconnect(self) -> None:
        """The dialer tries again."""
        self._connect(self.process)

    def switch_back(self) -> None:
        """The switch was started again."""
        self.switch.start()
        self.reconnect()

    def kill(self) -> None:
        """SIGKILL: what was not committed is lost."""
        self.process.die()
        self.wire.connected, self.wire.refuses = False, True
        self.switch.network.abandon()

    def restart(self, fuse: Fuse | None = None) -> None:
        """Another process on the same journal."""
        self.process.die()
        for event in self.process.inbox:
            self.desks.look(event, _LOST, ())
        self.journal = self.journal.reopened(self._report)
        self.start(fuse)
        for event in self.desks.again(self.journal.durable):
            self.process.report(event)
