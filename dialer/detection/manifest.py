"""A manifest: recordings to hear, and beside them, apart, what is known of each.

`path, phase, country` are enough to listen. All other columns are for whoever scores or trains;
no detector is ever given one of them.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
import soundfile

from dialer.audio.features import RATE, Float32Array
from dialer.audio.listener import Phase
from dialer.errors import SettingsError

PHASES: Mapping[str, Phase] = {"early": "early", "post": "answer", "answer": "answer"}


class Recording(msgspec.Struct, frozen=True):
    """What a listener may know of a call: nothing but its sound, its phase, where it went."""

    path: str
    phase: Phase
    country: str
    samples: Float32Array
    "At 8 kHz, -1..1."


class Truth(msgspec.Struct, frozen=True):
    """What is known of a call. All of it may be missing."""

    label: str = ""
    sublabel: str = ""
    licence: str = ""
    voice: str = ""
    is_real: bool | None = None
    "Whether a person's voice was recorded, and not made by a machine."
    onset_ms: float | None = None
    "The first word."
    greeting_end_ms: float | None = None
    beep_ms: float | None = None
    boundaries: str = ""
    "`0-400:silence;400-1100:speech`"
    prompt: str = ""
    "Of an announcement: which of the prompts is played."
    enrolled: bool = False
    noise: str = ""

    @property
    def is_hard(self) -> bool:
        """People who are hard to tell; the others are plain, quiet, or say hello twice."""
        return self.sublabel in ("business", "noisy", "delayed")


class Row(msgspec.Struct, frozen=True):
    """A line of a manifest."""

    path: str
    phase: str
    "As it stands there: `early`, `post`."
    country: str
    file: Path
    truth: Truth


def rows(manifest: Path) -> list[Row]:
    """The lines of a manifest. Paths are relative to its folder, or to the one above.

    `SettingsError` if there are none.
    """
    found = [
        Row(
            path=line["path"],
            phase=_phase(manifest, line),
            country=(line.get("country") or "").lower(),
            file=found_beside(manifest.parent, line["path"]),
            truth=_truth(line),
        )
        for line in table(manifest, ("path", "phase"))
    ]
    if not found:
        raise SettingsError(f"{manifest}: names no recording: a line for each is needed")
    return found


def table(file: Path, needed: Iterable[str]) -> list[dict[str, str]]:
    """A CSV as rows by column; `SettingsError` if it cannot be read or lacks a column."""
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            reader = csv.DictReader(lines)
            found = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as why:
        raise SettingsError(f"{file}: cannot be read: {why}") from None
    missing = [name for name in needed if name not in (reader.fieldnames or ())]
    if missing:
        raise SettingsError(f"{file}: has no column {', '.join(missing)}")
    return found


def load(row: Row) -> Recording:
    """The sound of a line."""
    return Recording(row.path, PHASES[row.phase], row.country, samples(row.file))


def recordings(known: Iterable[Row]) -> Iterator[Recording]:
    """The sound of every line, one after the other."""
    for row in known:
        yield load(row)


def samples(file: Path) -> Float32Array:
    """A sound file at 8 kHz; several channels become one, other rates are converted.

    `SettingsError` for what is none.
    """
    try:
        with file.open("rb") as opened:
            sound, rate = soundfile.read(opened, dtype="float32", always_2d=True)
    except OSError as why:
        raise SettingsError(f"{file}: cannot be read: {why.strerror}") from None
    except soundfile.LibsndfileError as why:
        said = why.error_string if file.stat().st_size else "It is empty."
        raise SettingsError(f"{file}: no recording (WAV, FLAC, OGG or MP3): {said}") from None
    mono: Float32Array = np.ascontiguousarray(sound.mean(axis=1), dtype=np.float32)
    if not np.isfinite(mono).all():
        raise SettingsError(f"{file}: a damaged recording: some of its values are no numbers")
    if rate == RATE:
        return mono
    import librosa

    converted: Float32Array = librosa.resample(
        mono, orig_sr=rate, target_sr=RATE, res_type="polyphase"
    ).astype(np.float32)
    return converted


def _phase(manifest: Path, line: Mapping[str, str]) -> Literal["early", "post", "answer"]:
    phase = line["phase"]
    if phase not in PHASES:
        raise SettingsError(
            f"{manifest}: {line['path']}: phase {phase!r} is none of {', '.join(PHASES)}"
        )
    return phase  # type: ignore[return-value]


def found_beside(folder: Path, path: str) -> Path:
    """A path of a manifest is relative to its folder, or to the one above."""
    beside = folder / path
    return beside if beside.is_file() else folder.parent / path


def _truth(line: Mapping[str, str]) -> Truth:
    return Truth(
        label=line.get("label") or "",
        sublabel=line.get("sublabel") or "",
        licence=line.get("licence") or "",
        voice=line.get("voice") or "",
        is_real={"1": True, "0": False}.get(line.get("real_voice") or ""),
        onset_ms=_number(line.get("onset_ms")),
        greeting_end_ms=_number(line.get("eou_ms")),
        beep_ms=_number(line.get("beep_ms")),
        boundaries=line.get("boundaries") or "",
        prompt=line.get("ref_id") or "",
        enrolled=line.get("enrolled") == "1",
        noise=line.get("noise") or "",
    )


def _number(text: str | None) -> float | None:
    return float(text) if text else None
