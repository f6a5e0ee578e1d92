"""How soon, and how surely, a person is told from a machine: presets by name.

A campaign names one; what each field means stands here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dialer.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Preset:
    """When the greeting rule decides. All seconds are of sound heard, not of a clock."""

    pause_s: float = 0.5
    "Silence after a short utterance that makes it a person's: a person waits for an answer."
    short_s: float = 1.2
    "An utterance up to so long is short."
    long_pause_s: float = 0.8
    "Silence after a longer utterance that makes it a person's."
    machine_s: float = 3.2
    "Speech that goes on for so long without such a pause is a recording."
    silence_s: float = 1.4
    "Nothing said until then: `silence`. Told some 40 ms later, and so within 1.5 s."
    deadline_s: float = 4.0
    "Still unsure then, somebody who speaks is a person."
    revise_s: float = 2.5
    "Who was taken for a person and talks on for so long, without listening, is a recording."
    beep_s: float = 0.14
    "A pure tone that holds for so long is a beep."


FAVOUR_HUMAN = Preset()

PRESETS: Mapping[str, Preset] = {
    "favour_human": FAVOUR_HUMAN,
    "balanced": replace(FAVOUR_HUMAN, machine_s=2.6),
    "patient": replace(FAVOUR_HUMAN, pause_s=0.8, long_pause_s=1.0),
}
"""`favour_human`: in doubt a person. `balanced`: more machines found, more people taken for one.
`patient`: waits longer before it says person."""


def preset(name: str) -> Preset:
    """The preset of that name."""
    try:
        return PRESETS[name]
    except KeyError:
        raise SettingsError(f"detection = {name!r}: allowed are {', '.join(PRESETS)}") from None
