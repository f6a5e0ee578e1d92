"""The shift of one agent, as a table.

>>> agent = Agent("anna", "sales", "PJSIP/agent1", since=0.0)
>>> become(agent, "READY", 5.0)
>>> become(agent, "HELD", 9.0)
Traceback (most recent call last):
dialer.errors.IllegalTransition: agent anna cannot go from READY to HELD
"""

from typing import Literal

import msgspec

from dialer.engine.commands import AgentWas
from dialer.errors import IllegalTransition

AgentState = Literal[
    "LOGGED_OUT", "PAUSED", "READY", "RESERVED", "PREVIEW", "TALKING", "HELD", "CONSULTING",
    "WRAP_UP",
]  # fmt: skip

NEXT: dict[AgentState, tuple[AgentState, ...]] = {
    "LOGGED_OUT": (),
    "PAUSED": ("READY", "LOGGED_OUT", "PAUSED", "RESERVED", "TALKING", "WRAP_UP"),
    "READY": ("RESERVED", "PREVIEW", "PAUSED", "LOGGED_OUT", "TALKING", "WRAP_UP"),
    "RESERVED": ("TALKING", "READY", "PAUSED", "LOGGED_OUT"),
    "PREVIEW": ("RESERVED", "READY", "PAUSED", "LOGGED_OUT", "TALKING", "WRAP_UP"),
    "TALKING": ("WRAP_UP", "HELD", "CONSULTING", "PAUSED", "LOGGED_OUT"),
    "HELD": ("TALKING", "WRAP_UP", "PAUSED", "LOGGED_OUT"),
    "CONSULTING": ("TALKING", "WRAP_UP", "PAUSED", "LOGGED_OUT"),
    "WRAP_UP": ("READY", "PAUSED", "LOGGED_OUT", "TALKING"),
}
"""What follows what. Straight to TALKING: after a crash the witnesses found a customer there. Back
to WRAP_UP: a disposition was taken back."""

WITH_CUSTOMER: frozenset[AgentState] = frozenset({"TALKING", "HELD"})
BUSY: frozenset[AgentState] = WITH_CUSTOMER | {"RESERVED", "PREVIEW", "CONSULTING", "WRAP_UP"}
"Logged in, not on a break, and not free."


class Said(msgspec.Struct, frozen=True):
    """A disposition that may still be taken back."""

    call: str
    lead: str
    campaign: str
    at: float


class Callback(msgspec.Struct, frozen=True):
    """A person whom an agent promised to call."""

    lead: str
    campaign: str
    at: float
    told_at: float
    "It was moved or dropped if it has not been told again lately."


class Agent(msgspec.Struct):
    """One agent on shift."""

    agent: str
    pool: str
    endpoint: str
    since: float
    "Since when in this state."
    state: AgentState = "PAUSED"
    reason: str = "login"
    leg_up: bool = False
    leg_called_at: float | None = None
    leg_down_at: float = 0.0
    "When it last broke."
    wants: Literal["ready", "pause", "log_out"] = "pause"
    "What follows the call, or the leg."
    why: str = "login"
    "The reason of a pause that is wanted."
    call: str = ""
    lead: str = ""
    offered_at: float = 0.0
    "When the lead was chosen that this agent looks at, or last looked at."
    campaign: str = ""
    wrap_up_s: float = 60.0
    talk_since: float = 0.0
    "When this customer was joined, holds or not."
    said: Said | None = None
    callback: Callback | None = None
    "No other call comes before it: the agent is kept for it, or gets it when this call is over."
    teams: tuple[str, ...] = ()
    "To which this agent belongs, for callbacks of one."
    desk: str = ""
    "The page at which the agent sits; empty: a bare phone, which nobody need attend."
    desk_lost_at: float | None = None
    "Since when nobody attends it."
    leg_gone_at: float | None = None
    "Since when the agent cannot be reached."
    voice_lost_at: float | None = None
    recall: bool = False
    "The leg is being called anew under a talk that goes on."
    talks_on: bool = False
    "They talked when that began: join them again. Else the agent had the customer on hold."

    @property
    def is_attended(self) -> bool:
        """Somebody is there to take a call."""
        return not self.desk or self.desk_lost_at is None

    @property
    def busy_since(self) -> float:
        """Since when in this phase of a call; a hold is part of the talk."""
        return self.talk_since if self.state in WITH_CUSTOMER else self.since


def is_asking(agent: Agent) -> bool:
    """Nobody is chosen yet for the agent to look at."""
    return agent.state == "PREVIEW" and not agent.lead


def become(agent: Agent, state: AgentState, at: float, reason: str = "") -> None:
    """Change the state; a change that the table does not know is a bug of ours."""
    if state not in NEXT[agent.state]:
        raise IllegalTransition(f"agent {agent.agent} cannot go from {agent.state} to {state}")
    agent.state, agent.since, agent.reason = state, at, reason


def was(agent: Agent, at: float) -> AgentWas:
    """The interval that ends now."""
    return AgentWas(
        agent=agent.agent,
        pool=agent.pool,
        state=agent.state,
        reason=agent.reason,
        call=agent.call,
        campaign=agent.campaign,
        from_at=agent.since,
        to_at=at,
    )
