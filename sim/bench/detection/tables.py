"""What `dialer bench detection` found, for the eye: every detector beside the others."""

from collections.abc import Iterator

from rich.table import Table

from sim.bench.detection.run import Found
from sim.bench.detection.score import Rate, Score, Times


def tables(found: Found) -> Iterator[Table]:
    """Rates with their intervals, times, then who was taken for what."""
    names = list(found.scores)
    yield _rates(found, names)
    yield _times(found, names)
    for name in names:
        for phase, counts in found.scores[name].confusion.items():
            if any("none" not in row or len(row) > 1 for row in counts.values()):
                yield _confusion(f"{name}, {phase}: true class, and what was said first", counts)


def _rates(found: Found, names: list[str]) -> Table:
    table = Table(
        title=f"{found.calls} calls of {found.manifest}, preset {found.preset}, "
        f"packets of {found.packet_ms} ms; with 95 % intervals"
    )
    table.add_column("rate")
    for name in names:
        table.add_column(name, justify="right")
    for rate in found.scores[names[0]].rates:
        table.add_row(rate, *(_rate(found.scores[name].rates[rate]) for name in names))
    table.add_row("CPU ms per second of a call", *(_cost(found.scores[name]) for name in names))
    return table


def _times(found: Found, names: list[str]) -> Table:
    table = Table(title="how soon, in ms: p50, p90, p95, most (calls)")
    table.add_column("decision")
    for name in names:
        table.add_column(name, justify="right")
    for time in found.scores[names[0]].times:
        table.add_row(time, *(_quantiles(found.scores[name].times.get(time)) for name in names))
    return table


def _confusion(title: str, counts: dict[str, dict[str, int]]) -> Table:
    heard = sorted({verdict for row in counts.values() for verdict in row})
    table = Table(title=title)
    table.add_column("")
    for verdict in heard:
        table.add_column(verdict, justify="right")
    for label, row in counts.items():
        table.add_row(label, *(str(row.get(verdict, "")) for verdict in heard))
    return table


def _rate(rate: Rate) -> str:
    if rate.rate is None:
        return ""
    return f"{rate.rate:.1%} ({rate.low:.1%} to {rate.high:.1%}; {rate.hits} of {rate.of})"


def _quantiles(times: Times | None) -> str:
    if times is None:
        return ""
    return f"{times.p50:.0f}, {times.p90:.0f}, {times.p95:.0f}, {times.most:.0f} ({times.n})"


def _cost(score: Score) -> str:
    return "" if score.cpu_ms_per_call_s is None else f"{score.cpu_ms_per_call_s:.2f}"
