"""The house's accounts as others use them: log in, who is this, change, look up.

One `Access` is for one thread at a time; several, in as many processes as there are, share a file.
Time is an argument everywhere. What refuses a log-in is a value: it happens every day.
"""

import hmac
import secrets
import sqlite3
from collections.abc import Collection
from pathlib import Path
from types import TracebackType
from typing import Literal

import msgspec
from msgspec.structs import replace

from dialer.access import database
from dialer.access.accounts import NAME, Accounts
from dialer.access.actor import Actor, over_the_net
from dialer.access.audit import Audit, Details
from dialer.access.changes import set_active, with_role
from dialer.access.database import transaction
from dialer.access.factors import Factors, Setup
from dialer.access.keys import Keys
from dialer.access.links import Links
from dialer.access.lockout import Lockout
from dialer.access.passwords import Passwords
from dialer.access.permissions import Role
from dialer.access.rules import User
from dialer.access.sessions import USUAL, Second, Session, Sessions, Terms
from dialer.access.tokens import Chance, kept, token
from dialer.errors import AccessError, AccessRefused

FIRST_TOKEN_S = 86400.0
"How long the token for the first superuser is good; the next start makes another."


class LoggedIn(msgspec.Struct, frozen=True, kw_only=True):
    """The right password."""

    user: User
    token: str
    "For the browser's cookie."
    must_change: bool
    "Somebody else chose the password: he may do nothing before he has changed it."
    recovery: tuple[str, ...] = ()
    "Codes for who loses the authenticator, told once: when a second factor begins with this."


class NotLoggedIn(msgspec.Struct, frozen=True, kw_only=True):
    """Not the right password, or not the time to try one; which name exists is not told."""

    wait_s: float = 0.0
    "Nothing is looked at before this is over."
    wants: Literal["", "code", "setup"] = ""
    "The password is right; a code of the authenticator is missing, or wrong."
    setup: Setup | None = None
    "His role needs a second factor and he has none: what his authenticator is to know."


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """Whom an identity provider vouches for."""

    issuer: str
    subject: str
    name: str
    "What a new account would be called."
    role: Role | None
    "What the groups make of him; None: nothing, he does not come in."
    follows: bool
    "Whether the role is the provider's business at all."


