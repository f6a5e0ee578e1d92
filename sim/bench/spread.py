"""How durations are spread, in memory that does not grow: counts on a logarithmic scale.

A step is 4.4 per cent; a percentile is told as the upper end of its step, so never too low.

>>> spread = Spread()
>>> for ms in range(1, 101): spread.add(ms / 1000)
>>> spread.n, round(spread.percentile(0.5), 3), round(spread.percentile(0.99), 2)
(100, 0.05, 0.1)
"""

from collections.abc import Mapping
from math import ceil, log2

import msgspec

STEPS = 16
"Steps to a doubling."
_LEAST_S = 1e-7


class Spread(msgspec.Struct):
    """Durations in seconds."""

    counts: dict[int, int] = {}
    "Step -> how many."
    n: int = 0
    total_s: float = 0.0
    most_s: float = 0.0

    def add(self, seconds: float) -> None:
        """One more."""
        step = ceil(STEPS * log2(max(seconds, _LEAST_S) / _LEAST_S))
        self.counts[step] = self.counts.get(step, 0) + 1
        self.n += 1
        self.total_s += seconds
        self.most_s = max(self.most_s, seconds)

    def percentile(self, share: float) -> float:
        """Seconds that this share does not exceed; 0 of none."""
        left = ceil(share * self.n)
        for step in sorted(self.counts):
            left -= self.counts[step]
            if left <= 0:
                return min(float(_LEAST_S * 2 ** (step / STEPS)), self.most_s)
        return 0.0

    @property
    def mean_s(self) -> float:
        """0 of none."""
        return self.total_s / self.n if self.n else 0.0

    def since(self, before: "Spread") -> "Spread":
        """What has come since then. The longest is the longest of all."""
        return Spread(
            counts=_less(self.counts, before.counts),
            n=self.n - before.n,
            total_s=self.total_s - before.total_s,
            most_s=self.most_s,
        )


def _less(all: Mapping[int, int], before: Mapping[int, int]) -> dict[int, int]:
    left = {step: n - before.get(step, 0) for step, n in all.items()}
    return {step: n for step, n in left.items() if n}
