"""A campaign's run in one dict: what the demo writes and the bench compares."""

from pathlib import Path
from typing import Any

from dialer.warehouse.reading import Warehouse


def summary(home: Path, source: str, since: float | None = None) -> dict[str, Any]:
    """What was placed since then, what came of it, how busy the agents were, how fast we were."""
    ask = Warehouse(home, source).figure
    answered, connected, abandoned = (
        ask(name, since=since) for name in ("answered", "connected", "abandonment")
    )
    outcomes = ask("outcomes", since=since).groupby("outcome", sort=True)["calls"].sum()
    return {
        "placed": int(answered["placed"].sum()),
        "answered": int(answered["answered"].sum()),
        "persons": int(connected["persons"].sum()),
        "connected": int(connected["connected"].sum()),
        "abandoned": int(abandoned["abandoned"].sum()),
        "by_outcome": {str(outcome): int(calls) for outcome, calls in outcomes.items()},
        "agent_occupancy": _occupancy(ask("occupancy", since=since)),
        **_reaction(ask("reaction", since=since)),
    }


def _occupancy(frame: Any) -> float | None:
    everybody = frame[frame["pool"].isna()]["occupancy_rate"].dropna()
    return float(everybody.iloc[0]) if len(everybody) else None


def _reaction(frame: Any) -> dict[str, dict[str, float | int | None]]:
    everything = frame[frame["campaign"].isna()]
    names = {"verdict_to_agent": "from_verdict", "answer_to_agent": "from_answer"}
    return {
        f"{name}_ms": {
            **{p: _number(everything, f"{name}_{p}_ms") for p in ("p50", "p95", "p99")},
            "calls": int(everything[count].sum()),
        }
        for name, count in names.items()
    }


def _number(frame: Any, column: str) -> float | None:
    values = frame[column].dropna()
    return round(float(values.iloc[0]), 1) if len(values) else None
