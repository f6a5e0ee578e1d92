"""`dialer tariffs`: what carriers charge, what is paid by month and hour, and rating again."""

import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from getpass import getuser
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from dialer.commands import answer, aside, bills, console, settings_of
from dialer.commands.exits import FAILED, INTERRUPTED
from dialer.errors import DialerError
from dialer.money import exchange, files, sheets
from dialer.money.again import Wish, rated_again
from dialer.money.charges import charge_of
from dialer.money.pricelist import Look, Wanted, looked, taken
from dialer.money.rater import Again
from dialer.money.store import BY_MONTH, Money, file_in
from dialer.money.trial import tried

app = typer.Typer(
    help="What calls cost: tariffs, monthly and hourly charges, rating again.",
    no_args_is_help=True,
    add_completion=False,
)

Json = Annotated[bool, typer.Option("--json", help="For programs.")]
SHOWN = 20
"Rejected rows that are printed; all of them are in the reject file."


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The carrier's price list.", exists=True)],
    deck: Annotated[str, typer.Option(help="Its name; unless: the file's.")] = "",
    currency: Annotated[str, typer.Option(help="ISO 4217: `CNY`.")] = ...,  # type: ignore[assignment]
    zone: Annotated[str, typer.Option(help="Whose days and hours its rates mean.")] = "UTC",
    decimals: Annotated[int, typer.Option(min=0, max=6, help="Places of a call's price.")] = 4,
    rounding: Annotated[str, typer.Option(help="`half_up`, or `up`.")] = "half_up",
    short: Annotated[str, typer.Option(help="Surcharge below so many seconds: `6:0.01`.")] = "",
    early_fee: Annotated[str, typer.Option(help="Of unanswered calls with early sound.")] = "0",
    skip_bad: Annotated[bool, typer.Option(help="Take the rows that can be read.")] = False,
    preview: Annotated[bool, typer.Option(help="Only show how it would be read.")] = False,
    valid_from: Annotated[
        str, typer.Option(help="First day; until then the version before counts.")
    ] = "",
    sheet: Annotated[str, typer.Option(help="Of a workbook; unless: the first with rows.")] = "",
    json: Json = False,
) -> None:
    """Import a price list (CSV, TSV, XLSX) as the next version of a deck.

    A list with rows that cannot be read is refused, each with line and reason, unless --skip-bad.
    """
    wanted = Wanted(
        deck=deck or file.stem.lower(), currency=currency, zone=zone, decimals=decimals,
        rounding=rounding, short=short, early_fee=early_fee, valid_from=valid_from,
        skip_bad=skip_bad, sheet=sheet,
    )  # fmt: skip
    home, today = settings_of(context).home, date.today()  # noqa: DTZ011 - whoever types it is here
    look = looked(home, file, wanted, today)
    if not look.head.is_enough:
        raise sheets.headless()
    refused = not look.rates or bool(look.rejected and not skip_bad)
    version, rejects = 0, ""
    if not preview and look.rejected:
        read = files.read(file, sheets.read, sheet).rejects
        rejects = str(files.write_rejects(home / "rejects" / f"tariff-{look.deck}.csv", read))
    if not (preview or refused):
        look = taken(home, file, wanted, at=time.time(), today=today, by=getuser(),
                     origin=file.name)  # fmt: skip
        version = look.version
    report = {
        "deck": look.deck, "version": version, "rows": look.rows, "rates": look.rates,
        "rejected": look.rejected, "reject_file": rejects, "columns": _columns(look),
        "changes": look.counts,
    }  # fmt: skip
    if json:
        answer(report)
    else:
        _tell_import(report, [f"line {one.line}: {one.reason}" for one in look.rejects])
    if (refused and not preview) or not look.rates:
        raise typer.Exit(FAILED.code)


