"""How soon, and how surely, a person is told from a machine: presets by name.

A campaign names one, and may say what differs (`dialer.engine.detection`); what each field means
stands here, how they are used in `judgement`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dialer.engine.detection import parsed
from dialer.errors import Misread
from dialer.misfits import misfit, misfit_of


@dataclass(frozen=True, slots=True)
class Preset:
    """When a greeting is decided. All seconds are of sound heard, not of a clock."""

    pause_s: float = 0.85
    "Silence after a short utterance that makes it a person's: a person waits for an answer."
    again_s: float = 0.45
    "The same after a second short one: who says hello twice is a person."
    short_s: float = 0.75
    "An utterance up to so long is short."
    long_pause_s: float = 1.15
    "Silence after a longer utterance that makes it a person's."
    machine_s: float = 3.75
    "Speech of one clear voice that has gone on for so long is a recording."
    resumed_s: float = 2.6
    "Speech of so long that paused for a breath and goes on is a recording."
    breath_s: float = 0.4
    "Such a pause is at least so long."
    late_machine_s: float = 3.5
    "At the deadline speech of so long that still goes on is a recording,"
    late_pause_s: float = 0.1
    "... also if it has just paused for less than this."
    silence_s: float = 1.4
    "Nothing said until then: `silence`. Well within 1.5 s."
    deadline_s: float = 4.0
    "Still unsure then, somebody who speaks is a person."
    revise_s: float = 2.5
    "Who was taken for a person and talks on for so long, without listening, is a recording."
    beep_s: float = 0.14
    "A pure tone that holds for so long is a beep."


CAREFUL = Preset()
BALANCED = replace(
    CAREFUL, again_s=0.6, resumed_s=2.2, breath_s=0.14, late_machine_s=2.8, late_pause_s=0.3
)

PRESETS: Mapping[str, Preset] = {
    "careful": CAREFUL,
    "balanced": BALANCED,
    "patient": replace(BALANCED, pause_s=1.0, again_s=0.8),
}
"""`careful`: a person is hardly ever taken for a machine. `balanced`: most machines are found at
once, a few people who greet at length are taken for one. `patient`: as balanced, and waits longer
before it says person: also for machines that say hello and pause."""

ONCE: Mapping[str, str] = {"favour_human": "careful"}
"What a preset was called before -> what it is called now."


def preset(words: str) -> Preset:
    """The preset that is meant by a campaign's `detection`: a name, and what differs from it.

    >>> preset("balanced, pause_s=0.6").pause_s
    0.6
    """
    try:
        meant = parsed(words)
    except Misread as why:
        raise misfit_of(why, "detection", words) from None
    known = PRESETS.get(ONCE.get(meant.preset, meant.preset))
    if known is None:
        raise misfit("detection_preset", "detection", words, known=", ".join(PRESETS))
    return replace(known, **dict(meant.numbers))
