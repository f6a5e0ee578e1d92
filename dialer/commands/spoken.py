"""In which language a command answers people: as they say, or as their machine is set."""

import os
from typing import Annotated, Literal

import typer

from dialer.i18n import Words, best, words

LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
"Where a machine says which language its people read; the first that is set counts."

Language = Annotated[
    Literal["en", "zh"] | None,
    typer.Option(help="Of the answer, for people; else as LANG says."),
]


def spoken(language: str | None) -> Words:
    """The catalogue of that language; of the machine's where none is named."""
    said = next(filter(None, map(os.environ.get, LOCALE)), "")
    return words(language or best(said))