@app.command("list")
def list_(context: typer.Context, json: Json = False) -> None:
    """All decks, which trunks are rated by them, and the charges by month and hour."""
    with _money(context) as money:
        decks, uses, charges = money.decks(), money.uses(), money.charges()
    if json:
        answer({
            "decks": [
                {"deck": one.deck.name, "version": one.deck.version, "rates": one.rates,
                 "currency": one.deck.currency, "imported_at": one.imported_at,
                 "imported_by": one.imported_by, "origin": one.origin}
                for one in decks
            ],
            "uses": uses,
            "charges": [one._asdict() for one in charges],
        })  # fmt: skip
        return
    table = Table("deck", "version", "rates", "currency", "from", "imported", "rates trunks")
    for one in decks:
        newest = one.deck.version == max(
            d.deck.version for d in decks if d.deck.name == one.deck.name
        )
        trunks = ", ".join(trunk for trunk, deck in uses.items() if deck == one.deck.name)
        day = datetime.fromtimestamp(one.imported_at, UTC).date().isoformat()
        table.add_row(
            one.deck.name, str(one.deck.version), f"{one.rates:,}", one.deck.currency, one.origin,
            f"{day} {one.imported_by}", trunks if newest else "",
        )  # fmt: skip
    console.print(table)
    if charges:
        table = Table("charge", "of", "amount", "", "since")
        for charge in charges:
            per = "a month" if charge.kind in BY_MONTH else "an hour"
            table.add_row(charge.kind, charge.name or "(all others)",
                          f"{charge.amount} {charge.currency}", per, charge.since)  # fmt: skip
        console.print(table)


@app.command()
def use(
    context: typer.Context,
    deck: Annotated[str, typer.Argument(help="The deck; `none` for none.")],
    trunk: Annotated[str, typer.Option(help="The trunk whose calls it rates.")],
) -> None:
    """Rate a trunk's calls by a deck: those to come at once, earlier ones by `rerate`."""
    with _money(context) as money:
        money.use(trunk, "" if deck == "none" else deck, at=time.time(), by=getuser())
    console.print(f"calls of trunk `{trunk}`: {'not rated' if deck == 'none' else f'by `{deck}`'}",
                  highlight=False)  # fmt: skip


@app.command()
def charge(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="trunk, number (a month); pool, agent (an hour).")],
    amount: Annotated[str, typer.Argument(help="How much: `300`.")],
    currency: Annotated[str, typer.Option(help="ISO 4217: `CNY`.")],
    name: Annotated[str, typer.Option(help="Which one; for `pool` empty is all others.")] = "",
    since: Annotated[str, typer.Option(help="First day; unless: today.")] = "",
) -> None:
    """Set what a trunk or a number costs by the month, or an agent by the hour."""
    made = charge_of(kind, name, amount, currency, since, now=time.time())
    with _money(context) as money:
        money.charge(made, at=time.time(), by=getuser())
    console.print(f"{made.kind} {made.name or '(all others)'}: {made.amount} {made.currency} "
                  f"since {made.since}", highlight=False)  # fmt: skip


@app.command()
def rates(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="date, from, to, rate; CSV, XLSX.", exists=True)],
    source: Annotated[str, typer.Option(help="Who published them; unless: the file's name.")] = "",
    json: Json = False,
) -> None:
    """Import rates of exchange: reports turn amounts into their currency by the day's rate.

    A file with rows that cannot be read is refused, each with line and reason.
    """
    found, rejects = files.read(file, lambda rows: exchange.read(rows, source or file.name))
    if found and not rejects:
        with _money(context) as money:
            money.add_exchange(found, at=time.time(), by=getuser())
    if json:
        answer({"rates": 0 if rejects else len(found), "rejects": rejects})
    else:
        _tell_rates(found, rejects)
    if rejects or not found:
        raise typer.Exit(FAILED.code)


@app.command()
def price(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="With country code.")],
    seconds: Annotated[int, typer.Argument(min=0, help="From the answer to the end.")],
    deck: Annotated[str, typer.Option(help="By which deck.")],
    version: Annotated[int, typer.Option(help="Which version; 0: the newest.")] = 0,
    json: Json = False,
) -> None:
    """What a call of so many seconds costs if it is answered now, and by which rate."""
    with _money(context) as money:
        found = tried(money, deck=deck, number=number, seconds=seconds, at=time.time(),
                      version=version)  # fmt: skip
    if found.price is None:
        raise DialerError(f"deck `{deck}` has no rate for that number now")
    price, rate = found.price, next(c.rate for c in found.candidates if c.why == "decides")
    if json:
        answer({**price._asdict(), "currency": found.currency, "deck": deck,
                "version": found.version})  # fmt: skip
        return
    console.print(
        f"{price.amount} {found.currency}: {price.billed_s} s billed by prefix {price.prefix} "
        f"{rate.description} ({rate.per_minute} a minute, {rate.first_s}/{rate.increment_s})",
        highlight=False,
    )


