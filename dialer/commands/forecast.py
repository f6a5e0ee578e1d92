"""`dialer forecast`: how far lists are worked, how clean they are, when they are worked through."""

import time
from typing import Annotated

import typer

from dialer.commands import answer, console, settings_of
from dialer.errors import ImportRefused
from dialer.forecast import Standing, standing
from dialer.forecast_words import lines
from dialer.i18n import words


def forecast(
    context: typer.Context,
    lists: Annotated[list[str], typer.Argument(help="Lists, by name.")],
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Penetration, hygiene, and when each list is worked through, with the error of such forecasts.

    The error is what forecasts made on the days before were wrong by.
    """
    found = [_found(context, name) for name in lists]
    if json:
        answer(found)
        return
    for one in found:
        for line in lines(one, words("en")):
            console.print(line, highlight=False, markup=False)


def _found(context: typer.Context, name: str) -> Standing:
    one = standing(settings_of(context).journal, name, time.time())
    if one is None:
        raise ImportRefused(f"there is no list {name}")
    return one
