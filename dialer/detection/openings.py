"""Openings: what was said right after the answer, and who it was by the word of who listened.

    openings/CALL.wav           kept for some days, where the settings allow it
    openings/told/CALL.wav      somebody has said who it was: kept until it is let go
    openings/told/CALL.json     ... this

What was told is taken away as a zip: the recordings, and a manifest that teaches `dialer detection
train`.
"""

import csv
import io
import zipfile
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Literal, get_args

import msgspec

from dialer.detection.captured import NAME
from dialer.detection.rates import rate
from dialer.detection.report import Mistake

Who = Literal["human", "machine", "ivr", "fax", "silence", "announcement"]
WHO: tuple[Who, ...] = get_args(Who)
COLUMNS = ("path", "phase", "label", "voice", "licence", "campaign", "heard_as", "told_by")


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody has said of an opening."""

    call: str
    label: Who
    heard_as: str
    "The verdict on the record."
    campaign: str
    by: str
    at: float
    "Seconds since 1970 UTC."


class Openings:
    """The folder of one home."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._told = folder, folder / "told"

    def calls(self) -> dict[str, float]:
        """Whose opening is there, and when it was kept; the latest first."""
        files = [file for folder in (self._folder, self._told) for file in folder.glob("*.wav")]
        kept = {file.stem: file.stat().st_mtime for file in files if NAME.fullmatch(file.stem)}
        return dict(sorted(kept.items(), key=lambda pair: (-pair[1], pair[0])))

    def file(self, call: str) -> Path | None:
        """The sound, if it is there."""
        if not NAME.fullmatch(call):
            return None
        places = (folder / f"{call}.wav" for folder in (self._told, self._folder))
        return next((file for file in places if file.is_file()), None)

    def tell(self, label: Label) -> bool:
        """Keep the sound with what was said of it; False if it is gone. May be said anew."""
        sound = self.file(label.call)
        if sound is None:
            return False
        self._told.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = self._told / f"{label.call}.part"
        beside.write_bytes(msgspec.json.encode(label) + b"\n")
        beside.replace(self._told / f"{label.call}.json")
        sound.replace(self._told / f"{label.call}.wav")
        return True

    def let_go(self, call: str) -> bool:
        """Delete the sound, and what was said of it."""
        sound = self.file(call)
        if sound is None:
            return False
        sound.unlink(missing_ok=True)
        sound.with_suffix(".json").unlink(missing_ok=True)
        return True

    def labels(self) -> dict[str, Label]:
        """What was said, by call."""
        return {label.call: label for label in self._labels()}

    def _labels(self) -> Iterator[Label]:
        for file in sorted(self._told.glob("*.json")):
            if file.with_suffix(".wav").is_file():
                yield msgspec.json.decode(file.read_bytes(), type=Label)

    def pack(self, out: BinaryIO, only: Collection[str] | None = None) -> int:
        """A zip of what was told, of all or of these calls: sounds and manifest. How many."""
        told = [label for label in self._labels() if only is None or label.call in only]
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
            for label in told:
                zipped.write(self._told / f"{label.call}.wav", f"{label.call}.wav")
            zipped.writestr("manifest.csv", _manifest(told))
        return len(told)


def _manifest(told: Collection[Label]) -> str:
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(COLUMNS)
    for one in told:
        # Nobody knows the voice: each call is in a group of its own.
        lines.writerow((f"{one.call}.wav", "post", one.label, one.call, "own", one.campaign,
                        one.heard_as, one.by))  # fmt: skip
    return text.getvalue()


MACHINES = ("machine", "ivr", "fax")


def corrected(labels: Iterable[Label]) -> list[Mistake]:
    """How often the listener was wrong, by who has listened to the openings.

    They are no sample: whoever looks for mistakes listens to what looks like one.
    """
    told: dict[tuple[str, str], list[bool]] = {}
    for one in labels:
        heard_as = "machine" if one.heard_as in MACHINES else "person"
        is_wrong = (one.label == "human") == (heard_as == "machine")
        told.setdefault((one.campaign, heard_as), []).append(is_wrong)
    return [
        Mistake(campaign, heard_as, n := len(wrong), n, rate(sum(wrong), n), "openings")
        for (campaign, heard_as), wrong in sorted(told.items())
    ]  # fmt: skip
