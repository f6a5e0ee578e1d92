"""The settings of calls to us."""

import re
from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta


class Inbound(msgspec.Struct, frozen=True, kw_only=True):
    """People who call one of our caller ids back, and the key that ends our calls to a number."""

    hours: str = ""
    """When callers are put through, `08:00-20:00` in their campaign's zone. Empty: whenever agents
    are there. At all other times they hear the message and are called back."""
    last_agent_s: Annotated[float, Meta(ge=0, le=20)] = 5.0
    "How long a caller waits for the agent who spoke with him last; then any agent of the pool's."
    wait_s: Annotated[float, Meta(ge=2, le=25)] = 15.0
    "How long it rings at most until an agent is free. Then the message, and a callback."
    callback_after_s: Annotated[float, Meta(ge=0)] = 300.0
    "How soon whom no agent could take is called back (within calling hours)."
    opt_out_key: Annotated[str, Meta(pattern="^[0-9]$")] = "9"
    "Whoever presses it in the safe-harbour message is not called again."
    opt_out: Literal["everywhere", "campaign"] = "everywhere"
    "What that key forbids: all calls to the number, or those of the campaign that called."
    caller_per_minute: Annotated[int, Meta(ge=1)] = 4
    "Calls a minute from one number (hidden ones count as one). More hear a busy tone."
    all_per_minute: Annotated[int, Meta(ge=1)] = 60
    "Calls a minute from all numbers together. More hear a busy tone."

    def __post_init__(self) -> None:
        """Hours are two times of one day."""
        if self.hours and not _HOURS.fullmatch(self.hours):
            raise ValueError(f"hours `{self.hours}`: two times of a day, `08:00-20:00`")

    def is_open(self, at: float, zone: str) -> bool:
        """Whether callers are put through at this instant.

        >>> Inbound(hours="08:00-20:00").is_open(1_790_000_000.0, "UTC")  # 14:13
        True
        >>> Inbound(hours="08:00-20:00").is_open(1_790_000_000.0, "Asia/Shanghai")
        False
        """
        opens, _, closes = self.hours.partition("-")
        wall = f"{datetime.fromtimestamp(at, ZoneInfo(zone)):%H:%M}"
        return not self.hours or opens <= wall < closes


_HOURS = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)")
