"""API keys: `dk_PREFIX_SECRET`, shown once; the prefix tells them apart, the secret is a hash."""

import hmac
import re
import sqlite3

import msgspec

from dialer.access.accounts import Accounts
from dialer.access.actor import Actor
from dialer.access.audit import Audit
from dialer.access.database import transaction
from dialer.access.permissions import TABLE, Reach
from dialer.access.rules import User, reach
from dialer.access.tokens import Chance, kept, token
from dialer.errors import AccessError, AccessRefused

DAY_S = 86400.0
LONGEST_DAYS = 366
NOTE_S = 60.0
"The last use of a key is written down no more often than this."


PREFIX = re.compile(r"[0-9a-f]{8}")
LABEL = re.compile(r"[\w .,:/-]{1,60}")


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """What may be seen of a key."""

    prefix: str
    owner: str
    label: str
    scopes: frozenset[str]
    made_at: float
    expires_at: float
    used_at: float | None
    revoked_at: float | None


class Keys:
    """The keys in one file."""

    def __init__(
        self, db: sqlite3.Connection, accounts: Accounts, audit: Audit, chance: Chance
    ) -> None:
        self._db, self._accounts, self._audit, self._chance = db, accounts, audit, chance

    def make(
        self, by: Actor, owner: str, label: str, scopes: frozenset[str], *, days: int, at: float
    ) -> str:
        """A new key, to be shown once. It can do no more than its owner, now or later."""
        if not 1 <= days <= LONGEST_DAYS:
            said = f"a key lasts 1 to {LONGEST_DAYS} days, not {days}"
            raise AccessError(said, "key_days", most=LONGEST_DAYS)
        if not LABEL.fullmatch(label):
            said = "a key needs a label: up to 60 letters, digits, spaces or .,:/-"
            raise AccessError(said, "key_label")
        prefix, secret = self._chance(4).hex(), token(self._chance)
        with transaction(self._db):
            user = self._accounts.known(owner)
            by.must("key.make", user)
            _must_hold(user, scopes)
            self._db.execute(
                "INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
                (prefix, kept(secret), owner, label, " ".join(sorted(scopes)), at,
                 at + days * DAY_S),
            )  # fmt: skip
            after = {"owner": owner, "label": label, "may": scopes, "days": days}
            self._audit.append(by, "key.make", f"key:{prefix}", at=at, after=after)
        return f"dk_{prefix}_{secret}"

    def user_of(self, given: str, at: float) -> User | None:
        """Who comes with this key, limited to what it may; nobody if it is none that lasts."""
        mark, _, rest = given.partition("_")
        prefix, _, secret = rest.partition("_")
        if mark != "dk" or not PREFIX.fullmatch(prefix):
            return None
        row = self._db.execute(_LASTING, (prefix, at)).fetchone()
        if row is None or not hmac.compare_digest(row[0], kept(secret)):
            return None
        if at - (row[3] or 0.0) >= NOTE_S:
            self._db.execute("UPDATE keys SET used_at = ? WHERE prefix = ?", (at, prefix))
        user = self._accounts.user(row[1])
        if user is None or not user.active:
            return None
        return msgspec.structs.replace(user, only=frozenset(row[2].split()))

    def revoke(self, by: Actor, prefix: str, *, at: float) -> None:
        """End a key."""
        with transaction(self._db):
            owner = self.owner(prefix)
            if owner is None:
                raise AccessError(f"there is no key {prefix}", "no_key")
            by.must("key.revoke", self._accounts.known(owner))
            self._db.execute(_REVOKE, (at, prefix))
            self._audit.append(by, "key.revoke", f"key:{prefix}", at=at)

    def owner(self, prefix: str) -> str | None:
        """Whose key that is, or was."""
        row = self._db.execute("SELECT owner FROM keys WHERE prefix = ?", (prefix,)).fetchone()
        return row[0] if row else None

    def of(self, owner: str) -> list[Key]:
        """The keys of a user, the latest first."""
        rows = self._db.execute(
            "SELECT prefix, owner, label, scopes, made_at, expires_at, used_at, revoked_at "
            "FROM keys WHERE owner = ? ORDER BY made_at DESC, prefix",
            (owner,),
        )
        return [_key(row) for row in rows]


_LASTING = """
SELECT secret, owner, scopes, used_at FROM keys
WHERE prefix = ? AND expires_at > ? AND revoked_at IS NULL
"""
_REVOKE = "UPDATE keys SET revoked_at = ? WHERE prefix = ? AND revoked_at IS NULL"


def _key(row: tuple[str, str, str, str, float, float, float | None, float | None]) -> Key:
    prefix, owner, label, scopes, made_at, expires_at, used_at, revoked_at = row
    return Key(
        prefix=prefix, owner=owner, label=label, scopes=frozenset(scopes.split()),
        made_at=made_at, expires_at=expires_at, used_at=used_at, revoked_at=revoked_at,
    )  # fmt: skip


def _must_hold(owner: User, scopes: frozenset[str]) -> None:
    if not scopes:
        raise AccessError("a key must be for something: name its permissions", "key_empty")
    for one in sorted(scopes):
        if one not in TABLE:
            raise AccessError(f"there is no permission {one}")
        if reach(owner, one) is Reach.NONE:
            said = f"{owner.name} does not hold {one}: a key of his cannot either"
            raise AccessRefused(said, "key_not_held", user=owner.name, permission=one)
