"""A recording after its call: from Asterisk's spool to where it is kept, and looked at on the way.

Asterisk writes both directions of the customer's channel into one file without a header, sample by
sample: left what the customer says, right what the customer hears. It says nothing when a disk is
full, so nothing is believed but the file: its length against the talk, and whether there is sound.
Nothing here is for the event loop.
"""

import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np

from dialer.asterisk import names
from dialer.engine.commands import FinishRecording

RATE = 8000
CHANNELS = 2
SILENT_DB = -60.0
"A recording that is nowhere louder has lost its voices."
FLOOR_DB = -96.0
SHARE, MARGIN_S = 0.95, 2.0
"A recording may be shorter than the talk by a twentieth and two seconds."
BLOCK = RATE
"Samples looked at together: a second."
PATH = re.compile(r"(20[0-9]{2}-[01][0-9]-[0-3][0-9])/(d1-[0-9a-f]{32})\.flac")
"Where a recording is kept, below the folder: its day (UTC) and its call."


class Look(msgspec.Struct, frozen=True):
    """What a recording looks like."""

    path: str = ""
    seconds: float = 0.0
    size: int = 0
    customer_db: float = FLOOR_DB
    agent_db: float = FLOOR_DB
    why: str = ""
    "What is wrong with it."


def raw_of(spool: Path, call: str) -> Path:
    """The file that Asterisk writes."""
    return spool / f"{call}.raw"


def raw_seconds(spool: Path, call: str) -> float:
    """How much of it is there; infinity if there is none to wait for."""
    raw = raw_of(spool, call)
    return raw.stat().st_size / (2 * CHANNELS * RATE) if raw.exists() else float("inf")


def path_of(call: str, ended_at: float) -> str:
    """Where its recording is kept, below the folder.

    >>> path_of("d1-" + "0" * 31 + "7", 1795384177.0)
    '2026-11-22/d1-00000000000000000000000000000007.flac'
    """
    day = datetime.fromtimestamp(ended_at, UTC).date().isoformat()
    return f"{day}/{call}.flac"


def finished(spool: Path, folder: Path, order: FinishRecording) -> Look:
    """Keep the recording of a call that is over; what it looks like. May be done twice."""
    if names.kind(order.call) != "call":
        return Look(why="no such call")
    raw, path = raw_of(spool, order.call), path_of(order.call, order.ended_at)
    kept = folder / path
    try:
        if raw.exists() and raw.stat().st_size:
            _keep(raw, kept)
            raw.unlink()
        elif raw.exists():
            raw.unlink()
            return Look(why="empty" if order.talk_s else "")
        if not kept.exists():
            return Look(why="no file" if order.talk_s else "")
        return judged(looked_at(kept, path), order.talk_s)
    except (OSError, RuntimeError, ValueError) as why:
        return Look(why=f"unreadable: {type(why).__name__}")


def judged(look: Look, talk_s: float) -> Look:
    """Whether it is what it should be.

    >>> judged(Look("p", 3.0, 9, -20.0, -20.0), 60.0).why
    'too short: 3.0 s of 60.0 s'
    """
    if look.seconds < SHARE * talk_s - MARGIN_S:
        why = f"too short: {look.seconds:.1f} s of {talk_s:.1f} s"
        return msgspec.structs.replace(look, why=why)
    if max(look.customer_db, look.agent_db) < SILENT_DB and talk_s > MARGIN_S:
        return msgspec.structs.replace(look, why="silent")
    return look


def looked_at(file: Path, path: str) -> Look:
    """Length, size, and the loudest second of each side."""
    import soundfile  # loads a library that most processes of ours never need

    loudest = np.zeros(CHANNELS)
    with soundfile.SoundFile(file) as sound:
        frames = sound.frames
        for block in sound.blocks(BLOCK, dtype="float32", always_2d=True):
            loudest = np.maximum(loudest, np.sqrt((block.astype(float) ** 2).mean(axis=0)))
    customer, agent = (round(max(FLOOR_DB, 20 * np.log10(max(one, 1e-9))), 1) for one in loudest)
    size = file.stat().st_size
    return Look(path, frames / RATE, size, float(customer), float(agent))


def deleted(folder: Path, path: str) -> bool:
    """Remove it; whether there was such a path at all."""
    found = PATH.fullmatch(path)
    if found:
        (folder / path).unlink(missing_ok=True)
    return found is not None


def outlived(spool: Path, folder: Path, keep_days: int, at: float) -> Iterator[str]:
    """Remove what is older than that; the calls whose recordings are gone now."""
    first = datetime.fromtimestamp(at, UTC).date() - timedelta(days=keep_days)
    for path in sorted(folder.glob("20??-??-??/*.flac")):
        found = PATH.fullmatch(f"{path.parent.name}/{path.name}")
        if found and found[1] < first.isoformat():
            path.unlink(missing_ok=True)
            yield found[2]
            if not any(path.parent.iterdir()):
                path.parent.rmdir()
    for raw in spool.glob("d1-*.raw"):
        if raw.stat().st_mtime < at - 86400.0 * (keep_days + 1):
            raw.unlink(missing_ok=True)


def free_bytes(*folders: Path) -> int:
    """The least room that any of them has."""
    return min(shutil.disk_usage(folder).free for folder in folders)


def _keep(raw: Path, kept: Path) -> None:
    """Without loss, in a third of the room; whole or not at all."""
    import soundfile

    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = kept.with_suffix(".part")
    with (
        raw.open("rb") as read,
        open(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file,
        soundfile.SoundFile(
            file, "w", samplerate=RATE, channels=CHANNELS, format="FLAC", subtype="PCM_16"
        ) as sound,
    ):
        while chunk := read.read(60 * RATE * CHANNELS * 2):
            whole = len(chunk) // (2 * CHANNELS) * 2 * CHANNELS
            sound.write(np.frombuffer(chunk[:whole], "<i2").reshape(-1, CHANNELS))
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(kept)
