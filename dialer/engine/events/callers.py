"""People who call us, and people who want no more calls."""

from typing import Literal

from dialer.engine.events.event import Event


class Arrived(Event, frozen=True, tag=True):
    """Somebody called one of our caller ids; the journal has looked up who it is.

    It has the fields of a promise, and stands where one would: nobody promised this call. The
    number itself is not here.
    """

    call: str
    trunk: str
    "That brought it."
    caller_id: str
    "Ours, that was called."
    number_key: str = ""
    "Keyed hash of the caller's number; empty where it is hidden."
    masked: str = ""
    region: str = ""
    lead: str = ""
    list: str = ""
    campaign: str = ""
    "That called this number last, or that shows this caller id."
    version: int = 0
    pool: str = ""
    agent: str = ""
    "Who spoke with this person last."
    blocked: bool = False
    "The number is on a do-not-call list."
    source: Literal["live", "lab", "sim"] = "live"
    wait_s: float = 0.0
    "How long it may ring. 0: nobody shall be asked, it is out of hours or nobody's call."
    last_agent_s: float = 0.0
    "How long it waits for the agent who spoke last."
    late: bool = False
    "Nobody was there when it came; the switch has dealt with it, or is about to."
    epoch: int = 0
    attempt: int = 0
    ring_timeout_s: float = 0.0
    not_after: float = 0.0
    mode: str = "inbound"


class OptedOut(Event, frozen=True, tag=True):
    """The person on this call pressed the key that ends our calls, in a message of ours.

    The switch tells it again until the journal has it on disk; the call may be long over.
    """

    call: str
    everywhere: bool = True
    "Else only for the campaign that called."
