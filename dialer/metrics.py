"""Figures for Prometheus, on loopback: a fold of what happens, and the dialer's state when asked.

A process of its own: it watches at the dialer's door, so a scrape never waits for a call and a
dialer that hangs is seen to hang (`dialer_up 0`). Labels are names of ours, never people.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import anyio
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from dialer import client, logs
from dialer.client import Lost, News
from dialer.engine import events
from dialer.engine.call import NO_AGENT
from dialer.engine.commands import Cdr, Decided, DispositionSet, RecordingKept
from dialer.engine.outcomes import OUTCOMES
from dialer.errors import DialerError
from dialer.settings import Settings

POLL_S = 1.0
AGAIN_S = 2.0
"After the dialer went away, how long until it is looked for again."
SECONDS = (0.02, 0.06, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0)

State = Mapping[str, Any]


class Fold:
    """Counts what happens. `observe` takes every event and fact, in order."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def counter(name: str, words: str, *labels: str) -> Counter:
            return Counter(f"dialer_{name}", words, labels, registry=registry)

        def histogram(name: str, words: str) -> Histogram:
            return Histogram(
                f"dialer_{name}_seconds", words, ("campaign",), buckets=SECONDS, registry=registry
            )

        self._events = counter("events", "Events, by kind", "event")
        self._calls = counter("calls", "Calls that ended", "campaign", "trunk", "outcome")
        self._persons = counter("persons", "Calls that a person answered", "campaign")
        self._abandoned = counter("abandoned", "Of those, abandoned", "campaign")
        self._let_alone = counter("let_alone", "Phones let alone for want of an agent", "campaign")
        self._refused = counter("refused", "Claims that gave less than asked", "campaign", "why")
        self._decisions = counter("decisions", "Pacing decisions", "campaign", "bound")
        self._said = counter("dispositions", "What agents recorded", "campaign", "disposition")
        self._recordings = counter("recordings", "What came of recordings", "campaign", "result")
        self._downs = counter("switch_down", "How often the switch was lost")
        self._lost = counter("news_lost", "Events and facts that were not seen here")
        self._ring = histogram("ring", "From ringing to the answer")
        self._to_agent = histogram("verdict_to_agent", "From the verdict to the agent's voice")
        self._on: dict[type, Callable[[Any], None]] = {
            Cdr: self._ended,
            Decided: lambda fact: self._decisions.labels(fact.campaign, fact.bound).inc(),
            DispositionSet: self._disposed,
            RecordingKept: self._recorded,
            Lost: lambda gap: self._lost.inc(gap.lost),
            events.Refused: lambda event: self._refused.labels(event.campaign, event.why).inc(),
            events.SwitchDown: lambda _: self._downs.inc(),
        }

    def observe(self, news: News) -> None:
        """Count one event or fact."""
        if isinstance(news, events.Event):
            self._events.labels(type(news).__name__).inc()
        if count := self._on.get(type(news)):
            count(news)

    def _ended(self, cdr: Cdr) -> None:
        flags = OUTCOMES[cdr.outcome]
        self._calls.labels(cdr.campaign, cdr.trunk, cdr.outcome).inc()
        self._persons.labels(cdr.campaign).inc(flags.person)
        self._abandoned.labels(cdr.campaign).inc(flags.abandoned)
        if cdr.why == NO_AGENT:
            self._let_alone.labels(cdr.campaign).inc(cdr.answered_at is None)
        if cdr.ringing_at is not None and cdr.answered_at is not None:
            self._ring.labels(cdr.campaign).observe(cdr.answered_at - cdr.ringing_at)
        if cdr.verdict_at is not None and cdr.agent_heard_at is not None:
            self._to_agent.labels(cdr.campaign).observe(cdr.agent_heard_at - cdr.verdict_at)

    def _disposed(self, said: DispositionSet) -> None:
        word = said.disposition.partition("@")[0]  # an instant may follow: `callback@179...`
        self._said.labels(said.campaign, word).inc()

    def _recorded(self, kept: RecordingKept) -> None:
        result = kept.why.partition(":")[0] or "kept"  # figures may follow: `too short: 3.0 s ...`
        self._recordings.labels(kept.campaign, result).inc()


class Gauges(Collector):
    """The state as it was last heard of, made into figures at each scrape."""

    def __init__(self) -> None:
        self.state: State | None = None

    def collect(self) -> Iterable[Metric]:
        """What Prometheus asks for."""
        yield _gauge("up", "Whether the dialer answers", [((), self.state is not None)])
        if self.state is not None:
            yield from gauges(self.state)


