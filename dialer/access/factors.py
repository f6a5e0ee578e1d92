"""A second factor beside the password: codes of an authenticator (TOTP, RFC 6238), each good once.

What it counts from is sealed with a key that lies beside the accounts' file. Who has lost the
authenticator comes in by one of ten recovery codes, of which only hashes are kept.
"""

import hmac
import sqlite3
from base64 import b32encode
from pathlib import Path

import msgspec
from pyotp import TOTP

from dialer.access.actor import Actor
from dialer.access.audit import Audit
from dialer.access.database import transaction
from dialer.access.tokens import Chance, kept
from dialer.errors import AccessError
from dialer.journal import vault

ISSUER = "Predictive dialer"
STEP_S = 30
SKEW = 1
"So many steps a telephone's clock may be off, either way."
RECOVERY = 10
"Recovery codes to a user."
SECRET_BYTES = 20
"As RFC 4226 recommends."
_FIELD = "second factor"


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """What an authenticator must know. Told once."""

    secret: str
    uri: str
    "`otpauth://...`: what the QR code says."


class Factors:
    """The second factors in one file. What is asked and then written is one transaction."""

    def __init__(self, db: sqlite3.Connection, audit: Audit, chance: Chance) -> None:
        self._db, self._audit, self._chance = db, audit, chance

    def is_on(self, user: str) -> bool:
        """Whether he logs in with a code."""
        sql = "SELECT 1 FROM second_factors WHERE user = ? AND confirmed_at IS NOT NULL"
        return self._db.execute(sql, (user,)).fetchone() is not None

    def begin(self, user: str) -> Setup:
        """A new secret. It counts from its first code on, see `confirm`; one before it is void."""
        if self.is_on(user):
            raise AccessError(
                "there is a second factor already: switch it off first", "factor_there"
            )
        secret = b32encode(self._chance(SECRET_BYTES)).decode()
        with transaction(self._db):
            self._db.execute(
                "INSERT OR REPLACE INTO second_factors (user, secret) VALUES (?, ?)",
                (user, self._vault().sealed(secret, _FIELD)),
            )
        return Setup(secret=secret, uri=_uri(secret, user))

    def confirm(self, by: Actor, code: str, *, at: float) -> tuple[str, ...]:
        """His authenticator has the secret: ten recovery codes, told once. None: a wrong code."""
        codes = tuple(_written(self._chance(10)) for _ in range(RECOVERY))
        with transaction(self._db):
            if self.is_on(by.name) or not self._is_code(by.name, code, at):
                return ()
            self._db.execute(
                "UPDATE second_factors SET confirmed_at = ? WHERE user = ?", (at, by.name)
            )
            self._db.execute("DELETE FROM recovery_codes WHERE user = ?", (by.name,))
            self._db.executemany(
                "INSERT INTO recovery_codes VALUES (?, ?)",
                [(by.name, kept(_bare(one))) for one in codes],
            )
            self._audit.append(by, "factor.on", f"user:{by.name}", at=at)
        return codes

    def is_right(self, by: Actor, code: str, *, at: float) -> bool:
        """Whether this code, or recovery code, lets him in. It never does so again."""
        with transaction(self._db):
            if self._is_code(by.name, code, at):
                return True
            used = self._db.execute(
                "DELETE FROM recovery_codes WHERE user = ? AND code = ?",
                (by.name, kept(_bare(code))),
            ).rowcount
            if used:
                left = {"left": self.left(by.name)}
                self._audit.append(by, "factor.recovered", f"user:{by.name}", at=at, after=left)
        return bool(used)

    def left(self, user: str) -> int:
        """How many recovery codes he has not used."""
        sql = "SELECT count(*) FROM recovery_codes WHERE user = ?"
        found: int = self._db.execute(sql, (user,)).fetchone()[0]
        return found

    def off(self, by: Actor, user: str, *, at: float) -> bool:
        """From now on the password alone lets him in. Whether there was a factor."""
        with transaction(self._db):
            was_on = self.is_on(user)
            self._db.execute("DELETE FROM second_factors WHERE user = ?", (user,))
            self._db.execute("DELETE FROM recovery_codes WHERE user = ?", (user,))
            if was_on:
                self._audit.append(by, "factor.off", f"user:{user}", at=at)
        return was_on

    def _is_code(self, user: str, code: str, at: float) -> bool:
        """One of this moment or beside it, and later than the last that was used."""
        row = self._db.execute(
            "SELECT secret, step FROM second_factors WHERE user = ?", (user,)
        ).fetchone()
        if row is None:
            return False
        known, given = TOTP(self._vault().opened(row[0], _FIELD)), _bare(code).encode()
        now = int(at // STEP_S)
        fits = [
            step for step in range(now - SKEW, now + SKEW + 1)
            if hmac.compare_digest(known.generate_otp(step).encode(), given) and step > row[1]
        ]  # fmt: skip
        if not fits:
            return False
        self._db.execute("UPDATE second_factors SET step = ? WHERE user = ?", (fits[-1], user))
        return True

    def _vault(self) -> vault.Vault:
        file = self._db.execute("PRAGMA database_list").fetchone()[2]
        return vault.made(vault.key_file(Path(file)))


def _uri(secret: str, user: str) -> str:
    return TOTP(secret).provisioning_uri(name=user, issuer_name=ISSUER)


def _written(chance: bytes) -> str:
    """As a person copies it: `k3xq-7dva-mz4f-2wqa`."""
    text = b32encode(chance).decode().lower()
    return "-".join(text[i : i + 4] for i in range(0, 16, 4))


def _bare(code: str) -> str:
    return code.replace(" ", "").replace("-", "").lower()
