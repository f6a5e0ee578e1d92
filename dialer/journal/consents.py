"""Consents as people see them: numbers masked, the ended ones too, the latest first."""

import sqlite3
from collections.abc import Sequence

import msgspec

from dialer.journal.vault import Vault

_COLUMNS = """consent, campaign, masked, source, proof, given_at, expires_at, added_by, added_at,
    revoked_by, revoked_at"""
_LATEST = f"""
SELECT {_COLUMNS} FROM consents WHERE consent < :before ORDER BY consent DESC LIMIT :n"""
_OF = f"SELECT {_COLUMNS} FROM consents WHERE key = :key ORDER BY consent DESC"
_REVOKE = """
UPDATE consents SET revoked_by = :by, revoked_at = :at
WHERE consent = :consent AND revoked_at IS NULL"""


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """One consent on record."""

    consent: int
    campaign: str
    "Empty: for all of them."
    masked: str
    source: str
    proof: str
    given_at: float
    expires_at: float | None
    added_by: str
    added_at: float
    revoked_by: str
    revoked_at: float | None


def latest(db: sqlite3.Connection, vault: Vault, *, before: int, n: int) -> list[Agreed]:
    """So many, recorded before that one."""
    return _read(vault, db.execute(_LATEST, {"before": before, "n": n}).fetchall())


def of(db: sqlite3.Connection, vault: Vault, key: str) -> list[Agreed]:
    """All of one number."""
    return _read(vault, db.execute(_OF, {"key": key}).fetchall())


def revoke(db: sqlite3.Connection, consent: int, by: str, at: float) -> bool:
    """End one; whether it was in force. `KeyError` if there is none of that id."""
    if not db.execute("SELECT 1 FROM consents WHERE consent = ?", (consent,)).fetchone():
        raise KeyError(consent)
    bound = {"by": by, "at": at, "consent": consent}
    return db.execute(_REVOKE, bound).rowcount == 1


def _read(vault: Vault, rows: Sequence[tuple[object, ...]]) -> list[Agreed]:
    names = Agreed.__struct_fields__
    told = (dict(zip(names, row, strict=True)) for row in rows)
    return [
        msgspec.convert({**one, "proof": vault.opened(bytes(one["proof"]), "proof")}, Agreed)  # type: ignore[call-overload]
        for one in told
    ]
