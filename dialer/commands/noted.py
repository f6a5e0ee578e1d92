"""The audit log's entry for what somebody at this machine did by a command."""

from collections.abc import Mapping
from contextlib import closing
from getpass import getuser

import typer

from dialer.access.actor import at_the_machine
from dialer.access.store import Access
from dialer.commands import settings_of


def noted(
    context: typer.Context, action: str, thing: str, at: float, after: Mapping[str, object]
) -> None:
    """Keep who did it: whoever is logged in at the machine."""
    with closing(Access.at(settings_of(context).home)) as access:
        access.audit.append(at_the_machine(getuser()), action, thing, at=at, after=after)
