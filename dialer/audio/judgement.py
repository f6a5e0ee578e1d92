"""Person or recording, by what was said so far: a rule of a few thresholds, for many calls at once.

A person says a word or two and waits; a recording goes on, pauses for breath and goes on again. A
receptionist speaks for three seconds too: between him and a recording no rule can tell while both
speak, and the preset says in whose favour it errs.
"""

from dataclasses import dataclass, fields

import numpy as np

from dialer.audio.frames import Bools, Floats
from dialer.audio.utterance import Said

CROWD_SPREAD_DB, CROWD_ABOVE_DB = 6.6, 20.0
"Speech whose level varies less than this, in a room hardly softer, is a crowd's or a din."
CLEAR = 0.85
"One voice is heard to be one with this chance, on average."
GOES_ON_S = 0.1
"Quiet for no longer: it still speaks."
WORD_S = 0.9
"Whoever says hello twice says no more than this each time,"
LONGER_S, SHORTER_S = 0.2, 0.3
"and the second time no more than this longer, or shorter: it is the same word."
LISTENED_S = 0.3
"It may be longer if he has listened for so long in between: less is a sentence's own break."
TWICE_S, BETWEEN_WORDS_S = 1.25, 0.16
"""So long after the first hello the second is over at the first pause longer than those between
words: who has waited so long waits no longer."""
ROOM_DB, ROOM_SINCE_S, NOISY_ROOM_DB = 1.5, 1.6, 20.0
"""In a room less than the last below the loudest speech, whoever is heard by the network may be a
crowd: once it is again hardly louder than before the first word, and that was so long ago, nobody
speaks,"""
BRIEF_S = 1.5
"unless he said more than this, and the network has fallen silent, too: he may take a breath."

EARLY_S = 1e-6
"Sums of frames are not exact."


@dataclass(frozen=True, slots=True)
class Wanted:
    """The thresholds of `Preset`, one of each for every call."""

    pause_s: Floats
    again_s: Floats
    short_s: Floats
    long_pause_s: Floats
    machine_s: Floats
    resumed_s: Floats
    breath_s: Floats
    late_machine_s: Floats
    late_pause_s: Floats
    silence_s: Floats
    deadline_s: Floats
    revise_s: Floats


THRESHOLDS: tuple[str, ...] = tuple(field.name for field in fields(Wanted))


def is_one_voice(said: Said) -> Bools:
    """Whether one person speaks, and not a crowd behind one who has long stopped."""
    crowd = (said.spread_db < CROWD_SPREAD_DB) & (said.above_room_db < CROWD_ABOVE_DB)
    one: Bools = ~crowd & (said.chance >= CLEAR)
    return one


def waits(said: Said, wanted: Wanted) -> Bools:
    """Whether somebody has spoken and now waits for an answer."""
    pause_s = np.where(said.length_s <= wanted.short_s, wanted.pause_s, wanted.long_pause_s)
    twice, alike = _says_it_again(said)
    pause_s = np.where(twice, np.minimum(pause_s, wanted.again_s), pause_s)
    since_first_s = said.quiet_s + said.length_s - said.first_s
    overdue = twice & alike & (since_first_s >= TWICE_S - EARLY_S)
    pause_s = np.where(overdue, BETWEEN_WORDS_S, pause_s)
    found: Bools = said.spoke & (said.quiet_s >= pause_s - EARLY_S)
    return found


def _says_it_again(said: Said) -> tuple[Bools, Bools]:
    """Whether the second of two phrases is a short word again; whether both are about as long."""
    more_s = said.phrase_s - said.first_s
    words = (said.phrases == 2) & (said.first_s <= WORD_S) & (said.phrase_s <= WORD_S)
    alike: Bools = (more_s <= LONGER_S + EARLY_S) & (more_s >= -SHORTER_S - EARLY_S)
    listened = (more_s > 0.0) & (said.pause_s >= LISTENED_S - EARLY_S)
    again: Bools = words & (alike | listened)
    return again, alike


def is_back_in_the_room(said: Said) -> Bools:
    """Whether somebody has spoken in a noisy room, and nothing but the room is left."""
    found: Bools = (
        said.spoke
        & ((said.length_s <= BRIEF_S) | (said.hushed_s < GOES_ON_S - EARLY_S))
        & (said.above_room_db < NOISY_ROOM_DB)
        & (said.lately_db < ROOM_DB)
        & (said.length_s + said.quiet_s >= ROOM_SINCE_S - EARLY_S)
    )
    return found


def recites(said: Said, wanted: Wanted) -> Bools:
    """Whether it goes on as only a recording does."""
    goes_on = said.spoke & (said.quiet_s < GOES_ON_S)
    long = (said.length_s >= wanted.machine_s) & is_one_voice(said)
    resumed = (
        (said.length_s >= wanted.resumed_s)
        & (said.pause_s >= wanted.breath_s - EARLY_S)
        & (said.chance >= CLEAR)
    )
    found: Bools = goes_on & (long | resumed)
    return found


def recites_still(said: Said, wanted: Wanted) -> Bools:
    """Whether, now that time is up, it is rather a recording."""
    found: Bools = (
        is_one_voice(said)
        & (said.length_s >= wanted.late_machine_s)
        & (said.quiet_s < wanted.late_pause_s)
    )
    return found
