"""Calls that one agent makes in person: wanted by the agent, chosen for the agent to look at first,
or promised to a person."""

from dialer.engine.events.event import Event


class CallWanted(Event, frozen=True, tag=True):
    """The agent wants to call this lead, now and in person."""

    agent: str
    campaign: str
    lead: str


class LeadOffered(Event, frozen=True, tag=True):
    """The journal has chosen whom the agent may call next. Nothing is promised; for a while nobody
    else is shown that person, nor does a pacer call there."""

    agent: str
    campaign: str
    lead: str


class LeadSkipped(Event, frozen=True, tag=True):
    """The agent calls somebody else first: this one comes again later."""

    agent: str
    lead: str


class CallbackDue(Event, frozen=True, tag=True):
    """A person was promised a call. Told from a little before, again and again until somebody has
    claimed it."""

    agent: str
    "Who shall call; empty: whoever can be spared."
    campaign: str
    lead: str
    due_at: float = 0.0
    "For when."
    team: str = ""
    "Whoever of this team can be spared; empty: of the campaign's pool."
