"""Must capacity grow? What was used and refused, held against Erlang's formulas."""

from typing import NamedTuple

import pandas as pd

from models.erlang import erlang_a, erlang_b, erlang_c
from models.staffing import agents_for_abandonment, agents_for_blocking, agents_for_service_level

BLOCKED_RATE = 0.01
"Lines are enough where at most so many calls find none."
SERVED_RATE, WITHIN_S = 0.8, 2.0
"Agents would be enough for people who wait without end where so many are served so soon."


class Need(NamedTuple):
    """The busiest hour of a period and what it would take."""

    load_erlang: float
    "Lines in use, in the mean of the busiest hour."
    most_lines: int
    "Lines in use at once, at most, in the whole period."
    lines: int
    "Lines that may be used."
    blocked_rate: float
    "Share of that hour's calls that would find no line (Erlang B)."
    lines_needed: int
    "Lines at which at most `BLOCKED_RATE` of them would."
    refused: int
    "Calls that the carrier refused, in the whole period."
    placed: int
    "Calls placed in it."
    persons_erlang: float
    "Agents busy with people, if each who answered in the busiest hour were served."
    agents: int
    "Agents that were logged in."
    agents_needed_c: int
    "Agents where nobody gives up and `SERVED_RATE` are served within `WITHIN_S` (Erlang C)."
    agents_needed_a: int
    "Agents where who finds none in time is abandoned, within the cap (Erlang A)."
    waits_rate: float
    "Chance to wait with the agents there were (Erlang C)."
    abandoned_rate: float
    "Share abandoned with the agents there were if calls came by chance (Erlang A)."

    @property
    def must_grow(self) -> tuple[bool, bool]:
        """Lines; agents."""
        return self.lines_needed > self.lines, self.agents_needed_a > self.agents


def need(
    load: pd.DataFrame, used: pd.DataFrame, *, lines: int, agents: int, handling_s: float,
    cap: float, within_s: float,
) -> Need | None:  # fmt: skip
    """Out of the answers of `lines_load` and `lines`; None where nothing was placed.

    `handling_s`: talk, hold and wrap-up of a call. `within_s`: who waits longer is abandoned.

    >>> load = pd.DataFrame({"hour": [1], "load_erlang": [5.0], "placed": [400], "refused": [4],
    ...     "persons": [100]})
    >>> used = pd.DataFrame({"moment": [1], "most_lines": [9]})
    >>> one = need(load, used, lines=10, agents=4, handling_s=90.0, cap=0.03, within_s=2.0)
    >>> one.lines_needed, round(one.blocked_rate, 4), one.agents_needed_a, one.must_grow
    (11, 0.0184, 6, (True, True))
    """
    if load.empty or handling_s <= 0:
        return None
    hours = load.groupby("hour")[["load_erlang", "persons"]].sum()
    offered = float(hours["load_erlang"].max())
    talking = float(hours["persons"].max()) * handling_s / 3600
    patience = max(within_s, 0.001) / handling_s
    seats = max(agents, 0)
    return Need(
        load_erlang=offered,
        most_lines=int(used.groupby("moment")["most_lines"].sum().max()) if len(used) else 0,
        lines=lines,
        blocked_rate=float(erlang_b(float(lines), offered)),
        lines_needed=int(agents_for_blocking(BLOCKED_RATE, offered)),
        refused=int(load["refused"].sum()),
        placed=int(load["placed"].sum()),
        persons_erlang=talking,
        agents=seats,
        agents_needed_c=int(agents_for_service_level(SERVED_RATE, talking, WITHIN_S, handling_s)),
        agents_needed_a=int(agents_for_abandonment(cap, talking, patience)),
        waits_rate=float(erlang_c(float(seats), talking)),
        abandoned_rate=float(erlang_a(float(seats), talking, patience).abandons),
    )
