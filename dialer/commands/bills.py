"""`dialer tariffs reconcile`: a carrier's bill beside our own calls."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from dialer.commands import answer, aside, console, settings_of
from dialer.commands.exits import FAILED
from dialer.money import bill, sheets
from dialer.money.billing import WITHIN_S, reconciled
from dialer.money.rating import ZERO

Json = Annotated[bool, typer.Option("--json", help="For programs.")]
SHOWN = 20
"Differences, and lines that cannot be read, that are printed."


def reconcile(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The carrier's bill, a line per call.", exists=True)],
    trunk: Annotated[str, typer.Option(help="Whose calls it is for.")],
    zone: Annotated[str, typer.Option(help="Whose clock the bill shows.")] = "UTC",
    within_s: Annotated[float, typer.Option(min=0, help="How far clocks may be apart.")] = WITHIN_S,
    json: Json = False,
) -> None:
    """Lay a carrier's bill beside our own calls: what differs, what only one of both knows.

    Our calls are those that were answered between the bill's first and last line. Exit code 1 if
    anything differs.
    """
    settings = settings_of(context)
    found, rejects, _ = reconciled(
        settings.home, settings.journal, file, trunk=trunk, zone=zone, within_s=within_s
    )
    if json:
        answer({**found._asdict(), "differences": [one._asdict() for one in found.differences],
                "rejects": rejects})  # fmt: skip
    else:
        _tell_bill(found, rejects)
    if found.differences or rejects:
        raise typer.Exit(FAILED.code)


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
