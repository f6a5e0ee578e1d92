"""How well, and how cheaply, the listeners hear a folder of recordings: `dialer bench listen`.

The folder holds `manifest.csv` and the recordings it names: path, phase (`early`, `post`), label,
sublabel, country, eou_ms (the end of the greeting), beep_ms.
"""

import csv
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import soundfile
from threadpoolctl import threadpool_limits

from dialer.audio.bank import Bank, Listening
from dialer.audio.evaluate import TICK, Example, Report, listen, score
from dialer.audio.features import RATE, warm_up
from dialer.audio.presets import preset
from dialer.errors import SettingsError
from sim.bench.worker import WorkerFigures, worker_figures

PHASES = {"early": "early", "post": "answer", "answer": "answer"}


class Cost(msgspec.Struct, frozen=True):
    """What listening costs, on this machine."""

    calls: int
    cores: float
    "CPU seconds per second of so many calls at once, in their first seconds: the dearest."
    tick_p99_ms: float
    "CPU of a tick, 99 of 100 times at most; there are 20 ms for it."


class Bench(msgspec.Struct, frozen=True):
    """The whole answer."""

    corpus: str
    report: Report | None
    cost: Cost
    worker: WorkerFigures
    "Processes of their own, fed with packets."


def bench(
    corpus: Path, preset_name: str = "careful", calls: int = 120, seconds: float = 20.0,
    *, workers: int = 1, cost_only: bool = False,
) -> Bench:  # fmt: skip
    """Listen to every recording of a corpus, then play them to so many workers for so long."""
    warm_up()
    examples = list(recordings(corpus))
    report = None
    if not cost_only:
        report = score(examples, listen(examples, preset(preset_name)), preset_name)
    sounds = [one.samples for one in examples]
    worker = worker_figures(sounds, calls, seconds, workers=workers)
    return Bench(corpus.name, report, cost(examples, calls), worker)


def as_json(result: Bench) -> bytes:
    """For a program to read."""
    return msgspec.json.format(msgspec.json.encode(result))


def recordings(corpus: Path) -> Iterator[Example]:
    """The recordings of a corpus, with what is known of them."""
    manifest = corpus / "manifest.csv"
    if not manifest.is_file():
        raise SettingsError(f"{manifest}: not there; a corpus is a folder with a manifest.csv")
    with manifest.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            yield _recording(corpus, row)


def _recording(corpus: Path, row: dict[str, str]) -> Example:
    path = corpus / row["path"]
    if not path.is_file():  # paths may be relative to the folder above
        path = corpus.parent / row["path"]
    samples, rate = soundfile.read(path, dtype="float32")
    if rate != RATE or samples.ndim != 1:
        raise SettingsError(f"{path}: {rate} Hz, {samples.ndim} channels; wanted is 8000 Hz mono")
    return Example(
        name=row["path"],
        phase="early" if PHASES[row["phase"]] == "early" else "answer",
        label=row["label"],
        country=row.get("country", ""),
        samples=samples,
        group="" if PHASES[row["phase"]] == "early" else row.get("sublabel", ""),
        greeting_end_s=_seconds(row.get("eou_ms", "")),
        beep_s=_seconds(row.get("beep_ms", "")),
    )


def _seconds(ms: str | None) -> float | None:
    return float(ms) / 1000.0 if ms else None


def cost(examples: list[Example], calls: int) -> Cost:
    """CPU of a bank with so many calls, fed as the worker feeds it: 20 ms of all at a time, on one
    thread (others would wait for work in a loop, which is CPU too)."""
    chosen = [examples[i % len(examples)] for i in range(calls)]
    length = min(len(one.samples) for one in chosen) // TICK * TICK
    hops = np.stack([one.samples[:length] for one in chosen])
    bank, names = Bank(calls), [str(i) for i in range(calls)]
    for name, one in zip(names, chosen, strict=True):
        bank.open(name, Listening(one.phase))
    ticks_s = []
    with threadpool_limits(1):
        for start in range(0, length, TICK):
            began = time.process_time()
            bank.feed(names, hops[:, start : start + TICK])
            ticks_s.append(time.process_time() - began)
    p99_ms = 1000.0 * float(np.percentile(ticks_s, 99))
    return Cost(calls, round(sum(ticks_s) / (length / RATE), 4), round(p99_ms, 1))
