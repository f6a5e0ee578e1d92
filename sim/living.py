"""Where days of the real engine are lived: here, in other processes, on a cluster, or on PyPy."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import track

from dialer.errors import SettingsError
from sim.days import Lives, Worth, several
from sim.fast.workers import workers
from sim.pypy.interpreter import installed
from sim.pypy.workers import on_pypy
from sim.scenario import Scenario


@contextmanager
def living(processes: int = 1, dask: str = "", *, pypy: bool = False) -> Iterator[Lives]:
    """For as long as the block lasts. PyPy is fetched where there is none.

    >>> from sim.scenario import scenario
    >>> with living() as lives:
    ...     [one.seed for one in lives(scenario("lab", agents=3, hours=0.05), (7, 8))]
    [7, 8]
    """
    if pypy and dask:
        raise SettingsError("--pypy and --dask: a cluster has an interpreter of its own, say one")
    if pypy:
        with on_pypy(installed(), processes) as lives:
            yield lives
    else:
        with workers(processes, dask) as executor:
            yield several(executor)


def shown(lives: Lives, console: Console) -> Lives:
    """The same, with a bar that says how many are done."""

    def each(day: Scenario, seeds: Sequence[int]) -> Iterator[Worth]:
        words = f"{len(seeds)} days of {day.agents} agents"
        return iter(track(lives(day, seeds), words, len(seeds), console=console, transient=True))

    return each
