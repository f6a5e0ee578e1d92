"""What is told in the end: figures, goals, a table for people and JSON for programs."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
from rich.table import Table

Figures = Mapping[str, Any]


class Goal(msgspec.Struct, frozen=True):
    """One promise, and whether it was kept."""

    scene: str
    goal: str
    figure: float
    wanted: str
    met: bool


class _Rule(msgspec.Struct, frozen=True):
    scene: str
    goal: str
    figure: Callable[[Figures], float]
    limit: float
    at_least: bool = False


def _listening(seen: Figures) -> float:
    used = seen["cpu_percent_of_a_core"]
    return float(used["dialer"] + used["listeners"])


def _growth(seen: Figures) -> float:
    grown = seen["memory_mb_per_1000_calls"]
    return max(0.0, float(grown["dialer"] + grown["listeners"]))


def _rate(seen: Figures) -> float:
    return float(seen["placed_per_s"] / seen["asked_per_s"])


RULES = (
    _Rule("voice", "verdict to agent's voice on the wire, p95, ms",
          lambda seen: seen["verdict_to_agent_ms"]["p95"], 60.0),
    _Rule("rate", "calls placed of those asked for", _rate, 0.98, at_least=True),
    _Rule("rate", "lost or double calls", lambda seen: seen["lost"] + seen["doubled"], 0.0),
    _Rule("rate", "event lag p99, ms", lambda seen: seen["event_lag_ms"]["p99"], 250.0),
    _Rule("ears", "calls heard at once", lambda seen: seen["lines_at_most"], 120, at_least=True),
    _Rule("ears", "frames late, %", lambda seen: seen["late_percent"], 1.0),
    _Rule("ears", "dialer and listeners, % of a core", _listening, 100.0),
    _Rule("soak", "calls placed of those asked for", _rate, 0.98, at_least=True),
    _Rule("soak", "calls", lambda seen: seen["calls"], 10_000, at_least=True),
    _Rule("soak", "lost or double calls", lambda seen: seen["lost"] + seen["doubled"], 0.0),
    _Rule("soak", "event lag p99, ms", lambda seen: seen["event_lag_ms"]["p99"], 250.0),
    _Rule("soak", "memory but the journal's cache, MB more per 1,000 calls", _growth, 1.0),
    _Rule("soak", "channels and bridges left over", lambda seen: seen["leftovers"], 0.0),
    _Rule("engine", "engine time per event, us", lambda seen: seen["engine_us_per_event"], 10.0),
)  # fmt: skip
"The goals of the product, each with the figure that tells."


def goals(scenes: Mapping[str, Figures]) -> Iterator[Goal]:
    """Those of the scenes that were played."""
    for rule in RULES:
        if (seen := scenes.get(rule.scene)) is not None:
            figure = round(float(rule.figure(seen)), 3)
            met = figure >= rule.limit if rule.at_least else figure <= rule.limit
            sign = ">=" if rule.at_least else "<="
            yield Goal(rule.scene, rule.goal, figure, f"{sign} {rule.limit:g}", met)


def lost_or_doubled(scenes: Mapping[str, Figures]) -> int:
    """Over all scenes."""
    return sum(seen.get("lost", 0) + seen.get("doubled", 0) for seen in scenes.values())


def tables(result: Mapping[str, Any]) -> Iterator[Table]:
    """For people."""
    machine = result["machine"]
    title = (
        f"{machine['cores']} cores, {machine['cpu']}, Asterisk {machine['asterisk']}, "
        f"load {machine['load']} before"
    )
    yield _goals(title, result["goals"])
    for name, seen in result["scenes"].items():
        yield _figures(name, seen)


def _goals(title: str, found: list[Mapping[str, Any]]) -> Table:
    table = Table(title=title)
    for column in ("scene", "goal", "figure", "wanted", ""):
        table.add_column(column, justify="right" if column in ("figure", "wanted") else "left")
    for goal in found:
        met = "[green]met[/]" if goal["met"] else "[red]not met[/]"
        table.add_row(goal["scene"], goal["goal"], f"{goal['figure']:g}", goal["wanted"], met)
    return table


def _figures(name: str, seen: Figures) -> Table:
    table = Table(title=name, show_header=False)
    for key, value in seen.items():
        table.add_row(key.replace("_", " "), _words(value))
    return table


def _words(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_words(one)}" for key, one in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)
