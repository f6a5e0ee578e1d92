"""The demo where no Asterisk can be had: the same engine and journal among simulated people.

What is written has `source = sim` in every row, and no view adds it to anything real.
"""

from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from dialer.clock import SteadyClock
from dialer.engine.commands import Record
from dialer.engine.compliance import Rules
from dialer.engine.events import CampaignOpened
from dialer.engine.outcomes import OUTCOMES
from dialer.journal.sqlite import SqliteJournal
from dialer.leads.rules import LeadRules
from dialer.settings import Settings
from dialer.warehouse.loader import Loader
from dialer.warehouse.summary import summary
from dialer.warehouse.tail import SqliteTail
from sim.judge import Case, judge
from sim.ordeal import Plan, ordeal
from sim.scenario import scenario
from sim.truth import Lived
from sim.world import LIST


def simulate_demo(settings: Settings, *, minutes: float, agents: int, seed: int) -> dict[str, Any]:
    """A day of so many minutes, its journal and warehouse in the home, its figures judged."""
    leads = max(200, int(60 * minutes * agents / 10))
    day = scenario("lab", hours=minutes / 60, agents=agents, leads=leads)
    case = ordeal(Plan(day=day), seed)
    keep(case, settings.journal)
    with closing(SqliteTail(settings.journal)) as tail:
        Loader(settings.home, tail).drain(until=SteadyClock()() + 60.0)
    violations = judge(case)
    return {
        "world": "simulated",
        **summary(settings.home, "sim"),
        "lab": _counted(case.truth, case),
        "mismatches": len(violations),
        "mismatch_reasons": [str(one) for one in violations[:20]],
    }


def keep(case: Case, path: Path) -> None:
    """Write a simulated day's journal to a file, as a dialer would have written it."""
    journal = SqliteJournal(path, lambda event: None, SteadyClock())
    try:
        journal.take_lease("twin", SteadyClock()())
        for _, event in case.events:
            if isinstance(event, CampaignOpened):
                rules = LeadRules(lists=(LIST,), calling=Rules(hours="lab"), retry="lab")
                journal.open_campaign(event, rules)
        cause = 0
        for _, event in case.events:
            cause = journal.append(event)
        for index, fact in enumerate(case.facts):
            journal.execute(Record(fact), cause=cause, index=index)
        journal.flush(60.0)
    finally:
        journal.close()


def _counted(truth: Iterable[Lived], case: Case) -> dict[str, Any]:
    """The figures as the simulated network knows them; outcomes in our CDRs' words."""
    lived = list(truth)
    words = Counter(case.cdr[one.call].outcome for one in lived if one.call in case.cdr)
    return {
        "placed": len(lived),
        "answered": sum(one.answered_at is not None for one in lived),
        "connected": sum(
            one.agent_at is not None and OUTCOMES[case.cdr[one.call].outcome].connected
            for one in lived
        ),
        "abandoned": sum(one.is_person and one.message_at is not None for one in lived),
        "by_outcome": msgspec.to_builtins(words),
    }
