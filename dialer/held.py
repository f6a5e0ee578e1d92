"""Why somebody cannot be called now: a sentence for logs and terminals, a word for pages."""

from typing import Any

import msgspec

from dialer.errors import DialerError, Value, called
from dialer.i18n import words


def refusal(what: str, why: str) -> DialerError:
    """What cannot be done, and the governor's or the journal's word for why.

    >>> print(refusal("nothing can be placed by trunk `sip1` now", "trunk"))
    nothing can be placed by trunk `sip1` now: trunk down
    """
    said = f"{what}: {words('en').name('bound', why)}"
    return DialerError(said, "desk_held", why=called("bound", why))


def uncallable(why: str) -> DialerError:
    """What kind of number it is that nobody may call, by its word.

    >>> print(uncallable("premium_rate"))
    this number cannot be called: premium rate
    """
    said = f"this number cannot be called: {why.replace('_', ' ')}"
    return DialerError(said, "desk_number", why=called("reject", why))


class Objection(msgspec.Struct, frozen=True):
    """What speaks against a campaign's start, told as the API tells of a refusal."""

    detail: str
    "In English."
    reason: str = ""
    "By what a page has words of its own for it."
    values: dict[str, Any] = {}
    "What fills their gaps."


def objection(reason: str, /, **values: Value) -> Objection:
    """By its reason.

    >>> objection("list_missing", list="spring").detail
    'there is no list spring: import it first'
    """
    return Objection(words("en").because(reason, values), reason, values)
