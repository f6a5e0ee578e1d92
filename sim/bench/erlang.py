"""`dialer bench erlang`: our Erlang formulas beside other people's, how fast and how exact.

The truth is computed in the same run, with decimals of forty digits; peers are measured where they
are installed. Times are CPU times of one run on one machine: the ratios tell.
"""

import importlib
import time
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, localcontext
from math import isfinite
from typing import Any

import msgspec
import numpy as np
from rich.table import Table

from models.erlang import erlang_a, erlang_b, erlang_c

GOAL_PER_CPU_S = 1.5e6
GOAL_ERROR = 1e-12
_AT_LEAST_S = 0.02


class Case(msgspec.Struct, frozen=True):
    """One figure asked of everybody: blocked (B), waits (C), gives up (A, patience 2)."""

    figure: str
    servers: int
    load: float


CASES = (
    Case("B", 10, 5.0), Case("B", 100, 90.0), Case("B", 1000, 970.0), Case("B", 100_000, 99_700.0),
    Case("C", 10, 8.0), Case("C", 100, 90.0), Case("C", 1000, 970.0), Case("C", 100_000, 99_700.0),
    Case("A", 10, 9.0), Case("A", 100, 100.0), Case("A", 1000, 1000.0), Case("A", 10_000, 9900.0),
)  # fmt: skip
PATIENCE = 2
"Of the A cases, in mean handling times."
OVERLOAD = Case("C", 90, 100.0)
"Everybody waits: 1, which the textbook's formula does not say."

Solver = Callable[[int, float], float]


class Peer(msgspec.Struct, frozen=True):
    """A library that answers some of the figures."""

    name: str
    module: str
    solvers: Callable[[Any], dict[str, Solver]]
    "From its module to what it can do."


PEERS = (
    Peer("pyworkforce", "pyworkforce.queuing", lambda it: {
        "C": lambda n, load: it.ErlangC(transactions=load, aht=1.0, asa=1.0, interval=1)
        .waiting_probability(n),
    }),
    Peer("pyqueueing", "pyqueueing", lambda it: {
        "B": lambda n, load: it.ErlangB(load, 1.0, n).prob_block(),
        "C": lambda n, load: it.ErlangC(load, 1.0, n).prob_wait(),
        "A": lambda n, load: it.ErlangA(load, 1.0, n, 1.0 / PATIENCE).prob_abandon(),
    }),
    Peer("call-center-tools", "call_center_tools.erlang", lambda it: {
        "B": lambda n, load: it.erlang_b(load, n),
        "C": lambda n, load: it.erlang_c(load, n),
    }),
    Peer("CallCenterDim", "callcenterdim.Dimensionamento", lambda it: {
        "C": lambda n, load: it.ProbCallWaits(load, 1.0, 60.0, n),
    }),
)  # fmt: skip
OURS: dict[str, Solver] = {
    "B": erlang_b,
    "C": erlang_c,
    "A": lambda n, load: float(erlang_a(n, load, PATIENCE).abandons),
}


class Answer(msgspec.Struct, frozen=True):
    """What one library said to one case."""

    who: str
    us: float | None = None
    "CPU time of one evaluation."
    error: float | None = None
    "Relative to the truth; none where no number came."
    fault: str = ""


class Row(msgspec.Struct, frozen=True):
    """One case and everybody's answer, ours first."""

    case: Case
    truth: float
    answers: tuple[Answer, ...]


class ErlangFigures(msgspec.Struct, frozen=True):
    """All of one run."""

    arrays_per_cpu_s: dict[str, int]
    "Evaluations on arrays of 1 to 1000 servers, 0.5 to 1.5 erlang each, per CPU second."
    worst_error: float
    rows: tuple[Row, ...]
    overload: tuple[Row, ...]
    missing: tuple[str, ...]
    "Peers that are not installed."
    met: dict[str, bool]


def erlang_figures(elements: int = 1_000_000, largest: int = 100_000) -> ErlangFigures:
    """Measure ourselves and whoever is installed, up to so many servers."""
    found, missing = peers()
    solvers = {"ours": OURS, **found}
    rows = tuple(row(case, solvers) for case in CASES if case.servers <= largest)
    worst = max(one.error or 0.0 for each in rows for one in each.answers if one.who == "ours")
    speed = {figure: _on_arrays(figure, elements) for figure in OURS}
    met = {"arrays": speed["B"] >= GOAL_PER_CPU_S, "exact": worst <= GOAL_ERROR}
    return ErlangFigures(speed, worst, rows, (row(OVERLOAD, solvers),), missing, met)


