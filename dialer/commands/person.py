"""`dialer person`: all that is kept of one person, taken away as a file, or erased with proof."""

import time
from contextlib import closing
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer

from dialer.access.actor import at_the_machine
from dialer.access.store import Access
from dialer.commands import answer, aside, console, settings_of
from dialer.commands.dnc import Country, Json, Number
from dialer.commands.exits import FAILED
from dialer.commands.written import whole
from dialer.erasure import export as exports
from dialer.erasure import work
from dialer.erasure.person import Person, person
from dialer.errors import ImportRefused
from dialer.leads.normalise import digits_of, masked

app = typer.Typer(
    help="One person everywhere: show, export, erase with proof.",
    no_args_is_help=True,
    add_completion=False,
)
LOOK_S = 1.0


@app.command()
def show(
    context: typer.Context, number: Number, country: Country = "us", json: Json = False
) -> None:
    """What is kept of a person: how much, not what."""
    found = person(settings_of(context).journal, _digits(number, country))
    if json:
        answer(_told(found))
    else:
        for name, value in _told(found).items():
            console.print(f"{name.replace('_', ' ')}: {value}", highlight=False)


@app.command()
def export(
    context: typer.Context,
    number: Number,
    out: Annotated[Path, typer.Option(help="The zip to write; readable for you alone.")],
    country: Country = "us",
    json: Json = False,
) -> None:
    """Put all that is kept of a person into a zip. Who took it is in the audit log."""
    settings, digits = settings_of(context), _digits(number, country)
    at, me = time.time(), at_the_machine(getuser())
    with whole(out) as file:
        packed = exports.exported(settings, digits, file, at=at, by=me.name)
    with closing(Access.at(settings.home)) as access:
        access.audit.append(
            me, "lead.export", f"number:{masked(digits)}", at=at,
            after={"attempts": packed.attempts, "manifest": packed.manifest},
        )  # fmt: skip
    if json:
        answer(packed)
    else:
        console.print(f"{out}: {packed.attempts} calls, {packed.recordings} recordings",
                      highlight=False)  # fmt: skip


@app.command()
def erase(
    context: typer.Context,
    number: Number,
    country: Country = "us",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: it cannot be undone.")] = False,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for a call to end.")] = 600.0,
    json: Json = False,
) -> None:
    """Erase a person everywhere, and never call again. The proof stays in `HOME/erasures`.

    Works beside a running dialer: while a call of his is up it waits for its end. Exit code 1 if
    it is not done in time (it goes on with the web process, or the next call of this command), or
    if a file that is not ours to change still names him.
    """
    settings, digits = settings_of(context), _digits(number, country)
    found = _told(person(settings.journal, digits))
    if not yes:
        typer.confirm(f"{found['leads']} leads, {found['calls']} calls: erase?", abort=True)
    me = at_the_machine(getuser())
    id = work.ordered(settings, digits, by=me, at=time.time())
    why = _worked(context, wait)
    if why:
        aside.print(f"ordered as {id}, and waits: {why}", highlight=False)
        raise typer.Exit(FAILED.code)
    proof = work.proof_file(settings.home, id)
    told = next(one for one in work.erasures(settings.home) if one.erasure == id)
    if json:
        answer({**_builtin(told), "proof": proof})
    else:
        console.print(f"erased; proof: {proof}", highlight=False)
        for name in told.left:
            console.print(f"still named in {name}, which is not ours to change", highlight=False)
    if told.left:
        raise typer.Exit(FAILED.code)


@app.command()
def erasures(context: typer.Context, json: Json = False) -> None:
    """What was ordered and what is done."""
    found = work.erasures(settings_of(context).home)
    if json:
        answer(found)
        return
    for one in found:
        state = "waits" if one.done_at is None else f"done, {one.files} files"
        console.print(f"{one.erasure}  {one.by}  {state}", highlight=False)


def _worked(context: typer.Context, wait_s: float) -> str:
    """Carry out all orders that wait; why one cannot be, after that time."""
    settings = settings_of(context)
    until = time.monotonic() + wait_s
    with aside.status("erasing") as shown:
        while True:
            whys = [work.step(settings, id, time.time) for id in work.waiting(settings.home)]
            why = next(filter(None, whys), "")
            if not why or time.monotonic() >= until:
                return why
            shown.update(f"waits: {why}")
            time.sleep(LOOK_S)


def _told(found: Person) -> dict[str, int]:
    return {
        "numbers": len(found.keys), "leads": len(found.leads), "calls": len(found.calls),
        "calls_under_way": len(found.under_way), "fields": sum(map(len, found.fields)),
    }  # fmt: skip


def _builtin(told: work.Erasure) -> dict[str, object]:
    return {name: getattr(told, name) for name in told.__struct_fields__}


def _digits(number: str, country: str) -> str:
    digits = digits_of(number, country)
    if digits is None:  # without the number: it may end up in somebody's log
        raise ImportRefused(f"that is no telephone number of {country.upper()}")
    return digits
