"""Lines against what is known: confusion, rates with their intervals, how soon. Rates are 0..1."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec
import numpy as np

from dialer.detection.manifest import Truth
from models.intervals import exact_lower, exact_upper
from sim.bench.detection.lines import Line
from sim.bench.detection.soonest import Soonest

MACHINES = frozenset({"machine", "ivr", "fax"})
"Verdicts after which nobody is connected."
ENGAGED: Mapping[str, tuple[str, ...]] = {
    "busy": ("busy", "busy_or_congestion"),
    "congestion": ("congestion", "busy_or_congestion"),
}
SILENCE_BY_MS = 1500.0
FAX_WITHIN_MS = 700.0
TOLD_APART_MS = 3000.0
BEEP_SLACK_MS = 60.0
"A beep said so much before the true one is it: labels are no better."
BEEP_LATE_MS = 1500.0

Case = tuple[Truth, Line]


class Rate(msgspec.Struct, frozen=True):
    """So many of so many, and between which two rates the truth lies with 95 %."""

    hits: int
    of: int
    rate: float | None
    low: float
    high: float


class Times(msgspec.Struct, frozen=True):
    """Milliseconds."""

    n: int
    p50: float
    p90: float
    p95: float
    most: float


class Score(msgspec.Struct, frozen=True):
    """How one detector did."""

    confusion: dict[str, dict[str, dict[str, int]]]
    "Phase -> true class -> first verdict -> calls."
    groups: dict[str, dict[str, int]]
    "Class and finer class -> first verdict -> calls."
    rates: dict[str, Rate]
    times: dict[str, Times]
    cpu_ms_per_call_s: float | None = None


def score(
    cases: Sequence[Case],
    cpu_ms_per_call_s: float | None = None,
    soonest: Mapping[str, Soonest] | None = None,
) -> Score:
    """Of the calls whose label is known; `soonest`: when each prompt may be known at all."""
    known = [(truth, line) for truth, line in cases if truth.label]
    return Score(
        confusion={
            phase: _confusion([case for case in known if _is_early(case) == (phase == "early")])
            for phase in ("early", "answered")
        },
        groups=_counted(known, lambda truth: f"{truth.label} {truth.sublabel}".strip()),
        rates={**_people(known), **_others(known), **_early(known)},
        times={
            name: found
            for name, values in (*_times(known), *_announced(known, soonest or {}))
            if (found := quantiles(values))
        },
        cpu_ms_per_call_s=cpu_ms_per_call_s,
    )


def rate(hits: Iterable[bool]) -> Rate:
    """With the exact interval of Clopper and Pearson."""
    values = list(hits)
    n, k = len(values), sum(values)
    if not n:
        return Rate(0, 0, None, 0.0, 1.0)
    return Rate(
        k, n, round(k / n, 4),
        round(float(exact_lower(k, n, 0.975)), 4), round(float(exact_upper(k, n, 0.975)), 4),
    )  # fmt: skip


# ---- after the answer ---------------------------------------------------------------------------
def _people(known: Sequence[Case]) -> dict[str, Rate]:
    humans = [case for case in known if case[0].label == "human"]
    machines = [case for case in known if case[0].label in ("machine", "ivr")]
    found = {
        "human taken for machine": rate(_is_machine(line) for _, line in humans),
        "human taken for machine, easy": rate(
            _is_machine(line) for truth, line in humans if not truth.is_hard
        ),
        "human taken for machine, after revision": rate(_ends_machine(line) for _, line in humans),
        "machine taken for human": rate(_is_human(line) for _, line in machines),
        "machine connected at first, with those called silence": rate(
            not _is_machine(line) for _, line in machines
        ),
        "machine taken for human, after revision": rate(
            not _ends_machine(line) for _, line in machines
        ),
    }
    for name, is_real in (("real voice", True), ("synthetic voice", False)):
        found[f"human taken for machine, {name}"] = rate(
            _is_machine(line) for truth, line in humans if truth.is_real is is_real
        )
        found[f"machine taken for human, {name}"] = rate(
            _is_human(line) for truth, line in machines if truth.is_real is is_real
        )
    return found


def _others(known: Sequence[Case]) -> dict[str, Rate]:
    faxes = [case for case in known if case[0].label == "fax"]
    return {
        "fax": rate(line.verdict == "fax" for _, line in faxes),
        "fax within 700 ms of its tone": rate(_fax_in_time(*case) for case in faxes),
        "dead air called silence by 1.5 s": rate(
            line.verdict == "silence" and (line.decided_ms or 1e9) <= SILENCE_BY_MS
            for truth, line in known
            if truth.label == "silence" and not _is_early((truth, line))
        ),
        "beep": rate(
            _beep_found(truth, line) for truth, line in known if truth.beep_ms is not None
        ),
        "calls with a false beep": rate(
            line.beep_ms is not None and not _beep_found(truth, line) for truth, line in known
        ),
    }


def _is_machine(line: Line) -> bool:
    return line.verdict in MACHINES


def _is_human(line: Line) -> bool:
    """Silence is nobody's verdict yet: who has said nothing by then is connected all the same."""
    return line.verdict not in (*MACHINES, "silence")


