"""Menus and mailboxes that are known by their recordings: how many are, how soon, and who else is
taken for one.

Each machine of a manifest is enrolled from its own call, as on the page of openings, and heard
again over another line: it begins at another moment, is louder or softer, in noise, loses packets,
and comes as mu-law. Everybody else is heard as he is.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np

from dialer.audio.features import HOP, RATE, warm_up
from dialer.audio.g711 import ULAW, decode, encode
from dialer.audio.presets import Preset, preset
from dialer.audio.prints import Print
from dialer.audio.prompts import TWIN, Library, compiled, likeness, printed, refusal, trimmed
from dialer.detection.manifest import Recording, Row, load, rows
from dialer.detection.rates import Rate, rate
from dialer.engine.announced import RECORDED
from dialer.engine.events import VERDICTS, Heard
from dialer.listening.desk import KEPT_S
from sim.bench.detection.play import play
from sim.bench.detection.score import Times, quantiles

SEED = 1
LATER_S, LOUDER_DB, NOISE_DB, LOST = (0.05, 0.6), (-8.0, 2.0), -20.0, 0.01
"Of the other line: from, to; noise below the speech; part of the packets."
PACKET = RATE // 50
BY = "prompt "
"So begins the cause of a verdict by a recording."
AT_ONCE = 50


class Machines(msgspec.Struct, frozen=True):
    """Those of one label, heard again."""

    recognised: Rate
    "In the end called what they are, by their recording."
    at_first: Rate
    "... in the first verdict already."
    taken_for_people: Rate
    "In the end."


class Known(msgspec.Struct, frozen=True):
    """The whole answer."""

    manifest: str
    preset: str
    refused: dict[str, str]
    "Path -> why it cannot be enrolled."
    seconds: float
    "Of all that was enrolled."
    machines: dict[str, Machines]
    "By label."
    after_first_word: Times | None
    "Of those that were recognised; None: none was."
    others: Rate
    "Everybody else who was taken for one of them by a recording,"
    of_the_same_voice: int
    "... of these by one of his own voice: the manifest may use a recording twice."


Verdicts = Sequence[Heard]


def bench(manifest: Path, preset_name: str) -> Known:
    """Enrol every machine of a manifest, and hear all calls again."""
    wanted, chance = preset(preset_name), np.random.default_rng(SEED)
    warm_up()
    answered = [row for row in rows(manifest) if row.phase != "early"]
    machines = [row for row in answered if row.truth.label in RECORDED]
    others = [row for row in answered if row.truth.label not in RECORDED]
    prompts, refused = _enrolled(machines)
    library = Library(compiled(prompts))
    enrolled = [row for row in machines if row.path not in refused]
    lines = [_over_another_line(load(row), chance) for row in enrolled]
    later_ms = [
        ms + (row.truth.onset_ms or 0.0) for row, (_, ms) in zip(enrolled, lines, strict=True)
    ]
    said = _verdicts([call for call, _ in lines], wanted, library)
    heard = list(zip(enrolled, later_ms, said, strict=True))
    taken = _taken(others, _verdicts([load(row) for row in others], wanted, library))
    voice_of = {row.path: row.truth.voice for row in machines}
    return Known(
        manifest=manifest.name,
        preset=preset_name,
        refused=refused,
        seconds=round(library.frames * HOP / RATE, 1),
        machines={
            label: _machines([said for row, _, said in heard if row.truth.label == label])
            for label in RECORDED
        },
        after_first_word=quantiles(
            [
                1000.0 * one.sample / RATE - late_ms
                for _, late_ms, said in heard
                for one in filter(_by_recording, said)
            ]
        ),
        others=rate(len(taken), len(others)),
        of_the_same_voice=sum(row.truth.voice == voice_of[prompt] for row, prompt in taken),
    )


def _enrolled(machines: Sequence[Row]) -> tuple[list[tuple[str, str, Print]], dict[str, str]]:
    """As a home's library would: the prompts, and why others are none."""
    prompts: list[tuple[str, str, Print]] = []
    refused: dict[str, str] = {}
    for row in machines:
        opening = load(row).samples[: round(KEPT_S * RATE)]
        sound = printed(trimmed(opening))
        twin = next((name for name, _, known in prompts if likeness(sound, known) >= TWIN), "")
        why = refusal(opening) or (f"the same recording as {twin}" if twin else "")
        if why:
            refused[row.path] = why
        else:
            prompts.append((row.path, RECORDED[row.truth.label], sound))
    return prompts, refused


def _over_another_line(call: Recording, chance: np.random.Generator) -> tuple[Recording, float]:
    """The same call, and by how many milliseconds it begins later."""
    later = round(chance.uniform(*LATER_S) * RATE)
    said = call.samples * 10.0 ** (chance.uniform(*LOUDER_DB) / 20.0)
    level = float(np.sqrt((said**2).mean())) * 10.0 ** (NOISE_DB / 20.0)
    sound = np.concatenate([np.zeros(later), said])
    sound = sound + chance.normal(0.0, level, len(sound))
    sound = sound[: len(sound) // PACKET * PACKET].astype(np.float32)
    packets = sound.reshape(-1, PACKET)
    packets[chance.random(len(packets)) < LOST] = 0.0
    heard = decode(encode(np.clip(sound, -1.0, 1.0), ULAW), ULAW)
    return msgspec.structs.replace(call, samples=heard), 1000.0 * later / RATE


def _verdicts(calls: Sequence[Recording], wanted: Preset, library: Library) -> list[Verdicts]:
    """What was said of who answered, of each call in order."""
    found: list[Verdicts] = []
    for start in range(0, len(calls), AT_ONCE):
        some = calls[start : start + AT_ONCE]
        heard = play(some, wanted, library=library).heard
        found += [[one for one in heard[call.path] if one.sound in VERDICTS] for call in some]
    return found


def _machines(calls: Sequence[Verdicts]) -> Machines:
    def of(hits: Iterable[bool]) -> Rate:
        return rate(sum(hits), len(calls))

    return Machines(
        recognised=of(bool(said) and _by_recording(said[-1]) for said in calls),
        at_first=of(bool(said) and _by_recording(said[0]) for said in calls),
        taken_for_people=of(bool(said) and said[-1].sound == "human" for said in calls),
    )


def _taken(others: Sequence[Row], said: Sequence[Verdicts]) -> list[tuple[Row, str]]:
    """Who was taken for a recording, and for which."""
    return [
        (row, found[-1].cause.removeprefix(BY).rpartition(": ")[0])
        for row, found in zip(others, said, strict=True)
        if found and _by_recording(found[-1])
    ]


def _by_recording(verdict: Heard) -> bool:
    return verdict.cause.startswith(BY)
