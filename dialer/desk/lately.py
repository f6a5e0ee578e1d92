"""What was told of calls: of those under way, and of the last ones that are over.

A call that is over may still be on somebody's desk: in the wrap-up, or back there after an undo.

>>> calls = Calls()
>>> calls.hear(Heard("d1-7", "human", "answer", at=3.0))
>>> [one.sound for one in calls.heard("d1-7")]
['human']
"""

from collections import OrderedDict
from collections.abc import Mapping

from dialer.client import News
from dialer.engine.commands import Cdr
from dialer.engine.events import Heard, Intended, Withdrawn

KEPT = 2000
"Calls that are over, of which something is remembered: a minute of the largest floor."


class Calls:
    """Listens to the news."""

    def __init__(self) -> None:
        self._intents: dict[str, Intended] = {}
        self._heard: dict[str, list[Heard]] = {}
        self._over: OrderedDict[str, None] = OrderedDict()

    def learn(self, open_calls: Mapping[str, Intended]) -> None:
        """Which calls are under way, where news was missed: whatever is not among them is over."""
        for call in self._intents.keys() - open_calls.keys() - self._over.keys():
            self._end(call)
        self._intents |= open_calls

    def hear(self, news: News) -> None:
        """Something happened to a call."""
        if isinstance(news, Intended):
            self._intents[news.call] = news
        elif isinstance(news, Heard):
            self._heard.setdefault(news.call, []).append(news)
        elif isinstance(news, Cdr):
            self._end(news.call)
        elif isinstance(news, Withdrawn):
            self._forget(news.call)

    def intent(self, call: str) -> Intended | None:
        """How it was promised."""
        return self._intents.get(call)

    def heard(self, call: str) -> tuple[Heard, ...]:
        """What the detector was sure of, in its order."""
        return tuple(self._heard.get(call, ()))

    def _end(self, call: str) -> None:
        self._over[call] = None
        while len(self._over) > KEPT:
            self._forget(next(iter(self._over)))

    def _forget(self, call: str) -> None:
        self._intents.pop(call, None)
        self._heard.pop(call, None)
        self._over.pop(call, None)
