"""The shift of one agent, as a table.

>>> agent = Agent("anna", "sales", "PJSIP/agent1", since=0.0)
>>> become(agent, "READY", 5.0)
>>> become(agent, "WRAP_UP", 9.0)
Traceback (most recent call last):
dialer.errors.IllegalTransition: agent anna cannot go from READY to WRAP_UP
"""

from typing import Literal

import msgspec

from dialer.engine.commands import AgentWas
from dialer.errors import IllegalTransition

AgentState = Literal[
    "LOGGED_OUT", "PAUSED", "READY", "RESERVED", "PREVIEW", "TALKING", "CONSULTING", "WRAP_UP"
]

NEXT: dict[AgentState, tuple[AgentState, ...]] = {
    "LOGGED_OUT": (),
    "PAUSED": ("READY", "LOGGED_OUT", "PAUSED", "TALKING"),
    "READY": ("RESERVED", "PREVIEW", "PAUSED", "LOGGED_OUT", "TALKING"),
    "RESERVED": ("TALKING", "READY", "PAUSED", "LOGGED_OUT"),
    "PREVIEW": ("RESERVED", "READY", "PAUSED", "LOGGED_OUT"),
    "TALKING": ("WRAP_UP", "CONSULTING", "PAUSED", "LOGGED_OUT"),
    "CONSULTING": ("TALKING", "WRAP_UP", "PAUSED", "LOGGED_OUT"),
    "WRAP_UP": ("READY", "PAUSED", "LOGGED_OUT", "TALKING"),
}
"What follows what. Straight to TALKING: after a crash the witnesses found a customer there."

BUSY: frozenset[AgentState] = frozenset({"RESERVED", "PREVIEW", "TALKING", "CONSULTING", "WRAP_UP"})
"Logged in, not on a break, and not free."


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
    campaign: str = ""
    wrap_up_s: float = 60.0


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
