"""Whole ranges of numbers that nobody calls, and those within them that are called all the same.

The longest prefix decides; of two that are as long, the one that forbids. A number's own entry on
the do-not-call list stands above: it is not called, whatever a white list says.

>>> premium, ours = Prefix("1900"), Prefix("190055", allows=True)
>>> [forbidden(digits, [premium, ours], "spring", at=0.0) for digits in ("19005512", "19001234")]
[False, True]
"""

import math
import re
from collections.abc import Iterable

import msgspec

LONGEST = 9
"Digits of a prefix: whatever is longer is somebody's number."
_WRITTEN = re.compile(r"\+?\s*([0-9][0-9 ()-]*)\*")


class Prefix(msgspec.Struct, frozen=True):
    """All numbers that begin so."""

    digits: str
    campaign: str = ""
    "Empty: for all campaigns."
    allows: bool = False
    "They are called, though a shorter prefix forbids it."
    until: float = math.inf


def forbidden(digits: str, prefixes: Iterable[Prefix], campaign: str, at: float) -> bool:
    """Whether a number lies in a range that this campaign must not call."""
    found = [
        (len(one.digits), not one.allows)
        for one in prefixes
        if one.campaign in ("", campaign) and at < one.until and digits.startswith(one.digits)
    ]
    return max(found, default=(0, False))[1]


def prefix_of(written: str) -> str | None:
    """The digits of a prefix as people write it, with its country and a star; none: it is none.

    >>> prefix_of("+86 138*"), prefix_of("+1 (900) *"), prefix_of("+1 212 555 0123")
    ('86138', '1900', None)
    """
    found = _WRITTEN.fullmatch(written.strip())
    digits = re.sub(r"[^0-9]", "", found[1]) if found else ""
    return digits if digits and digits[0] != "0" and len(digits) <= LONGEST else None
