"""How long a campaign lets phones ring, in one line: `30`, or `20 to 30`.

At most so many seconds, the last number; and only so many, the first, while no agent is free for
whoever might answer (`engine/letting_alone.py`). One number alone leaves the other to the law.

>>> read("20 to 30"), read(30.0)
(Ringing(most_s=30.0, least_s=20.0), Ringing(most_s=30.0, least_s=None))
"""

import re
from collections.abc import Iterable

import msgspec

from dialer.errors import SettingsError
from dialer.misfits import misfit

KEY = "ring_timeout_s"
BOUNDS_S = (5.0, 180.0)
"Within these a phone rings at most."
_SECONDS = r"(\d{1,3}(?:\.\d{1,3})?)"
_SAID = re.compile(rf"(?:{_SECONDS} +to +)?{_SECONDS}", re.ASCII)


class Ringing(msgspec.Struct, frozen=True):
    """The parts; what is left out is the law's."""

    most_s: float
    least_s: float | None = None
    "Let alone after so long while no agent is free; as long as `most_s`: each rings on."

    def let_alone_s(self, law_least_s: float) -> float:
        """The same, by a law that asks for so long.

        >>> [Ringing(30.0, one).let_alone_s(15.0) for one in (None, 20.0, 30.0)]
        [15.0, 20.0, 30.0]
        """
        return min(law_least_s if self.least_s is None else self.least_s, self.most_s)


def read(said: float | str) -> Ringing:
    """The parts of what a campaign says. `SettingsError` says what is wrong with it."""
    if isinstance(said, int | float):
        return _within(Ringing(float(said)), said)
    found = _SAID.fullmatch(said.strip())
    if not found:
        raise misfit("ring_said", KEY, said)
    least, most = found.groups()
    return _within(Ringing(float(most), float(least) if least else None), said)


def written(most_s: float, least_s: float, law_least_s: float) -> float | str:
    """The shortest that orders the same; `least_s` of 0 is of a version that knew of none.

    >>> [written(30.0, least_s, 15.0) for least_s in (0.0, 15.0, 20.0, 30.0)]
    [30.0, 30.0, '20 to 30', '30 to 30']
    """
    least_s = min(max(least_s or law_least_s, law_least_s), most_s)
    if least_s == Ringing(most_s).let_alone_s(law_least_s):
        return most_s
    return f"{least_s:g} to {most_s:g}"


def let_alone_after_s(most_s: float, least_s: float) -> float | None:
    """By an order of these two; None: each rings on.

    >>> [let_alone_after_s(30.0, least_s) for least_s in (0.0, 20.0, 30.0)]
    [None, 20.0, None]
    """
    return least_s if 0.0 < least_s < most_s else None


def faults(said: float | str, law: str, law_least_s: float) -> Iterable[SettingsError]:
    """What a law forbids of it."""
    rings = read(said)
    if rings.most_s < law_least_s:
        yield misfit("ring_short", KEY, said, least=f"{law_least_s:g}", law=law)
    if rings.least_s is not None and rings.least_s < law_least_s:
        yield misfit("ring_soon", KEY, said, least=f"{law_least_s:g}", law=law)


def _within(rings: Ringing, said: float | str) -> Ringing:
    least, most = BOUNDS_S
    if not least <= rings.most_s <= most:
        raise misfit("ring_bounds", KEY, said, least=f"{least:g}", most=f"{most:g}")
    if rings.least_s is not None and rings.least_s > rings.most_s:
        raise misfit("ring_order", KEY, said)
    return rings
