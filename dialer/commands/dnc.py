"""`dialer dnc`: do-not-call and white lists. Works beside a running dialer, which hears of it.

`dialer leads dnc` is the same.
"""

import io
import time
from collections.abc import Callable
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer

from dialer.commands import answer, aside, console, settings_of
from dialer.commands.exits import FAILED
from dialer.commands.noted import noted
from dialer.commands.written import whole
from dialer.errors import ImportRefused
from dialer.journal.store import Block
from dialer.leads import dnc, listed
from dialer.leads.blocking import prefix_of
from dialer.leads.normalise import digits_of

app = typer.Typer(
    help="The do-not-call list: add, import, remove, check, show, count, export; the white list.",
    no_args_is_help=True,
    add_completion=False,
)

Number = Annotated[str, typer.Argument(help="A number, `+1 212 555 0123`, or a prefix, `+1900*`.")]
Numbers = Annotated[
    list[str], typer.Argument(help="Numbers, `+1 212 555 0123`, or prefixes, `+1900*`.")
]
Until = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="When it ends by itself, in UTC."),
]
Country = Annotated[str, typer.Option(help="Where a number without + lies.")]
Campaign = Annotated[str, typer.Option(help="Only for this campaign; empty: for all.")]
Reason = Annotated[str, typer.Option(help="For the record.")]
Json = Annotated[bool, typer.Option("--json", help="For programs.")]


def _entry(says: str, *, allows: bool) -> Callable[..., None]:
    """A command that puts numbers on one of the two lists."""

    def put(
        context: typer.Context,
        numbers: Numbers,
        country: Country = "us",
        campaign: Campaign = "",
        reason: Reason = "",
        until: Until = None,
    ) -> None:
        why = _by_me("person", campaign, reason, until, allows=allows)
        _put(context, numbers, country, why)

    put.__doc__ = says
    return put


add = app.command("add")(
    _entry(
        "Nobody calls these any more; calls to them that still ring are cancelled. All or none.",
        allows=False,
    )
)
allow = app.command("allow")(
    _entry(
        "Let these through though a shorter prefix is on the list; never a number that is on it.",
        allows=True,
    )
)


def _put(context: typer.Context, numbers: list[str], country: str, why: Block) -> None:
    new = dnc.block(settings_of(context).journal, numbers, country, why)
    console.print(f"{new} new on the list, {len(numbers) - new} were on it")


@app.command()
def show(
    context: typer.Context,
    n: Annotated[int, typer.Option(min=1, help="How many.")] = 50,
    json: Json = False,
) -> None:
    """The newest entries, numbers masked: who put them there, why, and until when."""
    found = dnc.entries(settings_of(context).journal, at=time.time(), n=n)
    if json:
        answer(found)
        return
    if not found:
        aside.print("nobody is on it: `dialer dnc add NUMBER`, `dialer dnc import FILE`",
                    highlight=False)  # fmt: skip
    for one in found:
        whose = one.campaign or "all campaigns"
        until = f" until {_day(one.expires_at)}" if one.expires_at else ""
        what = "let through" if one.allows else "not called"
        console.print(
            f"{one.masked}  {what} by {whose}{until}; {one.source} {one.reason}"
            f" ({one.added_by}, {_day(one.added_at)})",
            highlight=False, markup=False,
        )  # fmt: skip


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M")


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV or the like.", exists=True)],
    country: Country = "us",
    campaign: Campaign = "",
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Put a file of numbers on the list. If one row cannot be read, none is taken over."""
    why = _by_me(file.name, campaign, reason)
    report = dnc.import_dnc(settings_of(context).journal, file, country, why)
    if json:
        answer(report)
    else:
        console.print(f"{report.added} new on the list, {report.known} were on it")


@app.command()
def remove(
    context: typer.Context,
    number: Number,
    reason: Annotated[str, typer.Option(help="Why. It is kept: who checks asks for it.")],
    country: Country = "us",
    campaign: Campaign = "",
    allowed: Annotated[bool, typer.Option("--allowed", help="Off the white list.")] = False,
) -> None:
    """This number may be called again. Who said so, and why, is kept."""
    if prefix_of(number) is None:
        _must_be_a_number(number, country)
    at = time.time()
    was = dnc.unblock(
        settings_of(context).journal, number, country, by=getuser(), at=at, reason=reason,
        campaign=campaign, allows=allowed,
    )  # fmt: skip
    if was:
        what = {"why": reason.strip(), "campaign": campaign or None}
        noted(context, "dnc.remove", dnc.thing(number, country), at, what)
    console.print("off the list" if was else "it was not on the list")
    if not was:
        raise typer.Exit(FAILED.code)


@app.command()
def check(
    context: typer.Context,
    number: Number,
    country: Country = "us",
    campaign: Campaign = "",
    json: Json = False,
) -> None:
    """Whether a number is on the list. Exit code 1 if it is."""
    _must_be_a_number(number, country)
    blocked = dnc.is_blocked(settings_of(context).journal, number, country, campaign=campaign)
    if json:
        answer({"blocked": blocked})
    else:
        console.print("must not be called" if blocked else "may be called")
    if blocked:
        raise typer.Exit(FAILED.code)


@app.command()
def count(context: typer.Context, json: Json = False) -> None:
    """How many numbers and prefixes are on the lists now, and what changed in thirty days."""
    found = listed.counted(settings_of(context).journal, time.time())
    if json:
        answer(found)
        return
    console.print(
        f"in force at {_day(found.at)} UTC: numbers that must not be called {found.numbers:,},"
        f" prefixes {found.prefixes:,}; since {_day(found.since)}: came {found.added:,},"
        f" taken off {found.taken_off:,}", highlight=False,
    )  # fmt: skip
    for one in found.scopes:
        what = "let through" if one.allows else "not called"
        console.print(
            f"{what} by {one.campaign or 'all campaigns'}: numbers {one.numbers:,},"
            f" prefixes {one.prefixes:,}", highlight=False, markup=False,
        )  # fmt: skip


@app.command()
def export(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="The CSV to write; readable for you alone.")],
    allowed: Annotated[bool, typer.Option("--allowed", help="The white list instead.")] = False,
    history: Annotated[
        bool, typer.Option("--history", help="What is over as well, with who ended it and why.")
    ] = False,
    json: Json = False,
) -> None:
    """Take the list away, numbers in full. Who took it is in the audit log."""
    at = time.time()
    with whole(out) as file, io.TextIOWrapper(file, "utf-8-sig", newline="") as text:
        taken = listed.export(
            settings_of(context).journal, text, at=at, allows=allowed, history=history
        )
    what = "white-list" if allowed else "dnc-list"
    after = {"entries": taken.entries, "history": history}
    noted(context, "dnc.export", f"{what}:all", at, after)
    if json:
        answer(taken)
    else:
        console.print(f"{out}: {taken.entries:,} entries, {taken.without_number:,} of them without "
                      "a number", highlight=False)  # fmt: skip


def _by_me(
    source: str, campaign: str, reason: str, until: datetime | None = None, *, allows: bool = False
) -> Block:
    return Block(
        campaign=campaign, source=source, reason=reason, added_by=getuser(), at=time.time(),
        expires_at=until.replace(tzinfo=UTC).timestamp() if until else None, allows=allows,
    )  # fmt: skip


def _must_be_a_number(number: str, country: str) -> None:
    # Without the number in the complaint: it may end up in somebody's log.
    if digits_of(number, country) is None:
        raise ImportRefused(f"that is no telephone number of {country.upper()}")
