"""After some failed log-ins the next has to wait, each time twice as long: per name and per source.

Names that nobody has are counted as well, so that waiting tells nothing about who exists.
"""

import sqlite3
from collections.abc import Mapping
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network

from dialer.access.database import transaction

FREE: Mapping[str, int] = {"name": 5, "source": 30}
"Failures that cost nothing. Behind one address there may be a whole floor of agents."
MOST_S = 900.0
"The longest wait: who locks out others on purpose keeps them away no longer than this."
FORGOTTEN_S = 3600.0
"Failures older than this are forgotten."


def wait_s(failures: int, free: int) -> float:
    """How long after the last failure nobody may try.

    >>> [wait_s(failures, free=5) for failures in (4, 5, 6, 7, 99)]
    [0.0, 2.0, 4.0, 8.0, 900.0]
    """
    return 0.0 if failures < free else min(MOST_S, 2.0 ** min(failures - free + 1, 30))


def network_of(source: str) -> str:
    """Whom to count a source as: an IPv6 customer has a whole /64 to himself.

    >>> network_of("2001:db8::77"), network_of("192.0.2.7")
    ('2001:db8::/64', '192.0.2.7')
    """
    try:
        address = ip_address(source)
    except ValueError:
        return source
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return source if address.version == 4 else str(ip_network((address, 64), strict=False))


class Lockout:
    """The failures in one file."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def attempt(self, name: str, source: str, at: float) -> float:
        """Count an attempt as failed before it is looked at, or say how many seconds to wait.

        Counted first, since a hundred attempts at once would otherwise all be the first.
        """
        with transaction(self._db):
            self._db.execute("DELETE FROM failures WHERE last_at < ?", (at - FORGOTTEN_S,))
            waiting = max(self._left_s(kind, who, at) for kind, who in _counted(name, source))
            if waiting <= 0:
                for kind, who in _counted(name, source):
                    self._db.execute(_COUNT, (kind, who, at))
            return max(0.0, waiting)

    def forgive(self, name: str, source: str) -> None:
        """The attempt was a right one: nothing is held against the name, one less the source."""
        by_name, by_source = _counted(name, source)
        with transaction(self._db):
            self._db.execute("DELETE FROM failures WHERE kind = ? AND who = ?", by_name)
            self._db.execute(_UNCOUNT, by_source)

    def release(self, name: str) -> None:
        """End the lock-out of a name, within a transaction of its own or of the caller's."""
        self._db.execute("DELETE FROM failures WHERE kind = 'name' AND who = ?", (_key(name),))

    def _left_s(self, kind: str, who: str, at: float) -> float:
        row = self._db.execute(
            "SELECT count, last_at FROM failures WHERE kind = ? AND who = ?", (kind, who)
        ).fetchone()
        if row is None:
            return 0.0
        count, last_at = row
        must = wait_s(count, FREE[kind])
        left: float = last_at + must - at
        return min(must, left)  # a clock that was set back locks nobody out for hours


_COUNT = """
INSERT INTO failures VALUES (?, ?, 1, ?)
ON CONFLICT DO UPDATE SET count = count + 1, last_at = excluded.last_at
"""
_UNCOUNT = "UPDATE failures SET count = max(0, count - 1) WHERE kind = ? AND who = ?"


def _counted(name: str, source: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("name", _key(name)), ("source", _key(network_of(source)))


def _key(who: str) -> str:
    return sha256(who.encode("utf-8", "surrogatepass")).hexdigest()
