"""`dialer tariffs reconcile`: a carrier's bill beside our own calls."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from dialer.commands import answer, aside, console, settings_of
from dialer.commands.exits import FAILED
from dialer.commands.given import zone_of
from dialer.engine.commands import Cdr
from dialer.errors import DialerError
from dialer.journal.numbers import Numbers
from dialer.journal.reader import Reader
from dialer.money import bill, files, sheets
from dialer.money.rating import ZERO
from dialer.money.store import Money, file_in

Json = Annotated[bool, typer.Option("--json", help="For programs.")]
SHOWN = 20
"Differences, and lines that cannot be read, that are printed."


def reconcile(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The carrier's bill, a line per call.", exists=True)],
    trunk: Annotated[str, typer.Option(help="Whose calls it is for.")],
    zone: Annotated[str, typer.Option(help="Whose clock the bill shows.")] = "UTC",
    within_s: Annotated[float, typer.Option(min=0, help="How far clocks may be apart.")] = 90.0,
    json: Json = False,
) -> None:
    """Lay a carrier's bill beside our own calls: what differs, what only one of both knows.

    Our calls are those that were answered between the bill's first and last line. Exit code 1 if
    anything differs.
    """
    theirs, rejects = files.read(file, lambda rows: bill.lines(rows, zone_of(zone)))
    if not theirs:
        raise DialerError(f"{file}: no line of it can be read; the first: {rejects[:1]}")
    first, last = min(one.at for one in theirs), max(one.at for one in theirs)
    ours = _ours(context, trunk, first - within_s, last + within_s)
    found = bill.compared(ours, theirs, within_s=within_s)
    if json:
        answer({**found._asdict(), "differences": [one._asdict() for one in found.differences],
                "rejects": rejects})  # fmt: skip
    else:
        _tell_bill(found, rejects)
    if found.differences or rejects:
        raise typer.Exit(FAILED.code)


def _ours(context: typer.Context, trunk: str, since: float, until: float) -> list[bill.Ours]:
    settings = settings_of(context)
    cdrs = {
        fact.call: fact.answered_at
        for _, fact in Reader(settings.journal).facts(0)
        if isinstance(fact, Cdr) and fact.direction == "out" and fact.trunk == trunk
        and fact.answered_at is not None and since <= fact.answered_at <= until
    }  # fmt: skip
    with Money(file_in(settings.home)) as money, closing(Numbers(settings.journal)) as numbers:
        digits, costs = numbers.of(cdrs), money.newest_of(cdrs)
    return [
        bill.Ours(call, digits.get(call, ""), at, costs[call].billed_s, costs[call].amount or ZERO)
        if call in costs else bill.Ours(call, digits.get(call, ""), at, 0, ZERO)
        for call, at in cdrs.items()
    ]  # fmt: skip


def _tell_bill(found: bill.Compared, rejects: list[sheets.Reject]) -> None:
    console.print(
        f"{found.theirs:,} calls on the bill for {found.theirs_amount}, {found.ours:,} of ours for "
        f"{found.ours_amount}; {found.matched:,} are in both", highlight=False,
    )  # fmt: skip
    words = {
        "amount": "at another price", "seconds": "with more seconds than we reckoned",
        "theirs_only": "that we know nothing of", "ours_only": "that are not on the bill",
    }  # fmt: skip
    for what, said in words.items():
        if count := found.count(what):  # type: ignore[arg-type]
            more = sum((one.more for one in found.differences if one.what == what), ZERO)
            console.print(f"{count:,} {said}: {more:+}", highlight=False)
    for one in found.differences[:SHOWN]:
        at = datetime.fromtimestamp(one.at, UTC).isoformat(timespec="seconds")
        where = f"line {one.line or '-'}, call {one.call or '-'}"
        aside.print(f"{at} {one.what}: {where}, {one.more:+}", highlight=False)
    for reject in rejects[:SHOWN]:
        aside.print(f"line {reject.line}: {reject.reason}", highlight=False, markup=False)
