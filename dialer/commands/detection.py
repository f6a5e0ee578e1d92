"""`dialer detection`: how often it was wrong, by the agents' word; teach it by one's own calls."""

import time
from collections.abc import Mapping
from contextlib import closing
from getpass import getuser
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import typer
from rich.table import Table

from dialer.commands import answer, aside, console, settings_of
from dialer.commands.written import must_be_writable, whole, write_whole

if TYPE_CHECKING:
    from dialer.detection.card import Card, Spread, Waits
    from dialer.detection.rates import Rate

app = typer.Typer(
    help="Who is a person and who a machine: how often was it wrong, and teach it.",
    no_args_is_help=True,
    add_completion=False,
)
DAYS = "SELECT min(day), max(day) FROM v_calls WHERE direction = 'out' AND answered"
"Of which days the answered calls are."
Json = Annotated[bool, typer.Option("--json", help="For programs.")]


@app.command()
def report(
    context: typer.Context,
    source: Annotated[
        Literal["live", "lab", "sim"], typer.Option(help="Which world's calls.")
    ] = "live",
    json: Json = False,
) -> None:
    """Who was taken for what, campaign by campaign, as far as agents have said who it was.

    An agent's word `machine` is a machine, any other a person; without a word nobody knows. Below
    them what was said of openings by who has listened to them.
    """
    from dialer.detection.openings import Openings, corrected
    from dialer.detection.report import OF_WHOM, Mistake, mistakes
    from dialer.warehouse import Warehouse

    question = resources.files("dialer.detection").joinpath("report.sql").read_text()
    settings = settings_of(context)
    frame, period = Warehouse(settings.home, source).queries([(question, None), (DAYS, None)])
    found: list[Mistake] = mistakes(frame.to_dict("records"))
    found += corrected(Openings(settings.openings_folder).labels().values())
    if json:
        answer(msgspec.to_builtins(found))
        return
    since, until = period.iloc[0]
    table = Table("campaign", "heard as", "by", "calls", "told of", "wrong", box=None)
    table.title = f"{source}: answered calls of {since} to {until}" if found else "no answered call"
    for one in found:
        table.add_row(one.campaign, one.heard_as, one.by, str(one.calls), str(one.told),
                      _share(one.wrong))  # fmt: skip
    console.print(table)
    console.print(OF_WHOM, highlight=False)


@app.command()
def export(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(help="The zip to write; readable for you alone.")],
    json: Json = False,
) -> None:
    """Take away the openings of which somebody has said who it was, with a manifest for `train`.

    Who took them is in the audit log.
    """
    from dialer.access.actor import at_the_machine
    from dialer.access.store import Access
    from dialer.detection.openings import Openings

    settings = settings_of(context)
    with whole(out) as file:
        calls = Openings(settings.openings_folder).pack(file)
    with closing(Access.at(settings.home)) as access:
        access.audit.append(
            at_the_machine(getuser()), "opening.export", "opening:told", at=time.time(),
            after={"calls": calls},
        )  # fmt: skip
    if json:
        answer({"calls": calls, "file": str(out)})
    else:
        console.print(f"{calls} openings in {out}", highlight=False)


