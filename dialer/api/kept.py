"""What became of recordings, as the warehouse has it; and a link that plays one, for one user.

A link bears its end and a seal over call, user and end. The key is made anew by each process: who
restarts it ends all links.
"""

import hmac
import secrets
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from dialer.api.cdrs import Asked, bound
from dialer.warehouse import Warehouse

QUESTION = Path(__file__).with_name("sql") / "recordings.sql"


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """A recording, or why there is none."""

    call: str
    campaign: str
    list: str
    lead: str
    masked: str
    outcome: str
    disposition: str | None
    placed_at: float
    ended_at: float
    path: str
    "Below the folder of recordings; empty if there never was a file."
    why: str
    "What is wrong with it; empty if nothing is."
    seconds: float
    talk_s: float
    "How long somebody talked: the recording should be about as long."
    size: int
    customer_db: float
    agent_db: float
    gone_at: float | None
    gone_why: str
    "`order` or `retention`, once it was deleted."
    is_there: bool
    agents: tuple[str, ...]
    zone: str = ""
    "The campaign's, while it is in force: its day is the day of reports."
    page: str
    "Asked for with it, the list goes on after this one."


def recordings(home: Path, source: str, asked: Asked) -> list[Recording]:
    """Those of one world, the latest first."""
    frame = Warehouse(home, source).query(QUESTION.read_text(), bound(asked))
    return [_recording(row) for row in frame.to_dict("records")]


def _recording(row: dict[Any, Any]) -> Recording:
    # A missing figure is NaN in a frame, and would be no JSON.
    plain: dict[str, Any] = {k: None if k != "agents" and v != v else v for k, v in row.items()}
    return Recording(**{**plain, "agents": tuple(row["agents"])})


class Seals:
    """Makes links, and knows its own."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(32)

    def link(self, call: str, user: str, until: int) -> str:
        """Plays this call's recording to this user until then.

        >>> Seals(b"k").link("d1-7", "eva", 1790000000)[:56]
        '/api/v1/recordings/d1-7/audio?until=1790000000&seal=c31b'
        """
        return f"/api/v1/recordings/{call}/audio?until={until}&seal={self._of(call, user, until)}"

    def is_good(self, seal: str, call: str, user: str, until: int, *, at: float) -> bool:
        """Whether it is a link of ours, for him, and not too old."""
        right = self._of(call, user, until).encode()
        return at < until and hmac.compare_digest(seal.encode("utf-8", "replace"), right)

    def _of(self, call: str, user: str, until: int) -> str:
        told = f"{call}\n{user}\n{until}".encode()
        return hmac.new(self._key, told, sha256).hexdigest()
