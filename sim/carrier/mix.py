"""Which behaviour a number has: the same answer in Python and in the dial plan, for every number.

The dial plan has `MD5()`: the first three hex digits of the MD5 of `seed:number` are one of 4096
slots, and the mix shares the slots out among the behaviours. Both sides read one table of slots.
"""

import hashlib
from collections.abc import Mapping

import msgspec

SLOTS = 4096


class Mix(msgspec.Struct, frozen=True):
    """How often each behaviour occurs, and which numbers have theirs fixed."""

    weights: Mapping[str, float]
    "Behaviour -> weight; they need not sum to one."
    fixed: Mapping[str, str] = {}
    "Prefix of a number, or a whole one -> behaviour. The longest prefix counts."


def behaviour_of(number: str, seed: int, mix: Mix) -> str:
    """What this number (digits only) does.

    >>> mix = Mix({"person": 1.0, "busy": 1.0}, fixed={"155501": "busy"})
    >>> [behaviour_of(f"15550{i}", seed=7, mix=mix) for i in range(10, 15)]
    ['busy', 'busy', 'busy', 'busy', 'busy']
    >>> [behaviour_of(f"15559{i}", seed=7, mix=mix) for i in range(10, 15)]
    ['busy', 'person', 'busy', 'busy', 'person']
    """
    for end in range(len(number), 0, -1):
        if fixed := mix.fixed.get(number[:end]):
            return fixed
    return slots(mix.weights)[int(slot_of(number, seed), 16)]


def slot_of(number: str, seed: int) -> str:
    """Three hex digits. The dial plan says `${MD5(seed:number):0:3}`."""
    return hashlib.md5(f"{seed}:{number}".encode(), usedforsecurity=False).hexdigest()[:3]


def slots(weights: Mapping[str, float]) -> tuple[str, ...]:
    """One behaviour per slot, each as often as its weight says, by largest remainder.

    >>> slots({"a": 3, "b": 1}).count("a")
    3072
    """
    total = sum(weights.values())
    shares = {name: weight * SLOTS / total for name, weight in weights.items()}
    counts = {name: int(share) for name, share in shares.items()}
    by_remainder = sorted(shares, key=lambda name: counts[name] - shares[name])
    for name in by_remainder[: SLOTS - sum(counts.values())]:
        counts[name] += 1
    return tuple(name for name, count in counts.items() for _ in range(count))
