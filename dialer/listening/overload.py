"""When a worker cannot keep up: it hears tones alone until it can.

What is heard late decides nothing. A worker that lags gives up what costs most, voices, music and
announcements, of the calls that it has; new ones are heard in full again when it has kept up for a
while. Whoever answers meanwhile is connected by the engine's deadlines.
"""

BEHIND_S, FOR_S = 0.3, 2.0
"So late on end for so long: too much to do."
WELL_S, KEPT_UP_S = 0.06, 10.0
"Never later than this for so long: it may try again."


class Overload:
    """Whether there is too much to do; time is an argument.

    >>> load = Overload()
    >>> [load.tick(at, 0.4) for at in (1.0, 2.0, 3.0)], load.tick(9.0, 0.0), load.tick(19.1, 0.0)
    ([False, False, True], True, False)
    """

    def __init__(self) -> None:
        self.lasts = False
        self._since: float | None = None
        "Since when it lags, or keeps up again."

    def tick(self, now: float, behind_s: float) -> bool:
        """So late is the worker now. Whether it is overloaded."""
        turns = behind_s < WELL_S if self.lasts else behind_s > BEHIND_S
        if not turns:
            self._since = None
            return self.lasts
        if self._since is None:
            self._since = now
        if now - self._since >= (KEPT_UP_S if self.lasts else FOR_S):
            self.lasts, self._since = not self.lasts, None
        return self.lasts
