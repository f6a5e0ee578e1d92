"""The announcements that this dialer knows: recordings in a folder of its home, and what they hold.

    prompts/prompts.json      the cards: kind, carrier, who added it and when
    prompts/NAME.wav          the recording, trimmed, 8 kHz
    prompts/compiled.npz      what the listeners load; they look each second whether it is new

Whoever changes the library holds its lock, writes beside and moves into place: a reader finds the
old or the new one, never half of it.
"""

import fcntl
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
import soundfile

from dialer.audio.features import RATE, Float32Array
from dialer.audio.prints import SIZE, Print
from dialer.audio.prompts import (
    NONE_KNOWN,
    TWIN,
    Library,
    Prompt,
    compiled,
    likeness,
    printed,
    refusal,
    trimmed,
    with_one_more,
)
from dialer.engine.announced import KINDS
from dialer.errors import SettingsError

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a prompt beside its sound."""

    name: str
    kind: str
    "One of `engine.announced.KINDS`."
    carrier: str = ""
    language: str = ""
    country: str = ""
    seconds: float = 0.0
    added_at: float = 0.0
    "Seconds since 1970 UTC."
    added_by: str = ""
    source: str = ""
    "The file, or the capture, that it comes from."


class Refused(SettingsError):
    """A recording cannot be a prompt; the text says why."""


class Shelf:
    """The library of one home."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def compiled(self) -> Path:
        """The file that the listeners load."""
        return self._folder / "compiled.npz"

    def cards(self) -> list[Card]:
        """Of all prompts, in the order they were added."""
        try:
            text = (self._folder / "prompts.json").read_bytes()
        except FileNotFoundError:
            return []
        try:
            return msgspec.json.decode(text, type=list[Card])
        except msgspec.MsgspecError as why:
            raise SettingsError(f"{self._folder}/prompts.json: cannot be read: {why}") from None

    def sound_of(self, name: str) -> Path:
        """The recording of a prompt."""
        return self._folder / f"{name}.wav"

    def add(self, card: Card, samples: Float32Array) -> Card:
        """Enrol a recording at 8 kHz. `Refused`, with the reason, if it cannot be a prompt."""
        _check(card)
        why = refusal(samples)
        if why:
            raise Refused(why, "prompt_poor")
        kept = trimmed(samples)
        sound = printed(kept)
        with self._locked():
            cards = self.cards()
            if any(known.name == card.name for known in cards):
                said = f"there is a prompt `{card.name}` already: take another name"
                raise Refused(said, "prompt_known", name=card.name)
            prompts = _stored(self.compiled)
            _refuse_twin(sound, prompts)
            card = msgspec.structs.replace(card, seconds=round(len(kept) / RATE, 2))
            more = with_one_more(prompts, card.name, card.kind, sound)
            try:
                self._write_sound(card.name, kept)
                self._store([*cards, card], more)
            except BaseException:
                self.sound_of(card.name).unlink(missing_ok=True)
                raise
        return card

    def remove(self, name: str) -> Card:
        """Forget a prompt. What the others had in common with it tells them apart again."""
        with self._locked():
            cards = self.cards()
            gone = _named(name, cards)
            left = [prompt for prompt in _stored(self.compiled) if prompt.name != name]
            self._store(
                [card for card in cards if card.name != name],
                compiled([(prompt.name, prompt.kind, prompt.sound) for prompt in left]),
            )
            self.sound_of(name).unlink(missing_ok=True)
        return gone

    def relabel(self, name: str, kind: str) -> Card:
        """It says something else than was thought. `SettingsError` if there is no such prompt."""
        with self._locked():
            cards = self.cards()
            card = msgspec.structs.replace(_named(name, cards), kind=kind)
            _check(card)
            self._store(
                [card if one.name == name else one for one in cards],
                compiled(
                    [
                        (one.name, kind if one.name == name else one.kind, one.sound)
                        for one in _stored(self.compiled)
                    ]
                ),
            )
        return card

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _write_sound(self, name: str, samples: Float32Array) -> None:
        with _beside(self.sound_of(name)) as beside:
            soundfile.write(beside, samples, RATE, subtype="PCM_16", format="WAV")
            beside.replace(self.sound_of(name))

    def _store(self, cards: Sequence[Card], prompts: Sequence[Prompt]) -> None:
        """Both are whole before the first is moved; the compiled one last: listeners go by it."""
        listed = self._folder / "prompts.json"
        with _beside(listed) as new, _beside(self.compiled) as ready:
            new.write_bytes(msgspec.json.format(msgspec.json.encode(cards)) + b"\n")
            _save(ready, prompts)
            new.replace(listed)
            ready.replace(self.compiled)


