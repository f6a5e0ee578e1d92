"""`dialer whatif`: what a campaign will come to, before it starts."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from dialer.commands import answer, aside, campaign_of, console, settings_of
from dialer.errors import SettingsError
from dialer.i18n import Words, words
from dialer.settings import Settings

if TYPE_CHECKING:
    from sim.fast.sweep import Band
    from sim.whatif.answer import Advice, Answer, Forecast
    from sim.whatif.prices import Prices
    from sim.whatif.question import Question


def _option(help: str) -> Any:
    return typer.Option(help=help, show_default=False)


def whatif(
    context: typer.Context,
    campaign: Annotated[str, _option("Begin with this one's settings and recent calls.")] = "",
    since_days: Annotated[float, typer.Option(min=0.1, max=366, help="How recent.")] = 7.0,
    agents: Annotated[int | None, _option("Who work at once.")] = None,
    answer_rate: Annotated[float | None, _option("Share of calls that a person answers.")] = None,
    machine_rate: Annotated[float | None, _option("Share that a machine answers. 0.25.")] = None,
    talk_s: Annotated[float | None, _option("Mean conversation. 150.")] = None,
    wrap_up_s: Annotated[float | None, _option("Mean wrap-up. 30.")] = None,
    ring_s: Annotated[float | None, _option("Mean ring until a person answers. 11.")] = None,
    look_s: Annotated[float | None, _option("Mean look at a lead, in mode preview. 30.")] = None,
    cap: Annotated[float | None, _option("Abandoned per person who answers. 0.03.")] = None,
    ring_least_s: Annotated[
        float | None, _option("While no agent is free, let a phone alone after so long. 15.")
    ] = None,
    hours: Annotated[float | None, _option("Of a working day. 8.")] = None,
    leads: Annotated[int | None, _option("Of the list.")] = None,
    attempts: Annotated[int | None, _option("Calls to a lead, at most. 3.")] = None,
    tariff: Annotated[
        float | None, _option("Price of an answered minute. By the deck of the campaign's trunk.")
    ] = None,
    wage: Annotated[float | None, _option("Price of an agent's hour.")] = None,
    days: Annotated[int | None, typer.Option(min=2, help="Simulated for each figure.")] = None,
    seed: int = 1,
    processes: Annotated[int, typer.Option(min=1, help="Of this machine.")] = 1,
    dask: Annotated[str, typer.Option(help="A Dask scheduler's address instead.")] = "",
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Before a campaign starts: talk, waits, abandonment, cost and finish, mode by mode.

    Bands are of 95 % confidence, over simulated days.
    """
    from sim.fast.workers import workers
    from sim.whatif.question import BOUNDS, Question, within

    given = {
        "agents": agents, "answer_rate": answer_rate, "machine_rate": machine_rate,
        "talk_s": talk_s, "wrap_up_s": wrap_up_s, "ring_s": ring_s, "look_s": look_s, "cap": cap,
        "ring_least_s": ring_least_s, "hours": hours, "leads": leads, "attempts": attempts,
        "tariff": tariff, "wage": wage,
    }  # fmt: skip
    settings = settings_of(context)
    known, by_deck = _recent(settings, campaign, since_days) if campaign else ({}, None)
    fields = {**within(known), **{name: one for name, one in given.items() if one is not None}}
    if tariff is None:
        fields["prices"] = by_deck
    fields["currency"] = _currency(settings, campaign)
    if missing := [_named(name) for name in ("agents", "answer_rate") if name not in fields]:
        raise SettingsError(f"{' and '.join(missing)}: not known; say it")
    for name, (low, high) in BOUNDS.items():
        if name in fields and not low <= fields[name] <= high:
            raise SettingsError(f"{_named(name)} {fields[name]:g}: must be {_between(low, high)}")
    try:
        asked = Question.of(**fields)
    except ValueError as why:
        raise SettingsError(str(why)) from why
    with workers(processes, dask) as many:
        told = _reckoned(asked, days, seed, many)
    if json:
        answer({"source": "sim", **msgspec.to_builtins(told), "based_on": known or None})
    else:
        for line in _shown(told, words("en")):
            console.print(line, highlight=False)


def _currency(settings: Settings, campaign: str) -> str:
    from sim.whatif.prices import currency

    one = campaign_of(settings, campaign, "--campaign") if campaign else None
    return currency(settings.home, one, settings.reports.currency)


def _named(field: str) -> str:
    return f"--{field.replace('_', '-')}"


def _between(low: float, high: float) -> str:
    """Of a share, with what it means: people think of them in per cent.

    >>> _between(0.01, 1.0), _between(1, 1_000_000_000)
    ('0.01 to 1 (1 is 100 %)', '1 to 1,000,000,000')
    """
    return f"{low:,.10g} to {high:,.10g}" + (" (1 is 100 %)" if high <= 1.0 else "")


def _recent(
    settings: Settings, campaign: str, days: float
) -> "tuple[dict[str, Any], Prices | None]":
    from dialer.warehouse import Warehouse
    from sim.whatif.prices import prices
    from sim.whatif.recent import ENOUGH, recent

    now, one = datetime.now(UTC), campaign_of(settings, campaign, "--campaign")
    warehouse = Warehouse(settings.home, one.opened.source)
    since = now - timedelta(days=days)
    found = recent(warehouse, one, since, now)
    if found["calls"] < ENOUGH:
        aside.print(f"[yellow]only {found['calls']} calls to go by: the means are a guess[/]")
    return found, prices(settings.home, warehouse, one, since, now)


