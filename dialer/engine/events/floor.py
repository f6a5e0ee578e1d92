"""What agents want: calls or none, and something of the call they have."""

from dialer.engine.events.event import Event


class WentReady(Event, frozen=True, tag=True):
    """The agent wants calls."""

    agent: str


class Paused(Event, frozen=True, tag=True):
    """The agent wants none (after the call, if there is one)."""

    agent: str
    reason: str = ""


class HoldWanted(Event, frozen=True, tag=True):
    """The agent wants the customer to wait."""

    agent: str
    call: str


class ResumeWanted(Event, frozen=True, tag=True):
    """The agent wants to go on talking."""

    agent: str
    call: str


class MuteWanted(Event, frozen=True, tag=True):
    """The agent does not want to be heard, or wants to be heard again: for phones without a key."""

    agent: str
    call: str
    muted: bool


class TransferWanted(Event, frozen=True, tag=True):
    """The agent hands the customer over, without a word to whoever takes them."""

    agent: str
    call: str
    to: str
    "An agent's name; `pool:NAME`: whoever is free there; `outside:NAME`: of the trunk's list."
    trunk: str = ""
    "By which somebody outside is called."


class AgentHungUp(Event, frozen=True, tag=True):
    """The agent ended the conversation."""

    agent: str
    call: str


class GreetingWanted(Event, frozen=True, tag=True):
    """The agent wants to hear what the customer said before they were joined."""

    agent: str
    call: str