def of_call(call: str) -> str:
    """The source of a prompt that comes from a call: by it whoever erases a person finds it."""
    return f"call {call}"


def loaded(file: Path) -> Library:
    """The library as the listeners use it; an empty one if there is none."""
    return Library(_stored(file)) if file.exists() else NONE_KNOWN


def stamp(file: Path) -> tuple[int, int]:
    """Another one when the file is another one."""
    try:
        there = os.stat(file)
    except OSError:
        return (0, 0)
    return (there.st_mtime_ns, there.st_ino)


def _named(name: str, cards: Sequence[Card]) -> Card:
    for card in cards:
        if card.name == name:
            return card
    raise SettingsError(f"there is no prompt `{name}`: `dialer prompts list` names those there are")


def _check(card: Card) -> None:
    if not NAME.fullmatch(card.name):
        raise Refused(f"`{card.name}` is no name: take small letters, digits, `.`, `_`, `-`")
    if card.kind not in KINDS:
        raise Refused(f"`{card.kind}` is no kind; kinds are {', '.join(KINDS)}")


def _refuse_twin(sound: Print, prompts: Sequence[Prompt]) -> None:
    for prompt in prompts:
        if likeness(sound, prompt.sound) >= TWIN:
            said = f"it is the same recording as `{prompt.name}` ({prompt.kind})"
            raise Refused(said, "prompt_known", name=prompt.name)


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """Where a file is written until it can be moved into place; nothing is left there."""
    beside = file.with_name(f"{file.name}.part")
    try:
        yield beside
    finally:
        beside.unlink(missing_ok=True)


def _save(file: Path, prompts: Sequence[Prompt]) -> None:
    lengths = np.array([len(prompt.sound) for prompt in prompts], dtype=np.int64)
    with file.open("wb") as out:
        np.savez(
            out,
            names=np.array([prompt.name for prompt in prompts], dtype=np.str_),
            kinds=np.array([prompt.kind for prompt in prompts], dtype=np.str_),
            lengths=lengths,
            vectors=np.concatenate(
                [np.zeros((0, SIZE), np.int8), *(one.sound.vectors for one in prompts)]
            ),
            speech=np.concatenate([np.zeros(0, bool), *(one.sound.speech for one in prompts)]),
            rivals=np.concatenate([np.zeros(0, np.float32), *(one.rivals for one in prompts)]),
        )


def _stored(file: Path) -> list[Prompt]:
    if not file.exists():
        return []
    try:
        with np.load(file, allow_pickle=False) as held:
            ends = np.cumsum(held["lengths"])[:-1]
            parts = zip(
                held["names"].tolist(),
                held["kinds"].tolist(),
                np.split(held["vectors"], ends),
                np.split(held["speech"], ends),
                np.split(held["rivals"], ends),
                strict=False,
            )
            return [
                Prompt(name, kind, Print(vectors, speech.astype(bool)), rivals)
                for name, kind, vectors, speech, rivals in parts
            ]
    except (OSError, ValueError, KeyError) as why:
        raise SettingsError(f"{file}: cannot be read: {why}") from None
