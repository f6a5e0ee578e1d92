"""What a campaign lacks for its trunk, and whether that trunk is there: told before it starts."""

from collections.abc import Iterator, Mapping
from typing import Any

from dialer.asterisk.trunks import Trunk
from dialer.engine.compliance import Rules, readiness
from dialer.engine.events import CampaignOpened
from dialer.errors import called
from dialer.held import Objection, objection


def lacks(opened: CampaignOpened, rules: Rules, trunks: Mapping[str, Trunk]) -> list[Objection]:
    """What forbids to start: no such trunk, or what a trunk that reaches people asks for.

    >>> opened = CampaignOpened(campaign="spring", pool="", version=1, at=0.0, trunk="sip")
    >>> [one.detail for one in lacks(opened, Rules(), {})]
    ['there is no trunk sip; there are: none']
    """
    trunk = trunks.get(opened.trunk)
    if trunk is None:
        there = ", ".join(sorted(trunks)) or called("audit_says", "nothing")
        return [objection("trunk_missing", trunk=opened.trunk, there=there)]
    found = [objection(f"lacks_{what}") for what in readiness(trunk.kind, rules, opened.caller_ids)]
    foreign = [one for one in opened.caller_ids if one not in trunk.caller_ids]
    if foreign and trunk.kind == "live":
        found.append(objection("foreign", trunk=trunk.name, numbers=", ".join(foreign)))
    return found


def away(opened: CampaignOpened, status: Mapping[str, Any]) -> Iterator[Objection]:
    """What nothing is placed by just now, as a dialer that serves tells of itself.

    >>> status = {"trunks": {"sip": {"reachable": False}}}
    >>> opened = CampaignOpened(campaign="spring", pool="", version=1, at=0.0, trunk="sip")
    >>> [one.reason for one in away(opened, status)]
    ['trunk_silent']
    """
    if status.get("switch", "up") != "up":
        yield objection("switch_away")
    known = status.get("trunks", {}).get(opened.trunk, {})
    if not known.get("reachable", True):
        yield objection("trunk_silent", trunk=opened.trunk)
    elif known.get("breaker"):
        yield objection("trunk_breaks", trunk=opened.trunk)