def _ends_machine(line: Line) -> bool:
    return (line.revised_to or line.verdict) in MACHINES


def _fax_in_time(truth: Truth, line: Line) -> bool:
    at = line.decided_ms if line.verdict == "fax" else line.revised_ms
    is_fax = "fax" in (line.verdict, line.revised_to)
    return is_fax and (at or 1e9) - (truth.onset_ms or 0.0) <= FAX_WITHIN_MS


def _beep_found(truth: Truth, line: Line) -> bool:
    if truth.beep_ms is None or line.beep_ms is None:
        return False
    return -BEEP_SLACK_MS <= line.beep_ms - truth.beep_ms <= BEEP_LATE_MS


# ---- before the answer --------------------------------------------------------------------------
def _early(known: Sequence[Case]) -> dict[str, Rate]:
    early = [case for case in known if _is_early(case)]
    found = {
        label: rate(line.verdict in ENGAGED.get(label, (label,)) for truth, line in early
                    if truth.label == label)
        for label in ("ringback", "busy", "congestion", "sit", "crbt", "announcement")
    }  # fmt: skip
    spoken = [case for case in early if case[0].label in ("crbt", "announcement")]
    prompts = [case for case in early if case[0].label == "announcement"]
    enrolled = [case for case in prompts if case[0].enrolled]
    return {
        **found,
        "crbt or unknown announcement told apart by 3 s": rate(
            _is_told_apart(truth, line)
            for truth, line in spoken
            if not truth.enrolled and ":" not in truth.sublabel
        ),
        "ringback on speech or music": rate(
            line.verdict == "ringback" for truth, line in spoken if not _rings_first(truth)
        ),
        "enrolled announcement: kind right": rate(_kind_is_right(*case) for case in enrolled),
        "enrolled announcement: kind wrong": rate(_kind_is_wrong(*case) for case in enrolled),
        "kind said of others": rate(
            bool(_kind(line))
            for truth, line in known
            if not truth.enrolled and truth.label != "sit"
        ),
    }


def _is_told_apart(truth: Truth, line: Line) -> bool:
    in_time = line.sound_ms is not None and line.sound_ms - first_ms(truth) <= TOLD_APART_MS
    return line.verdict == truth.label and in_time


def first_ms(truth: Truth) -> float:
    """Where there is first something to hear of it, as far as is known."""
    return max(begins_ms(truth), truth.onset_ms or 0.0)


def _rings_first(truth: Truth) -> bool:
    return ":ringback" in truth.boundaries


def _kind(line: Line) -> str:
    return "" if line.kind == "unknown" or line.verdict != "announcement" else line.kind


