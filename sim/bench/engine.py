"""`dialer bench engine`: what the engine itself costs, among simulated people in SimPy.

It is the real engine with the real journal's rules; only the telephones are simulated, and the
clock jumps. Timed by CPU, and set beside SimPy alone with as many steps in the same run: a busy
machine slows both, and what remains is their ratio.
"""

import gc
import time

import msgspec
import simpy

from dialer.engine.commands import Cdr
from dialer.engine.engine import Engine
from dialer.engine.events import Event
from sim.bench.hollow import hollow_s
from sim.garbage import seldom_collected
from sim.scenario import MONDAY, Scenario
from sim.world import World

AT_ONCE = 500
"Timeouts that wait in the bare loop at any moment, as in a world of some hundred calls."
PARTS = 30
"Of the time that is simulated; after each the bare loop has its turn."


class EngineFigures(msgspec.Struct, frozen=True):
    """An hour or so of one floor."""

    policy: str
    agents: int
    simulated_s: float
    calls: int
    events: int
    "That the engine handled."
    simpy_steps: int
    "Timeouts of all these people and telephones."
    engine_us_per_event: float
    events_per_engine_s: int
    calls_per_engine_s: int
    "Calls per CPU second spent in the engine."
    calls_per_cpu_s: int
    "Calls per CPU second of everything: engine, journal in memory, people, SimPy."
    bare_calls_per_cpu_s: int
    "The same if nothing were done but SimPy's steps: no simulation in it can be faster."
    times_bare: float
    "What everything takes, per time of SimPy alone."
    no_engine_calls_per_cpu_s: int
    "Calls per CPU second of the same world with an engine that takes no time."
    no_journal_calls_per_cpu_s: int
    "With an engine and a journal that take none: no engine in this world can be faster."


@seldom_collected()
def engine_figures(day: Scenario, simulated_s: float, seed: int = 1) -> EngineFigures:
    """Let one day begin and run for so long; then the same events once more, by the engine alone.

    The list is there before the clock starts. A clock around each turn would cost more than a turn.
    """
    world = World(day, seed)
    world.open()
    gc.collect()
    spent_s = bare_s = 0.0
    steps = 0
    for part in range(1, PARTS + 1):  # by turns, so that both meet the same machine
        began = time.process_time()
        more = _run(world.env, MONDAY + simulated_s * part / PARTS)
        spent_s += time.process_time() - began
        bare_s += bare(more)
        steps += more
    told = [event for _, event in world.journal.since(0)]
    calls = sum(isinstance(fact, Cdr) for _, fact in world.journal.facts(0))
    engine_s = _alone(told)
    no_engine_s, no_journal_s = hollow_s(day, simulated_s, seed)
    return EngineFigures(
        policy=day.pacing,
        agents=day.agents,
        simulated_s=simulated_s,
        calls=calls,
        events=len(told),
        simpy_steps=steps,
        engine_us_per_event=round(1e6 * engine_s / max(len(told), 1), 1),
        events_per_engine_s=round(len(told) / engine_s),
        calls_per_engine_s=round(calls / engine_s),
        calls_per_cpu_s=round(calls / spent_s),
        bare_calls_per_cpu_s=round(calls / bare_s),
        times_bare=round(spent_s / bare_s, 1),
        no_engine_calls_per_cpu_s=round(calls / no_engine_s),
        no_journal_calls_per_cpu_s=round(calls / no_journal_s),
    )


def _run(env: simpy.Environment, until: float) -> int:
    """Let time pass; how many steps that took."""
    steps = 0
    while env.peek() < until:
        env.step()
        steps += 1
    return steps


def _alone(events: list[Event]) -> float:
    engine, began = Engine(), time.process_time()
    for event in events:
        engine.handle(event)
    return time.process_time() - began


def bare(steps: int) -> float:
    """CPU seconds of so many steps of SimPy, each of which does nothing but wait for the next."""
    env = simpy.Environment()

    def wait(_: object) -> None:
        env.timeout(1.0).callbacks.append(wait)

    for one in range(AT_ONCE):
        env.timeout(one / AT_ONCE).callbacks.append(wait)
    began = time.process_time()
    for _ in range(steps):
        env.step()
    return time.process_time() - began
