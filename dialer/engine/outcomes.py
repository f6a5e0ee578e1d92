"""What can come of a call, as one closed table: kind -> rank, retry class, flags.

Figures are computed from the flags, never from the names. When two witnesses disagree about a
call the outcome of the higher rank stands; ranks only ever grow while a call lives.

>>> OUTCOMES["busy"].effective, OUTCOMES["congestion"].effective
(True, False)
>>> highest("no_answer", "machine")
'machine'
"""

from typing import Literal

import msgspec

Retry = Literal["talked", "machine", "busy", "later", "next_day_part", "carrier", "free", "never"]
"""Which line of the campaign's retry preset applies; `free` does not use up an attempt."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of end. Each flag is a question that a figure asks."""

    rank: int
    "The higher rank stands when witnesses disagree."
    retry: Retry
    "Which retry rule applies to the number."
    attempt: bool = True
    "It uses up one of the lead's attempts."
    answered: bool = False
    "The network reported an answer (200 OK): ASR."
    person: bool = False
    "A person answered, as far as anybody could tell: the denominator of abandonment."
    connected: bool = False
    "An agent and a person could hear each other."
    abandoned: bool = False
    "A person answered and no agent was there within the limit: the numerator."
    machine: bool = False
    "Something other than a person answered."
    effective: bool = False
    "The network did its part: NER (answered, busy, no answer, refused by the called side)."
    carrier: bool = False
    "The carrier failed: feeds the trunk's breaker, never the lead's attempts."
    ours: bool = False
    "We ended it or never placed it."
    number_dead: bool = False
    "The number itself cannot be reached this way again."


_LIVE = {"answered": True, "person": True, "effective": True}

OUTCOMES: dict[str, Outcome] = {
    # the network, before any answer
    "failed": Outcome(rank=0, retry="free", attempt=False, ours=True),
    "crashed": Outcome(rank=1, retry="later"),
    "cancelled": Outcome(rank=2, retry="free", attempt=False, ours=True),
    "carrier_failure": Outcome(rank=3, retry="carrier", attempt=False, carrier=True),
    "congestion": Outcome(rank=4, retry="carrier", attempt=False, carrier=True),
    "no_answer": Outcome(rank=10, retry="later", effective=True),
    "busy": Outcome(rank=11, retry="busy", effective=True),
    "rejected": Outcome(rank=12, retry="later", effective=True),
    "unreachable": Outcome(rank=13, retry="next_day_part"),
    "powered_off": Outcome(rank=14, retry="next_day_part"),
    "barred": Outcome(rank=15, retry="next_day_part"),
    "forwarded": Outcome(rank=16, retry="later"),
    "suspended": Outcome(rank=17, retry="next_day_part"),
    "no_service": Outcome(rank=18, retry="never", number_dead=True),
    "misdialled": Outcome(rank=19, retry="never", number_dead=True),
    "vacant": Outcome(rank=20, retry="never", number_dead=True),
    # something answered
    "silence": Outcome(rank=30, retry="later", answered=True, machine=True, effective=True),
    "fax": Outcome(rank=31, retry="never", answered=True, machine=True, effective=True),
    "ivr": Outcome(rank=32, retry="later", answered=True, machine=True, effective=True),
    "machine": Outcome(rank=33, retry="machine", answered=True, machine=True, effective=True),
    # a person answered
    "hung_up_waiting": Outcome(rank=40, retry="later", **_LIVE),
    "abandoned": Outcome(rank=41, retry="later", abandoned=True, **_LIVE),
    "agent_lost": Outcome(rank=42, retry="talked", connected=True, **_LIVE),
    "late_connect": Outcome(rank=43, retry="talked", connected=True, abandoned=True, **_LIVE),
    "connected": Outcome(rank=44, retry="talked", connected=True, **_LIVE),
    # a person called us: no figure of ours, so no flag
    "gave_up": Outcome(rank=50, retry="free", attempt=False),
    "told": Outcome(rank=51, retry="free", attempt=False),
    "taken": Outcome(rank=52, retry="free", attempt=False),
}
INBOUND = ("taken", "told", "gave_up")
"An agent took the caller; the message told him who called; he hung up before either."


def highest(*kinds: str) -> str:
    """The kind whose rank is highest; the empty string ranks below all."""
    return max(kinds, key=lambda kind: OUTCOMES[kind].rank if kind else -1)


CAUSES: dict[int, str] = {
    1: "vacant", 2: "misdialled", 3: "unreachable", 16: "no_answer", 17: "busy",
    18: "no_answer", 19: "no_answer", 20: "unreachable", 21: "rejected", 22: "vacant",
    27: "carrier_failure", 28: "misdialled", 31: "carrier_failure", 34: "congestion",
    38: "carrier_failure", 41: "carrier_failure", 42: "congestion", 44: "congestion",
    47: "congestion", 50: "barred", 55: "barred", 57: "barred", 58: "failed",
    102: "carrier_failure", 127: "carrier_failure",
}  # fmt: skip
"Q.850 cause -> outcome of a call that nobody answered."

SIP: dict[int, str] = {
    403: "rejected", 404: "vacant", 408: "carrier_failure", 410: "vacant", 429: "congestion",
    480: "unreachable", 484: "misdialled", 486: "busy", 488: "failed", 500: "carrier_failure",
    502: "carrier_failure", 503: "congestion", 504: "carrier_failure", 600: "busy",
    603: "rejected", 604: "vacant", 607: "rejected", 608: "rejected",
}  # fmt: skip
"""SIP status -> outcome of a call that nobody answered; it is finer than the cause, so it goes
first. 480 and 408 after a provisional response are a ring that timed out, see `unanswered`."""


def unanswered(cause: int, sip: int | None, *, rang: bool, local: bool) -> str:
    """The outcome of a call that ended before any answer.

    `rang`: a provisional response (180, 183) was seen. A ring timeout and a dead carrier both
    read 19/480 (measured on Asterisk 22.10.1); only `rang` tells them apart. `local`: the call
    never left this machine.

    >>> unanswered(19, 480, rang=True, local=False), unanswered(19, 480, rang=False, local=False)
    ('no_answer', 'carrier_failure')
    >>> unanswered(17, 486, rang=True, local=False), unanswered(0, None, rang=False, local=True)
    ('busy', 'failed')
    """
    if local:
        return "failed"
    if (cause, sip) == (19, 480) or sip == 408:
        return "no_answer" if rang else "carrier_failure"
    if sip in SIP:
        return SIP[sip]
    if cause in CAUSES and (rang or cause not in (16, 18, 19)):
        return CAUSES[cause]
    return "no_answer" if rang else "carrier_failure"