@app.command()
def train(
    manifest: Annotated[
        Path, typer.Option(help="A CSV: path, phase, label, voice, licence ...", exists=True)
    ],
    preset: Annotated[
        str, typer.Option(help="Which one to begin with, and whose choices and weights to take.")
    ] = "balanced",
    most: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Of the people, taken for machines at most; else its own."),
    ] = None,
    divisions: Annotated[
        int, typer.Option(min=1, help="Of the voices, for the cross-validation.")
    ] = 10,
    all_licences: Annotated[
        bool,
        typer.Option(help="Learn also from rows whose licence forbids to give that away."),
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Write the card here, as JSON.")] = None,
    json: Json = False,
) -> None:
    """Choose the thresholds that suit these calls, and judge them by cross-validation over voices.

    Rows whose licence forbids to give away what was learnt are judged only. Prints the words for a
    campaign's `detection`; the file of a model there is none, nor a network connection to make.
    """
    from dialer.audio.presets import preset as meant
    from dialer.detection import train as training
    from dialer.detection.manifest import rows
    from dialer.detection.searches import search_of

    must_be_writable(out)
    known = rows(manifest)
    with aside.status(f"hearing {len(known)} calls ..."):
        card = training.taught(
            known, preset, meant(preset), search_of(preset, most),
            all_licences=all_licences, divisions=divisions,
        )  # fmt: skip
    if out is not None:
        write_whole(out, msgspec.json.format(msgspec.json.encode(card), indent=2) + b"\n")
    if json:
        answer(msgspec.to_builtins(card))
        return
    _tell(card)
    before = card.before
    console.print(
        f"`{preset}` as it is: {_counted(before.person_as_machine)} people, "
        f"{_counted(before.machine_as_person)} machines",
        highlight=False,
    )
    console.print(
        "better than the preset" if card.is_better else "no better than the preset: keep that"
    )


@app.command()
def card(
    preset: Annotated[str, typer.Argument(help="`careful`, `balanced`, `patient`.")] = "careful",
    json: Json = False,
) -> None:
    """What a preset was learnt from, under which licences, and how often it is wrong."""
    from dialer.detection.card import shipped

    found = shipped(preset)
    if json:
        answer(msgspec.to_builtins(found))
    else:
        _tell(found)


def _tell(card: "Card") -> None:
    console.print(f'detection = "{card.detection}"', highlight=False)
    console.print(
        ", ".join(f"{name}={value:g}" for name, value in card.thresholds.items()), highlight=False
    )
    for what, calls in (("learnt from", card.learnt_from), ("judged only", card.only_judged)):
        if calls.labels:
            console.print(
                f"{what}: {_list(calls.labels)}; {calls.voices} voices; {_list(calls.licences)}",
                highlight=False, markup=False,
            )  # fmt: skip
    console.print(_worth(card))
    for name, waits in (
        ("people not heard before, from the greeting's end", card.crossed.person_waits_s),
        ("machines, from the first word", card.crossed.machine_speaks_s),
    ):
        console.print(f"{name}: {_seconds(waits)}", highlight=False)


def _list(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{n} {name or '(none)'}" for name, n in counts.items())


def _worth(card: "Card") -> Table:
    """How often it is wrong: by cross-validation, and with these very calls in sight."""
    table = Table("", f"voices not heard, {card.divisions} divisions", "those it was learnt from",
                  "those judged only", box=None)  # fmt: skip
    for name, of in (
        ("people taken for machines", "person_as_machine"),
        ("... plain, quiet, double hello", "easy_person_as_machine"),
        ("machines taken for people", "machine_as_person"),
        ("... or called silence", "machine_connected"),
    ):
        table.add_row(
            name, _spread(getattr(card.crossed, of)),
            _counted(getattr(card.taught, of)), _counted(getattr(card.unheard, of)),
        )  # fmt: skip
    return table


def _spread(spread: "Spread") -> str:
    if not spread.of:
        return ""
    calls = f"{spread.mean:.1f} +- {spread.deviation:.1f} of {spread.of}"
    return f"{calls} ({spread.mean / spread.of:.1%})"


def _counted(rate: "Rate") -> str:
    return f"{rate.hits} of {rate.of} ({rate.hits / rate.of:.1%})" if rate.of else ""


def _seconds(waits: "Waits") -> str:
    if waits.p50 is None:
        return "nobody"
    return f"{waits.p50:.2f} s, p95 {waits.p95:.2f}, p99 {waits.p99:.2f} ({waits.n} calls)"


def _share(rate: "Rate") -> str:
    if not rate.of:
        return ""
    share = rate.hits / rate.of
    return f"{share:.1%} ({rate.low:.1%} to {rate.high:.1%}; {rate.hits} of {rate.of})"
