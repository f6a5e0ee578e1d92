"""Users, their teams and what they hold: read, and changed by whoever may, each change recorded."""

import re
import sqlite3
from typing import Any

from dialer.access.actor import Actor
from dialer.access.audit import Audit
from dialer.access.changes import HELD, Changed, needed, told
from dialer.access.database import transaction
from dialer.access.lockout import Lockout
from dialer.access.passwords import Passwords, must_be_good
from dialer.access.permissions import ROLES, TABLE
from dialer.access.rules import EVERYWHERE, User, may_be_granted
from dialer.access.sessions import Sessions
from dialer.errors import AccessError, AccessRefused, called

NAME = re.compile(r"[a-z][a-z0-9._-]{0,31}")


class Accounts:
    """The users in one file. Every change is one transaction with its line in the audit log."""

    def __init__(self, db: sqlite3.Connection, audit: Audit, passwords: Passwords,
                 sessions: Sessions) -> None:  # fmt: skip
        self._db, self._audit = db, audit
        self._passwords, self._sessions = passwords, sessions

    # ---- asked ----------------------------------------------------------------------------------

    def user(self, name: str) -> User | None:
        """The user of that name, open or closed."""
        return next(iter(self._read("WHERE name = ?", name)), None)

    def known(self, name: str) -> User:
        """The user of that name, who must be there."""
        if found := self.user(name):
            return found
        raise AccessError(f"there is no user {name}", "no_user", user=name)

    def users(self) -> list[User]:
        """All of them, by name."""
        return self._read("ORDER BY name")

    def teams(self) -> list[str]:
        """All teams, by name."""
        return [row[0] for row in self._db.execute("SELECT team FROM teams ORDER BY team")]

    def must_change_password(self, name: str) -> bool:
        """Whether somebody else knows it: it was given to him, and not changed since."""
        return bool(self._field(name, "must_change"))

    def password_hash(self, name: str) -> str | None:
        """What is kept of the password, for checking it; nothing of nobody."""
        found: str | None = self._field(name, "password")
        return found

    # ---- changed --------------------------------------------------------------------------------

    def add(
        self, by: Actor, new: User, password: str, *, at: float, must_change: bool = True
    ) -> User:
        """A new account. `must_change`: somebody else chose the password."""
        if not NAME.fullmatch(new.name):
            said = f"{new.name!r} is no user name: a letter, then up to 31 of a-z0-9._-"
            raise AccessError(said, "bad_name", name=new.name)
        must_be_good(password, new.name)
        hashed = self._passwords.hashed(password)
        with transaction(self._db):
            if self.user(new.name):
                raise AccessError(
                    f"there is a user {new.name} already", "user_taken", user=new.name
                )
            self._must_make_sense(new)
            by.must("user.add", new)
            if new.role != "superuser" and not self.users():
                raise AccessError("the first account must be a superuser's", "first_superuser")
            self._db.execute(
                "INSERT INTO users VALUES (?, ?, ?, ?, ?, ?)",
                (new.name, new.role, new.active, hashed, must_change, at),
            )
            self._write_holdings(new)
            self._audit.append(by, "user.add", f"user:{new.name}", at=at, after=told(new))
        return new

    def change(self, by: Actor, name: str, changed: Changed, *, at: float) -> User:
        """Make of a user what `changed` says, if `by` may: for who he is and who he becomes.

        What differs decides which permissions that takes.
        """
        with transaction(self._db):
            before = self.known(name)
            after = changed(before)
            self._must_make_sense(after)
            actions = needed(before, after)
            for action in actions or ["user.see"]:
                by.must(action, before, after)
            if not actions:
                return after
            self._must_leave_a_superuser(before, after)
            self._db.execute(
                "UPDATE users SET role = ?, active = ? WHERE name = ?",
                (after.role, after.active, name),
            )
            self._write_holdings(after)
            if (before.role, before.active) != (after.role, after.active):
                self._sessions.end_all(name)
            self._audit.append(
                by, actions[0], f"user:{name}", at=at, before=told(before, after),
                after=told(after, before),
            )  # fmt: skip
        return after

    def set_password(self, by: Actor, action: str, name: str, password: str, *, at: float) -> None:
        """`user.password`: his own, changed. `user.reset`: given to him, to be changed at once.

        Ends all his sessions and his lock-out.
        """
        must_be_good(password, name)
        hashed = self._passwords.hashed(password)
        with transaction(self._db):
            by.must(action, self.known(name))
            self._db.execute(
                "UPDATE users SET password = ?, must_change = ? WHERE name = ?",
                (hashed, action == "user.reset", name),
            )
            self._sessions.end_all(name)
            Lockout(self._db).release(name)
            self._audit.append(by, action, f"user:{name}", at=at)

    def keep_hash(self, name: str, old: str, new: str) -> str:
        """Keep the same password, hashed with the parameters of today. The hash."""
        self._db.execute(
            "UPDATE users SET password = ? WHERE name = ? AND password = ?", (new, name, old)
        )
        return new

    def add_team(self, by: Actor, team: str, *, at: float) -> None:
        """A new team."""
        if not NAME.fullmatch(team):
            said = f"{team!r} is no name of a team: a letter, then up to 31 of a-z0-9._-"
            raise AccessError(said, "bad_name", name=team)
        by.must("team.edit")
        with transaction(self._db):
            if team in self.teams():
                raise AccessError(f"there is a team {team} already", "team_taken", team=team)
            self._db.execute("INSERT INTO teams VALUES (?, ?)", (team, at))
            self._audit.append(by, "team.edit", f"team:{team}", at=at, after={"team": team})

    def remove_team(self, by: Actor, team: str, *, at: float) -> int:
        """A team ends; how many accounts were in it, which stay."""
        with transaction(self._db):
            by.must("team.edit")
            if team not in self.teams():
                raise AccessError(f"there is no team {team}", "no_team", team=team)
            left = self._db.execute(
                "DELETE FROM holdings WHERE kind = 'team' AND name = ?", (team,)
            ).rowcount
            self._db.execute("DELETE FROM teams WHERE team = ?", (team,))
            what = {"team": team, "members": left}
            self._audit.append(by, "team.edit", f"team:{team}", at=at, before=what)
        return left

    # ---- rows -----------------------------------------------------------------------------------

    def _read(self, where: str, *bound: str) -> list[User]:
        rows = self._db.execute(f"SELECT name, role, active FROM users {where}", bound).fetchall()
        return [
            User(name=name, role=role, active=bool(active), **self._holdings(name))
            for name, role, active in rows
        ]

    def _holdings(self, name: str) -> dict[str, frozenset[str]]:
        held: dict[str, set[str]] = {field: set() for field in HELD.values()}
        for kind, one in self._db.execute(
            "SELECT kind, name FROM holdings WHERE user = ?", (name,)
        ):
            held[HELD[kind]].add(one)
        return {field: frozenset(ones) for field, ones in held.items()}

    def _write_holdings(self, user: User) -> None:
        self._db.execute("DELETE FROM holdings WHERE user = ?", (user.name,))
        rows = [
            (user.name, kind, one) for kind, field in HELD.items() for one in getattr(user, field)
        ]
        self._db.executemany("INSERT INTO holdings VALUES (?, ?, ?)", rows)

    def _field(self, name: str, field: str) -> Any:
        row = self._db.execute(f"SELECT {field} FROM users WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    # ---- what holds for everybody, also at the machine ------------------------------------------

    def _must_make_sense(self, user: User) -> None:
        if user.role not in ROLES:
            raise AccessError(f"there is no role {user.role}")
        if missing := sorted(user.teams - {EVERYWHERE, *self.teams()}):
            raise AccessError(f"there is no team {missing[0]}", "no_team", team=missing[0])
        if unknown := sorted(user.grants - set(TABLE)):
            raise AccessError(f"there is no permission {unknown[0]}")
        if idle := [one for one in sorted(user.grants) if not may_be_granted(one, user.role)]:
            said = f"{idle[0]} cannot be granted to the role {user.role}"
            raise AccessError(
                said, "not_granted", permission=idle[0], role=called("role", user.role)
            )

    def _must_leave_a_superuser(self, before: User, after: User) -> None:
        if not _rules(before) or _rules(after):
            return
        if not any(_rules(one) for one in self.users() if one.name != before.name):
            said = f"{before.name} is the last superuser: make another one first"
            raise AccessRefused(said, "last_superuser", user=before.name)


def _rules(user: User) -> bool:
    return user.role == "superuser" and user.active