def _reckoned(asked: Any, days: int | None, seed: int, executor: Any) -> "Answer":
    from sim.whatif.reckon import reckoned

    columns = (TextColumn("living the days"), BarColumn(), TextColumn("{task.percentage:.0f} %"))
    with Progress(*columns, console=aside, transient=True) as progress:
        task = progress.add_task("days", total=1.0)
        for told in reckoned(asked, days=days, executor=executor, seed=seed):
            progress.update(task, completed=told.done)
    return told


def _shown(told: "Answer", t: Words) -> Iterator[Table | str]:
    asked = told.question
    table = Table(title=f"SIMULATED: {asked.agents} agents, and one less or more")
    cost = " ".join(("cost each", asked.currency)).strip()
    for head in ("mode", "agents", "talk min/h", "wait s", "occupancy", "abandoned", "bound",
                 "worst day", "contacts/h", cost, "list, hours"):  # fmt: skip
        table.add_column(head, justify="left" if head == "mode" else "right")
    for mode in dict.fromkeys(one.mode for one in told.forecasts):
        for one in sorted((f for f in told.forecasts if f.mode == mode), key=lambda f: f.agents):
            table.add_row(*_row(one), style="bold" if one.agents == asked.agents else "")
        table.add_section()
    yield table
    yield from map(in_bold, supposed(asked, t))
    if told.limit is not None:
        shares = ", ".join(
            f"{one.mode} {100 * share:.0f} %"
            for one in told.forecasts if (share := told.share_of_limit(one)) is not None
        )  # fmt: skip
        yield (
            f"No dialer that lets every phone ring on exceeds {100 * told.limit:.1f} % occupancy "
            f"under a cap of {100 * asked.cap:g} % (memoryless optimum). Of that: {shares}."
        )
    if (by := asked.prices) is not None:
        yield (
            f"Calls are priced by the deck {escape(by.deck.name)}, version {by.deck.version}, in "
            f"{by.deck.currency}: {len(by.shares)} prefixes in the mix of late."
        )
    for piece in told.advice:
        yield in_bold(said(piece, t))


def supposed(asked: "Question", t: Words) -> Iterator[str]:
    """What is supposed of the mode preview, and of phones while no agent is free.

    >>> from sim.whatif.question import Question
    >>> asked = Question.of(agents=3, answer_rate=0.3, look_s=20.0)
    >>> [said[14:51] for said in supposed(asked, words("en"))]
    ['agent looks at each lead for **20 s**', 'and predictive, phones that have rung']
    """
    from sim.whatif.question import MACHINE_S

    yield t("whatif.looked", look=t.number(asked.look_s, 0), machine=f"{MACHINE_S:g}")
    least = "let_alone" if asked.ring_least_s else "rings_on"
    yield t(f"whatif.{least}", least=t.number(asked.ring_least_s, 0))


def in_bold(text: str) -> str:
    """Text of the catalogue for a terminal: what is bold in a browser is bold here.

    >>> in_bold("Choose **ratio**: 3 min more")
    'Choose [bold]ratio[/]: 3 min more'
    """
    return re.sub(r"\*\*(.+?)\*\*", r"[bold]\1[/]", escape(text))


def _row(one: "Forecast") -> Iterator[str]:
    yield one.mode + ("" if one.lines_per_agent is None else f" {one.lines_per_agent:g}")
    yield str(one.agents)
    yield banded(one.talk_min_per_h)
    yield banded(one.agent_wait_s, 0)
    yield banded(one.occupancy, scale=100.0)
    yield banded(one.abandon_rate, 2, scale=100.0)
    yield f"{100 * one.abandon_bound:.2f}"
    yield f"{100 * one.worst_day:.2f}"
    yield banded(one.contacts_per_h)
    yield priced(one.cost_per_contact)
    yield banded(one.finish_h)


def banded(band: "Band | None", digits: int = 1, scale: float = 1.0) -> str:
    """A mean and how far it may be off.

    >>> from sim.fast.sweep import Band
    >>> banded(Band(0.861, 0.0049), scale=100.0), banded(Band(12.0, None), 0), banded(None)
    ('86.1 ± 0.5', '12', '–')
    >>> banded(Band(0.0196, 0.00003), 4)
    '0.0196 ± < 0.0001'
    """
    if band is None:
        return "–"
    mean = f"{scale * band.mean:,.{digits}f}"
    if band.off is None:
        return mean
    off, least = scale * band.off, 10.0**-digits
    said = f"< {least:.{digits}f}" if 0.0 < off < least / 2 else f"{off:,.{digits}f}"
    return f"{mean} ± {said}"


def priced(band: "Band | None") -> str:
    """An amount of money: what is less than one has as many digits as a price list.

    >>> from sim.fast.sweep import Band
    >>> priced(Band(0.02314, 0.0002)), priced(Band(12.304, None)), priced(None)
    ('0.0231 ± 0.0002', '12.30', '–')
    """
    return banded(band, 2 if band is None or band.mean >= 1.0 else 4)


PERCENT = frozenset({"cap", "worst"})


def said(one: "Advice", t: Words) -> str:
    """A piece of advice in words, in the catalogue's language.

    >>> from dialer.i18n import words
    >>> from sim.whatif.answer import Advice
    >>> values = {"mode": "ratio", "gain": 0.2, "talk": 37.9, "plain": 37.7}
    >>> said(Advice("progressive", values), words("en"))[:23]
    'Choose **progressive**:'
    """
    values = {
        key: t.name("mode", value) if isinstance(value, str)
        else t.percent(value) if key in PERCENT
        else t.number(value, 0 if key in WHOLE else 1)
        for key, value in one.values.items()
    }  # fmt: skip
    return t(f"whatif.advice_{one.key}", **values)


WHOLE = frozenset({"days", "of", "persons", "least"})
