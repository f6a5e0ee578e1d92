"""`dialer bench calls`: how fast, on a real Asterisk in one run."""

from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import anyio
import msgspec

from dialer.engine.commands import Cdr
from dialer.errors import DialerError
from sim.bench.machine import Usage, share, slope
from sim.bench.probe import Reading
from sim.bench.scenes import Scene
from sim.bench.spread import Spread
from sim.bench.stage import POOL, Stage, on_stage
from sim.carrier.fitting import Tolerance
from sim.carrier.judge import compare
from sim.carrier.lab import Lab
from sim.carrier.log import CarrierCall

Tell = Callable[[str], None]
"Says how far it is."

FULL_WITHIN_S = 60.0
SAMPLE_S = 1.0
PATIENT = Tolerance(instant_s=2.0)
"Two observers on a machine that is being loaded on purpose."


class Sample(msgspec.Struct, frozen=True):
    """The processes at one instant."""

    at: float
    used: Mapping[str, Usage]
    cache_mb: float = 0.0
    "What the journal's cache holds of the dialer's memory."


class Played(msgspec.Struct, frozen=True):
    """What one scene left behind."""

    scene: Scene
    samples: Sequence[Sample]
    "First and last bound what was measured."
    reading: Reading
    "Of the dialer, over the same time."
    cdrs: Sequence[Cdr]
    numbers: Mapping[str, str]
    "Which number each CDR's call dialled."
    calls: Sequence[CarrierCall]
    disagreements: Sequence[str]
    "Where CDR and carrier tell the same call differently."
    unended: int
    leftovers: Sequence[str]

    @property
    def began_at(self) -> float:
        """When measuring began."""
        return self.samples[0].at

    @property
    def seconds(self) -> float:
        """How long was measured."""
        return self.samples[-1].at - self.began_at

    @property
    def measured(self) -> list[CarrierCall]:
        """Calls that came in while measuring."""
        end = self.samples[-1].at
        return [call for call in self.calls if self.began_at <= call.started_at <= end]


async def play(scene: Scene, network: Lab, folder: Path, tell: Tell) -> Played:
    """Dial a scene; everything it started has ended when this returns."""
    async with on_stage(scene, network, folder) as stage, anyio.create_task_group() as tasks:
        if scene.agents:
            tasks.start_soon(stage.desks().work, stage.door)
            if not await stage.until(_all_ready, 30.0):
                raise DialerError(f"the lab's agents are not ready: see {stage.folder}")
        else:
            tell(f"{scene.name}: seating {scene.lines} agents")
            await stage.seat()
        await stage.open()
        if scene.full:
            await stage.until(lambda state: not state["pools"][POOL]["lines_free"], FULL_WITHIN_S)
        before = stage.reading()
        samples = await _measured(stage, tell)
        reading = stage.reading().since(before)
        tell(f"{scene.name}: waiting for the last calls")
        unended = await stage.wind_down()
        leftovers = stage.leftovers()
        tasks.cancel_scope.cancel()
    cdrs, calls = stage.cdrs(), stage.carrier_calls()
    numbers = stage.numbers(cdrs)
    compared = compare(cdrs, numbers, calls, network.carrier, PATIENT)
    words = [f"{one.kind}: {one.why}" for one in compared.mismatches if one.kind != "missing"]
    return Played(scene, samples, reading, cdrs, numbers, calls, words, unended, leftovers)


def _all_ready(state: dict[str, Any]) -> bool:
    agents = state["agents"]
    return bool(agents) and all(agent["state"] == "READY" for agent in agents)


async def _measured(stage: Stage, tell: Tell) -> list[Sample]:
    samples = [_sample(stage)]
    scene = stage.scene
    while (past_s := samples[-1].at - samples[0].at) < scene.seconds:
        tell(f"{scene.name}: {past_s:.0f} of {scene.seconds:.0f} s")
        await anyio.sleep(min(SAMPLE_S, scene.seconds - past_s + 0.01))
        samples.append(_sample(stage))
    return samples


def _sample(stage: Stage) -> Sample:
    return Sample(stage.clock(), stage.usage(), stage.reading().cache_mb)


# ---- figures ------------------------------------------------------------------------------------
def figures(played: Played) -> dict[str, Any]:
    """What a scene says, in plain data."""
    first, last = played.samples[0], played.samples[-1]
    reading = played.reading
    return {
        "seconds": round(played.seconds, 1),
        "calls": len(played.calls),
        "outcomes": dict(Counter(cdr.outcome for cdr in played.cdrs).most_common()),
        "lost": lost(played),
        "doubled": doubled(played),
        "disagreements": len(played.disagreements),
        "disagree_most": dict(Counter(played.disagreements).most_common(5)),
        "never_placed": reading.not_placed,
        "switch_lost": reading.downs,
        "unended": played.unended,
        "leftovers": len(played.leftovers),
        "lines_at_most": most_at_once(played.calls),
        "events_per_s": round(reading.events / max(played.seconds, 1e-9), 1),
        "event_lag_ms": ms(reading.lag),
        "loop_delay_ms": ms(reading.loop),
        "commit_ms": ms(reading.commit),
        "engine_us_per_event": round(1e6 * reading.engine.mean_s, 1),
        "engine_us_p99": round(1e6 * reading.engine.percentile(0.99), 1),
        "cpu_percent_of_a_core": share(first.used, last.used, played.seconds),
        "rss_mb": {name: round(used.rss_mb, 1) for name, used in last.used.items()},
    }


