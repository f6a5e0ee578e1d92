"""`dialer bench lab`: a campaign on a real Asterisk, and where the twin would have it.

The stage is the demo's: lab carrier, dialer, board, agents whose phones are SIP legs of the
carrier's. When it is over, a scenario is fitted to its CDRs, and
the real engine lives that in SimPy.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import anyio
import msgspec
from rich.table import Table

from dialer.api.records import Records
from dialer.asterisk.instance import ensure_installed
from dialer.commands import aside
from dialer.settings import Settings
from dialer.warehouse import Warehouse
from sim.bench.machine import Machine, machine
from sim.fitted.beside import Beside, beside
from sim.fitted.command import table
from sim.fitted.fit import fit, seen
from sim.scenario import Scenario
from sim.stage import CAMPAIGN, Stage, lab_ports, shifted

DECISIONS = """
SELECT bound, count(*) AS decisions, sum(n) AS placed FROM v_pacing
WHERE campaign = $campaign GROUP BY bound ORDER BY decisions DESC
"""


class LabFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured, and what was expected of it."""

    machine: Machine
    policy: str
    agents: int
    minutes: float
    measured: dict[str, Any]
    "The summary that the demo writes, with what the carrier's log does not agree with."
    decisions: dict[str, int]
    "Written ones, by what held them back: those of the board."
    beside: Beside
    scenario: Scenario


def lab_figures(
    base: Settings, *, agents: int, minutes: float, policy: str, days: int, seed: int,
    port_offset: int,
) -> LabFigures:  # fmt: skip
    """Play it, fit it, live it. DialerError where there is no Asterisk."""
    ensure_installed(base.asterisk.prefix)
    stage = Stage(
        shifted(base, port_offset), minutes=minutes, agents=agents, seed=seed,
        ports=lab_ports(port_offset), pacing=policy, folder="bench-lab",
    )  # fmt: skip
    here, began = machine(stage.settings.asterisk.prefix), time.time()
    measured = anyio.run(stage.play, True)
    home = stage.settings.home
    opened = Records(home).campaigns()[CAMPAIGN].opened
    warehouse = Warehouse(home, opened.source, most_rows=2_000_000)
    since = datetime.fromtimestamp(began, UTC)
    was = seen(warehouse, opened, since, datetime.fromtimestamp(time.time(), UTC))
    day = fit(was, f"lab-{policy}")
    with aside.status(f"the twin lives {days} such campaigns ..."):
        both = beside(was, day, range(seed, seed + days))
    bounds = warehouse.query(DECISIONS, {"campaign": CAMPAIGN})
    return LabFigures(
        machine=here,
        policy=policy,
        agents=agents,
        minutes=minutes,
        measured=measured,
        decisions=dict(zip(bounds["bound"], map(int, bounds["decisions"]), strict=True)),
        beside=both,
        scenario=day,
    )


def lab_tables(found: LabFigures) -> Iterator[Table]:
    """For people."""
    yield table(found.beside)
    decisions = Table(title=f"{found.policy}, {found.agents} agents: decisions by what held them")
    decisions.add_column("held by")
    decisions.add_column("decisions", justify="right")
    for bound, n in found.decisions.items():
        decisions.add_row(bound, str(n))
    yield decisions
