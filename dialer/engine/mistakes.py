"""People whom the detector took for machines: estimated, bounded, and kept within the cap apart.

Nobody sees who is hung up on. So some verdicts of a machine are let through to an agent, who says
what it was: all of them while detection is stepped down, else each twentieth where the campaign's
`detection` says `audited`. What agents said bounds the chance that such a verdict is a
person, at all times at once, and with it how many people were hung up on. While that bound is
beyond the cap nobody is hung up on; pacing goes on as before.
"""

import msgspec

from dialer.engine.account import period
from dialer.engine.call import Call, is_by_hand, is_inbound
from dialer.engine.commands import DispositionSet
from dialer.engine.detection import understood
from dialer.engine.state import Campaign, State
from models.intervals import anytime_upper

DOUBTED = ("machine", "ivr")
"Verdicts that may be wrong about a person. A fax is none."
A_MACHINE, UNKNOWN = ("machine", "ivr", "fax"), ("", "nobody_there")
"What agents say of what they heard; any other word is about a person."
AUDIT_EVERY = 20
"Of the machines of a campaign that is audited each such one goes to an agent."
REMEMBERED = 1000
"Calls let through of which an agent may still say something else."


class Mistakes(msgspec.Struct, frozen=True):
    """What may be said of a detector's mistakes within the account's period."""

    verdicts: int
    "Calls that it took for a machine's."
    hung_up: int
    "Those that were hung up on."
    audited: int
    "Those let through of which an agent has said what they were, since the campaign was opened."
    people: int
    "Of those: people."
    bound: float | None
    """On average no more people are among those hung up on than this per person who answered, with
    a confidence of 95 % at all times at once; None: nobody has looked."""
    binds: bool
    "If all verdicts were acted on, that bound would be beyond the cap: nobody is hung up on."


def mistakes(campaign: Campaign, persons: int, at: float) -> Mistakes:
    """Of a campaign whose account has so many persons."""
    verdicts, hung_up = campaign.machines.account(period(campaign.opened.account), at)
    known = campaign.audit
    if not known.audited:
        return Mistakes(verdicts, hung_up, 0, 0, None, False)
    bound = _share(hung_up * known.chance, persons)
    mistaken = verdicts * known.chance
    binds = mistaken >= 1.0 and _share(mistaken, persons) > campaign.opened.abandon_cap
    return Mistakes(verdicts, hung_up, known.audited, known.people, bound, binds)


def _share(mistaken: float, persons: int) -> float:
    return mistaken / (persons + mistaken) if mistaken else 0.0


class Detection:
    """Keeps what it knows in the campaigns."""

    def __init__(self, state: State) -> None:
        self.state = state

    def lets_through(self, call: Call, at: float) -> bool:
        """Whether this call, which sounds like a machine, goes to an agent all the same."""
        campaign = self.state.campaigns.get(call.intent.campaign)
        if campaign is None or call.verdict not in DOUBTED or is_by_hand(call) or is_inbound(call):
            return False
        audit = campaign.audit
        audit.verdicts += 1
        persons, _ = campaign.ledger.account(period(campaign.opened.account), at)
        is_audited = understood(campaign.opened.detection).audited
        is_chosen = is_audited and audit.verdicts % AUDIT_EVERY == 0
        if not (is_chosen or mistakes(campaign, persons, at).binds):
            return False
        audit.said[call.intent.call] = ""
        while len(audit.said) > REMEMBERED:
            del audit.said[next(iter(audit.said))]
        return True

    def book(self, campaign: Campaign, call: Call, at: float) -> None:
        """The call is over."""
        if call.verdict in DOUBTED:
            machines = campaign.books(call.source).machines
            machines.count(at=at, person=True, abandoned=call.why in DOUBTED)

    def hear(self, word: DispositionSet) -> None:
        """What an agent says it was; an empty word takes back what was said."""
        campaign = self.state.campaigns.get(word.campaign)
        if campaign is None or word.call not in campaign.audit.said:
            return
        audit = campaign.audit
        for said, weight in ((audit.said[word.call], -1), (word.disposition.partition("@")[0], 1)):
            audit.audited += weight * (said not in UNKNOWN)
            audit.people += weight * (said not in (*UNKNOWN, *A_MACHINE))
            audit.said[word.call] = said
        audit.chance = float(anytime_upper(audit.people, audit.audited)) if audit.audited else 1.0