def gauges(state: State) -> Iterable[Metric]:
    """The state's figures."""
    journal, loader = state["journal"], state.get("loader") or {}
    single = {
        "switch_up": ("Whether calls can be placed", state["switch"] == "up"),
        "inbox_events": ("Events that wait to be handled", state["inbox"]),
        "event_lag_seconds": ("How long the newest event waited", state["lag_s"]),
        "journal_waiting": ("Events and orders not yet on disk", journal["waiting"]),
        "journal_commit_seconds": ("How long the last commit took", journal["commit_s"]),
        "journal_trouble": ("Whether the journal cannot write", bool(journal["trouble"])),
        "journal_lost_events": ("Events that found no room to wait", journal["lost"]),
        "recording_room": ("Whether the disk has room for recordings", state["recording_room"]),
        "loader_lag_rows": ("Facts not yet in the warehouse", loader.get("lag_rows")),
        "loader_lag_seconds": ("Age of the oldest of them", loader.get("lag_s")),
    }
    for name, (words, value) in single.items():
        if value is not None:
            yield _gauge(name, words, [((), value)])
    yield from _of_pools(state["pools"])
    yield from _of_campaigns(state["campaigns"])
    yield from _of_the_rest(state)


def _of_pools(pools: Mapping[str, Any]) -> Iterable[Metric]:
    for what in ("agents", "calls"):
        values = [((pool, s), n) for pool, its in pools.items() for s, n in its[what].items()]
        yield _gauge(f"{what}_now", f"{what.capitalize()} by state", values, "pool", "state")
    free = [((pool,), its["lines_free"]) for pool, its in pools.items()]
    yield _gauge("lines_free", "Lines that could be used", free, "pool")


def _of_campaigns(campaigns: Mapping[str, Any]) -> Iterable[Metric]:
    words = {
        "leads_left": "Leads not yet done with",
        "leads_now": "Leads that could be dialled now",
        "level": "Calls in flight per agent who could take one",
        "persons": "Persons who answered today: the account's denominator",
        "abandoned": "Of those, abandoned",
        "cap": "The abandonment that is permitted",
    }
    for key, text in words.items():
        values = [((name,), its[key]) for name, its in campaigns.items() if its[key] is not None]
        yield _gauge(f"campaign_{key}", text, values, "campaign")


def _of_the_rest(state: State) -> Iterable[Metric]:
    for key, words in {"reachable": "Whether it answers", "breaker": "Whether it is open"}.items():
        values = [((name,), its[key]) for name, its in state["trunks"].items()]
        yield _gauge(f"trunk_{key}", words, values, "trunk")
    children = state["children"]
    up = [((name,), bool(child["pid"])) for name, child in children.items()]
    starts = [((name,), child["starts"]) for name, child in children.items()]
    yield _gauge("child_up", "Whether a child process runs", up, "child")
    yield _gauge("child_starts", "How often it was started", starts, "child")
    for name, value in (state.get("listeners") or {}).items():
        yield _gauge(f"listeners_{name}", "What the listeners say of themselves", [((), value)])


def _gauge(
    name: str, words: str, values: Iterable[tuple[tuple[str, ...], float]], *labels: str
) -> Metric:
    family = GaugeMetricFamily(f"dialer_{name}", words, labels=labels)
    for of, value in values:
        family.add_metric(of, float(value))
    return family


async def run(settings: Settings, fold: Fold, shown: Gauges) -> None:
    """Watch and ask the dialer of this home until cancelled, whether it is there or not."""
    while True:
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_ask, settings, shown)
                await _watch(settings, fold)
                tasks.cancel_scope.cancel()
        except* (DialerError, OSError) as errors:
            _log.info("no dialer", why=str(errors.exceptions[0]))
        shown.state = None
        await anyio.sleep(AGAIN_S)


async def _watch(settings: Settings, fold: Fold) -> None:
    async with client.connected_async(settings.socket) as dialer:
        async for news in dialer.watch():
            fold.observe(news)


async def _ask(settings: Settings, shown: Gauges) -> None:
    async with client.connected_async(settings.socket) as dialer:
        while True:
            shown.state = await dialer.status()
            await anyio.sleep(POLL_S)


_log = logs.get(__name__)
