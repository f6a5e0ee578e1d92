"""`dialer status`: what the dialer does now, at a glance."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

from dialer import client
from dialer.commands import answer, console, settings_of


def status(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="All of it, for programs.")] = False,
) -> None:
    """What the dialer does now."""
    with client.connected(settings_of(context).socket) as dialer:
        state = dialer.status()
    if json:
        answer(state)
    else:
        console.print(shown(state))


def shown(state: Mapping[str, Any]) -> RenderableType:
    """Campaigns, pools and the process, for people."""
    return Group(_process(state), "", _campaigns(state), "", _pools(state))


def _process(state: Mapping[str, Any]) -> str:
    journal, loader = state["journal"], state["loader"]
    children = [
        f"{name} {'up' if child['pid'] else 'down: ' + child['why']}"
        for name, child in state["children"].items()
    ]
    lines = [
        f"switch {state['switch']}, up {timedelta(seconds=int(state['up_s']))}, "
        f"pid {state['pid']}, inbox {state['inbox']}, lag {1000 * state['lag_s']:.0f} ms",
        f"journal {journal['trouble'] or 'well'}, {journal['waiting']} waiting, "
        f"last commit {1000 * journal['commit_s']:.1f} ms",
        f"loader {loader['lag_rows']} rows behind" if loader else "loader not there",
        ", ".join(children),
    ]
    return "\n".join(line for line in lines if line)


def _campaigns(state: Mapping[str, Any]) -> Table:
    table = Table("campaign", "state", "leads left", "", box=None, header_style="bold")
    for name, campaign in state["campaigns"].items():
        table.add_row(
            name, campaign["state"], str(campaign["leads_left"]), escape(news(campaign))
        )  # fmt: skip
    return table


def news(figures: Mapping[str, Any]) -> str:
    """One line: what came of a campaign so far, and what holds it back."""
    persons, abandoned = figures["persons"], figures["abandoned"]
    share = f" ({100 * abandoned / persons:.1f} %)" if persons else ""
    bound = f", bound by {figures['bound']}" if figures["bound"] else ""
    return (
        f"{figures['placed']} placed, {figures['connected']} connected, "
        f"{abandoned} of {persons} abandoned{share}, level {figures['level']:.2f}{bound}"
    )


def _pools(state: Mapping[str, Any]) -> Table:
    table = Table("pool", "agents", "calls", "lines free", box=None, header_style="bold")
    for name, pool in state["pools"].items():
        table.add_row(
            name, _counts(pool["agents"]), _counts(pool["calls"]),
            f"{pool['lines_free']} of {pool['lines']}",
        )  # fmt: skip
    return table


def _counts(by_state: Mapping[str, int]) -> str:
    return ", ".join(f"{n} {state.lower()}" for state, n in sorted(by_state.items())) or "none"