@app.command()
def rerate(
    context: typer.Context,
    since: Annotated[str, typer.Option(help="First day, UTC: 2026-11-01; unless: the first.")] = "",
    until: Annotated[str, typer.Option(help="Last day; unless: the last.")] = "",
    trunk: Annotated[str, typer.Option(help="Only this trunk's calls.")] = "",
    deck: Annotated[str, typer.Option(help="By this deck instead of those in use.")] = "",
    preview: Annotated[bool, typer.Option(help="Only tell what would differ.")] = False,
    json: Json = False,
) -> None:
    """Rate the calls of a period again. What comes out differently stands beside the old cost.

    It can be stopped at any time: what is done stays, and the next time goes on with the rest.
    """
    settings, wish = settings_of(context), Wish(since=since, until=until, trunk=trunk, deck=deck)
    with aside.status("rating ...") as status:

        def told(now: Again) -> None:
            status.update(f"{now.done_rate:.0%}: {now.calls:,} calls rated, {now.changed:,} new")

        try:
            done = rated_again(settings.home, settings.journal, wish, time.time(), told,
                               keep=not preview)  # fmt: skip
        except KeyboardInterrupt:
            aside.print("stopped; the same command goes on with the rest")
            raise typer.Exit(INTERRUPTED.code) from None
    if json:
        answer({"calls": done.calls, "changed": done.changed, "before": done.before,
                "after": done.after})  # fmt: skip
        return
    have = "would have" if preview else "have"
    console.print(
        f"{done.calls:,} calls rated, {done.changed:,} of them {have} a new cost: "
        f"{_sums(done.before)} before, {_sums(done.after)} now", highlight=False,
    )  # fmt: skip


def _sums(of: Mapping[str, Decimal]) -> str:
    return ", ".join(f"{amount} {currency}" for currency, amount in of.items()) or "nothing"


def _columns(look: Look) -> dict[str, str]:
    return {field: look.head.names[at].strip() for field, at in look.head.columns.items()}


def _tell_import(report: dict[str, Any], rejects: list[str]) -> None:
    read = ", ".join(f"{field} = `{name}`" for field, name in report["columns"].items())
    console.print(f"columns: {read}", highlight=False, markup=False)
    console.print(f"{report['rows']:,} rows: {report['rates']:,} rates, {report['rejected']:,} "
                  "rows rejected", highlight=False)  # fmt: skip
    told = ", ".join(f"{count:,} {what}" for what, count in report["changes"].items() if count)
    console.print(f"against the version before: {told or 'nothing differs'}", highlight=False)
    for line in rejects[:SHOWN]:
        aside.print(line, highlight=False, markup=False)
    if report["reject_file"]:
        aside.print(f"all of them: {report['reject_file']}", highlight=False, markup=False)
    if report["version"]:
        name = report["deck"]
        console.print(f"deck `{name}`, version {report['version']}: `dialer tariffs use {name} "
                      "--trunk ...` rates calls by it", highlight=False)  # fmt: skip
    elif rejects:
        aside.print("nothing was kept: mend these rows, or take the rest with --skip-bad")


def _tell_rates(found: list[exchange.Exchange], rejects: list[sheets.Reject]) -> None:
    for reject in rejects[:SHOWN]:
        aside.print(f"line {reject.line}: {reject.reason}", highlight=False, markup=False)
    if rejects or not found:
        aside.print(f"{len(rejects):,} rows cannot be read: nothing was kept", highlight=False)
        return
    pairs = sorted({f"{one.base} to {one.quote}" for one in found})
    first, last = min(one.day for one in found), max(one.day for one in found)
    console.print(f"{len(found):,} rates, {first} to {last}: {', '.join(pairs)}", highlight=False)


def _money(context: typer.Context) -> Money:
    return Money(file_in(settings_of(context).home))


app.command()(bills.reconcile)
