"""A world that is a script: events go in by hand, orders are looked at."""

from typing import Any

from dialer.engine.commands import AnyCommand, Record
from dialer.engine.engine import Engine
from dialer.engine.events import (
    Answered,
    Bridged,
    CampaignOpened,
    Event,
    Heard,
    Intended,
    LeadsCounted,
    LegUp,
    LoggedIn,
    Reconciled,
    Started,
    SwitchUp,
    WentReady,
)

SPRING = CampaignOpened(
    at=0.0, campaign="spring", pool="sales", version=1, trunk="lab", lines=30, calls_per_s=100.0,
    caller_ids=("+15550001111",), source="sim",
)  # fmt: skip


HUMAN = {"sound": "human", "phase": "answer"}
"Of what is heard."


def key(n: int) -> str:
    """A call id."""
    return f"d1-{n:032x}"


def intended(n: int, at: float, **other: Any) -> Intended:
    """The journal's promise of call n."""
    fields: dict[str, Any] = {
        "call": key(n), "lead": f"L{n}", "list": "april", "campaign": "spring", "version": 1,
        "pool": "sales", "attempt": 1, "number_key": f"k{n}", "masked": "+1555•••4567",
        "region": "US", "trunk": "lab", "caller_id": "+15550001111", "ring_timeout_s": 30.0,
        "not_after": 1e9, "mode": "progressive", "epoch": 1,
    }  # fmt: skip
    return Intended(at=at, **{**fields, **other})


class Script:
    """An engine, and what it has ordered."""

    def __init__(self) -> None:
        self.engine = Engine()
        self.orders: list[AnyCommand] = []

    def tell(self, *events: Event) -> list[AnyCommand]:
        """Hand over events; the orders of the last one."""
        orders: list[AnyCommand] = []
        for event in events:
            orders = self.engine.handle(event)
            self.orders += orders
        return orders

    def facts(self, kind: type) -> list[Any]:
        """The facts of one kind recorded so far."""
        return [o.fact for o in self.orders if isinstance(o, Record) and isinstance(o.fact, kind)]


def open_for_business(*agents: str, campaign: CampaignOpened = SPRING, leads: int = 100) -> Script:
    """A script whose dialer is up, with these agents ready."""
    script = Script()
    script.tell(Started(epoch=1, at=0.0), campaign, LeadsCounted("spring", leads, leads, at=0.0))
    script.tell(SwitchUp(at=0.0), Reconciled(at=0.0))
    for name in agents:
        script.tell(LoggedIn(name, "sales", f"PJSIP/{name}", at=0.0), WentReady(name, at=0.0))
        script.tell(LegUp(name, at=0.5))
    return script


def talking(*agents: str) -> Script:
    """Anna talks with customer 1 since 3.1; the others are ready."""
    script = open_for_business("anna", *agents)
    script.tell(intended(1, 1.0), Answered(key(1), at=2.0), Heard(key(1), at=3.0, **HUMAN))
    script.tell(Bridged(key(1), "anna", at=3.1))
    return script


def agent(script: Script, name: str) -> str:
    """In which state an agent is."""
    return script.engine.state.agents[name].state
