"""Those who call us, and who spoke with a number last, in SQLite."""

import msgspec

from dialer.engine.events import Arrived, encode
from dialer.journal.sqlite_store.connected import Connected
from dialer.journal.store import Arrival, Last

_LAST = """
    SELECT lead, campaign, agent, opened_at AS at FROM intents
    WHERE number_key = :key AND counted = 1 AND closed_at IS NOT NULL
    UNION ALL
    SELECT json_extract(body, '$.lead'), json_extract(body, '$.campaign'), agent, at FROM arrivals
    WHERE number_key = :key AND closed_at IS NOT NULL
    ORDER BY at DESC LIMIT 20"""

_arrived = msgspec.json.Decoder(Arrived)


class SqliteCallers(Connected):
    """Arrivals, open and closed, and keys that were pressed."""

    def welcome(self, arrival: Arrival, digits: str) -> None:
        """Write an arrival."""
        one = arrival.arrived
        self._db.execute(
            "INSERT INTO arrivals (call, number_key, digits, at, body) VALUES (?, ?, ?, ?, ?)",
            (one.call, one.number_key, self._vault.sealed(digits, "number"), one.at,
             encode(one).decode()),
        )  # fmt: skip

    def arrival(self, call: str) -> Arrival | None:
        """An arrival, open or closed."""
        sql = "SELECT body, closed_how FROM arrivals WHERE call = ?"
        row = self._db.execute(sql, (call,)).fetchone()
        return row and Arrival(arrived=arrived(row[0]), closed_how=row[1])

    def close_arrival(self, call: str, how: str, at: float, agent: str) -> None:
        """The call is over."""
        self._db.execute(
            "UPDATE arrivals SET closed_at = ?, closed_how = ?, agent = ? WHERE call = ?",
            (at, how, agent, call),
        )

    def digits(self, call: str) -> str:
        """The number that a call is for, or came from."""
        sql = "SELECT digits FROM intents JOIN numbers USING (lead, pos) WHERE call = :call"
        sql += " UNION ALL SELECT digits FROM arrivals WHERE call = :call"
        row = self._db.execute(sql, {"call": call}).fetchone()
        return self._vault.opened(row[0], "number")

    def last_call(self, key: str) -> Last | None:
        """The last call to or from a number."""
        rows = self._db.execute(_LAST, {"key": key}).fetchall()
        if not rows:
            return None
        agent = next((row[2] for row in rows if row[2]), "")
        return Last(lead=str(rows[0][0]), campaign=rows[0][1], agent=agent)

    def opt_out(self, call: str, at: float) -> bool:
        """Keep that the key was pressed in this call; whether that is new."""
        sql = "INSERT OR IGNORE INTO opt_outs VALUES (?, ?)"
        return self._db.execute(sql, (call, at)).rowcount == 1

    def has_opted_out(self, call: str) -> bool:
        """Whether the key was pressed in this call."""
        sql = "SELECT 1 FROM opt_outs WHERE call = ?"
        return self._db.execute(sql, (call,)).fetchone() is not None


def arrived(body: str) -> Arrived:
    """An arrival from its JSON."""
    return _arrived.decode(body)
