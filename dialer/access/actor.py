"""Who does something to accounts: a user who came over the net, or whoever sits at the machine."""

import msgspec

from dialer.access.rules import NOTHING, Thing, User, may
from dialer.errors import AccessRefused


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """As the audit log names him, and what decides whether he may."""

    name: str
    source: str
    "From where: an address, or `machine`."
    user: User | None = None
    "None: at the machine, where he could write the file himself; no rule would hold him."

    def must(self, action: str, *accounts: User) -> None:
        """Refuse unless he may do this; to each of the accounts, if it is done to accounts."""
        if self.user is None:
            return
        for thing in [Thing(account=one) for one in accounts] or [NOTHING]:
            if not may(self.user, action, thing):
                whom = f" to {thing.account.name}" if thing.account else ""
                raise AccessRefused(f"{self.name} may not do this{whom}: {action}")


def at_the_machine(login: str) -> Actor:
    """Whoever uses the command line. The name cannot be that of an account."""
    return Actor(name=f"machine:{login}", source="machine")


def over_the_net(user: User, source: str) -> Actor:
    """A user who is logged in."""
    return Actor(name=user.name, source=source, user=user)
