"""`dialer forecast`: how far lists are worked, how clean they are, when they are worked through."""

import time
from typing import Annotated

import typer

from dialer.commands import answer, campaign_of, console, no_list, settings_of
from dialer.forecast import Standing, of_campaign, standing
from dialer.forecast_words import lines
from dialer.i18n import words


def forecast(
    context: typer.Context,
    lists: Annotated[list[str] | None, typer.Argument(help="Lists, by name.")] = None,
    campaign: Annotated[
        str, typer.Option(help="All lists of this campaign, and all of them together.")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Penetration, hygiene, and when each list is worked through, with the error of such forecasts.

    The error is what forecasts made on the days before were wrong by.
    """
    found = [_found(context, name) for name in lists or ()]
    if campaign:
        found += _of_campaign(context, campaign)
    if json:
        answer(found)
        return
    for one in found:
        for line in lines(one, words("en")):
            console.print(line, highlight=False, markup=False)


def _of_campaign(context: typer.Context, name: str) -> list[Standing]:
    journal, at = settings_of(context).journal, time.time()
    lists = campaign_of(settings_of(context), name, "--campaign").rules.lists
    found = [of_campaign(journal, name, lists, at), *(standing(journal, one, at) for one in lists)]
    return [one for one in found if one]


def _found(context: typer.Context, name: str) -> Standing:
    one = standing(settings_of(context).journal, name, time.time())
    if one is None:
        raise no_list(settings_of(context), name)
    return one
