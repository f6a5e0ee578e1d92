"""A bad day on purpose: kills, hangs, gaps, full disks, storms. What is left is judged.

    plan = drawn(seed)                       # or one by hand
    violations = judge(ordeal(plan, seed))   # none, or the evidence

Everything follows from plan and seed: a failure found once is found again.
"""

from collections.abc import Callable, Generator, Sequence
from random import Random
from typing import Any, Literal

import msgspec
import simpy

from dialer.engine.commands import AnyCommand
from dialer.engine.events import (
    CampaignPaused,
    CampaignResumed,
    CampaignStopped,
    Event,
    Replaced,
    Tick,
)
from dialer.journal.store import Block
from sim.judge import Case, Outage, collected
from sim.process import Fuse
from sim.scenario import MONDAY, People, Rest, Scenario, Shift, fixed, gamma
from sim.wire import Weather
from sim.world import CAMPAIGN, Parts, World

Kind = Literal[
    "kill", "stop", "crash", "gap", "freeze", "deaf", "disk", "leg", "replaced", "block", "leave",
    "pause", "storm",
]  # fmt: skip
KINDS: tuple[Kind, ...] = (
    "kill", "stop", "crash", "gap", "freeze", "deaf", "disk", "leg", "replaced", "block", "leave",
    "pause", "storm",
)  # fmt: skip

NOTICED_S = 0.05
"From a death until the supervisor and the switch know of it."
RESTART_S = (0.5, 5.0)
"How long the supervisor then takes."
BEARINGS_S = 2.5
"From the start of a process to the end of its questions."
HEARTBEAT_S = 3.0
CHECKPOINT_EVERY = 150
"Turns."
DRAIN_S, GOING_HOME_S = 3600.0, 300.0
"After the campaign's end: the longest that a conversation may take, and then a wrap-up."

SMALL = Scenario(
    name="ordeal", agents=4, hours=4 / 60, p=0.4, leads=70, pacing="ratio", ratio=2.5,
    retry="lab", callers_per_h=120.0, opts_out=0.3,
    lines=16, calls_per_s=5.0, ring_timeout_s=20.0, ring_least_s=7.0, abandon_cap=0.2,
    people=People(
        human_ring=gamma(5.0, 0.5), machine_ring=fixed(6.0), no_answer=fixed(30.0),
        talk=gamma(15.0, 0.7), patience=gamma(9.0, 0.5),
    ),
    rest=Rest(
        machine=0.3, no_answer=0.2, busy=0.12, failed=0.08, vacant=0.1, off=0.06, ivr=0.03,
        fax=0.03, dead_air=0.04, mute=0.04,
    ),
    shift=Shift(
        logins=gamma(2.0, 0.5), wrap_up=gamma(4.0, 0.6), ends_calls=0.4,
        agent_talk=gamma(12.0, 0.6), break_every_s=60.0, break_s=gamma(6.0, 0.4),
    ),
)  # fmt: skip
"A busy four minutes."


