"""Which days of a campaign have calls: told where the one that was asked for has none."""

from importlib import resources

from dialer.warehouse.reading import Warehouse

MOST = 7
"So many days are named."


def days_with_calls(warehouse: Warehouse, campaign: str, zone: str) -> str:
    """In words: the newest first, in the campaign's time zone, each with how many were placed."""
    question = resources.files("dialer.warehouse").joinpath("days.sql").read_text("utf-8")
    found = warehouse.query(question, {"campaign": campaign, "zone": zone})
    if found.empty:
        return "it has placed no call yet"
    named = ", ".join(f"{one.day:%Y-%m-%d} ({one.calls})" for one in found[:MOST].itertuples())
    more = f" and {len(found) - MOST} days before" if len(found) > MOST else ""
    return f"days with calls: {named}{more}"
