"""Judges a run: each promise of docs/invariants.md as a function over journal and network.

    for violation in judge(collected(journal, truth)): ...

The same functions judge simulated crashes, real kills and the lab's demo.
"""

from collections.abc import Callable, Iterable

from sim.judge.agents import agents, alive, leftovers
from sim.judge.books import agreement, fold, privacy, records
from sim.judge.caps import cap
from sim.judge.case import Case, Outage, Violation, collected
from sim.judge.launches import blocked, breaker, deserted, gate, limits, numbers, pace
from sim.judge.machines import machines
from sim.judge.persons import counted, silence
from sim.judge.rings import rings
from sim.judge.visits import callers, wishes

__all__ = ["RULES", "Case", "Outage", "Violation", "collected", "judge"]

RULES: dict[str, Callable[[Case], Iterable[Violation]]] = {
    "records": records,
    "agreement": agreement,
    "fold": fold,
    "privacy": privacy,
    "numbers": numbers,
    "gate": gate,
    "deserted": deserted,
    "limits": limits,
    "pace": pace,
    "breaker": breaker,
    "blocked": blocked,
    "silence": silence,
    "counted": counted,
    "cap": cap,
    "callers": callers,
    "wishes": wishes,
    "machines": machines,
    "rings": rings,
    "agents": agents,
    "alive": alive,
    "leftovers": leftovers,
}
"Every rule by its name; what each watches over is in its docstring."


def judge(case: Case, *rules: str) -> list[Violation]:
    """All violations, by all rules or by those named."""
    return [found for name in rules or RULES for found in RULES[name](case)]
