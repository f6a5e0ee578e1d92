"""A question filled in from a campaign: its settings, and its calls of the last days."""

from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import Any

from dialer.leads.rules import Campaign
from dialer.warehouse import Warehouse

SQL = Path(__file__).with_suffix(".sql")
ENOUGH = 200
"Placed calls below which the means are a guess."


def recent(
    warehouse: Warehouse, campaign: Campaign, since: datetime, until: datetime
) -> dict[str, Any]:
    """Fields of a `Question`, those that are known, and `calls`: from how many.

    Raises `dialer.errors.QueryError` where there is no warehouse to ask.
    """
    opened = campaign.opened
    known: dict[str, Any] = {
        "cap": opened.abandon_cap,
        "connect_within_s": opened.connect_within_s,
        "ring_least_s": opened.ring_least_s,
        "attempts": campaign.rules.calling.attempts_per_lead,
        "calls": 0,
    }
    found = warehouse.query(SQL.read_text("utf-8"), {
        "campaign": opened.campaign, "pool": opened.pool, "since": since, "until": until,
        "lists": list(campaign.rules.lists),
    }).iloc[0].to_dict()  # fmt: skip
    for name, value in found.items():
        if value is not None and isfinite(value) and name != "persons":
            known[str(name)] = int(value) if name in WHOLE else float(value)
    if not found["persons"]:
        known.pop("answer_rate", None)  # nobody yet: nothing is known of who answers
    return known


WHOLE = frozenset({"agents", "leads", "calls"})
