"""The life of a call as the switch tells it, from the order to the end."""

from dialer.engine.events.event import Event


class Placed(Event, frozen=True, tag=True):
    """The switch has taken the order: the INVITE leaves."""

    call: str


class NotPlaced(Event, frozen=True, tag=True):
    """The order never became a call, and the switch is sure of it."""

    call: str
    why: str = ""


class Progressed(Event, frozen=True, tag=True):
    """183: there may be audio."""

    call: str


class Ringing(Event, frozen=True, tag=True):
    """180."""

    call: str


class Answered(Event, frozen=True, tag=True):
    """200 OK."""

    call: str


class Bridged(Event, frozen=True, tag=True):
    """Customer and agent are in one bridge."""

    call: str
    agent: str


class AgentHeard(Event, frozen=True, tag=True):
    """The first of the agent's audio left for the customer."""

    call: str


class NotBridged(Event, frozen=True, tag=True):
    """The agent's leg or bridge was not there, or the customer had just gone."""

    call: str
    agent: str
    why: str = ""
    "`call ended`, `call gone`: it was the customer's side. All else is the agent's."


class Held(Event, frozen=True, tag=True):
    """The customer hears music, and no agent."""

    call: str
    agent: str


class Resumed(Event, frozen=True, tag=True):
    """Customer and agent hear each other again."""

    call: str
    agent: str


class MessageStarted(Event, frozen=True, tag=True):
    """The customer begins to hear a recording."""

    call: str
    message: str


class MessageEnded(Event, frozen=True, tag=True):
    """The recording is over (or could not be played)."""

    call: str
    message: str
    played: bool = True


class GreetingEnded(Event, frozen=True, tag=True):
    """The agent has heard what the customer said first, or could not."""

    call: str
    agent: str
    played: bool = True
    why: str = ""
    "Why it was not played to its end."


class HungUp(Event, frozen=True, tag=True):
    """The call is over."""

    call: str
    cause: int = 0
    "Q.850."
    sip: int | None = None
    local: bool = False
    "It never left this machine (no port, no channel)."
    by_us: bool = False
    "We asked for it, or our own ring timeout did."
