"""How the thresholds of each preset are looked for: what is tried, and what a person weighs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dialer.audio.presets import ONCE
from dialer.detection.rehearsal import FAR, NEAR, Otherwise
from dialer.engine.detection import parsed

Choices = Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Each choice is tried with each other, on every call and its copies.

    Of those that are as good as each other the first is taken.
    """

    waiting: Choices
    "How long a silence makes a person."
    reciting: Choices
    "How long speech makes a recording."
    at_the_deadline: Choices
    "What is made of who still speaks when time is up."
    most_passed: float = 1.0
    "Of the machines no more than this part may be taken for people, if anything tried can do that;"
    most: float
    "... next, of the people no more than this part may be taken for machines;"
    a_person: float = 2.5
    "... then a person who is missed weighs as much as so many machines that are let pass."
    copies: tuple[Otherwise, ...] = NEAR

    @property
    def thresholds(self) -> tuple[str, ...]:
        """The names of what is chosen."""
        return (*self.waiting, *self.reciting, *self.at_the_deadline)


BALANCED = Search(
    waiting={
        "pause_s": (0.85, 0.75),
        "again_s": (0.6, 0.45),
        "short_s": (0.75, 0.9),
        "long_pause_s": (1.05, 1.15),
    },
    reciting={
        "machine_s": (3.3, 3.5, 3.75, 4.0),
        "resumed_s": (1.8, 2.2, 2.6, 3.0),
        "breath_s": (0.14, 0.2, 0.26, 0.3),
    },
    at_the_deadline={
        "late_machine_s": (2.6, 2.8, 3.0, 3.2, 3.5),
        "late_pause_s": (0.1, 0.2, 0.3, 0.5),
    },
    most=0.055,
)
CAREFUL = Search(
    waiting={
        "pause_s": (0.75, 0.85),
        "again_s": (0.45, 0.6),
        "short_s": (0.75, 1.0),
        "long_pause_s": (1.05, 1.15),
    },
    reciting={
        "machine_s": (3.5, 3.75, 4.0),
        "resumed_s": (2.2, 2.6, 3.0, 3.4),
        "breath_s": (0.2, 0.26, 0.3, 0.35, 0.4),
    },
    at_the_deadline={
        "late_machine_s": (2.8, 3.0, 3.2, 3.4, 3.5, 3.6),
        "late_pause_s": (0.1, 0.2),
    },
    most_passed=0.44,
    most=0.0,
    copies=FAR,
)
SEARCHES: Mapping[str, Search] = {
    "careful": CAREFUL,
    "balanced": BALANCED,
    "patient": replace(
        BALANCED,
        waiting={**BALANCED.waiting, "pause_s": (1.0,), "again_s": (0.8,)},
        a_person=1.0,
    ),
}
"""`balanced`: what costs least. `careful`: the fewest people, as long as it is still of use against
machines. `patient`: as balanced with longer pauses, and a machine weighs as much as a person."""


def search_of(words: str, most: float | None = None) -> Search:
    """How the thresholds of this campaign's preset are looked for.

    >>> search_of("balanced, pause_s=0.6", most=0.02).most
    0.02
    """
    name = parsed(words).preset
    search = SEARCHES[ONCE.get(name, name)]
    return search if most is None else replace(search, most=most)