def lost(played: Played) -> int:
    """Calls that only one of the two tells of: every number is dialled once, no retries."""
    dialled = {played.numbers[cdr.call] for cdr in played.cdrs if _reached_out(cdr)}
    arrived = {call.number for call in played.calls}
    known = set(played.numbers.values())
    return len(dialled - arrived) + len(arrived - known)


def doubled(played: Played) -> int:
    """Numbers that rang, or stand in the books, more than once."""
    rang = Counter(call.number for call in played.calls)
    booked = Counter(played.numbers[cdr.call] for cdr in played.cdrs if _reached_out(cdr))
    return sum(n - 1 for count in (rang, booked) for n in count.values())


def _reached_out(cdr: Cdr) -> bool:
    """It should have arrived: it was placed, and was not taken back before its INVITE left."""
    return cdr.placed_at is not None and cdr.outcome not in ("failed", "crashed", "cancelled")


def ms(spread: Spread) -> dict[str, float]:
    """Percentiles in milliseconds."""
    wanted = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {name: round(1000 * spread.percentile(p), 2) for name, p in wanted.items()}


def most_at_once(calls: Iterable[CarrierCall]) -> int:
    """How many calls the carrier had at the same time.

    >>> def call(start, end): return CarrierCall(
    ...     channel="", number="", behaviour="", call_id="", started_at=start, ended_at=end)
    >>> most_at_once([call(0, 4), call(1, 2), call(2, 3), call(3.5, None)])
    2
    """
    steps = [(call.started_at, 1) for call in calls]
    steps += [(call.ended_at, -1) for call in calls if call.ended_at is not None]
    most = now = 0
    for _, step in sorted(steps):
        now += step
        most = max(most, now)
    return most


def voice(played: Played) -> dict[str, Any]:
    """From the verdict, and from the answer, to the agent's first packet at the customer."""
    heard_at = {call.number: call.loud_at for call in played.calls}
    from_verdict, from_answer, to_bridge = Spread(), Spread(), Spread()
    unheard = 0
    for cdr in played.cdrs:
        decided_at = cdr.waiting_at if cdr.verdict_at is None else cdr.verdict_at
        if cdr.bridged_at is None or cdr.answered_at is None or decided_at is None:
            continue
        if (loud_at := heard_at.get(played.numbers[cdr.call])) is None:
            unheard += 1
            continue
        from_verdict.add(loud_at - decided_at)
        from_answer.add(loud_at - cdr.answered_at)
        to_bridge.add(cdr.bridged_at - decided_at)
    return {
        "connected": from_verdict.n,
        "agent_not_heard": unheard,
        "verdict_to_agent_ms": ms(from_verdict),
        "answer_to_agent_ms": ms(from_answer),
        "verdict_to_dialer_ms": ms(played.reading.told),
        "verdict_to_bridge_ms": ms(to_bridge),
        "verdicts": dict(Counter(cdr.verdict or "deadline" for cdr in played.cdrs).most_common()),
    }


def rate(played: Played) -> dict[str, Any]:
    """How many calls a second arrived at the carrier, and how evenly."""
    by_second = Counter(int(call.started_at - played.began_at) for call in played.measured)
    whole = [by_second[second] for second in range(1, int(played.seconds))]
    return {
        "asked_per_s": played.scene.calls_per_s,
        "placed_per_s": round(len(played.measured) / played.seconds, 2),
        "least_in_a_second": min(whole, default=0),
        "most_in_a_second": max(whole, default=0),
    }


def ears(played: Played) -> dict[str, Any]:
    """What the listeners got of the audio, in time and late."""
    heard = played.reading.ears
    frames = max(heard.get("frames", 0.0), 1.0)
    return {
        "frames_per_s": round(frames / played.seconds, 1),
        "late_percent": round(100 * heard.get("late", 0.0) / frames, 3),
        "lost_percent": round(100 * heard.get("lost", 0.0) / frames, 3),
        "early_media": dict(Counter(cdr.early or "none" for cdr in played.cdrs).most_common()),
    }


def soak(played: Played) -> dict[str, Any]:
    """Whether memory is flat: its growth per thousand calls, after a fifth of the time.

    The journal's cache grows with the journal up to its limit; it is told apart.
    """
    warm_at = played.began_at + 0.2 * played.seconds
    began = sorted(call.started_at for call in played.calls)
    points = [
        (bisect(began, sample.at) / 1000, _memory(sample))
        for sample in played.samples
        if sample.at >= warm_at
    ]
    names = points[-1][1] if points else {}
    seen = points[:: max(1, len(points) // 8)]
    return {
        "memory_mb_at_calls": {
            f"{1000 * calls:.0f}": {name: round(mb, 1) for name, mb in held.items()}
            for calls, held in seen
        },
        "memory_mb_per_1000_calls": {
            name: round(slope((calls, held[name]) for calls, held in points), 2) for name in names
        },
    }


def _memory(sample: Sample) -> dict[str, float]:
    held = {name: used.rss_mb for name, used in sample.used.items()}
    return {**held, "dialer": held["dialer"] - sample.cache_mb, "journal_cache": sample.cache_mb}


OWN: Mapping[str, Callable[[Played], dict[str, Any]]] = {
    "voice": voice, "rate": rate, "ears": ears, "soak": lambda played: rate(played) | soak(played),
}  # fmt: skip
"What each scene says besides what all say."
