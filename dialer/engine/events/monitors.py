"""A supervisor at an agent's ear."""

from typing import Literal

from dialer.engine.events.event import Event

How = Literal["listen", "whisper", "barge"]
"Hear both; and speak to the agent alone; and to both."


class MonitorWanted(Event, frozen=True, tag=True):
    """A supervisor wants to hear an agent's call, or to be heard in it otherwise than before."""

    user: str
    agent: str
    how: How
    endpoint: str
    "The supervisor's own phone: `PJSIP/desk7`."
    stays: bool = False
    "It goes on with the agent's next call; else it ends with this one."


class MonitorUnwanted(Event, frozen=True, tag=True):
    """The supervisor has heard enough."""

    user: str


class MonitorStarted(Event, frozen=True, tag=True):
    """From now on the supervisor hears."""

    user: str
    agent: str
    how: How


class MonitorEnded(Event, frozen=True, tag=True):
    """From now on not any more, or it never came to it."""

    user: str
    agent: str
    why: str = ""
