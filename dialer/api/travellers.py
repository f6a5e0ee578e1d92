"""Who is away at the identity provider at the moment, and in which browser he left."""

import hmac
import secrets

from dialer.access.tokens import kept
from dialer.api.provider import Begun

AWAY_S = 600.0
"How long somebody may take at the provider."
AWAY_MOST = 1000


class Travellers:
    """Who is at the provider at the moment, in this process's memory."""

    def __init__(self) -> None:
        self._away: dict[str, tuple[Begun, str]] = {}

    def left(self, begun: Begun) -> str:
        """Remember him; the word for his browser's cookie."""
        word = secrets.token_urlsafe(32)
        for state in list(self._away):
            if begun.at - self._away[state][0].at > AWAY_S or len(self._away) >= AWAY_MOST:
                del self._away[state]
        self._away[kept(begun.state)] = (begun, kept(word))
        return word

    def back(self, state: str, word: str, at: float) -> Begun | None:
        """Who left with this state, once, in time and in the same browser."""
        begun, tied = self._away.get(kept(state), (None, ""))
        if begun is None or not hmac.compare_digest(tied, kept(word)):
            return None
        del self._away[kept(state)]
        return begun if at - begun.at <= AWAY_S else None
