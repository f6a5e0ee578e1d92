"""How often the listener was wrong, by what agents have said of the calls they had.

Whom the listener took for a machine and hung up on, no agent has met: of those only the calls are
told of that were taken from an agent again.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from dialer.detection.rates import Rate, rate

OF_WHOM = (
    "wrong is a share of the calls told of, not of all. Agents meet hardly any machines, but "
    "people: whom the listener took for a machine it hung up on. The word on calls heard as "
    "machine is of the few who were with an agent all the same, mostly people, and says "
    "nothing of the others; unless the campaign's `detection` is `audited`: then every "
    "twentieth meets an agent."
)
"What the shares of the report are of."


class Mistake(msgspec.Struct, frozen=True):
    """A campaign's calls that were heard as one thing."""

    campaign: str
    heard_as: str
    "`person` or `machine`, by the last verdict."
    calls: int
    told: int
    "Agents have said of so many who it was."
    wrong: Rate
    "Of these: machines heard as persons, persons heard as machines."
    by: str = "agents"
    "Whose word it is: that of agents about their calls, or of who listened to `openings`."


def mistakes(rows: Iterable[Mapping[Any, Any]]) -> list[Mistake]:
    """The answer of `report.sql`."""
    return [
        Mistake(
            str(row["campaign"]), str(row["heard_as"]), int(row["calls"]), int(row["told"]),
            rate(int(row["persons" if row["heard_as"] == "machine" else "machines"]),
                 int(row["told"])),
        )
        for row in rows
    ]  # fmt: skip
