"""Announcements that nobody has named yet, or that were taken for one that is known: captures in a
folder, grouped by what they sound like.

A group is all calls in which the same was said, and taken for the same; it is heard once, named
once, and enrolled.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from dialer.audio.features import RATE
from dialer.audio.prints import Print
from dialer.audio.prompts import CLEAR, printed, rivalry
from dialer.detection.library import Card, Shelf
from dialer.detection.manifest import samples
from dialer.errors import SettingsError
from dialer.listening.capture import RECOGNISED

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}")
SHARED = 0.6
"Part of the speech of either that is in the other: then both say the same."


class Capture(msgspec.Struct, frozen=True):
    """What one call said."""

    name: str
    "The call's."
    at: float
    "Seconds since 1970 UTC."
    seconds: float
    heard_as: str = ""
    "The kind that it was taken for; empty: nobody knew it."


class Group(msgspec.Struct, frozen=True):
    """Calls that said the same."""

    name: str
    "Of the capture that stands for all: the longest."
    captures: tuple[Capture, ...]
    "The latest first."
    heard_as: str = ""
    "The kind that it was taken for; empty: nobody knew it."


class Captures:
    """The folder of what was captured."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def groups(self) -> list[Group]:
        """Unknown ones first, and of these what is said most often."""
        kept = [(self._capture(file), self._print_of(file)) for file in self._files()]
        found: list[list[tuple[Capture, Print]]] = []
        for one in sorted(kept, key=lambda pair: -pair[0].seconds):
            home = next((group for group in found if _belongs(one, group[0])), None)
            if home is None:
                found.append([one])
            else:
                home.append(one)
        return sorted(map(_group, found), key=_standing)

    def file(self, name: str) -> Path | None:
        """The sound of a capture, if it is there."""
        return next((file for file in self._files() if file.stem == name), None)

    def enrol(self, shelf: Shelf, name: str, card: Card) -> Card:
        """Make a prompt of the capture that stands for a group, and let go of the group."""
        group = next((one for one in self.groups() if one.name == name), None)
        if group is None:
            raise SettingsError(
                "it is gone: somebody has named it, or its time was over", "capture_gone"
            )
        file = self.file(name)
        if file is None:
            raise SettingsError("it is gone: its time was over", "capture_gone")
        added = shelf.add(card, samples(file))
        self._let_go(group)
        return added

    def forget(self, name: str) -> int:
        """Let go of a group; of how many calls it was."""
        group = next((one for one in self.groups() if one.name == name), None)
        return self._let_go(group) if group else 0

    def _let_go(self, group: Group) -> int:
        names = {capture.name for capture in group.captures}
        for file in self._files():
            if file.stem in names:
                file.unlink(missing_ok=True)
                file.with_suffix(".npz").unlink(missing_ok=True)
        return len(group.captures)

    def _files(self) -> list[Path]:
        kept = (*self._folder.glob("*.wav"), *self._folder.glob(f"{RECOGNISED}/*/*.wav"))
        return sorted(file for file in kept if NAME.fullmatch(file.stem))

    def _capture(self, file: Path) -> Capture:
        there = file.stat()
        seconds = round((there.st_size - 44) / 2 / RATE, 1)
        heard_as = "" if file.parent == self._folder else file.parent.name
        return Capture(file.stem, there.st_mtime, seconds, heard_as)

    def _print_of(self, file: Path) -> Print:
        """Kept beside the sound: it takes as long as a tenth of the sound does."""
        kept = file.with_suffix(".npz")
        if not kept.exists():
            made = printed(samples(file))
            beside = kept.with_suffix(".part")
            with beside.open("wb") as out:
                np.savez(out, vectors=made.vectors, speech=made.speech)
            beside.replace(kept)
        with np.load(kept, allow_pickle=False) as held:
            return Print(held["vectors"], held["speech"])


def _belongs(one: tuple[Capture, Print], other: tuple[Capture, Print]) -> bool:
    return one[0].heard_as == other[0].heard_as and _say_the_same(one[1], other[1])


def _say_the_same(one: Print, other: Print) -> bool:
    return _part_of(one, other) >= SHARED or _part_of(other, one) >= SHARED


def _part_of(one: Print, other: Print) -> float:
    found = rivalry(one, [other]) > CLEAR
    return float(found[one.speech].mean()) if one.speech.any() else 0.0


def _group(members: Sequence[tuple[Capture, Print]]) -> Group:
    captures = sorted((capture for capture, _ in members), key=lambda one: -one.at)
    return Group(members[0][0].name, tuple(captures), members[0][0].heard_as)


def _standing(group: Group) -> tuple[bool, int, str]:
    return bool(group.heard_as), -len(group.captures), group.name
