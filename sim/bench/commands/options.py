"""What several benches ask in the same words."""

from collections.abc import Iterable
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="For programs.")]
Short = Annotated[bool, typer.Option("--short", help="A few seconds of each: does it work at all?")]


def chosen(only: Iterable[str] | None, known: list[str], option: str = "--only") -> list[str]:
    """The names that were given, or all; BadParameter for one that nobody knows."""
    names = list(only or known)
    for name in names:
        if name not in known:
            raise typer.BadParameter(f"`{name}` is none of {', '.join(known)}", param_hint=option)
    return names