def peers() -> tuple[dict[str, dict[str, Solver]], tuple[str, ...]]:
    """What the installed ones can do, and the names of the others."""
    found: dict[str, dict[str, Solver]] = {}
    for peer in PEERS:
        try:
            found[peer.name] = peer.solvers(importlib.import_module(peer.module))
        except ImportError:
            continue
    return found, tuple(peer.name for peer in PEERS if peer.name not in found)


def row(case: Case, solvers: Mapping[str, Mapping[str, Solver]]) -> Row:
    """One case, answered by all who know the figure."""
    true = truth(case)
    asked = ((who, known[case.figure]) for who, known in solvers.items() if case.figure in known)
    return Row(case, float(true), tuple(_answer(who, solver, case, true) for who, solver in asked))


def _answer(who: str, solver: Solver, case: Case, true: Decimal) -> Answer:
    try:
        said = float(solver(case.servers, case.load))
    except Exception as fault:  # whatever a stranger's code does, the others are still measured
        return Answer(who, fault=type(fault).__name__)
    us = round(_us(lambda: solver(case.servers, case.load)), 2)
    if not isfinite(said):
        return Answer(who, us, fault=str(said))
    error = float(abs(Decimal(said) / true - 1))
    return Answer(who, us, error, "above 1" if said > 1 + GOAL_ERROR else "")


def truth(case: Case) -> Decimal:
    """The defining recursion and sums, with forty digits.

    >>> print(round(truth(Case("B", 2, 1.0)), 12), round(truth(OVERLOAD), 1))
    0.200000000000 1.0
    """
    with localcontext() as context:
        context.prec = 40
        load, b = Decimal(case.load), Decimal(1)
        for n in range(1, case.servers + 1):
            b = load * b / (n + load * b)
        return _OF_B[case.figure](Decimal(case.servers), load, b)


def _waits(n: Decimal, load: Decimal, b: Decimal) -> Decimal:
    return n * b / (n - load * (1 - b)) if load < n else Decimal(1)


def _gives_up(n: Decimal, load: Decimal, b: Decimal) -> Decimal:
    term, total, queue, waiting = Decimal(1), Decimal(0), Decimal(0), Decimal(0)
    while waiting < 1 or term > total * Decimal("1e-40"):
        waiting += 1
        term *= load / (n + waiting / PATIENCE)
        total += term
        queue += waiting * term
    return queue / PATIENCE / ((1 / b + total) * load)


_OF_B: dict[str, Callable[[Decimal, Decimal, Decimal], Decimal]] = {
    "B": lambda n, load, b: b,
    "C": _waits,
    "A": _gives_up,
}


def _us(call: Callable[[], object]) -> float:
    """CPU time of one call, over as many as take long enough to tell."""
    began, calls = time.process_time(), 0
    while (spent := time.process_time() - began) < _AT_LEAST_S:
        call()
        calls += 1
    return 1e6 * spent / calls


def _on_arrays(figure: str, elements: int) -> int:
    rng = np.random.default_rng(1)
    n = rng.integers(1, 1001, elements).astype(float)
    load = n * rng.uniform(0.5, 1.5, elements)
    solver: dict[str, Callable[[], object]] = {
        "B": lambda: erlang_b(n, load),
        "C": lambda: erlang_c(n, load),
        "A": lambda: erlang_a(n, load, PATIENCE),
    }
    return round(elements / (1e-6 * _us(solver[figure])))


def erlang_tables(found: ErlangFigures) -> Iterator[Table | str]:
    """For people."""
    yield _compared((*found.rows, *found.overload))
    for figure, per_s in found.arrays_per_cpu_s.items():
        yield f"{figure} on arrays: [bold]{per_s:,}[/] evaluations per CPU second"
    yield f"worst error of ours: [bold]{found.worst_error:.1e}[/]"
    for goal, met in found.met.items():
        yield f"goal {goal}: " + ("[green]met[/]" if met else "[red]not met[/]")
    if found.missing:
        yield f"not installed, so not compared: pip install {' '.join(found.missing)}"


def _compared(rows: tuple[Row, ...]) -> Table:
    table = Table(title="Erlang: CPU time of one evaluation, and its relative error")
    for column in ("case", "", "us", "x ours", "error", ""):
        table.add_column(column, justify="right" if column in ("us", "x ours", "error") else "left")
    for each in rows:
        ours = next(one.us for one in each.answers if one.who == "ours")
        name = f"{each.case.figure}({each.case.servers:,}; {each.case.load:,g})"
        for one in each.answers:
            table.add_row(name, one.who, *_numbers(one, ours), f"[red]{one.fault}[/]")
            name = ""
        table.add_section()
    return table


def _numbers(one: Answer, ours: float | None) -> tuple[str, str, str]:
    return (
        "" if one.us is None else f"{one.us:,.1f}",
        "" if one.us is None or not ours else f"{one.us / ours:,.2f}",
        "" if one.error is None else f"{one.error:.0e}",
    )
