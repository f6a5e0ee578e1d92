"""A telephone number as people may see it: masked, unless one who may asks for this very one."""

from dialer.access.actor import Actor
from dialer.access.audit import Audit
from dialer.access.rules import Thing, may
from dialer.errors import AccessRefused
from dialer.leads.normalise import masked

__all__ = ["masked", "reveal"]


def reveal(audit: Audit, by: Actor, lead: str, digits: str, thing: Thing, *, at: float) -> str:
    """The number of a lead in full, and a line in the audit log before anybody sees it.

    `thing` is the lead as the rules look at it. To be allowed to see numbers is not to see them:
    each one is asked for by itself.
    """
    if by.user is None or not may(by.user, "lead.reveal", thing):
        raise AccessRefused(f"{by.name} may not see this number: lead.reveal")
    audit.append(by, "lead.reveal", f"lead:{lead}", at=at, after={"number": masked(digits)})
    return f"+{digits}"
