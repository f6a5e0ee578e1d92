"""Is a number of ours ours, and does a call to it come in? One is made, and seen at our own door.

It leaves by the trunk of a campaign that shows the number, shows another number of that campaign
if one is awake, and is refused as it comes in: nobody's telephone rings.
"""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

import msgspec

from dialer import campaign as campaigns
from dialer.asterisk.trunks import Trunk
from dialer.byhand import CAMPAIGN
from dialer.engine.commands import Cdr
from dialer.engine.events import CampaignOpened
from dialer.errors import DialerError
from dialer.journal.book import Book
from dialer.journal.ownership import Trial
from dialer.leads.rules import Campaign, LeadRules

RING_S = 8.0
"A call that comes in does so sooner."
LAB = campaigns.Campaign(name=CAMPAIGN, lists=(CAMPAIGN,), law="lab")
"By these rules, where no campaign shows the number and the trunk reaches nobody."


class Dialer(Protocol):
    """A conversation at the dialer's door."""

    async def ask(self, what: str, **fields: Any) -> dict[str, Any]:
        """Make a request."""

    async def status(self) -> dict[str, Any]:
        """What the dialer says of itself now."""


async def tested(
    dialer: Dialer, journal: Path, trunks: Mapping[str, Trunk], known: Iterable[Campaign],
    caller_id: str, *, user: str,
) -> Trial:  # fmt: skip
    """Call it, see whether it comes in, and keep what came of it."""
    resting = _resting(await dialer.status())
    opened, rules = wanted(trunks, known, caller_id, resting)
    told = await dialer.ask("reach", opened=opened, rules=rules, number=caller_id)
    record = msgspec.convert(told["record"], Cdr)
    test = Trial(
        caller_id=caller_id, shown=record.caller_id, trunk=record.trunk, asked_by=user,
        began_at=record.intended_at, came_at=told["came_at"],
        why="" if told["came_at"] else record.outcome,
    )  # fmt: skip
    return msgspec.structs.replace(test, test=_kept(journal, test))


def wanted(
    trunks: Mapping[str, Trunk], known: Iterable[Campaign], caller_id: str,
    resting: Collection[str] = (),
) -> tuple[CampaignOpened, LeadRules]:  # fmt: skip
    """By which trunk, rules and number shown it is called. `DialerError` says why it cannot be."""
    there = [one for one in trunks.values() if caller_id in one.caller_ids]
    if not there:
        raise DialerError(f"{caller_id} is no caller id of a trunk here")
    names = [one.name for one in there]
    showing = [one for one in known if caller_id in one.opened.caller_ids]
    fit = next((one for one in showing if one.opened.trunk in names), None)
    if fit is None:
        trunk = next((one for one in there if one.kind == "lab"), None)
        if trunk is None:
            raise DialerError(
                f"no campaign in force shows {caller_id}: put one in force first, paused if you "
                "like; the call goes by its rules"
            )
        plain = msgspec.structs.replace(LAB, trunk=trunk.name, caller_ids=trunk.caller_ids)
        fit = Campaign(
            opened=campaigns.opened(plain, 0, 0.0, ""), rules=campaigns.lead_rules(plain)
        )
    others = [one for one in fit.opened.caller_ids if one not in (caller_id, *resting)]
    opened = msgspec.structs.replace(
        fit.opened, campaign=CAMPAIGN, caller_ids=(next(iter(others), caller_id),),
        ring_timeout_s=RING_S, ring_least_s=0.0, recording="off", after_beep="",
    )  # fmt: skip
    return opened, _of_ourselves(fit.rules)


def _of_ourselves(rules: LeadRules) -> LeadRules:
    """Hours, consent and the daily cap protect others: whoever calls himself asks nobody."""
    calling = msgspec.structs.replace(
        rules.calling, holidays=(), calendar="none", days=(), alone=True, consent="none",
        ring_least_s=0.0, calls_per_number_per_day=10,
    )  # fmt: skip
    return msgspec.structs.replace(rules, plans=(), calling=calling)


def _resting(status: Mapping[str, object]) -> list[str]:
    numbers = status.get("caller_ids", {})
    assert isinstance(numbers, dict)
    return [name for name, one in numbers.items() if one["standing"] == "resting"]


def _kept(journal: Path, test: Trial) -> int:
    with Book(journal) as book:
        return book.keep_test(test)