class Access:
    """Accounts, sessions, keys and audit log of one file."""

    def __init__(
        self, db: sqlite3.Connection, *, chance: Chance = secrets.token_bytes,
        passwords: Passwords | None = None, terms: Terms = USUAL,
    ) -> None:  # fmt: skip
        self._db, self._chance = db, chance
        self._passwords = passwords or Passwords()
        self._lockout = Lockout(db)
        self.audit = Audit(db)
        self.sessions = Sessions(db, chance, terms)
        self.accounts = Accounts(db, self.audit, self._passwords, self.sessions)
        self.links = Links(db, self.audit)
        self.keys = Keys(db, self.accounts, self.audit, chance)
        self.factors = Factors(db, self.audit, chance)

    @classmethod
    def at(cls, home: Path, *, passwords: Passwords | None = None) -> "Access":
        """That of a dialer's home; made where it is missing."""
        return cls(database.opened(database.file_in(home)), passwords=passwords)

    def __enter__(self) -> "Access":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None,
        where: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    # ---- coming in ------------------------------------------------------------------------------

    def log_in(
        self, name: str, password: str, *, source: str, at: float, code: str = "",
        needed: Collection[str] = (),
    ) -> LoggedIn | NotLoggedIn:  # fmt: skip
        """A session, for the right password. Takes as long for a name that nobody has.

        `code`: of the second factor, where there is one. Roles that are `needed` to have one get
        it here: the first code of the new authenticator begins it.
        """
        name = name.strip().lower()
        if wait_s := self._lockout.attempt(name, source, at):
            return NotLoggedIn(wait_s=wait_s)
        name_or_none = name if NAME.fullmatch(name) else ""
        hashed = self.accounts.password_hash(name_or_none)
        right = self._passwords.is_right(password, hashed)
        user = self.accounts.user(name_or_none)
        if hashed is None or user is None or not (right and user.active):
            self._note_refused(user, source, at)
            return NotLoggedIn()
        second = self._second(user, code, source, at, is_needed=user.role in needed)
        if isinstance(second, NotLoggedIn):
            return second  # the attempt stays counted: who guesses codes is locked out, too
        self._lockout.forgive(name, source)
        if self._passwords.is_outdated(hashed):
            hashed = self.accounts.keep_hash(name, hashed, self._passwords.hashed(password))
        vouched: Second = "code" if self.factors.is_on(user.name) else ""
        begun = self._begun(user, hashed, source, at, vouched)
        return replace(begun, recovery=second) if isinstance(begun, LoggedIn) else begun

    def _second(
        self, user: User, code: str, source: str, at: float, *, is_needed: bool
    ) -> tuple[str, ...] | NotLoggedIn:
        """Nothing stands in the way; new recovery codes, where the factor begins with this."""
        by = over_the_net(user, source)
        is_on = self.factors.is_on(user.name)
        if not is_on and not is_needed:
            return ()
        if is_on and code and self.factors.is_right(by, code, at=at):
            return ()
        if not is_on and code and (codes := self.factors.confirm(by, code, at=at)):
            return codes
        if code:
            self._note_refused(user, source, at)
            return NotLoggedIn(wants="code")
        if is_on:
            return NotLoggedIn(wants="code")
        return NotLoggedIn(wants="setup", setup=self.factors.begin(user.name))

    def arrive(self, who: Arrived, *, source: str, at: float) -> LoggedIn | NotLoggedIn:
        """A session for whom the provider vouches; an account, if he is new.

        A name that is taken stays its holder's: only somebody at the machine ties the two.
        """
        by = Actor(name="oidc", source=source)
        try:
            with transaction(self._db):
                user = self._followed(by, who, at)
        except AccessError:  # no such name, a name that is taken, the last superuser
            user = None
        hashed = self.accounts.password_hash(user.name) if user else None
        if user is None or hashed is None or not user.active:
            self._note_refused(user, source, at)
            return NotLoggedIn()
        return self._begun(user, hashed, source, at, "provider")

    def _followed(self, by: Actor, who: Arrived, at: float) -> User | None:
        known = self.links.user(who.issuer, who.subject)
        if who.follows and who.role is None:
            return None
        if known is None and who.role is not None:
            new, password = User(name=who.name, role=who.role), token(self._chance)
            self.accounts.add(by, new, password, at=at, must_change=False)
            self.links.tie(by, who.name, who.issuer, who.subject, at=at)
            return new
        if known is None or who.role is None:
            return self.accounts.user(known) if known else None
        return self.accounts.change(by, known, with_role(who.role), at=at)

    def _begun(
        self, user: User, hashed: str, source: str, at: float, second: Second = ""
    ) -> LoggedIn | NotLoggedIn:
        with transaction(self._db):
            if self.accounts.password_hash(user.name) != hashed:
                return NotLoggedIn()  # changed meanwhile, which ends all that began with the old
            begun = self.sessions.begin(user.name, source, at, second)
            by = over_the_net(user, source)
            self.audit.append(by, "session.begin", f"user:{user.name}", at=at)
            must_change = self.accounts.must_change_password(user.name)
        return LoggedIn(user=user, token=begun, must_change=must_change)

    def user_of(
        self, given: str, *, at: float, needed: Collection[str] = ()
    ) -> tuple[User, Session] | None:
        """Who comes with this session's token, as he is now.

        A session in which no second factor was shown ends where his role is `needed` to have one:
        the next log-in asks for it, or sets it up.
        """
        session = self.sessions.of(given, at)
        user = self.accounts.user(session.user) if session else None
        if session is None or user is None or not user.active:
            return None
        if user.role in needed and not session.second:
            with transaction(self._db):
                if self.sessions.end(given):
                    self._note_end(user, session, at, {"why": "second factor"})
            return None
        return user, session

    def log_out(self, given: str, *, at: float) -> None:
        """End a session."""
        found = self.user_of(given, at=at)
        if self.sessions.end(given) and found:
            self._note_end(*found, at)

    def _note_end(
        self, user: User, session: Session, at: float, after: Details | None = None
    ) -> None:
        by = over_the_net(user, session.source)
        self.audit.append(by, "session.end", f"user:{user.name}", at=at, after=after)

    def _note_refused(self, user: User | None, source: str, at: float) -> None:
        # What was typed for a name may be somebody's password: only names that exist are noted.
        name = user.name if user else "(unknown)"
        by = Actor(name=name, source=source, user=user)
        self.audit.append(by, "session.refused", f"user:{name}", at=at)

    # ---- the first one --------------------------------------------------------------------------

    def first_token(self, *, at: float) -> str | None:
        """While there are no users: a token that makes one superuser, once. The last one ends."""
        with transaction(self._db):
            if self.accounts.users():
                return None
            new = token(self._chance)
            self._db.execute(
                "INSERT OR REPLACE INTO first_token VALUES (1, ?, ?)",
                (kept(new), at + FIRST_TOKEN_S),
            )
        return new

    def redeem(self, given: str, name: str, password: str, *, source: str, at: float) -> User:
        """The first superuser, for whoever has the token."""
        by = Actor(name="first-start", source=source)
        new = User(name=name, role="superuser")
        with transaction(self._db):
            self._must_be_the_first(given, at)
            made = self.accounts.add(by, new, password, at=at, must_change=False)
            self._db.execute("DELETE FROM first_token")
        return made

    def _must_be_the_first(self, given: str, at: float) -> None:
        row = self._db.execute("SELECT token, expires_at FROM first_token").fetchone()
        is_it = row is not None and hmac.compare_digest(row[0], kept(given)) and at < row[1]
        if not is_it or self.accounts.users():
            raise AccessRefused(
                "that token is not, or no longer, good: start anew for another", "token"
            )

    # ---- changes --------------------------------------------------------------------------------

    def set_role(self, by: Actor, name: str, role: Role, *, at: float) -> User:
        """Another role. Ends his sessions; grants that mean nothing to it are gone."""
        return self.accounts.change(by, name, with_role(role), at=at)

    def disable(self, by: Actor, name: str, *, at: float) -> User:
        """Close an account: nobody comes in by it, what it did stays told."""
        return self.accounts.change(by, name, set_active(False), at=at)

    def enable(self, by: Actor, name: str, *, at: float) -> User:
        """Open it again."""
        return self.accounts.change(by, name, set_active(True), at=at)

    def reset_password(self, by: Actor, name: str, password: str, *, at: float) -> None:
        """Give a user a password, which he has to change. Ends his sessions and lock-out."""
        self.accounts.set_password(by, "user.reset", name, password, at=at)

    def change_password(self, by: Actor, old: str, new: str, *, at: float) -> NotLoggedIn | None:
        """His own, for who knows the old one. Ends all his sessions; wrong guesses lock out."""
        if wait_s := self._lockout.attempt(by.name, by.source, at):
            return NotLoggedIn(wait_s=wait_s)
        if not self._passwords.is_right(old, self.accounts.password_hash(by.name)):
            return NotLoggedIn()
        self._lockout.forgive(by.name, by.source)
        self.accounts.set_password(by, "user.password", by.name, new, at=at)
        return None

    def confirm_factor(self, by: Actor, code: str, given: str, *, at: float) -> tuple[str, ...]:
        """His own second factor begins, in this session: ten recovery codes. None: a wrong code."""
        with transaction(self._db):
            codes = self.factors.confirm(by, code, at=at)
            if codes:
                self.sessions.proven(given)
        return codes

    def own_factor_off(self, by: Actor, code: str, *, at: float) -> NotLoggedIn | None:
        """His own second factor ends, for who has a code; wrong guesses lock out."""
        if wait_s := self._lockout.attempt(by.name, by.source, at):
            return NotLoggedIn(wait_s=wait_s)
        if not self.factors.is_right(by, code, at=at):
            return NotLoggedIn(wants="code")
        self._lockout.forgive(by.name, by.source)
        with transaction(self._db):
            self.factors.off(by, by.name, at=at)
            self.sessions.unproven(by.name)
        return None

    def factor_off(self, by: Actor, name: str, *, at: float) -> bool:
        """That of somebody who has lost it, by who may give him a password. Ends his sessions."""
        with transaction(self._db):
            by.must("user.reset", self.accounts.known(name))
            was_on = self.factors.off(by, name, at=at)
            self.sessions.end_all(name)
        return was_on

    def end_sessions(self, by: Actor, name: str, *, at: float) -> int:
        """Log a user out everywhere. How many sessions that were."""
        with transaction(self._db):
            by.must("user.log_out", self.accounts.known(name))
            ended = self.sessions.end_all(name)
            self.audit.append(by, "user.log_out", f"user:{name}", at=at, after={"sessions": ended})
        return ended