class Mishap(msgspec.Struct, frozen=True):
    """One thing that goes wrong."""

    kind: Kind
    at_s: float
    for_s: float = 3.0


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that goes wrong on a day."""

    day: Scenario = SMALL
    mishaps: tuple[Mishap, ...] = ()
    weather: Weather = Weather()
    fuses: tuple[int, ...] = ()
    "The first process dies after so many steps, the second after so many, ..."
    answers_our_cancel: float = 0.0


def drawn(seed: int) -> Plan:
    """A plan by lot."""
    rng = Random(f"plan {seed}")
    mishaps = [
        Mishap(rng.choice(KINDS), rng.uniform(5.0, 220.0), rng.uniform(0.5, 12.0))
        for _ in range(rng.choice((0, 1, 1, 2, 3, 5)))
    ]
    bad = rng.random() < 0.5
    weather = Weather(double=0.05, late=0.1, lost=0.05) if bad else Weather()
    fuses = tuple(int(rng.uniform(0, 5000)) for _ in range(rng.choice((0, 0, 1, 2, 4))))
    answers_our_cancel = rng.choice((0.0, 0.3, 1.0))
    pacing = rng.choice(("ratio", "ratio", "selftuned", "predictive"))
    return Plan(
        day=msgspec.structs.replace(SMALL, pacing=pacing), weather=weather, fuses=fuses,
        mishaps=tuple(sorted(mishaps, key=lambda one: one.at_s)),
        answers_our_cancel=answers_our_cancel,
    )  # fmt: skip


def ordeal(plan: Plan, seed: int, parts: Parts | None = None) -> Case:
    """Live through the plan; the evidence."""
    return _Ordeal(plan, seed, parts).lived_through()


class _Ordeal:
    """One plan, being lived through."""

    def __init__(self, plan: Plan, seed: int, parts: Parts | None) -> None:
        self.plan, self.rng = plan, Random(f"ordeal {seed}")
        self.world = World(
            plan.day, seed, weather=plan.weather, by_hand=True, parts=parts, looks=[self._look]
        )
        self.world.switch.answers_our_cancel = plan.answers_our_cancel
        self.fuses = list(plan.fuses)
        self.outages: list[Outage] = []
        self._turns = 0

    def lived_through(self) -> Case:
        """Until everything is over."""
        world, plan = self.world, self.plan
        world.open(self._fuse())
        world.env.process(self._supervise())
        for mishap in plan.mishaps:
            world.env.process(self._happen(mishap))
        world.run(plan.day.hours * 3600)
        world.order(CampaignStopped(CAMPAIGN, at=world.clock()))
        self.fuses.clear()
        self._drain()
        world.floor.go_home()
        home_by = world.clock() + GOING_HOME_S
        world.run(world.clock() - MONDAY + 60.0)
        while world.switch.legs and world.clock() < home_by:
            world.run(world.clock() - MONDAY + 20.0)
        while not world.process.alive:
            world.run(world.clock() - MONDAY + 10.0)
        world.journal.flush()
        return collected(
            world.journal,
            world.switch.network.truth,
            leftovers=[*world.switch.network.channels, *world.switch.legs],
            outages=self.outages,
            state=world.process.engine.checkpoint(),
            lag_s=plan.weather.late_s if plan.weather.late else 0.0,
        )

    def _drain(self) -> None:
        world = self.world
        until = world.clock() + DRAIN_S
        while world.clock() < until:
            world.run(world.clock() - MONDAY + 20.0)
            if world.process.alive and not world.process.engine.state.calls:
                return

    def _fuse(self) -> Fuse | None:
        return Fuse(self.fuses.pop(0)) if self.fuses else None

    def _look(self, event: Event, seq: int, orders: Sequence[AnyCommand]) -> None:
        self._turns += 1
        if self._turns % CHECKPOINT_EVERY == 0:
            process = self.world.process
            process.journal.checkpoint(seq, process.engine.checkpoint())

    def _out(self, what: str, from_at: float, more_s: float = 0.0) -> None:
        to_at = self.world.clock() + more_s
        self.outages.append(Outage(from_at, to_at, what))  # type: ignore[arg-type]

    # ---- the supervisor -----------------------------------------------------------------------
    def _supervise(self) -> Generator[simpy.Event, Any, None]:
        """Starts another dialer where one died."""
        world = self.world
        while True:
            yield world.process.death
            died_at = world.clock()
            yield world.env.timeout(NOTICED_S)
            world.kill()
            yield world.env.timeout(self.rng.uniform(*RESTART_S))
            world.restart(self._fuse())
            self._out("dead", died_at, BEARINGS_S)

    # ---- mishaps ------------------------------------------------------------------------------
    def _happen(self, mishap: Mishap) -> Generator[simpy.Event, Any, None]:
        world = self.world
        yield world.env.timeout(mishap.at_s)
        mend, what = _MISHAPS[mishap.kind](self)
        began = world.clock()
        if mend is not None:
            yield world.env.timeout(mishap.for_s)
            mend()
            if what:
                self._out(what, began, BEARINGS_S)


Mend = Callable[[], None] | None


def _kill(of: _Ordeal) -> tuple[Mend, str]:
    of.world.process.die()
    return None, ""


def _stop(of: _Ordeal) -> tuple[Mend, str]:
    process = of.world.process
    process.stop()
    of.world.switch.network.abandon()

    def mend() -> None:
        if of.world.wire.connected and process is of.world.process:
            of.world.switch.network.attended = True
        process.go_on()

    return mend, "stopped"


def _lose_connection(of: _Ordeal, within_s: float) -> Callable[[], None]:
    """No event comes any more; the dialer notices it a little later. What to do then, at once."""
    world, process = of.world, of.world.process
    world.wire.connected = False
    world.switch.network.abandon()

    def notice() -> None:
        if process is world.process and not (world.wire.connected or world.wire.refuses):
            world.disconnect("connection lost")

    world.after(within_s, notice)
    return notice


def _crash(of: _Ordeal) -> tuple[Mend, str]:
    of.world.switch.crash()
    notice = _lose_connection(of, 0.05)

    def mend() -> None:
        notice()
        of.world.switch_back()

    return mend, "crashed"


def _gap(of: _Ordeal) -> tuple[Mend, str]:
    notice = _lose_connection(of, of.rng.uniform(0.0, 0.5))

    def mend() -> None:
        notice()
        of.world.reconnect()

    return mend, "unconnected"


def _freeze(of: _Ordeal) -> tuple[Mend, str]:
    world = of.world
    world.wire.freeze()
    noticed = world.clock() + HEARTBEAT_S

    def notice() -> None:
        if world.wire.frozen:
            world.disconnect("no heartbeat")

    def mend() -> None:
        world.wire.thaw()
        if world.clock() >= noticed:
            world.reconnect()

    world.after(HEARTBEAT_S, notice)
    return mend, "frozen"


def _deaf(of: _Ordeal) -> tuple[Mend, str]:
    network = of.world.switch.network
    network.hears = False

    def mend() -> None:
        network.hears = True

    return mend, "deaf"


def _disk(of: _Ordeal) -> tuple[Mend, str]:
    journal = of.world.journal
    journal.trouble = "database or disk is full"

    def mend() -> None:
        journal.trouble = ""

    return mend, "disk"


def _leg(of: _Ordeal) -> tuple[Mend, str]:
    legs = list(of.world.switch.legs)
    if legs:
        of.world.switch.lose_leg(of.rng.choice(legs))
    return None, ""


def _replaced(of: _Ordeal) -> tuple[Mend, str]:
    """Another dialer takes the application; somebody ends both and starts one."""
    world, process = of.world, of.world.process
    world.wire.connected = False
    world.switch.network.abandon()
    process.report(Replaced(at=world.clock()))

    def mend() -> None:
        process.die()

    return mend, "unconnected"


def _block(of: _Ordeal) -> tuple[Mend, str]:
    channels = list(of.world.switch.network.channels.values())
    if channels and of.world.process.alive and not of.world.process.stopped:
        number = of.rng.choice(channels).lived.number
        of.world.journal.block([number], Block(key="", source="person", at=of.world.clock()))
        of.world.process.report(Tick(at=of.world.clock()))
    return None, ""


def _leave(of: _Ordeal) -> tuple[Mend, str]:
    floor = of.world.floor
    floor.go_home()
    return floor.come, ""


def _pause(of: _Ordeal) -> tuple[Mend, str]:
    world = of.world
    world.order(CampaignPaused(CAMPAIGN, "lunch", at=world.clock()))
    return lambda: world.order(CampaignResumed(CAMPAIGN, at=world.clock())), ""


def _storm(of: _Ordeal) -> tuple[Mend, str]:
    world = of.world
    world.storm = True

    def mend() -> None:
        world.storm = False

    return mend, ""


_MISHAPS: dict[Kind, Callable[[_Ordeal], tuple[Mend, str]]] = {
    "kill": _kill, "stop": _stop, "crash": _crash, "gap": _gap, "freeze": _freeze, "deaf": _deaf,
    "disk": _disk, "leg": _leg, "replaced": _replaced, "block": _block, "leave": _leave,
    "pause": _pause, "storm": _storm,
}  # fmt: skip
