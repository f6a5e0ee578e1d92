"""`dialer bench engine`: what the engine itself costs, among simulated people in SimPy.

It is the real engine with the real journal's rules; only the telephones are simulated, and the
clock jumps. Timed by CPU, so that a busy machine does not show.
"""

import time

import msgspec

from dialer.engine.commands import AnyCommand, Cdr, Record
from dialer.engine.engine import Engine
from dialer.engine.events import Event
from sim.scenario import Scenario
from sim.world import Parts, World


class EngineFigures(msgspec.Struct, frozen=True):
    """An hour or so of one floor."""

    agents: int
    simulated_s: float
    calls: int
    events: int
    engine_us_per_event: float
    events_per_engine_s: int
    calls_per_engine_s: int
    "Calls per CPU second spent in the engine."
    calls_per_cpu_s: int
    "Calls per CPU second of everything: engine, journal in memory, people, SimPy."


class Listening(Engine):
    """Keeps what it is told, so that it can be told again."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Event] = []
        self.ended = 0

    def handle(self, event: Event) -> list[AnyCommand]:
        """The same."""
        self.told.append(event)
        commands = super().handle(event)
        self.ended += sum(isinstance(one, Record) and isinstance(one.fact, Cdr) for one in commands)
        return commands


def engine_figures(day: Scenario, simulated_s: float, seed: int = 1) -> EngineFigures:
    """Let one day begin and run for so long; then the same events once more, by the engine alone.

    The list is there before the clock starts. A clock around each turn would cost more than a turn.
    """
    engine = Listening()
    world = World(day, seed, parts=Parts(engine=lambda: engine))
    world.open()
    began = time.process_time()
    world.run(simulated_s)
    spent_s = time.process_time() - began
    engine_s = _alone(engine.told)
    return EngineFigures(
        agents=day.agents,
        simulated_s=simulated_s,
        calls=engine.ended,
        events=len(engine.told),
        engine_us_per_event=round(1e6 * engine_s / max(len(engine.told), 1), 1),
        events_per_engine_s=round(len(engine.told) / engine_s),
        calls_per_engine_s=round(engine.ended / engine_s),
        calls_per_cpu_s=round(engine.ended / spent_s),
    )


def _alone(events: list[Event]) -> float:
    engine, began = Engine(), time.process_time()
    for event in events:
        engine.handle(event)
    return time.process_time() - began
