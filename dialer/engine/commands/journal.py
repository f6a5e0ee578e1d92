"""Orders to the journal: promise calls, take promises back, keep facts."""

from dialer.engine.commands.command import Command
from dialer.engine.commands.facts import Fact


class Claim(Command, frozen=True, tag=True):
    """Promise up to `n` calls of a campaign in one transaction -> Intended..., Refused."""

    campaign: str
    n: int
    mode: str
    epoch: int
    lead: str = ""
    "Only this one."
    agent: str = ""
    """For this agent. Without a lead: choose one for the agent to look at, and promise nothing ->
    LeadOffered."""
    priced: bool = False
    "With what each call will cost: the campaign has a budget."
    resting: tuple[str, ...] = ()
    "Numbers of the campaign's that must not be shown now."


class Withdraw(Command, frozen=True, tag=True):
    """Take an intent back that was never placed -> Withdrawn."""

    call: str
    why: str


class GiveBack(Command, frozen=True, tag=True):
    """Whoever was shown this lead is gone, and nobody was called: it is due again."""

    lead: str
    offered_at: float
    "A lead that has moved since then stays where it is."


class Record(Command, frozen=True, tag=True):
    """Keep a derived fact."""

    fact: Fact


JournalCommand = Claim | Withdraw | GiveBack | Record
