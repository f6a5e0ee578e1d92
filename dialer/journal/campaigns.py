"""Putting a campaign in force: the same rules are the same version, changed ones the next."""

import msgspec

from dialer.engine.events import CampaignOpened
from dialer.journal.ledger import Ledger
from dialer.journal.store import Store
from dialer.leads.rules import Campaign, LeadRules


def put_in_force(
    store: Store, ledger: Ledger, opened: CampaignOpened, rules: LeadRules
) -> CampaignOpened:
    """Keep the campaign, inside a transaction; the event to report, with its version."""
    known = store.campaign(opened.campaign)
    version = known.opened.version if known else 0
    if known is None or known.rules != rules or not _same(known.opened, opened):
        version += 1
    opened = msgspec.structs.replace(opened, version=version)
    campaign = Campaign(opened=opened, rules=rules)
    store.keep_campaign(campaign, opened.at)
    if version != (known.opened.version if known else 0):
        for list in dict.fromkeys([*rules.lists, *(known.rules.lists if known else ())]):
            ledger.shelving.reconsider(list, campaign)
    return opened


def _same(one: CampaignOpened, other: CampaignOpened) -> bool:
    """But for when, by whom, and as which version."""
    return msgspec.structs.replace(other, at=one.at, user=one.user, version=one.version) == one
