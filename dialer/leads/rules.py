"""A campaign's rules for its leads: which lists, when, how often, and what follows each end."""

import msgspec

from dialer.engine.compliance import HouseDay, Rules
from dialer.engine.events import CampaignOpened
from dialer.engine.outcomes import Retry
from dialer.leads.plan import Plan
from dialer.leads.retry import DISPOSITIONS, RETRY, Absent, Disposition, Rule


class LeadRules(msgspec.Struct, frozen=True, kw_only=True):
    """What the journal must know of a campaign beside `CampaignOpened`."""

    lists: tuple[str, ...]
    plans: tuple[Plan, ...] = ()
    "How each of them is gone through; none: in turn, by the leads' priority, new ones first."
    calling: Rules = Rules()
    retry: str = "standard"
    "A name in `retry.RETRY`."
    dispositions: str = "standard"
    "A name in `retry.DISPOSITIONS`."
    absent: Absent = "pool"
    "What becomes of a callback whose agent is not there."

    def with_days(self, days: tuple[HouseDay, ...]) -> "LeadRules":
        """These rules, on days that the house has set beside those that they know."""
        calling = self.calling.with_days(days)
        return self if calling is self.calling else msgspec.structs.replace(self, calling=calling)

    def __post_init__(self) -> None:
        """Presets are looked up when the rules are made, not in the middle of a shift."""
        for name, table in ((self.retry, RETRY), (self.dispositions, DISPOSITIONS)):
            if name not in table:
                raise ValueError(f"{name!r} is no preset; there are {', '.join(sorted(table))}")


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """What is in force: a campaign file is an import, this is what the journal keeps."""

    opened: CampaignOpened
    rules: LeadRules

    @property
    def retry(self) -> dict[Retry, Rule]:
        """Retry class -> rule."""
        return RETRY[self.rules.retry]

    @property
    def dispositions(self) -> dict[str, Disposition]:
        """What an agent may say."""
        return DISPOSITIONS[self.rules.dispositions]