def _kind_is_right(truth: Truth, line: Line) -> bool:
    return _kind(line) == truth.sublabel.rpartition(":")[2]


def _kind_is_wrong(truth: Truth, line: Line) -> bool:
    return bool(_kind(line)) and not _kind_is_right(truth, line)


def begins_ms(truth: Truth) -> float:
    """Where the class that the label names begins.

    >>> begins_ms(Truth(label="announcement", boundaries="0-300:ringback;360-900:announcement"))
    360.0
    """
    for part in truth.boundaries.split(";"):
        span, _, what = part.partition(":")
        if what.split(":")[0] == truth.label:
            return float(span.partition("-")[0])
    return truth.onset_ms or 0.0


# ---- how soon -----------------------------------------------------------------------------------
def _times(known: Sequence[Case]) -> Iterable[tuple[str, list[float]]]:
    yield (
        "human, from the greeting's end",
        [
            line.decided_ms - truth.greeting_end_ms
            for truth, line in known
            if truth.label == line.verdict == "human"
            and line.decided_ms is not None
            and truth.greeting_end_ms is not None
        ],
    )
    yield (
        "machine, from its first word",
        [
            line.decided_ms - (truth.onset_ms or 0.0)
            for truth, line in known
            if truth.label in ("machine", "ivr")
            and _is_machine(line)
            and line.decided_ms is not None
        ],
    )
    yield (
        "fax, from its tone",
        [
            line.decided_ms - (truth.onset_ms or 0.0)
            for truth, line in known
            if truth.label == line.verdict == "fax" and line.decided_ms is not None
        ],
    )
    yield (
        "beep, from its beginning",
        [
            (line.beep_ms or 0.0) - (truth.beep_ms or 0.0)
            for truth, line in known
            if _beep_found(truth, line)
        ],
    )
    for label in ("ringback", "busy", "congestion", "sit", "crbt"):
        yield (
            f"{label}, from its beginning",
            [
                line.decided_ms - begins_ms(truth)
                for truth, line in known
                if truth.label == label
                and line.verdict in ENGAGED.get(label, (label,))
                and line.decided_ms is not None
            ],
        )


def _announced(
    known: Sequence[Case], soonest: Mapping[str, Soonest]
) -> Iterable[tuple[str, list[float]]]:
    """How soon enrolled announcements were known, and how soon they could have been."""
    found = [
        (line.decided_ms - begins_ms(truth), soonest.get(truth.prompt))
        for truth, line in known
        if truth.enrolled
        and truth.label == "announcement"
        and line.decided_ms is not None
        and _kind_is_right(truth, line)
    ]
    bounded = [(took, bound) for took, bound in found if bound]
    yield "enrolled announcement, from its beginning", [took for took, _ in found]
    yield (
        "... had parted from all prompts of another kind",
        [bound.parted_ms for _, bound in bounded],
    )
    told = [(took, bound.told_ms) for took, bound in bounded if bound.told_ms < float("inf")]
    yield "... had said what no other kind says", [bound for _, bound in told]
    yield "... known so long after that", [took - bound for took, bound in told]


def quantiles(values: Sequence[float]) -> Times | None:
    """Of milliseconds; None: there are none."""
    if not values:
        return None
    p50, p90, p95 = (round(float(np.percentile(values, q)), 1) for q in (50, 90, 95))
    return Times(len(values), p50, p90, p95, round(max(values), 1))


# ---- counting -----------------------------------------------------------------------------------
def _is_early(case: Case) -> bool:
    return case[1].phase == "early"


def _confusion(cases: Sequence[Case]) -> dict[str, dict[str, int]]:
    return _counted(cases, lambda truth: truth.label)


def _counted(cases: Sequence[Case], name: Callable[[Truth], str]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for truth, line in cases:
        counts = found.setdefault(name(truth), {})
        verdict = line.verdict or "none"
        counts[verdict] = counts.get(verdict, 0) + 1
    return {key: dict(sorted(found[key].items())) for key in sorted(found)}
