"""Every detector over one manifest. What is known of a call stays here, out of their sight."""

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from dialer.audio.features import RATE, warm_up
from dialer.audio.presets import preset
from dialer.audio.prompts import NONE_KNOWN
from dialer.detection.manifest import Recording, Row, load, rows
from sim.bench.detection.app_amd import Answer, app_amd
from sim.bench.detection.lines import Line, line
from sim.bench.detection.play import play
from sim.bench.detection.prompts import enrolled
from sim.bench.detection.score import Score, score

AT_ONCE = 100
"Calls that are heard together, as in a worker."
STATUS: Mapping[str, str] = {"HUMAN": "human", "MACHINE": "machine", "NOTSURE": "human"}
"Unsure is a person, as with us."


class Found(msgspec.Struct, frozen=True):
    """The whole answer."""

    manifest: str
    preset: str
    calls: int
    packet_ms: int
    scores: dict[str, Score]
    "Detector -> how it did."


class Real(msgspec.Struct, frozen=True):
    """A real Asterisk to ask as well."""

    prefix: Path
    folder: Path
    "Where it lives meanwhile."
    most: int = 0
    "So many calls at most, spread over the manifest; 0: all."
    port_offset: int = 0


class Bench(msgspec.Struct, frozen=True):
    """The answer, and each call."""

    found: Found
    lines: list[Line]


def bench(
    manifest: Path,
    preset_name: str,
    packet_ms: int = 20,
    prompts: Path | None = None,
    real: Real | None = None,
) -> Bench:
    """Hear every recording of a manifest; the lines are sorted by length, shortest first."""
    wanted = preset(preset_name)
    warm_up()
    library, soonest = enrolled(prompts) if prompts else (NONE_KNOWN, {})
    known = sorted(rows(manifest), key=lambda row: _length(row.file))
    lines: list[Line] = []
    amd: list[Line] = []
    audio_s = cpu_s = amd_s = 0.0
    for batch in _batches(known):
        heard = [load(row) for row in batch]
        played = play(heard, wanted, packet_ms, library)
        audio_s, cpu_s = audio_s + played.audio_s, cpu_s + played.cpu_s
        lines += [line(row.path, row.phase, played.heard[row.path]) for row in batch]
        began = time.process_time()
        amd += [_asterisks(row, one) for row, one in zip(batch, heard, strict=True)]
        amd_s += time.process_time() - began
    truths = [row.truth for row in known]
    answered = [i for i, row in enumerate(known) if row.phase != "early"]
    asked = _asked([known[i] for i in answered], real) if real else {}
    return Bench(
        Found(
            manifest=manifest.name,
            preset=preset_name,
            calls=len(known),
            packet_ms=packet_ms,
            scores={
                "dialer": score(
                    list(zip(truths, lines, strict=True)),
                    round(1000.0 * cpu_s / max(audio_s, 1e-9), 3),
                    soonest,
                ),
                "app_amd": score(
                    [(truths[i], amd[i]) for i in answered],
                    round(1000.0 * amd_s / max(audio_s, 1e-9), 3),
                ),
                **asked,
            },
        ),
        lines,
    )


def _asterisks(row: Row, heard: Recording) -> Line:
    if row.phase == "early":
        return Line(row.path, row.phase)
    return _answered(row, app_amd(heard.samples))


def _answered(row: Row, said: Answer) -> Line:
    # What a real one answers besides (HANGUP) is no verdict either.
    verdict = STATUS.get(said.status, "human")
    return Line(row.path, row.phase, verdict, decided_ms=said.decided_ms, cause=said.cause)


def _asked(known: Sequence[Row], real: Real) -> dict[str, Score]:
    """How the real one does on these calls."""
    from sim.bench.detection.asterisk import real_app_amd

    every = max(-(-len(known) // real.most), 1) if real.most else 1
    chosen = sorted(known, key=lambda row: row.path)[::every]
    answers = real_app_amd([load(row) for row in chosen], real.prefix, real.folder,
                           real.port_offset)  # fmt: skip
    return {
        "Asterisk": score(
            [(row.truth, _answered(row, said)) for row, said in zip(chosen, answers, strict=True)]
        )
    }


def _batches(known: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Sorted by length before: calls of a like length together fill a batch until its end."""
    for start in range(0, len(known), AT_ONCE):
        yield known[start : start + AT_ONCE]


def _length(file: Path) -> float:
    import soundfile

    try:
        return float(soundfile.info(file).frames) / RATE
    except (OSError, soundfile.LibsndfileError):
        return 0.0
