"""Why nothing may be placed now, in a sentence for logs and terminals."""

from dialer.errors import DialerError
from dialer.i18n import words


def refusal(what: str, why: str) -> DialerError:
    """What cannot be done, and the governor's or the journal's word for why.

    >>> print(refusal("nothing can be placed by trunk `sip1` now", "trunk"))
    nothing can be placed by trunk `sip1` now: trunk down
    """
    return DialerError(f"{what}: {words('en').name('bound', why)}")
