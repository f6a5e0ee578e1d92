"""`dialer audit`: who changed what, by whom, and when; and whether all of it is still there."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from dialer.access import database
from dialer.access.audit import Asked, Audit, Entry, Head
from dialer.access.sentences import said
from dialer.commands import answer, aside, console, settings_of
from dialer.commands.exits import FAILED
from dialer.commands.spoken import Language, spoken
from dialer.i18n import Words

app = typer.Typer(
    help="The audit log: who changed what, and when.", no_args_is_help=True, add_completion=False
)

Json = Annotated[bool, typer.Option("--json", help="For programs.")]
Day = Annotated[datetime | None, typer.Option(help="In UTC, `2026-11-23` or with a time.")]


@app.command()
def show(
    context: typer.Context,
    who: Annotated[str, typer.Option(help="Only what this user did.")] = "",
    of: Annotated[str, typer.Option(help="Only what befell this: `user:eva`, or all `user`.")] = "",
    action: Annotated[str, typer.Option(help="Only this: `user.role`.")] = "",
    since: Day = None,
    until: Day = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the latest first.")] = 50,
    language: Language = None,
    json: Json = False,
) -> None:
    """What was changed, the latest first: a sentence each; with --json all of each entry."""
    asked = Asked(
        who=who, object=of, action=action, since=_instant(since, 0.0),
        until=_instant(until, 1e12), limit=limit,
    )  # fmt: skip
    with _audit(context) as audit:
        entries = audit.entries(asked)
    if json:
        answer(entries)
        return
    t = spoken(language)
    heads = [f"{t('admin.at')} (UTC)", t("admin.what"), t("admin.from")]
    table = Table("", *heads, box=None)
    for one in entries:
        table.add_row(*map(escape, _row(one, t)))
    console.print(table)


@app.command()
def verify(
    context: typer.Context,
    head: Annotated[str, typer.Option(help="A head that was kept elsewhere: `17:4f2a...`.")] = "",
    json: Json = False,
) -> None:
    """Whether every row is as it was written. Exit code 1 and the first broken row if not.

    Keep the head that it prints away from this machine: with it, `--head` also finds a log whose
    end was cut off, or that was written anew.
    """
    kept = Head.of(head) if head else None
    with _audit(context) as audit:
        now, broken = audit.head(), audit.verify(kept)
    if json:
        answer({"whole": broken is None, "rows": now.seq, "head": str(now), "broken": broken})
    elif broken is None:
        console.print(f"whole, {now.seq} rows; head {now}", highlight=False)
    else:
        aside.print(f"[red]broken[/] at row {broken.seq}: {broken.why}", highlight=False)
    if broken:
        raise typer.Exit(FAILED.code)


@contextmanager
def _audit(context: typer.Context) -> Iterator[Audit]:
    with closing(database.opened(database.existing(settings_of(context).home))) as db:
        yield Audit(db)


def _instant(day: datetime | None, otherwise: float) -> float:
    return day.replace(tzinfo=UTC).timestamp() if day else otherwise


def _row(one: Entry, t: Words) -> tuple[str, ...]:
    at = datetime.fromtimestamp(one.at, UTC).strftime("%Y-%m-%d %H:%M:%S")
    return str(one.seq), at, said(one, t), one.source
