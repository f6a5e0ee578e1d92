"""How a campaign hears and what it makes of it: the words of its setting `detection`.

A preset's name, then what differs from it, in any order:

    careful
    balanced, connect_first
    balanced, pause_s=0.6, deadline_s=3.5, silence=hang_up
    balanced, after_beep=spring-offer

>>> parsed("balanced, connect_first, pause_s=0.6, silence=hang_up")
Detection(preset='balanced', connect_first=True, audited=False, numbers=(('pause_s', 0.6),), \
silence='hang_up', after_beep='')
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

import msgspec

from dialer.errors import Misread

MOST: Mapping[str, tuple[float, float]] = {
    "pause_s": (0.3, 1.15), "again_s": (0.3, 1.15), "long_pause_s": (0.3, 1.15),
    "short_s": (0.3, 3.0), "machine_s": (1.5, 4.0), "resumed_s": (1.0, 4.0),
    "breath_s": (0.14, 2.0), "late_machine_s": (0.5, 4.0), "late_pause_s": (0.0, 1.0),
    "silence_s": (0.8, 1.4), "deadline_s": (1.5, 4.0), "revise_s": (1.5, 10.0),
    "beep_s": (0.1, 0.3),
}  # fmt: skip
"""What may be set, least and most. None may put off the verdict: a person is connected 1.2 s after
the greeting's end and 4 s after the answer."""


RECORDING = re.compile("[a-z0-9]+([_-][a-z0-9]+)*")
"A file of the home's `messages`, without its `.wav`."
SWITCHES = ("connect_first", "audited")
SWITCHED = ", ".join(f"`{word}`" for word in SWITCHES)


class Detection(msgspec.Struct, frozen=True, omit_defaults=True):
    """The words, read."""

    preset: str = "careful"
    connect_first: bool = False
    "To a free agent at the answer; the listener takes machines away again."
    audited: bool = False
    "Some machines go to an agent all the same, whose word bounds how many people are missed."
    numbers: tuple[tuple[str, float], ...] = ()
    "Seconds that differ from the preset's."
    silence: Literal["connect", "hang_up"] = "connect"
    "With nothing said at all: somebody waits for us, or the line is dead."
    after_beep: str = ""
    "The recording that a machine gets after its beep; empty: it is hung up on at the verdict."


@lru_cache(maxsize=256)
def parsed(text: str) -> Detection:
    """The words of a setting. `Misread` says what is allowed."""
    words = [word.strip() for word in text.split(",")]
    preset, numbers = "careful", dict[str, float]()
    fields: dict[str, str | bool] = {}
    for i, word in enumerate(words):
        name, is_set, value = (part.strip() for part in word.partition("="))
        if word in SWITCHES:
            fields[word] = True
        elif name == "silence" and value in ("connect", "hang_up"):
            fields["silence"] = value
        elif name == "after_beep" and RECORDING.fullmatch(value):
            fields["after_beep"] = value
        elif is_set and name in MOST:
            numbers[name] = _number(name, value)
        elif i == 0 and not is_set:
            preset = word
        else:
            raise Misread(
                f"{word!r}: allowed are a preset's name, {SWITCHED}, `silence=connect` or "
                f"`silence=hang_up`, `after_beep=RECORDING`, and NAME=SECONDS of {', '.join(MOST)}",
                "detection_part", part=word, switches=SWITCHED, numbers=", ".join(MOST),
            )  # fmt: skip
    return msgspec.convert(
        {**fields, "preset": preset, "numbers": tuple(numbers.items())}, Detection
    )


def understood(text: str) -> Detection:
    """The same, and the default where they are not understood: what is in force is never wrong."""
    try:
        return parsed(text)
    except Misread:
        return Detection()


def _number(name: str, value: str) -> float:
    least, most = MOST[name]
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1.0
    if not least <= seconds <= most:
        text = f"{name}={value}: must be a number from {least} to {most}"
        raise Misread(text, "detection_number", name=name, least=least, most=most)
    return seconds
