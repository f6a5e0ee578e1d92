"""Do-not-call lists, white lists and consents in SQLite."""

import math
import sqlite3
from collections.abc import Mapping, Sequence

from dialer.journal.sqlite_store.connected import Connected
from dialer.journal.store import Block, Consent
from dialer.journal.vault import Vault
from dialer.leads.blocking import Prefix


class SqliteBlocks(Connected):
    """Who must not be called, and who agreed to be."""

    def __init__(self, db: sqlite3.Connection, vault: Vault) -> None:
        super().__init__(db, vault)
        self._prefixes: list[Prefix] | None = None

    def forget(self) -> None:
        """Read afresh."""
        super().forget()
        self._prefixes = None

    def blocks(self, key: str) -> Mapping[str, float]:
        """Campaigns in which a number is blocked, until when; the empty name means all."""
        return self._scopes(key, allows=False)

    def allowed(self, key: str) -> Mapping[str, float]:
        """Campaigns that a white list lets call a number, until when; the empty name means all."""
        return self._scopes(key, allows=True)

    def _scopes(self, key: str, *, allows: bool) -> dict[str, float]:
        rows = self._db.execute(
            "SELECT campaign, expires_at FROM dnc"
            " WHERE key = ? AND prefix = '' AND allows = ? AND removed_at IS NULL",
            (key, allows),
        )
        return {row[0]: math.inf if row[1] is None else row[1] for row in rows}

    def prefixes(self) -> Sequence[Prefix]:
        """Ranges of numbers, forbidden and let through."""
        if self._prefixes is None:
            rows = self._db.execute(
                "SELECT prefix, campaign, allows, expires_at FROM dnc"
                " WHERE prefix != '' AND removed_at IS NULL"
            )
            self._prefixes = [
                Prefix(r[0], r[1], bool(r[2]), math.inf if r[3] is None else r[3]) for r in rows
            ]
        return self._prefixes

    def block(self, block: Block) -> bool:
        """Keep an entry; whether it is new, or ends later than the one that was there."""
        where, bound = _same_numbers(block)
        if block.expires_at is None:
            shorter, until = "expires_at IS NOT NULL", list[float]()
        else:
            shorter, until = "expires_at < ?", [block.expires_at]
        self._db.execute(
            "UPDATE dnc SET removed_at = min(?, expires_at),"
            f" removed_by = iif(expires_at <= ?, 'expiry', ?) WHERE {where} AND {shorter}",
            (block.at, block.at, block.added_by or block.source, *bound, *until),
        )
        done = self._db.execute(
            "INSERT OR IGNORE INTO dnc (key, prefix, allows, expires_at, campaign, masked, source,"
            " reason, added_by, added_at, digits) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(block.key, block.prefix, block.allows, block.expires_at, block.campaign),
                *(block.masked, block.source, block.reason, block.added_by, block.at),
                self._vault.sealed(block.digits, "number") if block.digits else None,
            ),
        )
        self._prefixes = None
        return done.rowcount == 1

    def blocked_by(self, key: str, campaign: str) -> Block | None:
        """The block in force."""
        row = self._db.execute(
            "SELECT masked, source, reason, added_by, added_at, expires_at FROM dnc WHERE key = ?"
            " AND prefix = '' AND allows = 0 AND campaign = ? AND removed_at IS NULL",
            (key, campaign),
        ).fetchone()
        return row and Block(
            key=key, campaign=campaign, masked=row[0], source=row[1], reason=row[2],
            added_by=row[3], at=row[4], expires_at=row[5],
        )  # fmt: skip

    def unblock(self, block: Block) -> bool:
        """End an entry for the same numbers; whether there was one."""
        where, bound = _same_numbers(block)
        done = self._db.execute(
            "UPDATE dnc SET removed_by = ?, removed_at = ?, removed_reason = ?"
            f" WHERE {where} AND (expires_at IS NULL OR expires_at > ?)",
            (block.added_by, block.at, block.reason, *bound, block.at),
        )
        self._prefixes = None
        return done.rowcount == 1

    def agree(self, consent: Consent) -> None:
        """Keep a consent."""
        self._db.execute(
            "INSERT INTO consents (key, campaign, masked, source, proof, given_at, expires_at,"
            " added_by, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(consent.key, consent.campaign, consent.masked, consent.source),
                *(self._vault.sealed(consent.proof, "proof"), consent.given_at),
                *(consent.expires_at, consent.added_by, consent.at),
            ),
        )

    def revoke(self, key: str, campaign: str, by: str, at: float) -> int:
        """End the consents of a number; how many there were."""
        sql = "UPDATE consents SET revoked_by = ?, revoked_at = ?"
        sql += " WHERE key = ? AND campaign = ? AND revoked_at IS NULL"
        return self._db.execute(sql, (by, at, key, campaign)).rowcount

    def agreed(self, key: str, campaign: str, at: float) -> bool:
        """A consent that binds this campaign is in force."""
        sql = "SELECT 1 FROM consents WHERE key = ? AND campaign IN ('', ?) AND given_at <= ?"
        sql += " AND (expires_at IS NULL OR expires_at > ?) AND revoked_at IS NULL"
        return self._db.execute(sql, (key, campaign, at, at)).fetchone() is not None


def _same_numbers(block: Block) -> tuple[str, tuple[object, ...]]:
    """Where an entry for the same numbers and campaign stands, while it does."""
    where = "key = ? AND prefix = ? AND allows = ? AND campaign = ? AND removed_at IS NULL"
    return where, (block.key, block.prefix, block.allows, block.campaign)
