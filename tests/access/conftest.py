"""A house of accounts in a folder of its own, with a clock that stands and cheap passwords."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from argon2 import PasswordHasher

from dialer.access.actor import Actor, at_the_machine, over_the_net
from dialer.access.database import file_in, opened
from dialer.access.passwords import Passwords
from dialer.access.permissions import Role
from dialer.access.rules import User
from dialer.access.store import Access

CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
MACHINE = at_the_machine("root")
NINE = 1_795_000_000.0
"A morning at nine."
GOOD = "green harvest lantern"
ANOTHER = "seven quiet engines"


class House(Access):
    """Accounts as the tests speak of them; what happens, happens at nine."""

    def hire(self, name: str, role: Role = "agent", **more: frozenset[str]) -> User:
        new = User(name=name, role=role, **more)
        return self.accounts.add(MACHINE, new, GOOD, at=NINE, must_change=False)

    def by(self, name: str) -> Actor:
        return over_the_net(self.accounts.known(name), "192.0.2.7")

    def told(self, *actions: str) -> list[tuple[str, str, str, str, str]]:
        """The audit log, the first first, of these actions or of all."""
        return [
            (one.who, one.action, one.object, one.before, one.after)
            for one in reversed(self.audit.entries())
            if not actions or one.action in actions
        ]


def opened_house(home: Path) -> House:
    db = opened(file_in(home))
    db.execute("PRAGMA synchronous = OFF")  # no test pulls the plug
    return House(db, chance=Random(7).randbytes, passwords=CHEAP)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Ada rules, ben administrates, eva supervises spring and team red, bob calls for both."""
    with opened_house(tmp_path) as house:
        for team in ("red", "blue"):
            house.accounts.add_team(MACHINE, team, at=NINE)
        spring, red = frozenset({"spring"}), frozenset({"red"})
        house.hire("ada", "superuser")
        house.hire("ben", "administrator")
        house.hire("eva", "supervisor", campaigns=spring, teams=red)
        house.hire("bob", campaigns=spring, teams=red)
        yield house
