"""Why an order of a desk is refused, as a word that the catalogue has a text for.

The dialer says it in English, for logs and programs; a person reads `reason.desk_...`.
"""

from collections.abc import Sequence

NOT_LISTED = "calls are handed over to agents and pools of this house, and outside only by the list"

SAID: Sequence[tuple[str, str]] = (
    ("this system cannot make emergency calls", "desk_emergency"),
    ("this number cannot be called", "desk_number"),
    ("the agent's own telephone is not connected", "desk_phone"),
    ("the agent is busy", "desk_busy"),
    ("nothing can be placed", "desk_held"),
    ("the campaign ", "desk_campaign"),
    ("no campaign ", "desk_campaign"),
    ("the pool ", "desk_pool"),
    ("nobody to hand over to", "desk_nobody"),
    (NOT_LISTED, "desk_outside"),
    ("there is no softphone", "desk_no_softphone"),
    ("there is no phone", "desk_no_phone"),
    ("a note is about", "desk_note"),
    ("somebody else is shown", "desk_shown"),
)
"How a refusal begins -> its word."


def reason(why: str) -> str:
    """The word of a refusal; empty where there is none.

    >>> reason("this number cannot be called: premium rate")
    'desk_number'
    """
    return next((word for begin, word in SAID if why.startswith(begin)), "")
