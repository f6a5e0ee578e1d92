"""The tones of a country's network, as the tone plan has them and as Asterisk plays them."""

import csv
from functools import cache
from importlib import resources

TONES = ("ringback", "busy", "congestion", "sit")


@cache
def _plan() -> dict[tuple[str, str], str]:
    with (resources.files("dialer.audio") / "tone_plan.csv").open() as rows:
        return {(row["tone"], row["iso2"]): row["segments"] for row in csv.DictReader(rows)}


def tone(kind: str, country: str) -> str:
    """Segments of a tone, `Hz:ms|Hz:ms`; empty if the country is not in the plan.

    A country of which only the ringing is known borrows the rest from the United States.

    >>> tone("ringback", "cn"), tone("ringback", "xx")
    ('450:1000|0:4000', '')
    """
    plan = _plan()
    if ("ringback", country) not in plan:
        return ""
    return plan.get((kind, country)) or plan[kind, "us"]


def playtones(segments: str) -> str:
    """The same for `PlayTones`, which repeats them.

    >>> playtones("440+480:2000|0:4000")
    '440+480/2000,0/4000'
    """
    return ",".join(segment.replace(":", "/") for segment in segments.split("|"))
