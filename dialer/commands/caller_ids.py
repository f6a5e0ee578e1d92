"""`dialer caller-ids`: the numbers that we show: how they fare, which rest, whose they are."""

import time
from datetime import datetime
from getpass import getuser
from typing import Annotated

import anyio
import typer
from rich.markup import escape
from rich.table import Column, Table

from dialer import client, reach
from dialer.api.records import Records
from dialer.asterisk.trunks import ways
from dialer.byhand import LONGEST_S
from dialer.caller_ids import Row, overview, standing
from dialer.commands import answer, console, settings_of
from dialer.commands.dnc import Json, Until
from dialer.commands.exits import FAILED
from dialer.engine.events import CallerIdRestWanted
from dialer.i18n import words
from dialer.journal.book import Book
from dialer.journal.ownership import Proof, Trial

app = typer.Typer(
    help="The numbers that we show: how they fare, which rest, what proves that they are ours.",
    add_completion=False,
)

Number = Annotated[str, typer.Argument(help="A caller id of a trunk: digits, as the trunk has it.")]


@app.callback(invoke_without_command=True)
def show(context: typer.Context, json: Json = False) -> None:
    """Each with calls, answers, short talks, blocks, proof, attestation and the last test.

    Exit code 1: one rests, or should.
    """
    if context.invoked_subcommand:
        return
    settings, at = settings_of(context), time.time()
    found = overview(settings.journal, ways(settings), at)
    if json:
        answer(found)
    else:
        console.print(_table(found) if found else "no trunk may show a number, and none was shown")
    if any(one.health.rest or one.health.flaw for one in found):
        raise typer.Exit(FAILED.code)


@app.command()
def rest(
    context: typer.Context,
    number: Number,
    hours: Annotated[float, typer.Option(min=0.1, max=8760, help="For how long.")] = 24.0,
    reason: Annotated[str, typer.Option(help="For the record.")] = "",
) -> None:
    """Show it no more for some hours. No other number takes over what it carried."""
    at = time.time()
    _order(context, number, at + 3600 * hours, reason)
    console.print(f"it rests until {_clock(at + 3600 * hours)}")


@app.command()
def wake(
    context: typer.Context,
    number: Number,
    reason: Annotated[str, typer.Option(help="For the record: what the carrier said.")] = "",
) -> None:
    """End its rest: it is shown again, and judged by the calls that come now."""
    _order(context, number, 0.0, reason)
    console.print("it is shown again")


@app.command()
def prove(
    context: typer.Context,
    number: Number,
    source: Annotated[str, typer.Option(help="A contract, a bill, the carrier's portal, a test.")],
    says: Annotated[str, typer.Option(help="Where it lies, or its words.")],
    until: Until = None,
) -> None:
    """Keep what proves that a number is ours: who says so, when, by what."""
    ends = until.timestamp() if until else None
    with Book(settings_of(context).journal) as book:
        proof = book.prove(
            Proof(caller_id=number, source=source, says=says, proved_by=getuser(),
                  proved_at=time.time(), expires_at=ends)
        )  # fmt: skip
    console.print(f"recorded: proof {proof}")


@app.command()
def withdraw(
    context: typer.Context, number: Number, proof: Annotated[int, typer.Argument(help="Its id.")]
) -> None:
    """A proof proves nothing any more. It stays on record."""
    with Book(settings_of(context).journal) as book:
        was = book.withdraw_proof(number, proof, by=getuser(), at=time.time())
    console.print("withdrawn" if was else "there is no such proof in force")
    if not was:
        raise typer.Exit(FAILED.code)


@app.command("test")
def try_(context: typer.Context, number: Number, json: Json = False) -> None:
    """Call the number by its trunk and see it come in, while the dialer runs. Exit code 1: no."""
    settings = settings_of(context)
    known = Records(settings.home).campaigns().values()

    async def asked() -> Trial:
        async with client.connected_async(settings.socket, LONGEST_S) as dialer:
            return await reach.tested(
                dialer, settings.journal, ways(settings), known, number, user=getuser()
            )

    found = anyio.run(asked)
    if json:
        answer(found)
    elif found.came_at is not None:
        console.print(f"it came in after {found.came_at - found.began_at:.1f} s")
    else:
        console.print(f"it did not come in: the call ended as {found.why}")
    if found.came_at is None:
        raise typer.Exit(FAILED.code)


def _order(context: typer.Context, number: str, until: float, why: str) -> None:
    order = CallerIdRestWanted(number, until=until, why=why, user=getuser(), at=0.0)
    with client.connected(settings_of(context).socket) as dialer:
        dialer.order(order)


def _table(found: list[Row]) -> Table:
    t = words("en")
    table = Table(
        Column("caller id", no_wrap=True), "trunks", "calls", "answer", "short", "block", "attest",
        "proof", "reached", "", box=None, padding=(0, 1), title="the latest seven days",
        title_justify="left",
    )  # fmt: skip
    for one in found:
        how, rests = one.health, one.health.rest
        table.add_row(
            one.caller_id, " ".join(one.trunks), str(how.calls), t.percent(how.answer_rate, 0),
            t.percent(how.short_rate, 0), str(how.blocked), one.attestation or "-",
            one.proofs[0].source if one.is_proved else "none", _reached(one),
            escape(standing(t, how, _clock(rests.until_at) if rests else "")),
        )  # fmt: skip
    return table


def _reached(one: Row) -> str:
    if one.tested is None:
        return "not tested"
    return _clock(one.tested.came_at) if one.tested.came_at else f"no: {one.tested.why}"


def _clock(at: float) -> str:
    return f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M}"
